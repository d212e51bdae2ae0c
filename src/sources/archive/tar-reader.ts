import { type Extract, extract, type Header } from 'tar-stream';
import type { ClaimedEntry, EntryKind } from './policy.ts';

/** An entry of a tar with its contents, which must be read to the end, or let go, before the next. */
export interface TarEntry extends ClaimedEntry {
  readonly linkTarget: string;
  readonly body: AsyncIterable<Uint8Array>;
  letGo(): void;
}

const KINDS: ReadonlyMap<string | null, EntryKind> = new Map([
  ['file', 'file'],
  ['directory', 'directory'],
  ['symlink', 'link'],
]);
const KIND_NAMES: ReadonlyMap<string, string> = new Map([
  ['link', 'hard link'],
  ['character-device', 'character device'],
  ['block-device', 'block device'],
  ['contiguous-file', 'contiguous file'],
]);
const BLOCK = 512;

/**
 * The entries of a tar in order, as its headers state them.
 * @throws Error when a header is damaged, the end is missing, or anything but zeros stands behind it; whatever the bytes throw
 */
export async function* tarEntries(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  // Its types do not know the option: tars of before 1988 have no format in their headers, only the check sum.
  const extractor = extract({ allowUnknownFormat: true } as object);
  const feeding = feed(bytes, extractor);
  // Its failure is the extractor's as well.
  feeding.catch(() => {});
  for await (const body of extractor) yield { ...claimed(body.header), body: body as AsyncIterable<Uint8Array>, letGo: () => void body.resume() };
  await feeding;
}

async function feed(bytes: AsyncIterable<Uint8Array>, extractor: Extract): Promise<void> {
  let zerosAtEnd = 0;
  try {
    for await (const chunk of bytes) {
      zerosAtEnd = trailingZeros(chunk, zerosAtEnd);
      if (!extractor.write(chunk)) await room(extractor);
      if (extractor.destroying) return;
    }
    if (zerosAtEnd < BLOCK) throw new Error('its end is missing');
    extractor.end(undefined);
  } catch (error) {
    extractor.destroy(error as Error);
    throw error;
  }
}

/** Waits until more can be written, or nobody reads any longer. */
const room = (extractor: Extract): Promise<void> =>
  new Promise((done) => {
    const go = (): void => {
      extractor.off('drain', go);
      extractor.off('close', go);
      done();
    };
    extractor.on('drain', go);
    extractor.on('close', go);
  });

/** How many zeros the bytes end in, as far as a block counts. */
function trailingZeros(chunk: Uint8Array, before: number): number {
  let zeros = 0;
  while (zeros < chunk.length && zeros < BLOCK && chunk[chunk.length - 1 - zeros] === 0) zeros++;
  return zeros === chunk.length ? before + zeros : zeros;
}

/** An unknown kind has no name in `type`, whatever the declaration says. */
function claimed({ name, mode, linkname, pax, ...header }: Header): ClaimedEntry & { linkTarget: string } {
  const type: string | null = header.type;
  // The contents of a sparse file are a map and pieces, which are not put together here.
  const isSparse = Object.keys(pax ?? {}).some((key) => key.startsWith('GNU.sparse.'));
  const kindName = isSparse ? 'sparse file' : type === null ? 'sparse file, or of a kind that is unknown here' : (KIND_NAMES.get(type) ?? type);
  return { name, kind: isSparse ? undefined : KINDS.get(type), kindName, mode, linkTarget: linkname ?? '' };
}
