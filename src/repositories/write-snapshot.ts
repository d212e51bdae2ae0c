import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { byKey, keyOf } from '../catalogue/order.ts';
import type { Catalogue } from '../catalogue/release.ts';
import { toSearchRows } from '../catalogue/search-rows.ts';
import { writeWhole } from '../system/durable.ts';
import { removeTree } from '../system/remove-tree.ts';
import type { CachePaths } from './cache-paths.ts';
import { type Rows, toKeptRows } from './rows.ts';
import { snapshotFiles } from './snapshot.ts';
import { SIGNATURE_ENDINGS } from './wanted-signatures.ts';

/** What was written of a copy. */
export interface Snapshot {
  /** The folder's name. */
  readonly id: string;
  readonly rows: Rows;
}

/**
 * Writes what was read of an index into a folder of its own, which means nothing until `writeMeta` names it.
 * @param raw the file that the index came as, which is moved there
 */
export function writeSnapshot(paths: CachePaths, { releases, problems }: Catalogue, raw: string | undefined): Snapshot {
  const id = `index-${process.pid}-${process.hrtime.bigint().toString(36)}`;
  const files = snapshotFiles(paths, id);
  mkdirSync(paths.snapshot(id), { recursive: true });
  const groups = byKey(releases);
  const rows = toSearchRows(groups);
  if (raw !== undefined) {
    for (const ending of SIGNATURE_ENDINGS) if (existsSync(`${raw}${ending}`)) renameSync(`${raw}${ending}`, `${files.raw}${ending}`);
    renameSync(raw, files.raw);
  }
  const lines = rows.map(([name, type]) => groups.get(keyOf({ name, type })) ?? []);
  const written = { rows, ends: writeLines(files.releases, lines) };
  writeWhole(files.problems, JSON.stringify(problems));
  writeWhole(files.rows, JSON.stringify(toKeptRows(written)));
  return { id, rows: written };
}

/** How much is written at a time: the text of a large index would be held whole, besides what it is made of. */
const CHUNK = 1 << 20;

/** Writes values as lines of JSON. @returns where each ends, in bytes */
function writeLines(file: string, values: readonly unknown[]): number[] {
  const fd = openSync(file, 'wx', 0o644);
  try {
    const ends: number[] = [];
    let [end, chunk] = [0, ''];
    for (const value of values) {
      const line = `${JSON.stringify(value)}\n`;
      end += Buffer.byteLength(line);
      ends.push(end);
      chunk += line;
      if (chunk.length < CHUNK) continue;
      writeFileSync(fd, chunk);
      chunk = '';
    }
    writeFileSync(fd, chunk);
    fsyncSync(fd);
    return ends;
  } finally {
    closeSync(fd);
  }
}

/** Removes what no meta names any more, and what was cut short. The caller holds the lock. */
export function removeOthers(paths: CachePaths, id: string): void {
  for (const name of readdirSync(paths.folder)) {
    if ((name.startsWith('index-') && name !== id) || name.startsWith('.tmp-')) removeTree(join(paths.folder, name));
  }
}
