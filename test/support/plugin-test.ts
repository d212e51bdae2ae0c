import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RunOptions, RunResult, Sandbox } from './sandbox.ts';

let runs = 0;

/** Runs the command with a temporary directory of its own, which must be empty afterwards, as must be the list of processes. */
export async function pluginTest(box: Sandbox, argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const tmp = join(box.root, `tmp-${runs++}`);
  mkdirSync(tmp);
  chmodSync(tmp, 0o777);
  const result = await box.run(['plugin:test', ...argv], { ...options, env: { TMPDIR: tmp, ...options.env } });
  if (!argv.includes('--keep')) expect(readdirSync(tmp)).toEqual([]);
  expect(processesOf(tmp)).toEqual([]);
  return result;
}

/** Processes with a path in their environment. */
export const processesOf = (path: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(path);
    } catch {
      return false;
    }
  });
