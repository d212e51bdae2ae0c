import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * sha256 over a tree: names, kinds, execute bits and contents, in byte order; `.git` at the top is left out.
 * @returns hex
 */
export function treeHash(root: string): string {
  const hash = createHash('sha256');
  // Names are bytes: one that is no UTF-8 must be found again under the same name.
  const slash = Buffer.from('/');
  const visit = (path: Buffer, name: Buffer): void => {
    const stat = lstatSync(path);
    const kind = stat.isDirectory() ? 'directory' : stat.isSymbolicLink() ? 'link' : stat.mode & 0o111 ? 'program' : 'file';
    hash.update(`${kind}\0`).update(name).update('\0');
    if (kind === 'link') hash.update(readlinkSync(path, { encoding: 'buffer' })).update('\0');
    else if (kind !== 'directory') hash.update(`${stat.size}\0`).update(readFileSync(path));
    else {
      for (const entry of readdirSync(path, { encoding: 'buffer' }).sort(Buffer.compare)) {
        if (name.length === 0 && entry.equals(Buffer.from('.git'))) continue;
        visit(Buffer.concat([path, slash, entry]), name.length === 0 ? entry : Buffer.concat([name, slash, entry]));
      }
    }
  };
  visit(Buffer.from(root), Buffer.alloc(0));
  return hash.digest('hex');
}
