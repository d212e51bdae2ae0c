import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { byKey, keyOf } from '../catalogue/order.ts';
import type { Catalogue, Problem, Release } from '../catalogue/release.ts';
import type { SearchRow } from '../catalogue/search.ts';
import { toSearchRows } from '../catalogue/search-rows.ts';
import { errnoOf } from '../errors.ts';
import { writeWhole } from '../system/durable.ts';
import { isBoolean, isCount, isObject, isText, type Shape } from '../system/own-json.ts';
import { removeTree } from '../system/remove-tree.ts';
import { readSmallFile } from '../system/small-file.ts';
import type { CachePaths } from './cache-paths.ts';
import { areReleases } from './release-shape.ts';

/** What a search reads: a row for each name and type, and where its releases end among those of all. */
export interface Rows {
  readonly rows: readonly SearchRow[];
  /** In bytes of the file of releases, one for each row. */
  readonly ends: readonly number[];
}

/** What of a copy cannot be read back. */
export const isDamaged = (error: unknown): boolean => error instanceof DamagedCopy;
class DamagedCopy extends Error {}

const RAW = 'index';
const ROWS = 'rows.json';
/** A line for each row: a list of its releases, as JSON. */
const RELEASES = 'releases.jsonl';
const PROBLEMS = 'problems.json';

/** Larger than whatever an index of the largest size allowed makes. */
const COPY_BYTES = 512 << 20;

/**
 * Writes what was read of an index into a folder of its own, which means nothing until `writeMeta` names it.
 * @param raw the index as it came, where it is one file
 * @returns the folder's name
 */
export function writeSnapshot(paths: CachePaths, { releases, problems }: Catalogue, raw: string | undefined): { readonly id: string; readonly names: number } {
  const id = `index-${process.pid}-${process.hrtime.bigint().toString(36)}`;
  const folder = paths.snapshot(id);
  mkdirSync(folder, { recursive: true });
  const groups = byKey(releases);
  const rows = toSearchRows(releases);
  const lines = rows.map(([name, type]) => `${JSON.stringify(groups.get(keyOf({ name, type })))}\n`);
  const ends: number[] = [];
  for (const line of lines) ends.push((ends.at(-1) ?? 0) + Buffer.byteLength(line));
  if (raw !== undefined) writeWhole(join(folder, RAW), raw);
  writeWhole(join(folder, RELEASES), lines.join(''));
  writeWhole(join(folder, PROBLEMS), JSON.stringify(problems));
  writeWhole(join(folder, ROWS), JSON.stringify({ rows, ends }));
  return { id, names: rows.length };
}

/** Removes what no meta names any more, and what was cut short. The caller holds the lock. */
export function removeOthers(paths: CachePaths, id: string): void {
  for (const name of readdirSync(paths.folder)) {
    if ((name.startsWith('index-') && name !== id) || name.startsWith('.tmp-')) removeTree(join(paths.folder, name));
  }
}

const isProblem = isObject<Pick<Problem, 'where' | 'text' | 'disables'>>({ where: isText, text: isText, disables: isBoolean }) as Shape<Problem>;
const isRow: Shape<SearchRow> = (value): value is SearchRow => Array.isArray(value) && value.length === 5 && value.every(isText);
const areRows: Shape<Rows> = isObject<Rows>({
  rows: (value): value is readonly SearchRow[] => Array.isArray(value) && value.every(isRow),
  ends: (value): value is readonly number[] => Array.isArray(value) && value.every(isCount),
});

/** @throws DamagedCopy, which `isDamaged` knows */
export function readRows(paths: CachePaths, id: string): Rows {
  const rows = parsed(() => readSmallFile(join(paths.snapshot(id), ROWS), COPY_BYTES));
  if (!areRows(rows) || rows.rows.length !== rows.ends.length) throw new DamagedCopy();
  return rows;
}

/** The releases of the row at an index. @throws DamagedCopy */
export function readReleases(paths: CachePaths, id: string, { rows, ends }: Rows, index: number): readonly Release[] {
  const [start, end] = [ends[index - 1] ?? 0, ends[index] ?? 0];
  const releases = parsed(() => readPart(join(paths.snapshot(id), RELEASES), start, end));
  const [name, type] = rows[index] ?? [];
  if (!areReleases(releases) || releases.length === 0) throw new DamagedCopy();
  if (releases.some((release) => release.name !== name || (release.type ?? '') !== type)) throw new DamagedCopy();
  return releases;
}

/** What is wrong with entries of the index. @throws DamagedCopy */
export function readProblems(paths: CachePaths, id: string): readonly Problem[] {
  const problems = parsed(() => readSmallFile(join(paths.snapshot(id), PROBLEMS), COPY_BYTES));
  if (!Array.isArray(problems) || !problems.every(isProblem)) throw new DamagedCopy();
  return problems;
}

/** The index as it came, for who reads it anew; undefined where that is not kept, or cannot be read. */
export function readRaw(paths: CachePaths, id: string): string | undefined {
  try {
    return readSmallFile(join(paths.snapshot(id), RAW), COPY_BYTES);
  } catch {
    return undefined;
  }
}

function parsed(read: () => string): unknown {
  try {
    return JSON.parse(read());
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EACCES' || code === 'EIO') throw error;
    throw new DamagedCopy(undefined, { cause: error });
  }
}

function readPart(file: string, start: number, end: number): string {
  const fd = openSync(file, 'r');
  try {
    if (end <= start || end > fstatSync(fd).size) throw new DamagedCopy();
    const part = Buffer.alloc(end - start);
    if (readSync(fd, part, 0, part.length, start) !== part.length) throw new DamagedCopy();
    return part.toString();
  } finally {
    closeSync(fd);
  }
}
