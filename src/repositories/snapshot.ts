import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem, Release } from '../catalogue/release.ts';
import { errnoOf } from '../errors.ts';
import { isBoolean, isObject, isText, type Shape } from '../system/own-json.ts';
import type { CachePaths } from './cache-paths.ts';
import { areReleases } from './release-shape.ts';
import { areKeptRows, fromKeptRows, type Rows } from './rows.ts';

/** What of a copy cannot be read back. */
export const isDamaged = (error: unknown): boolean => error instanceof DamagedCopy;
class DamagedCopy extends Error {}

/** The files of what was read from one state of an index. */
export function snapshotFiles(paths: CachePaths, id: string) {
  const file = (name: string): string => join(paths.snapshot(id), name);
  return {
    /** The index as it came, where it was one file of a server. */
    raw: file('index'),
    rows: file('rows.json'),
    /** A line for each row: a list of its releases, as JSON. */
    releases: file('releases.jsonl'),
    problems: file('problems.json'),
  };
}

const isProblem = isObject<Pick<Problem, 'where' | 'text' | 'disables'>>({ where: isText, text: isText, disables: isBoolean }) as Shape<Problem>;
/** @throws DamagedCopy, which `isDamaged` knows */
export function readRows(paths: CachePaths, id: string): Rows {
  const kept = parsed(() => readRegular(snapshotFiles(paths, id).rows));
  const rows = areKeptRows(kept) ? fromKeptRows(kept) : undefined;
  if (rows === undefined) throw new DamagedCopy();
  return rows;
}

/** The releases of the row at an index. @throws DamagedCopy */
export function readReleases(paths: CachePaths, id: string, { rows, ends }: Rows, index: number): readonly Release[] {
  const [start, end] = [ends[index - 1] ?? 0, ends[index] ?? 0];
  const releases = parsed(() => readPart(snapshotFiles(paths, id).releases, start, end));
  const [name, type] = rows[index] ?? [];
  if (!areReleases(releases) || releases.length === 0) throw new DamagedCopy();
  if (releases.some((release) => release.name !== name || (release.type ?? '') !== type)) throw new DamagedCopy();
  return releases;
}

/** What is wrong with entries of the index. @throws DamagedCopy */
export function readProblems(paths: CachePaths, id: string): readonly Problem[] {
  const problems = parsed(() => readRegular(snapshotFiles(paths, id).problems));
  if (!Array.isArray(problems) || !problems.every(isProblem)) throw new DamagedCopy();
  return problems;
}

/** A copy is read by every search: what `readSmallFile` does against what others put there would take 10 ms. */
function readRegular(file: string): string {
  if (!statSync(file).isFile()) throw new DamagedCopy();
  return readFileSync(file, 'utf8');
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
