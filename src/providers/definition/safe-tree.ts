import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sizeText } from '../../system/size-text.ts';

const MOST_BYTES = 512 << 20;
const MOST_FILES = 100_000;

/**
 * Looks at what a provider unpacked: files and directories, no links that lead who knows where, nothing that runs as somebody else, and not without end.
 * @returns what is wrong with it; undefined for nothing
 */
export function treeProblem(root: string): string | undefined {
  let [bytes, files] = [0, 0];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const name of readdirSync(join(root, folder))) {
      const path = join(folder, name);
      const stat = lstatSync(join(root, path));
      if (!stat.isFile() && !stat.isDirectory()) return `${path} is ${stat.isSymbolicLink() ? 'a symbolic link' : 'no file'}`;
      if ((stat.mode & 0o6000) !== 0 && stat.isFile()) return `${path} would run as its owner`;
      if (stat.isFile() && stat.nlink > 1) return `${path} has another name somewhere`;
      if (stat.isDirectory()) folders.push(path);
      bytes += stat.size;
      if (++files > MOST_FILES) return `there are more than ${MOST_FILES} files`;
      if (bytes > MOST_BYTES) return `it is more than ${sizeText(MOST_BYTES)}`;
    }
  }
  return undefined;
}
