import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isUserError, UserError } from '../../errors.ts';
import { writeAll } from '../../system/file-descriptor.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import { type Fetched, fetchArchive, localPath } from '../archive/fetch.ts';
import type { ArchiveFormat } from '../archive/format.ts';
import { type ArchiveLimits, ArchivePolicy } from '../archive/policy.ts';
import { verifyArchive } from '../archive/verify.ts';
import type { StageWorld } from '../kind.ts';
import { keepDownload, takeKept } from './kept-downloads.ts';

/**
 * Brings a file that an index names, and holds it to its checksums: one that is kept from an earlier download where there is a checksum to know it by, else it is
 * fetched, with the headers of its repository where they are for that server.
 * @param checksums in hex; none where nobody states one
 * @param what it should be, in words
 * @throws UserError
 */
export async function bringFile(
  repository: string,
  url: string,
  checksums: readonly string[],
  { scratch, limits, listener, catalogues, getters }: Pick<StageWorld, 'scratch' | 'limits' | 'listener' | 'catalogues' | 'getters'>,
  what: string,
): Promise<Fetched> {
  const opened = await catalogues?.();
  const [expected] = checksums;
  const file = join(scratch, 'archive');
  if (opened && expected !== undefined) {
    const bytes = takeKept(opened.downloads, expected, file, limits.bytes);
    if (bytes !== undefined) return held({ file, sha256: expected, bytes, contentType: 'unknown', finalUrl: withoutSecrets(url) });
  }
  if (opened?.offline && localPath(url) === undefined) {
    throw new UserError('offline', `${withoutSecrets(url)} has to be downloaded, and --offline does not allow it`, { hint: 'run it without --offline' });
  }
  const headers = opened?.headersFor(repository, url) ?? {};
  const fetched = await held(await fetchArchive(url, { scratch, maxBytes: limits.bytes, listener, headers, getters }));
  if (opened) keepDownload(opened.downloads, fetched, opened.downloadBytes?.());
  return fetched;

  async function held(came: Fetched): Promise<Fetched> {
    for (const sha256 of checksums.length > 0 ? checksums : [undefined]) await verifyArchive(came, url, sha256, what);
    return came;
  }
}

/**
 * Unpacks a file in which one other is packed.
 * @returns the path of that
 * @throws UserError where it is damaged, or too large
 */
export async function unpackOne(file: string, format: ArchiveFormat, target: string, label: string, limits: ArchiveLimits): Promise<string> {
  const policy = new ArchivePolicy(label, statSync(file).size, limits);
  const { decompress } = await import('../archive/decompress.ts');
  const fd = openSync(target, 'wx');
  try {
    for await (const chunk of decompress(file, format as Exclude<ArchiveFormat, 'zip'>)) {
      policy.count(chunk.length);
      writeAll(fd, chunk);
    }
  } catch (error) {
    if (isUserError(error)) throw error;
    throw new UserError('archive-damaged', `${label} cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`, {
      hint: 'it is truncated or damaged',
      cause: error,
    });
  } finally {
    closeSync(fd);
  }
  return target;
}
