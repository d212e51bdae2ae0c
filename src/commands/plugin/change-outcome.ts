import type { Outcome } from '../command.ts';

/** What a command that changes one plugin tells programs. */
interface ChangeFacts {
  readonly name: string;
  readonly [fact: string]: unknown;
}

/** A change that was made, and a sentence on it for people. */
export const changed = (data: ChangeFacts, text: string): Outcome => ({ data, lines: () => [{ info: text }] });

/** A change that is not made: what would be done, an action a line. */
export const planned = (name: string, would: readonly string[]): Outcome => ({
  data: { name, changed: false, would },
  // Where nothing would be done there is an empty line.
  lines: () => [would.map((action) => `would ${action}`).join('\n')],
});
