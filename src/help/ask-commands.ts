import type { Environment } from '../home/layout.ts';
import { childEnvironment } from '../system/child.ts';
import { type LimitedResult, runLimited } from '../system/limited-child.ts';

const HELP_SECONDS = 10;
/** How much a script may print. */
export const HELP_BYTES = 256 << 10;
const LINE_LENGTH = 2000;
const NOT_IMPLEMENTED = 10;

/** What a line of text has none of: controls but for the tab and colours, and what was no UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NO_TEXT = /[\0-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\ufffd]|\x1b(?!\[[\d;]*m)/;

/** What a `commands` script printed, as far as it is text. */
export interface Answer {
  readonly lines: readonly string[];
  /** What it said on stderr. */
  readonly said: string;
  /** What is wrong with how it answered, to stand behind its name. */
  readonly fault?: string;
  /** Whether it says that the word is not its own. */
  readonly declined: boolean;
}

/**
 * Asks a `commands` script under limits; it can neither hold up nor spoil what is printed (contract dokku §10.1 (2)).
 * @param file the script
 * @param word `help` for the lines of its commands, `PLUGIN:help` for its page
 */
export async function askCommands(file: string, word: string, env: Environment): Promise<Answer> {
  const seconds = secondsFor(env);
  return answerIn(await runLimited(file, [word], scriptEnvironment(env), { timeoutMs: seconds * 1000, outputBytes: HELP_BYTES }), seconds);
}

/** What a script is started with. */
export const scriptEnvironment = (env: Environment): Environment => ({ ...childEnvironment(env), LC_ALL: 'C' });

/** What a script answered. @param seconds that it had */
export function answerIn(result: LimitedResult, seconds: number): Answer {
  const printed = result.over === 'output' ? [] : result.stdout.toString().split('\n');
  const lines = printed.filter((line) => line.length <= LINE_LENGTH && !NO_TEXT.test(line));
  const fault = faultOf(result, seconds) ?? (lines.length < printed.length ? 'help printed lines that are no text; they are left out' : undefined);
  return { lines, said: result.stderr.toString().trimEnd(), ...(fault === undefined ? {} : { fault }), declined: result.status === NOT_IMPLEMENTED };
}

function faultOf({ over, status }: LimitedResult, seconds: number): string | undefined {
  if (over === 'time') return `help was ended after ${seconds} s; its commands may be missing here`;
  if (over === 'output') return `help was ended after printing ${HELP_BYTES >> 10} KB; its commands are missing here`;
  if (status === NOT_IMPLEMENTED) return `says that help is not its own (status ${NOT_IMPLEMENTED}); let it print its commands`;
  return status === 0 ? undefined : `help ended with status ${status}; its commands may be missing here`;
}

/** `TOOL_HELP_TIMEOUT` in seconds, where it is a number that a timer takes. */
export function secondsFor({ TOOL_HELP_TIMEOUT: text }: Environment): number {
  const seconds = Number(text);
  return seconds > 0 && seconds < 2_000_000 ? seconds : HELP_SECONDS;
}
