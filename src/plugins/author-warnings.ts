import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { inspectExecutable } from './executable.ts';
import { readManifest } from './manifest.ts';
import { programsOf, strayCommands } from './plugin-files.ts';

/** What a plugin's author would want to know when it is installed or enabled; none of it stops the plugin. */
export function authorWarnings(directory: string, path: string): string[] {
  const { problem } = readManifest(directory);
  const stray = strayCommands(directory).map(
    (file) => `${join(directory, file)} is called like the script that is asked for help; rename it, or Dokku's help ends there`,
  );
  return [...(problem ? [problem] : []), ...programsOf(directory).flatMap((file) => fileWarning(join(directory, file), path)), ...stray];
}

function fileWarning(file: string, path: string): string[] {
  const runnable = inspectExecutable(file, path);
  if (runnable.kind === 'broken') return [`${file} cannot be run: ${runnable.problem}; ${runnable.remedy}`];
  if (runnable.kind === 'runnable' && lacksHashBang(file)) return [`${file} has no #! line and runs under /bin/sh; add one that names its interpreter`];
  return [];
}

/** Text that begins with neither `#!` nor a binary's magic number. */
function lacksHashBang(file: string): boolean {
  const head = Buffer.alloc(4);
  try {
    const fd = openSync(file, 'r');
    try {
      const read = readSync(fd, head, 0, head.length, 0);
      return !head.subarray(0, read).toString('latin1').startsWith('#!') && head.subarray(0, read).every((byte) => byte >= 9 && byte < 127);
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
}
