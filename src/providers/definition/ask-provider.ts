import { basename } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Environment } from '../../home/layout.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { type LimitedResult, runLimited } from '../../system/limited-child.ts';
import { providerEnvironment } from '../environment.ts';
import { type Definition, readDefinition } from './definition.ts';

const DEFINE_MS = 10_000;
const DEFINE_BYTES = 4 << 20;
const UNPACK_MS = 300_000;
const UNPACK_OUTPUT_BYTES = 1 << 20;
/** The token by which a provider knows that it is asked for what it is, and not to look around. */
const CATALOG_TOKEN = 'catalog';
const CANNOT_START = 126;
const SHOWN_LINES = 3;

/** A program that was asked something: where it is, and in which directory and environment it runs. */
export interface Asked {
  readonly program: string;
  readonly cwd: string;
  readonly env: Environment;
}

/**
 * Asks a program for its definition: `define`, of whose output only stdout is read, and only where it ends well and in time.
 * @throws UserError saying why there is none
 */
export async function askDefinition({ program, cwd, env }: Asked): Promise<Definition> {
  const limits = { timeoutMs: DEFINE_MS, outputBytes: DEFINE_BYTES, cwd };
  const result = await runLimited(program, ['define'], providerEnvironment(env, { RS_TOKEN: CATALOG_TOKEN, RS_ENDPOINT: 'http://localhost' }), limits);
  const problem = problemOf(result, DEFINE_MS, DEFINE_BYTES);
  const name = basename(program);
  if (problem !== undefined)
    throw new UserError('provider-failed', `\`${harmlessLine(name)} define\` ${problem}`, { hint: 'run it by hand, or tell its author' });
  return readDefinition(result.stdout.toString(), `\`${name} define\``);
}

/** What came of unpacking. */
export interface Unpacked {
  /** Why it did not; undefined where it did. */
  readonly problem: string | undefined;
  /** It ended as programs do that are asked for something they do not know: unpacking is optional. */
  readonly mayHaveNone: boolean;
}

/** Has a program unpack its files into a directory. */
export async function askToUnpack({ program, cwd, env }: Asked, directory: string): Promise<Unpacked> {
  const limits = { timeoutMs: UNPACK_MS, outputBytes: UNPACK_OUTPUT_BYTES, cwd };
  const own = { RS_TOKEN: CATALOG_TOKEN, RS_ENDPOINT: 'http://localhost' };
  const result = await runLimited(program, ['unpack', directory], providerEnvironment(env, own), limits);
  return { problem: problemOf(result, UNPACK_MS, UNPACK_OUTPUT_BYTES), mayHaveNone: result.status === 1 && result.over === undefined };
}

function problemOf({ status, over, stderr }: LimitedResult, timeoutMs: number, bytes: number): string | undefined {
  if (over === 'time') return `was not done within ${timeoutMs / 1000} seconds`;
  if (over === 'output') return `printed more than ${bytes >> 20} MiB`;
  if (status === 0) return undefined;
  if (status === CANNOT_START) return 'cannot be started: it is not executable, of another machine, or its interpreter is missing';
  const said = stderr.toString().trim().split('\n').slice(-SHOWN_LINES).map(harmlessLine).join(' | ');
  return `failed with status ${status}${said === '' ? '' : `: ${said}`}`;
}
