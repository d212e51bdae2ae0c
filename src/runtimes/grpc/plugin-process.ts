import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { errnoOf } from '../../errors.ts';
import { type StartedChild, startChild } from '../../system/child.ts';
import { killQuietly } from '../../system/processes.ts';
import { HANDSHAKE_VARIABLES, isHandshake, type PluginPlace, placeIn } from './handshake.ts';
import { type LoggedLine, linesOf, readLogLine } from './log-lines.ts';
import { startWatchdog } from './watchdog.ts';

/** A program that was started as go-plugin starts one, until `end` is called. */
export interface PluginProcess {
  readonly child: ChildProcess;
  /** Where it listens. Rejects with an Error that says, behind "it", why it is of no use. */
  readonly place: Promise<PluginPlace>;
  /** Its exit status, 128 + the signal's number for a death by signal. */
  readonly exited: Promise<number>;
  /** Its last words on standard error, in one line, without what is no complaint; empty where there were none. */
  lastWords(): string;
  /**
   * Kills whoever is left of its process group. What it printed by then has been told.
   * @param isEnding whether it was asked to end: then it is waited for, for a moment
   */
  end(isEnding: boolean): Promise<void>;
}

export interface StartOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where it stands; by default where we do. */
  readonly cwd?: string;
  /** How long it may take until it tells where it listens. */
  readonly startMs: number;
  /** Told of each line that it logs. */
  readonly onLine: (line: LoggedLine) => void;
  /** Told what it printed in front of its handshake: Botkube takes the first line for the handshake. */
  readonly onNoise: (firstLine: string) => void;
}

/** How long the end of a process may come behind the end of its connection. */
const DEATH_MS = 500;

/** The exit status of a plugin whose connection is lost; undefined for one that has not ended. */
export const endBehindConnection = ({ exited }: Pick<PluginProcess, 'exited'>): Promise<number | undefined> =>
  Promise.race([exited, wait(DEATH_MS, undefined, { ref: false })]);

/** How long a plugin that was asked to end may take, as go-plugin has it (`Kill` in client.go). */
const GRACE_MS = 2000;
/** How long output is waited for that somebody in the background keeps open. */
const OUTPUT_MS = 200;
/** What of a path the kernel takes for a socket (unix(7)), less the name that go-plugin gives it: `/plugin1234567890`. */
const SOCKET_FOLDER_BYTES = 107 - 20;
const WORDS_BYTES = 400;
/** The beginning of the stacks that Go prints when a program panics. */
const GO_TRACE = /^goroutine \d+ \[/;

/** A directory for its socket and its temporary files, whose path leaves room for the name of a socket. */
function scratchFolder(): string {
  const name = 'tool-XXXXXX';
  const folder = Buffer.byteLength(join(tmpdir(), name)) <= SOCKET_FOLDER_BYTES ? tmpdir() : '/tmp';
  return mkdtempSync(join(folder, 'tool-'));
}

/**
 * Starts a plugin in a process group of its own, without standard input. Its group ends when `end` is called, and when this process dies, of whatever.
 * @param file its path
 */
export function startPlugin(file: string, options: StartOptions): PluginProcess {
  const { env, cwd, onLine } = options;
  const scratch = scratchFolder();
  const watchdog = startWatchdog(scratch);
  const started = startChild(file, [], {
    env: { ...env, ...HANDSHAKE_VARIABLES, TMPDIR: scratch, PLUGIN_UNIX_SOCKET_DIR: scratch },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(cwd === undefined ? {} : { cwd }),
  });
  const { process: child, exited } = started;
  const killGroup = (): void => {
    if (child.pid !== undefined) killQuietly(-child.pid, 'SIGKILL');
  };
  if (child.pid !== undefined) watchdog.watch(child.pid);
  process.once('exit', killGroup);
  let words = '';
  let isTrace = false;
  const log = linesOf((text) => {
    const line = readLogLine(text);
    isTrace ||= GO_TRACE.test(line.text);
    // What Go panics with stands in front of where it did.
    if (!isTrace && (line.level === undefined || line.level === 'warn' || line.level === 'error')) words = `${words} ${line.text}`.slice(-WORDS_BYTES);
    onLine(line);
  });
  child.stderr?.on('data', log);
  child.stderr?.on('end', () => log());
  const lastWords = (): string => words.replaceAll(/\s+/g, ' ').trim();
  const place = placeOf(started, options);
  // Whoever waits for it is told; nobody may.
  place.catch(() => {});
  return {
    child,
    place,
    exited,
    lastWords,
    async end(isEnding) {
      if (isEnding) await Promise.race([exited, wait(GRACE_MS, undefined, { ref: false })]);
      killGroup();
      await outputEnd(started);
      log();
      process.off('exit', killGroup);
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
      rmSync(scratch, { recursive: true, force: true });
      watchdog.dismiss();
    },
  };
}

/** Waits until everything that was printed has been read; somebody in the background may keep it open. */
const outputEnd = ({ exited, closed }: StartedChild): Promise<unknown> => exited.then(() => Promise.race([closed, wait(OUTPUT_MS, undefined, { ref: false })]));

/** Waits for the handshake, or for what comes in its place. What is printed behind it is told as what it logs. */
function placeOf(started: StartedChild, { startMs, onLine, onNoise }: StartOptions): Promise<PluginPlace> {
  const { process: child, exited } = started;
  return new Promise((done, fail) => {
    let noise = '';
    let isOver = false;
    const timer = setTimeout(() => settle(() => fail(new Error(`did not tell where it listens within ${startMs / 1000} s${printed()}`))), startMs);
    const settle = (how: () => void): void => {
      if (!isOver) how();
      isOver = true;
      clearTimeout(timer);
    };
    const printed = (): string => (noise === '' ? '' : `; it printed "${noise.slice(0, WORDS_BYTES)}"`);
    const take = linesOf((line) => {
      if (isOver) return onLine({ level: 'info', text: line });
      if (!isHandshake(line)) {
        noise ||= line.trim();
        return;
      }
      settle(() => {
        if (noise !== '') onNoise(noise);
        try {
          done(placeIn(line));
        } catch (error) {
          fail(error);
        }
      });
    });
    child.stdout?.on('data', take);
    child.stdout?.on('end', () => take());
    child.on('error', (error) =>
      settle(() => fail(new Error(`cannot be started (${errnoOf(error) ?? error.message}); is its interpreter here, and is it for this machine?`))),
    );
    void exited.then(async (status) => {
      await outputEnd(started);
      settle(() => fail(new Error(`ended with status ${status} before it told where it listens${printed()}`)));
    });
  });
}
