import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import type { ClaimedEntry, EntryKind } from './policy.ts';

/** Unix and macOS. */
const WITH_MODES: ReadonlySet<number> = new Set([3, 19]);
const FILE_TYPE = 0o170000;
const KINDS: ReadonlyMap<number, EntryKind> = new Map([
  [0o100000, 'file'],
  [0o040000, 'directory'],
  [0o120000, 'link'],
]);
const KIND_NAMES: ReadonlyMap<number, string> = new Map([
  [0o020000, 'character device'],
  [0o060000, 'block device'],
  [0o010000, 'fifo'],
  [0o140000, 'socket'],
]);
/** A link's target is a path. */
const LINK_BYTES = 4096;

export interface ZipEntry extends ClaimedEntry {
  /** @throws Error when it is not what the directory says of it */
  body(): AsyncGenerator<Uint8Array>;
  text(): Promise<string>;
}

/** The entries of a zip file as its directory lists them, names as they stand there. */
export async function* openZip(file: string): AsyncGenerator<ZipEntry> {
  const zip = await openPromise(file, { strictFileNames: true, decodeStrings: false, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) yield describe(zip, entry);
  } finally {
    zip.close();
  }
}

function describe(zip: ZipFile, entry: Entry): ZipEntry {
  const name = Buffer.from(entry.fileName as unknown as Uint8Array).toString('utf8');
  const madeOnUnix = WITH_MODES.has(entry.versionMadeBy >> 8);
  const attributes = madeOnUnix ? entry.externalFileAttributes >>> 16 : 0;
  const type = attributes & FILE_TYPE;
  const kind = type === 0 ? (name.endsWith('/') ? 'directory' : 'file') : KINDS.get(type);
  const body = (): AsyncGenerator<Uint8Array> => checkedBody(zip, entry);
  return {
    name,
    kind,
    kindName: KIND_NAMES.get(type) ?? kind ?? 'special file',
    mode: attributes === 0 ? 0o644 : attributes & 0o7777,
    body,
    text: async () => {
      if (entry.uncompressedSize > LINK_BYTES) return '';
      const chunks: Buffer[] = [];
      for await (const chunk of body()) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}

/** The contents, of which yauzl checks the length alone. */
async function* checkedBody(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  let sum = 0;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    sum = crc32(chunk as Buffer, sum);
    yield chunk as Buffer;
  }
  if (sum !== entry.crc32)
    throw new Error(`the contents of ${JSON.stringify(Buffer.from(entry.fileName as unknown as Uint8Array).toString())} are not what its check sum says`);
}
