import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { Environment } from '../home/layout.ts';
import { childEnvironment, startChild } from '../system/child.ts';
import { killQuietly } from '../system/processes.ts';
import { endLeftovers, type ThrowawayHome } from './throwaway-home.ts';

/** What every step of a test run is given. */
export interface TestWorld {
  readonly home: ThrowawayHome;
  /** The caller's environment; `enter` takes from it what leads elsewhere. */
  readonly env: Environment;
  /** Aborted by a signal: the step that runs is ended, and no other is begun. */
  readonly interrupted: AbortSignal;
}

export interface StepOptions {
  readonly seconds: number;
  /** Told each line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface StepResult {
  /** The exit status, 128 + the signal's number for a death by signal. */
  readonly status: number;
  readonly timedOut: boolean;
  readonly stdout: string;
  /** Both streams, in the order in which they came. */
  readonly output: string;
}

/** How long a step that is ended may tidy up, and how long output is waited for that a background process keeps open. */
const GRACE_MS = 500;
const KEPT_OUTPUT = 1 << 20;

/**
 * Runs a command in the home, in a session of its own, without standard input. When its time is up, or on a signal, all that
 * it started is ended.
 */
export async function runInHome({ home, env, interrupted }: TestWorld, argv: readonly string[], { seconds, onLine }: StepOptions): Promise<StepResult> {
  if (interrupted.aborted) return { status: 130, timedOut: false, stdout: '', output: '' };
  const {
    process: child,
    exited,
    closed,
  } = startChild(home.enter, argv, {
    env: { ...childEnvironment(env), TOOL_TEST_ROOT: home.root },
    cwd: home.root,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let [stdout, output, timedOut] = ['', '', false];
  const keep = (kept: string, text: string): string => (kept.length < KEPT_OUTPUT ? kept + text : kept);
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout = keep(stdout, text);
    output = keep(output, text);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = keep(output, text);
  });
  if (onLine && child.stdout) createInterface({ input: child.stdout }).on('line', onLine);
  const end = async (): Promise<void> => {
    if (child.pid === undefined) return;
    killQuietly(-child.pid, 'SIGTERM');
    await Promise.race([exited, wait(GRACE_MS, undefined, { ref: false })]);
    killQuietly(-child.pid, 'SIGKILL');
    await endLeftovers(home);
  };
  const timer = setTimeout(() => {
    timedOut = true;
    void end();
  }, seconds * 1000);
  const onAbort = (): void => void end();
  interrupted.addEventListener('abort', onAbort, { once: true });
  const status = await exited;
  clearTimeout(timer);
  interrupted.removeEventListener('abort', onAbort);
  if (timedOut || interrupted.aborted) await end();
  await Promise.race([closed, wait(GRACE_MS, undefined, { ref: false })]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  return { status, timedOut, stdout, output };
}

/** The last lines of what a step said, for a point that failed. */
export const lastLines = (text: string, count = 20): string[] => text.trimEnd().split('\n').filter(Boolean).slice(-count);
