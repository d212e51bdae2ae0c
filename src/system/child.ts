import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';

/** How a child ended: its exit status, 128 + the signal's number for a death by signal. */
export interface ChildResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `capture` collects stdout, `capture-all` stderr as well, both without stdin; `inherit` hands over all three streams, `inherit-to-stderr` stderr for stdout. */
  readonly output: 'capture' | 'capture-all' | 'inherit' | 'inherit-to-stderr';
  readonly timeoutMs?: number;
  readonly cwd?: string;
}

const SPAWN_FAILED = 126;

/** The children that run. */
const running = new Set<ChildProcess>();

/** Runs a file with an argv, never a shell string. A file that cannot be started is status 126, never an exception. */
export function runChild(file: string, argv: readonly string[], options: ChildOptions): Promise<ChildResult> {
  const { env, output, timeoutMs, cwd } = options;
  return new Promise((done) => {
    const inherited = output === 'inherit' || output === 'inherit-to-stderr';
    const stdio: StdioOptions = inherited
      ? ['inherit', output === 'inherit' ? 1 : 2, 'inherit']
      : ['ignore', 'pipe', output === 'capture' ? 'inherit' : 'pipe'];
    const child = spawn(file, argv, {
      env,
      stdio,
      ...(cwd ? { cwd } : {}),
      ...(timeoutMs ? { timeout: timeoutMs, killSignal: 'SIGKILL' } : {}),
    });
    running.add(child);
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    const finish = (status: number) => {
      running.delete(child);
      done({ status, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    };
    child.on('error', () => finish(SPAWN_FAILED));
    child.on('close', (code, signal) => finish(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/** Passes a signal on to the children that run. */
export function signalChildren(signal: NodeJS.Signals): void {
  for (const child of running) child.kill(signal);
}

/** The environment for a child: what the caller had, NODE_OPTIONS as it was before the launcher set it aside. */
export function childEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  const { TOOL_CALLER_NODE_OPTIONS: nodeOptions, ...rest } = env;
  return nodeOptions === undefined ? rest : { ...rest, NODE_OPTIONS: nodeOptions };
}
