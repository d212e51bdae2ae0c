import { deflateRawSync, gzipSync } from 'node:zlib';

/** An entry as a hostile hand would write it: nothing is checked. */
export interface RawEntry {
  readonly name: string | Buffer;
  /** tar's type flag; `0` file, `1` hard link, `2` symbolic link, `3` `4` devices, `5` directory, `6` fifo. */
  readonly type?: string;
  readonly body?: string | Buffer;
  readonly link?: string | Buffer;
  readonly mode?: number;
  /** What the header says of the body's length, when it lies. */
  readonly size?: number;
}

const BLOCK = 512;

function tarHeader({ name, type = '0', link = '', mode = 0o644, size = 0 }: RawEntry & { size: number }): Buffer {
  const header = Buffer.alloc(BLOCK);
  Buffer.from(name).copy(header, 0, 0, 100);
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(type, 156);
  Buffer.from(link).copy(header, 157, 0, 100);
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** A tar of raw entries, with its end. */
export function tar(entries: readonly RawEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const body = Buffer.from(entry.body ?? '');
    return [tarHeader({ ...entry, size: entry.size ?? body.length }), body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

export const tarGz = (entries: readonly RawEntry[]): Buffer => gzipSync(tar(entries));

/** A PAX record, which may name what a ustar header cannot. */
export function pax(records: Record<string, string>): RawEntry {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = Buffer.byteLength(rest);
    while (String(length).length + Buffer.byteLength(rest) !== length) length = String(length).length + Buffer.byteLength(rest);
    return `${length}${rest}`;
  });
  return { name: 'pax', type: 'x', body: lines.join('') };
}

const UNIX_TYPES: ReadonlyMap<string, number> = new Map([
  ['0', 0o100000],
  ['2', 0o120000],
  ['3', 0o020000],
  ['4', 0o060000],
  ['5', 0o040000],
  ['6', 0o010000],
]);

/** A zip of raw entries, made on Unix. */
export function zip(entries: readonly RawEntry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, type = '0', body = '', link, mode = 0o644, size } of entries) {
    const bytes = Buffer.from(name);
    const raw = Buffer.from(link ?? body);
    const data = deflateRawSync(raw);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32Of(raw), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(size ?? raw.length, 18);
    common.writeUInt16LE(bytes.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, bytes, data]);
    const attributes = Buffer.alloc(14);
    attributes.writeUInt32LE((((UNIX_TYPES.get(type) ?? 0) | mode) << 16) >>> 0, 6);
    attributes.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, attributes, bytes]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, central, Buffer.from('PK\x05\x06', 'latin1'), end]);
}

const TABLE = Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});
const crc32Of = (data: Buffer): number => (data.reduce((crc, byte) => (TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
