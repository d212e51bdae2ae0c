import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { errnoOf } from '../errors.ts';

const CHUNK = 1 << 20;
const SLASH = Buffer.from('/');
const GIT = Buffer.from('.git');

/** One thing in a tree. */
export interface TreeEntry {
  /** Below the tree's root, in bytes. */
  readonly path: Buffer;
  /** A file that somebody may execute is a program; sockets, pipes and devices are special. */
  readonly kind: 'file' | 'program' | 'link' | 'directory' | 'special';
  /** The permission bits. */
  readonly mode: number;
  /** sha256 of the contents or of a link's target, in hex; empty for what has none. */
  readonly digest: string;
}

/** Bytes of a path below a tree's root: what is longer could not be named where the tree is to stand. */
export const LONGEST_PATH = 2048;

/** How deep a tree may be, and what is done about one that is deeper. */
export interface DepthLimit {
  /** Names in a path below the root. */
  readonly depth: number;
  /** Called with what to say of the first path beyond the limit. */
  readonly refuse: (what: string) => never;
}

/**
 * Everything in a tree but what is called `.git`, a submodule's included, in byte order, with its contents' digests. Links are not followed. What
 * this user may not read has no digest, a directory no entries.
 * @param limit without it every path that has a name is told
 */
export function readTree(root: string, limit?: DepthLimit): TreeEntry[] {
  const entries: TreeEntry[] = [];
  const top = Buffer.from(`${root}/`);
  const chunk = Buffer.allocUnsafe(CHUNK);
  const found: Found[] = [];
  // Names are bytes: one that is no UTF-8 must be found again under the same name. The first of a folder comes off the stack first.
  const lookInto = (folder: Buffer, prefix: Buffer, depth: number): void => {
    const names = ifPermitted(() => readdirSync(folder, { encoding: 'buffer' })) ?? [];
    for (const name of names.sort(Buffer.compare).reverse()) {
      if (!name.equals(GIT)) found.push({ path: Buffer.concat([prefix, name]), depth });
    }
  };
  lookInto(top, Buffer.alloc(0), 1);
  for (let next = found.pop(); next; next = found.pop()) {
    const { path, depth } = next;
    if (limit && (depth > limit.depth || path.length > LONGEST_PATH)) limit.refuse(beyond(path, depth, limit.depth));
    const place = Buffer.concat([top, path]);
    const stat = ifPermitted(() => lstatSync(place));
    if (!stat) continue;
    const mode = stat.mode & 0o7777;
    if (stat.isDirectory()) {
      entries.push({ path, kind: 'directory', mode, digest: '' });
      lookInto(place, Buffer.concat([path, SLASH]), depth + 1);
    } else if (stat.isSymbolicLink()) {
      const target = ifPermitted(() => readlinkSync(place, { encoding: 'buffer' }));
      entries.push({ path, kind: 'link', mode: 0o777, digest: target ? createHash('sha256').update(target).digest('hex') : '' });
    } else if (stat.isFile()) {
      entries.push({ path, kind: mode & 0o111 ? 'program' : 'file', mode, digest: ifPermitted(() => digestOf(place, chunk)) ?? '' });
    } else {
      entries.push({ path, kind: 'special', mode, digest: '' });
    }
  }
  return entries;
}

/** What is seen of a tree and not looked at yet. */
interface Found {
  readonly path: Buffer;
  readonly depth: number;
}

const SHOWN_BYTES = 60;

/** What to say of a path that is too deep or too long. */
export function beyond(path: Buffer, depth: number, limit: number): string {
  const shown = `${writtenPath(path.subarray(0, SHOWN_BYTES))}${path.length > SHOWN_BYTES ? '…' : ''}`;
  return depth > limit ? `"${shown}" is more than ${limit} names deep` : `"${shown}" is longer than ${LONGEST_PATH} bytes`;
}

function ifPermitted<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    // Not for this user, gone meanwhile, or too deep to be named.
    if (/^(EACCES|ENOENT|ENAMETOOLONG)$/.test(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** sha256 of a file, in hex. @param chunk what it is read into */
export function digestOf(file: Buffer | string, chunk = Buffer.allocUnsafe(CHUNK)): string {
  const hash = createHash('sha256');
  const fd = openSync(file, 'r');
  try {
    for (let read = readSync(fd, chunk); read > 0; read = readSync(fd, chunk)) hash.update(chunk.subarray(0, read));
  } finally {
    closeSync(fd);
  }
  return hash.digest('hex');
}

/**
 * sha256 over a tree's names, kinds and contents, and of modes over the execute bit alone: a umask makes no difference.
 * @returns hex
 */
export function treeHash(entries: readonly TreeEntry[]): string {
  const hash = createHash('sha256');
  for (const { kind, path, digest } of entries) hash.update(`${kind}\0`).update(path).update(`\0${digest}\0`);
  return hash.digest('hex');
}

/** A tree as text, a line for each entry: mode, kind, digest or `-`, path with all but printable ASCII as `%XX`. */
export const treeListing = (entries: readonly TreeEntry[]): string =>
  entries.map(({ mode, kind, digest, path }) => `${mode.toString(8).padStart(4, '0')} ${kind} ${digest || '-'} ${writtenPath(path)}\n`).join('');

/** The entries that `treeListing` wrote. */
export function parseTreeListing(text: string): TreeEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [mode = '', kind = '', digest = '', ...path] = line.split(' ');
      return { mode: Number.parseInt(mode, 8), kind: kind as TreeEntry['kind'], digest: digest === '-' ? '' : digest, path: readPath(path.join(' ')) };
    });
}

/** A path that prints on one line and says every byte. */
export const writtenPath = (path: Buffer): string =>
  path.toString('latin1').replaceAll(/[^ -$&-~]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

const readPath = (written: string): Buffer =>
  Buffer.from(
    written.replaceAll(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
