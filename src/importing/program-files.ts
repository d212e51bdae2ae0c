import { type Dirent, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { inByteOrder } from '../home/names.ts';
import { isExecutableFile } from '../plugins/executable.ts';
import { textAtHead } from '../system/file-head.ts';
import type { NotBrought } from './import-plan.ts';

/** The programs below a folder. */
export interface Programs {
  /** From the folder on, in byte order. */
  readonly paths: readonly string[];
  /** What looks like a program and cannot be one. */
  readonly left: readonly NotBrought[];
}

/** A file below a folder that may be a command. */
interface ProgramFile {
  /** From the folder on. */
  readonly path: string;
  /** Undefined where it can be brought. */
  readonly problem?: string;
}

const MOST_ENTRIES = 20_000;
const DEEPEST = 20;

/** Bytes at the head of a program that are read for what they say. */
const HEAD_BYTES = 32 << 10;

/**
 * Looks for programs below a folder; hidden ones are left out.
 * @param isDeep whether folders in it are looked into
 */
export function programsBelow(folder: string, isDeep: boolean): Programs {
  const root = realpathSync(folder);
  const found: ProgramFile[] = [];
  const folders = [''];
  let seen = 0;
  for (let below = folders.shift(); below !== undefined; below = folders.shift()) {
    for (const entry of entriesOf(join(folder, below))) {
      if (entry.name.startsWith('.') || ++seen > MOST_ENTRIES) continue;
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        if (isDeep && entry.name !== 'node_modules' && path.split('/').length < DEEPEST) folders.push(path);
      } else found.push(...lookAtFile(root, folder, path, entry));
    }
  }
  found.sort((a, b) => inByteOrder(a.path, b.path));
  return {
    paths: found.flatMap(({ path, problem }) => (problem === undefined ? [path] : [])),
    left: found.flatMap(({ path, problem }) => (problem === undefined ? [] : [{ what: path, reason: problem }])),
  };
}

function lookAtFile(root: string, folder: string, path: string, entry: Dirent): ProgramFile[] {
  const file = join(folder, path);
  if (entry.isSymbolicLink()) {
    const target = realOrNothing(file);
    if (target === undefined) return [{ path, problem: 'is a dangling link' }];
    if (!isExecutableFile(file)) return [];
    return target.startsWith(`${root}/`) ? [{ path }] : [{ path, problem: 'is a link out of the folder; import what it leads to' }];
  }
  if (!entry.isFile()) return [];
  if (isExecutableFile(file)) return [{ path }];
  return programHead(file).startsWith('#!') ? [{ path, problem: `is not executable; chmod +x ${path}` }] : [];
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => inByteOrder(a.name, b.name));
  } catch {
    return [];
  }
}

function realOrNothing(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** The first kilobytes of a program; empty for what is no text, and for what cannot be read. */
export const programHead = (file: string): string => textAtHead(file, HEAD_BYTES);

/** Endings that tell the language, which a command's name leaves out. */
const ENDINGS = /(?<=.)\.(sh|bash|zsh|fish|ksh|py|rb|pl|php|js|mjs|cjs|ts|mts|cts|lua|tcl|awk)$/;

export const withoutEnding = (name: string): string => name.replace(ENDINGS, '');
