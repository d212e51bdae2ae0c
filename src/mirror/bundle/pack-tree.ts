import { readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { PackedEntry } from '../../publishing/packed-tree.ts';
import { type WrittenArchive, writeArchive } from '../../publishing/write-archive.ts';
import type { TreeEntry } from '../../system/tree-hash.ts';

/**
 * Packs the whole tree of a plugin as it came, so that it has the same hash once it is unpacked.
 * @throws UserError for a name that is no UTF-8, which no archive here can carry
 */
export async function packTree(name: string, tree: string, entries: readonly TreeEntry[], file: string): Promise<WrittenArchive> {
  return writeArchive({ directory: tree, entries: entries.map((entry) => packed(name, tree, entry)), folder: name, file, mtime: 0, mayReplace: true });
}

function packed(name: string, tree: string, { path: bytes, kind }: TreeEntry): PackedEntry {
  const path = bytes.toString();
  if (!Buffer.from(path).equals(bytes)) throw new UserError('source-refused', `${name} has a file whose name is no UTF-8, which a bundle cannot hold`);
  const place = join(tree, path);
  switch (kind) {
    case 'directory':
      return { path, kind, mode: 0o755, size: 0, target: '' };
    case 'link':
      return { path, kind, mode: 0o777, size: 0, target: readlinkSync(place) };
    case 'special':
      throw new UserError('source-refused', `${name} has ${JSON.stringify(path)}, which is neither a file, a directory nor a link`);
    default:
      return { path, kind: 'file', mode: kind === 'program' ? 0o755 : 0o644, size: statSync(place).size, target: '' };
  }
}
