import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../errors.ts';
import type { Download } from '../../http/download.ts';
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
}

/** Where an archive stands, `file:` addresses included. */
export const localPath = (address: string): string | undefined =>
  address.startsWith('file:') ? fileURLToPath(address) : /^https?:/.test(address) ? undefined : address;

/** sha256 of a file, in hex. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/**
 * Brings an archive from the network into a directory, or finds it where it stands.
 * @throws UserError when it cannot be had
 */
export async function fetchArchive(address: string, { scratch, maxBytes, listener, headers }: FetchWorld): Promise<Fetched> {
  const path = localPath(address);
  if (path !== undefined) return foundHere(path);
  const file = join(scratch, 'archive');
  const { download } = await import('../../http/download.ts');
  return { file, ...(await download(address, file, { maxBytes, ...(headers ? { ownHeaders: headers } : {}), ...listener })) };
}

async function foundHere(path: string): Promise<Fetched> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new UserError('not-a-file', `${path} is not a file`, { hint: 'check the path' });
  return { file: path, sha256: await hashOf(path), bytes: stat.size, contentType: archiveFormat(path) ?? 'unknown', finalUrl: path };
}
