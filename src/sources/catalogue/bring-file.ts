import { closeSync, openSync, statSync } from 'node:fs';
import { isUserError, UserError } from '../../errors.ts';
import { writeAll } from '../../system/file-descriptor.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import { type Fetched, fetchArchive } from '../archive/fetch.ts';
import type { ArchiveFormat } from '../archive/format.ts';
import { type ArchiveLimits, ArchivePolicy } from '../archive/policy.ts';
import { verifyArchive } from '../archive/verify.ts';
import type { StageWorld } from '../kind.ts';

/**
 * Fetches a file that an index names, with the headers of its repository where they are for that server, and holds it to its checksums.
 * @param checksums in hex; none where nobody states one
 * @param what it should be, in words
 * @throws UserError REFUSED
 */
export async function bringFile(
  repository: string,
  url: string,
  checksums: readonly string[],
  { scratch, limits, listener, catalogues }: Pick<StageWorld, 'scratch' | 'limits' | 'listener' | 'catalogues'>,
  what: string,
): Promise<Fetched> {
  const opened = await catalogues?.();
  if (opened?.offline) {
    throw new UserError('REFUSED', `${withoutSecrets(url)} has to be downloaded, and --offline does not allow it`, { hint: 'run it without --offline' });
  }
  const headers = opened?.headersFor(repository, url) ?? {};
  const fetched = await fetchArchive(url, { scratch, maxBytes: limits.bytes, listener, headers });
  for (const expected of checksums.length > 0 ? checksums : [undefined]) await verifyArchive(fetched, url, expected, what);
  return fetched;
}

/**
 * Unpacks a file in which one other is packed.
 * @returns the path of that
 * @throws UserError REFUSED where it is damaged, or too large
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
    throw new UserError('REFUSED', `${label} cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`, {
      hint: 'it is truncated or damaged',
      cause: error,
    });
  } finally {
    closeSync(fd);
  }
  return target;
}
