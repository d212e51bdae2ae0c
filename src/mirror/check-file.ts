import { isUserError, UserError } from '../errors.ts';
import { decompress } from '../sources/archive/decompress.ts';
import type { Fetched } from '../sources/archive/fetch.ts';
import type { ArchiveFormat } from '../sources/archive/format.ts';
import { BLOCK, isTarHeader, packedFormat } from '../sources/archive/packing.ts';
import { verifyArchive } from '../sources/archive/verify.ts';
import { withoutSecrets } from '../system/secrets.ts';
import type { MirrorFile } from './book.ts';

/** How the name of an archive ends that is packed in a way. */
const ENDINGS: Readonly<Record<ArchiveFormat, string>> = {
  tar: '.tar',
  gzip: '.tar.gz',
  xz: '.tar.xz',
  zstd: '.tar.zst',
  bzip2: '.tar.bz2',
  zip: '.zip',
};

const HINT = 'it is not mirrored; ask whoever publishes it';

/**
 * Looks whether a file is what it should be: it has the checksum that is stated, is no page for people, and an archive is one, whole to its end where no checksum says so.
 * @returns the key of its object
 * @throws UserError
 */
export async function checkedKey(fetched: Fetched, { url, sha256, key, holds, endsAsPacked }: MirrorFile): Promise<string> {
  try {
    await verifyArchive(fetched, url, sha256, holds === 'archive' ? 'an archive' : 'a file');
    if (holds !== 'archive') return key;
    const format = packedFormat(fetched.file);
    if (format === undefined || !(await holdsFiles(fetched.file, format, { url, isToEnd: sha256 === undefined })))
      throw new UserError('not-an-archive', `${withoutSecrets(url)} is not an archive`, { hint: HINT });
    return endsAsPacked === true ? key + ENDINGS[format] : key;
  } catch (error) {
    if (isUserError(error))
      throw new UserError(error.code, error.message, { hint: error.code === 'program-missing' ? (error.hint ?? HINT) : HINT, cause: error });
    throw error;
  }
}

/** Whether a packed file is an archive; it is read to its end where that is asked for. @throws UserError for a damaged one */
async function holdsFiles(file: string, format: ArchiveFormat, { url, isToEnd }: { url: string; isToEnd: boolean }): Promise<boolean> {
  try {
    if (format === 'zip') {
      const { openZip } = await import('../sources/archive/zip-reader.ts');
      for await (const entry of openZip(file)) if (isToEnd && entry.kind === 'file') for await (const chunk of entry.body()) void chunk;
      return true;
    }
    let head: Buffer = Buffer.alloc(0);
    for await (const chunk of decompress(file, format)) {
      if (head.length < BLOCK) head = Buffer.concat([head, chunk]).subarray(0, BLOCK);
      if (head.length >= BLOCK && (!isToEnd || !isTarHeader(head))) break;
    }
    return isTarHeader(head);
  } catch (error) {
    if (isUserError(error)) throw error;
    throw new UserError('archive-damaged', `${withoutSecrets(url)} is damaged: ${error instanceof Error ? error.message : String(error)}`, {
      hint: HINT,
      cause: error,
    });
  }
}
