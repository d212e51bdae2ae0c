import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { type StartedChild, startChild } from './child.ts';
import { SIGNALS } from './interrupted.ts';
import { killQuietly } from './processes.ts';

/** How a child under limits ended: its exit status, 128 + the signal's number for a death by signal. */
export interface LimitedResult {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Which limit ended it, if one did. */
  readonly over?: 'time' | 'output';
}

export interface Limits {
  readonly timeoutMs: number;
  readonly outputBytes: number;
  /** Where it stands; by default where we do. */
  readonly cwd?: string;
  /** What it reads from stdin; nothing by default. */
  readonly input?: string;
}

/** A child in a session of its own, whose output we read. */
export interface GroupedChild extends StartedChild {
  /** Kills its process group. */
  kill(): void;
  /** Forgets it, and lets go of its output; whoever of its group is left lives on. */
  release(): void;
}

/** How long output is waited for that a process in the background keeps open. */
const GRACE_MS = 200;

/** Each shell that starts in a directory that is gone complains of it; nothing can be read or written there, so another one will do. */
function whereToStand(): { cwd?: string } {
  try {
    process.cwd();
    return {};
  } catch {
    return { cwd: '/' };
  }
}

/** Children of our own sessions, which a signal from the terminal does not reach. */
const running = new Set<ChildProcess>();

/** What a child of ours is given. */
export interface GroupOptions {
  /** Where it stands; by default where we do. */
  readonly cwd?: string | undefined;
  /** What it reads from stdin; nothing by default. */
  readonly input?: string | undefined;
  /** Whether it is written to later, and has its stdin ended by the caller. */
  readonly stdin?: 'open';
}

/** Starts a file that `release` must be called of, whatever comes of it; until then a signal that ends us ends it too. */
export function startGroup(
  file: string,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { cwd, input, stdin }: GroupOptions = {},
): GroupedChild {
  const hasInput = input !== undefined || stdin === 'open';
  const started = startChild(file, argv, {
    env,
    stdio: [hasInput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    detached: true,
    ...(cwd === undefined ? whereToStand() : { cwd }),
  });
  const { process: child } = started;
  remember(child);
  // It need not read what it is given.
  child.stdin?.on('error', () => {});
  if (stdin !== 'open') child.stdin?.end(input);
  const release = (): void => {
    child.stdin?.destroy();
    child.stdout?.destroy();
    child.stderr?.destroy();
    forget(child);
  };
  return { ...started, kill: () => killGroup(child), release };
}

/**
 * Runs a file in a session of its own. Past a limit its process group is killed. None of our streams is its own, so nobody who left the
 * group is waited for, not by our caller either. A file that cannot be started is status 126, never an exception.
 */
export async function runLimited(
  file: string,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { timeoutMs, outputBytes, cwd, input }: Limits,
): Promise<LimitedResult> {
  const { process: child, exited, closed, kill, release } = startGroup(file, argv, env, { cwd, input });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  let [size, over]: [number, LimitedResult['over']] = [0, undefined];
  const end = (limit: 'time' | 'output'): void => {
    over ??= limit;
    kill();
  };
  const timer = setTimeout(() => end('time'), timeoutMs);
  const keepIn = (kept: Buffer[]) => (chunk: Buffer) => {
    size += chunk.length;
    if (size > outputBytes) end('output');
    else kept.push(chunk);
  };
  child.stdout?.on('data', keepIn(stdout));
  child.stderr?.on('data', keepIn(stderr));
  const status = await exited;
  // A busy process gets to this timer before it has looked at the pipes again: what is in them is read first. Nobody waits for the timer itself.
  await Promise.race([closed, wait(GRACE_MS, undefined, { ref: false }).then(() => new Promise((done) => setImmediate(done)))]);
  clearTimeout(timer);
  release();
  return { status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr), ...(over ? { over } : {}) };
}

function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) killQuietly(-pid, 'SIGKILL');
}

/** Dies of a signal as one would without children, who must not outlive us. */
function endAll(signal: NodeJS.Signals): void {
  for (const child of running) killGroup(child);
  for (const name of SIGNALS) process.off(name, endAll);
  // Whoever else waits for the signal is told now: sent again, it could come after the end of the children has had them stop waiting.
  if (!process.emit(signal, signal)) process.kill(process.pid, signal);
}

function remember(child: ChildProcess): void {
  if (running.size === 0) for (const name of SIGNALS) process.on(name, endAll);
  running.add(child);
}

function forget(child: ChildProcess): void {
  running.delete(child);
  if (running.size === 0) for (const name of SIGNALS) process.off(name, endAll);
}
