import { statSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { fileHash } from '../../system/file-hash.ts';
import type { Comparison } from '../kind.ts';
import { localPath } from './fetch.ts';
import type { ArchiveSource } from './kind.ts';

/**
 * Compares an archive on this machine by its sha256. A server is not asked for one, of which it would have to send all.
 * @throws UserError when it is not there any more
 */
export async function compareArchive({ url, sha256 }: ArchiveSource): Promise<Comparison> {
  const file = localPath(url);
  if (file === undefined) return { state: 'not checked', problem: `an update fetches ${url} to see` };
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new UserError('source-gone', `${file} is no longer a file`, { hint: 'give the new place with plugin:update NAME --from SOURCE' });
  return { state: (await fileHash(file)) === sha256 ? 'current' : 'outdated' };
}
