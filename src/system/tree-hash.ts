import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * sha256 over a tree: names, kinds, execute bits and contents, in byte order; `.git` at the top is left out.
 * @returns hex
 */
export function treeHash(root: string): string {
  const hash = createHash('sha256');
  const visit = (path: string, name: string): void => {
    const stat = lstatSync(path);
    const kind = stat.isDirectory() ? 'directory' : stat.isSymbolicLink() ? 'link' : stat.mode & 0o111 ? 'program' : 'file';
    hash.update(`${kind}\0${name}\0`);
    if (kind === 'link') hash.update(`${readlinkSync(path)}\0`);
    else if (kind !== 'directory') hash.update(`${stat.size}\0`).update(readFileSync(path));
    else {
      const names = readdirSync(path).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      for (const entry of names) if (!(name === '' && entry === '.git')) visit(join(path, entry), name === '' ? entry : `${name}/${entry}`);
    }
  };
  visit(root, '');
  return hash.digest('hex');
}
