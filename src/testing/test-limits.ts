import { UserError } from '../errors.ts';
import type { Environment } from '../home/layout.ts';

/** How many seconds a step may take. */
export interface TestLimits {
  readonly help: number;
  readonly install: number;
  readonly bats: number;
}

/**
 * The limits, or `TOOL_TEST_TIMEOUT` for each of them.
 * @throws UserError for what is not a number of seconds
 */
export function testLimits({ TOOL_TEST_TIMEOUT: text }: Environment): TestLimits {
  if (!text) return { help: 10, install: 600, bats: 3600 };
  const seconds = Number(text);
  // Node's timers hold 24 days.
  if (!(seconds > 0 && seconds < 2_000_000)) throw new UserError('bad-variable', `TOOL_TEST_TIMEOUT is not a number of seconds: ${text}`, { status: 2 });
  return { help: seconds, install: seconds, bats: seconds };
}
