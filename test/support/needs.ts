import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';

/** Whether a program is on PATH. */
export const onPath = (program: string): boolean =>
  (process.env.PATH ?? '').split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/**
 * `test`, or one that is skipped and says what the machine lacks. Under CI the runner counts such a skip as a failure.
 * @param programs names that must be on PATH; `root` means running as root
 */
export function testNeeding(...programs: string[]): typeof test {
  const missing = programs.filter((program) => (program === 'root' ? process.getuid?.() !== 0 : !onPath(program)));
  if (missing.length === 0) return test;
  return ((name: string, ...rest: unknown[]) =>
    (test.skip as (name: string, ...rest: unknown[]) => void)(`${name} (skipped: needs ${missing.join(', ')})`, ...rest)) as typeof test;
}
