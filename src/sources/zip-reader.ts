import type { Readable } from 'node:stream';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import type { ClaimedEntry, EntryKind } from './archive-policy.ts';

const UNIX = 3;
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
  open(): Promise<Readable>;
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
  const madeOnUnix = entry.versionMadeBy >> 8 === UNIX;
  const attributes = madeOnUnix ? entry.externalFileAttributes >>> 16 : 0;
  const type = attributes & FILE_TYPE;
  const kind = type === 0 ? (name.endsWith('/') ? 'directory' : 'file') : KINDS.get(type);
  const open = (): Promise<Readable> => zip.openReadStreamPromise(entry);
  return {
    name,
    kind,
    kindName: KIND_NAMES.get(type) ?? kind ?? 'special file',
    mode: attributes === 0 ? 0o644 : attributes & 0o7777,
    open,
    text: async () => {
      if (entry.uncompressedSize > LINK_BYTES) return '';
      const chunks: Buffer[] = [];
      for await (const chunk of await open()) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}
