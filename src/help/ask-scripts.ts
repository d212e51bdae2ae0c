import { mkdtempSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../home/layout.ts';
import { isOfBash } from '../plugins/executable.ts';
import { mapAtOnce } from '../system/at-once.ts';
import { headOfFile } from '../system/file-head.ts';
import { untilInterrupted } from '../system/interrupts.ts';
import { type GroupedChild, type LimitedResult, startGroup } from '../system/limited-child.ts';
import { removeTree } from '../system/remove-tree.ts';
import { type Answer, answerIn, askCommands, HELP_BYTES, scriptEnvironment, secondsFor } from './ask-commands.ts';

/** How often a script that runs is looked at: what it prints is a file, and nobody else sees it grow. */
const LOOK_EVERY_MS = 50;
/** How many scripts are asked at once: a core has a second one to run while the first waits, and a few that hang hold up nobody else. */
const AT_ONCE = { least: 4, most: 8, perCore: 2 };

/**
 * Asks many `commands` scripts under the limits of `askCommands`, several at once. Shells start them (libexec/ask-scripts): each program that Node
 * starts holds Node up, by 7 to 18 ms where memory is slow to copy, and a hundred of them come one after another then.
 * @param files the scripts
 * @param packagePath the directory of this package
 * @returns what each answered, in their order
 */
export async function askScripts(files: readonly string[], word: string, packagePath: string, env: Environment): Promise<Answer[]> {
  const lanes = Math.min(AT_ONCE.most, Math.max(AT_ONCE.least, AT_ONCE.perCore * availableParallelism()));
  let folder: string;
  try {
    folder = mkdtempSync(join(tmpdir(), 'tool-help-'));
  } catch {
    // There is nowhere to write.
    return mapAtOnce(files, lanes, (file) => askCommands(file, word, env));
  }
  const call = process.argv.slice(2);
  const argv = [String(call.length), ...call, folder, word, ...files];
  const starters = Array.from({ length: Math.min(lanes, files.length) }, () => new Starter(join(packagePath, 'libexec/ask-scripts'), argv, env));
  const seconds = secondsFor(env);
  try {
    return await untilInterrupted(
      () => removeTree(folder),
      () =>
        mapAtOnce(files, lanes, async (file, index) => {
          const starter = starters.pop() as Starter;
          const result = await starter.run(index + 1, isOfBash(file) ? 'bash' : '', folder, seconds * 1000);
          starters.push(starter);
          return answerIn(result, seconds);
        }),
    );
  } finally {
    for (const starter of starters) starter.end();
    removeTree(folder);
  }
}

/** A shell in a session of its own that starts one script after another; another takes its place once it has been killed. */
class Starter {
  readonly #file: string;
  readonly #argv: readonly string[];
  readonly #env: Environment;
  #shell: GroupedChild | undefined;

  constructor(file: string, argv: readonly string[], env: Environment) {
    this.#file = file;
    this.#argv = argv;
    this.#env = scriptEnvironment(env);
  }

  /** Has a script run to its end or a limit. @param number its place in the shell's arguments @param interpreter what starts it; empty for its own line */
  async run(number: number, interpreter: string, folder: string, timeoutMs: number): Promise<LimitedResult> {
    const output = (['out', 'err'] as const).map((kind) => join(folder, `${number}.${kind}`)) as [string, string];
    const isOver = (): boolean => sizeOf(output[0]) + sizeOf(output[1]) > HELP_BYTES;
    this.#shell ??= startGroup(this.#file, this.#argv, this.#env, { stdin: 'open' });
    const shell = this.#shell;
    const deadline = performance.now() + timeoutMs;
    let over: LimitedResult['over'];
    const watch = setInterval(
      () => {
        over = isOver() ? 'output' : performance.now() > deadline ? 'time' : undefined;
        if (over) shell.kill();
      },
      Math.min(LOOK_EVERY_MS, timeoutMs),
    );
    shell.process.stdin?.write(`${number} ${interpreter}\n`);
    const told = await Promise.race([lineFrom(shell), shell.exited.then(() => undefined)]);
    clearInterval(watch);
    if (told === undefined) this.end();
    over ??= isOver() ? 'output' : undefined;
    const [stdout, stderr] = output.map(contentOf) as [Buffer, Buffer];
    return { status: told === undefined ? 128 + 9 : Number(told), stdout, stderr, ...(over ? { over } : {}) };
  }

  /** Lets the shell go, which ends as nobody asks it any more. */
  end(): void {
    this.#shell?.process.stdin?.end();
    this.#shell?.release();
    this.#shell = undefined;
  }
}

/** The next line of a shell that prints one for each that it is sent. */
const lineFrom = ({ process: { stdout } }: GroupedChild): Promise<string> =>
  new Promise((done) => {
    let line = '';
    const listen = (chunk: Buffer): void => {
      line += chunk.toString();
      if (!line.includes('\n')) return;
      stdout?.off('data', listen);
      done(line.trim());
    };
    stdout?.on('data', listen);
  });

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const contentOf = (file: string): Buffer => {
  try {
    return headOfFile(file, Math.min(HELP_BYTES, sizeOf(file)));
  } catch {
    // It could not be made.
    return Buffer.alloc(0);
  }
};
