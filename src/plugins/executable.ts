import { accessSync, closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { barredFolder, statOrNothing } from '../system/links.ts';

/** What stands at a path that should be run: `missing` covers directories and dangling links as well. */
export type Runnable = { kind: 'runnable' } | { kind: 'missing' } | { kind: 'broken'; problem: string; remedy: string };

const HEAD_BYTES = 256;

const mayExecute = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Whether a path is a regular file with an execute bit for this user: what the launcher's `-f` and `-x` ask. */
export function isExecutableFile(file: string): boolean {
  return statOrNothing(file)?.isFile() === true && mayExecute(file);
}

/** Whether a program would be found on a PATH. */
export const isOnPath = (program: string, path: string): boolean => path.split(':').some((folder) => isExecutableFile(join(folder || '.', program)));

function firstLine(file: string): string {
  const fd = openSync(file, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return (
      head
        .subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0))
        .toString('latin1')
        .split('\n', 1)[0] ?? ''
    );
  } finally {
    closeSync(fd);
  }
}

/** Whether a file is started by the first bash on PATH, as `env` looks for it. */
export function isOfBash(file: string): boolean {
  try {
    return /^#! ?\/usr\/bin\/env bash[ \t]*$/.test(firstLine(file));
  } catch {
    return false;
  }
}

interface Problem {
  readonly problem: string;
  readonly remedy: string;
}

/** What is wrong with each first line that was met, for a look at many files on one PATH. */
export type HashBangs = Map<string, Problem | undefined>;

function shebangProblem(line: string, path: string): Problem | undefined {
  if (!line.startsWith('#!')) return undefined;
  if (line.endsWith('\r')) {
    return { problem: 'its #! line ends in a carriage return', remedy: 'save it with Unix line ends' };
  }
  const [interpreter = '', ...words] = line.slice(2).trim().split(/\s+/);
  if (!isExecutableFile(interpreter)) {
    return { problem: `its interpreter ${interpreter || '(none)'} cannot be run`, remedy: 'install it or fix the #! line' };
  }
  const program = (words[0] === '-S' ? words[1] : words[0]) ?? '';
  // env's other options, assignments and quotes are its own affair.
  const named = interpreter.endsWith('/env') && /^[A-Za-z0-9_.+][A-Za-z0-9_.+-]*$/.test(program);
  if (named && !isOnPath(program, path)) {
    return { problem: `its interpreter ${program} is not on PATH`, remedy: 'install it or fix the #! line' };
  }
  return undefined;
}

/**
 * Looks at a file without running it, so that one broken script cannot end a loop over many (contract dokku §10.1 (2)).
 * @param path the PATH on which `#!/usr/bin/env NAME` would look
 * @param met first lines that were looked at before, and what was found
 */
export function inspectExecutable(file: string, path: string, met: HashBangs = new Map()): Runnable {
  const stat = statOrNothing(file);
  if (!stat) {
    const barred = barredFolder(file);
    if (barred !== undefined) return { kind: 'broken', problem: `cannot look into ${barred}: permission denied`, remedy: 'ask its owner for leave to read it' };
  }
  if (!stat?.isFile()) return { kind: 'missing' };
  if (!mayExecute(file)) return { kind: 'broken', problem: 'it is not executable', remedy: `chmod +x ${file}` };
  try {
    const line = firstLine(file);
    if (!met.has(line)) met.set(line, shebangProblem(line, path));
    const found = met.get(line);
    return found ? { kind: 'broken', ...found } : { kind: 'runnable' };
  } catch {
    return { kind: 'runnable' };
  }
}
