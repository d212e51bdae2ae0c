import { join } from 'node:path';
import { inject } from 'vitest';
import type { RunOptions } from './sandbox.ts';

/**
 * How a sandbox runs a command that dies at a step of a change to plugins.
 * @param step what `checkpoint` in src/store calls it
 */
export const killedAt = (step: string, program: 'tool' | 'plugn' = 'tool'): RunOptions => ({
  command: join(inject('killable'), 'bin', program),
  env: { TOOL_TEST_KILL_AT: step },
});
