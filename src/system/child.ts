import { type ChildProcess, type SpawnOptions, type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';

type Variables = Readonly<Record<string, string | undefined>>;

/** How a child ended: its exit status, 128 + the signal's number for a death by signal, 126 where it could not be started. */
export interface ChildResult {
  readonly status: number;
  readonly stdout: string;
  /** Its beginning and its end, where it is long. */
  readonly stderr: string;
}

/** A child that runs. */
export interface StartedChild {
  readonly process: ChildProcess;
  /** Its status once it is gone; never rejects. */
  readonly exited: Promise<number>;
  /** Its status once it is gone and nobody holds its output open any more; never rejects. */
  readonly closed: Promise<number>;
}

export interface ChildOptions {
  readonly env: Variables;
  /** `capture` collects stdout, `capture-all` stderr as well, both without stdin; `inherit` hands over all three streams, `inherit-to-stderr` stderr for stdout. */
  readonly output: 'capture' | 'capture-all' | 'inherit' | 'inherit-to-stderr';
  readonly timeoutMs?: number;
  readonly cwd?: string;
}

/** The status of what cannot be started, as shells have it. */
export const CANNOT_START = 126;
/** What is kept of a program's complaints at their beginning, and as much at their end: a server may send megabytes of them. */
const COMPLAINT_BYTES = 64 << 10;
/** More than any program says that is waited for. */
const WAITED_FOR_BYTES = 64 << 20;

/** The children that run. */
const running = new Set<ChildProcess>();

const statusOf = (code: number | null, signal: NodeJS.Signals | null): number => code ?? 128 + (signal ? constants.signals[signal] : 0);

/** Starts a file with an argv, never a shell string. This is the one place where processes are started; what cannot be is status 126, never an exception. */
export function startChild(file: string, argv: readonly string[], options: SpawnOptions): StartedChild {
  const child = spawn(file, argv, options);
  running.add(child);
  const ended = (event: 'exit' | 'close'): Promise<number> =>
    new Promise((done) => {
      child.on('error', () => done(CANNOT_START));
      child.on(event, (code, signal) => done(statusOf(code, signal)));
    });
  const exited = ended('exit');
  void exited.then(() => running.delete(child));
  return { process: child, exited, closed: ended('close') };
}

/** Whether a child that was started is gone, of whatever. */
export const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** Runs a file with an argv to its end. */
export async function runChild(file: string, argv: readonly string[], { env, output, timeoutMs, cwd }: ChildOptions): Promise<ChildResult> {
  const inherited = output === 'inherit' || output === 'inherit-to-stderr';
  const stdio: StdioOptions = inherited ? ['inherit', output === 'inherit' ? 1 : 2, 'inherit'] : ['ignore', 'pipe', output === 'capture' ? 'inherit' : 'pipe'];
  const child = startChild(file, argv, { env, stdio, ...(cwd ? { cwd } : {}), ...(timeoutMs ? { timeout: timeoutMs, killSignal: 'SIGKILL' } : {}) });
  const stdout: Buffer[] = [];
  child.process.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  const complaints = keepEnds(COMPLAINT_BYTES);
  child.process.stderr?.on('data', complaints.add);
  const status = await child.closed;
  return { status, stdout: Buffer.concat(stdout).toString(), stderr: complaints.text() };
}

/** Collects a stream of any length in little room: so many bytes of its beginning and of its end, with a line of its own for what is left out. */
function keepEnds(bytes: number): { add(chunk: Buffer): void; text(): string } {
  let [head, tail, left]: [Buffer, Buffer, number] = [Buffer.alloc(0), Buffer.alloc(0), 0];
  return {
    add: (chunk) => {
      const room = bytes - head.length;
      head = Buffer.concat([head, chunk.subarray(0, room)]);
      const behind = Buffer.concat([tail, chunk.subarray(room)]);
      tail = behind.subarray(-bytes);
      left += behind.length - tail.length;
    },
    text: () => (left === 0 ? Buffer.concat([head, tail]).toString() : `${head}\n… ${left} bytes …\n${tail}`),
  };
}

/** Runs a file with an argv while this process waits: for programs that answer at once. @param input what it reads, nothing by default */
export function askProgram(file: string, argv: readonly string[], { env, input }: { readonly env?: Variables; readonly input?: string } = {}): ChildResult {
  const { error, status, signal, stdout, stderr } = spawnSync(file, argv, {
    encoding: 'utf8',
    maxBuffer: WAITED_FOR_BYTES,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(env ? { env } : {}),
    ...(input === undefined ? {} : { input }),
  });
  return error ? { status: CANNOT_START, stdout: '', stderr: '' } : { status: statusOf(status, signal), stdout, stderr };
}

/** Passes a signal on to the children that run. */
export function signalChildren(signal: NodeJS.Signals): void {
  for (const child of running) child.kill(signal);
}

/** The environment for a child: what the caller had, NODE_OPTIONS as it was before the launcher set it aside. */
export function childEnvironment(env: Variables): Record<string, string | undefined> {
  const { TOOL_CALLER_NODE_OPTIONS: nodeOptions, ...rest } = env;
  return nodeOptions === undefined ? rest : { ...rest, NODE_OPTIONS: nodeOptions };
}
