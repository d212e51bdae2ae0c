import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../errors.ts';
import type { Download } from '../../http/download.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import { archiveFormat } from './format.ts';
import type { ArchiveLimits } from './policy.ts';
import { unpackArchive } from './unpack.ts';

/** How a download is told of while it runs. */
export interface FetchListener {
  readonly onProgress?: (received: number, total: number | undefined) => void;
  readonly onRetry?: (reason: string, seconds: number) => void;
  /** The source is there, or cannot be had. */
  readonly onEnd?: () => void;
  /** What is to be said of a source that is there. */
  readonly onNote?: (note: string) => void;
}

/** Where an archive stands, `file:` addresses included. */
const localPath = (address: string): string | undefined =>
  address.startsWith('file:') ? fileURLToPath(address) : /^https?:/.test(address) ? undefined : address;

/**
 * Brings an archive, from the network or from a path, and unpacks it into a tree.
 * @param checksum `sha256:` and 64 hex digits, which it must have
 * @returns its sha256 in hex, the address without credentials, and the one folder that it holds
 * @throws UserError REFUSED telling what was expected and what came
 */
export async function fetchArchive(
  address: string,
  tree: string,
  { checksum, limits, listener, scratch }: { checksum: string | undefined; limits: ArchiveLimits; listener: FetchListener; scratch: string },
): Promise<{ url: string; sha256: string; folder: string | undefined }> {
  const expected = checksum === undefined ? undefined : /^sha256:([0-9a-f]{64})$/i.exec(checksum)?.[1]?.toLowerCase();
  if (checksum !== undefined && expected === undefined)
    throw new UserError('BAD_USAGE', `--checksum takes sha256: and 64 hexadecimal digits, not "${checksum}"`);
  const path = localPath(address);
  const file = path ?? join(scratch, 'archive');
  const got = path === undefined ? await fetched(address, file, limits, listener) : await describeLocal(path);
  const html = got.contentType.includes('text/html') || beginsLikeHtml(file);
  const described = `${got.bytes} bytes, ${got.contentType}${html ? ', which looks like an HTML page' : ''}, from ${got.finalUrl}`;
  if (expected !== undefined && got.sha256 !== expected) {
    throw new UserError('REFUSED', `The checksum of ${withoutSecrets(address)} is wrong: expected ${expected}, got ${got.sha256} (${described})`, {
      hint: 'nothing was installed',
    });
  }
  if (html)
    throw new UserError('REFUSED', `${withoutSecrets(address)} is an HTML page, not an archive (${described})`, {
      hint: 'give the address of the file itself',
    });
  if (got.bytes === 0) throw new UserError('REFUSED', `${withoutSecrets(address)} is empty`);
  const folder = await unpackArchive(file, path ?? withoutSecrets(address), tree, limits);
  return { url: withoutSecrets(address), sha256: got.sha256, folder };
}

async function fetched(address: string, file: string, limits: ArchiveLimits, listener: FetchListener): Promise<Download> {
  const { download } = await import('../../http/download.ts');
  return download(address, file, { maxBytes: limits.bytes, ...listener });
}

function beginsLikeHtml(file: string): boolean {
  const head = Buffer.alloc(64);
  const fd = openSync(file, 'r');
  try {
    return /^\s*<(!doctype|html|head)/i.test(head.toString('latin1', 0, readSync(fd, head, 0, head.length, 0)));
  } finally {
    closeSync(fd);
  }
}

async function describeLocal(path: string): Promise<Download> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new UserError('REFUSED', `${path} is no file`, { hint: 'check the path' });
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { sha256: hash.digest('hex'), bytes: stat.size, contentType: archiveFormat(path) ?? 'unknown', finalUrl: path };
}
