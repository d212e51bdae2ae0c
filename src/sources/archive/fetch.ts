import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../errors.ts';
import type { Download } from '../../http/download.ts';
import type { Getters } from '../../runtimes/getters.ts';
import { fileHash } from '../../system/file-hash.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import type { StageListener } from '../kind.ts';
import { archiveFormat } from './format.ts';

/** An archive on this machine, and what is known of how it came. */
export interface Fetched extends Omit<Download, 'validators'> {
  readonly file: string;
}

export interface FetchWorld {
  readonly scratch: string;
  readonly maxBytes: number;
  readonly listener: StageListener;
  /** For the origin of the address alone. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly getters?: Getters | undefined;
}

/** Where an archive stands, `file:` addresses included. */
export const localPath = (address: string): string | undefined =>
  address.startsWith('file:') ? fileURLToPath(address) : isOfServer(address) ? undefined : address;

/** Whether an address has a scheme: paths are absolute here. */
const isOfServer = (address: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(address);

/** Whether a plugin's getter is to fetch an address, and not this program. */
export const needsGetter = (address: string): boolean => isOfServer(address) && !/^(https?|file):/i.test(address);

/**
 * Brings an archive from the network into a directory, or finds it where it stands.
 * @throws UserError when it cannot be had
 */
export async function fetchArchive(address: string, { scratch, maxBytes, listener, headers, getters }: FetchWorld): Promise<Fetched> {
  const path = localPath(address);
  if (path !== undefined) return foundHere(path);
  const file = join(scratch, 'archive');
  if (needsGetter(address)) {
    if (getters === undefined)
      throw new UserError('no-such-scheme', `${withoutSecrets(address)} can only be fetched by a plugin that is a getter`, {
        hint: 'give an https address or a path here',
      });
    const got = await getters.fetch(address, file, { maxBytes, onProgress: listener.onProgress });
    return { file, ...got, contentType: archiveFormat(address) ?? 'unknown', finalUrl: withoutSecrets(address) };
  }
  const { download } = await import('../../http/download.ts');
  return { file, ...(await download(address, file, { maxBytes, ...(headers ? { ownHeaders: headers } : {}), ...listener })) };
}

async function foundHere(path: string): Promise<Fetched> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new UserError('not-a-file', `${path} is not a file`, { hint: 'check the path' });
  return { file: path, sha256: await fileHash(path), bytes: stat.size, contentType: archiveFormat(path) ?? 'unknown', finalUrl: path };
}
