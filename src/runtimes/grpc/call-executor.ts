import type { ChildProcess } from 'node:child_process';
import { UserError } from '../../errors.ts';
import { harmlessLine } from '../../system/harmless.ts';
import type { Connection } from './connection.ts';
import { decodeExecute, decodeHelp, type ExecuteRequest, type ExecuteResponse, encodeExecute } from './executor-messages.ts';
import { type CallFailure, isConnectionLost, refusalOf, startFailure } from './failures.ts';
import { isForeign } from './foreign-program.ts';
import { HandshakeFailure } from './handshake.ts';
import type { LoggedLine } from './log-lines.ts';
import { endBehindConnection, type PluginProcess, startPlugin } from './plugin-process.ts';
import { listenToOutput, shutDown, untilServing } from './serving.ts';

/** An executor of Botkube's, and what it is asked. */
export interface ExecutorCall {
  /** What it is called in messages. */
  readonly name: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How long it may take until it serves. */
  readonly startMs: number;
  /** Ends the call, and the executor. */
  readonly aborted: AbortSignal;
  /** What is to be executed; undefined for its help. Asked once the executor has been started. */
  readonly request: (() => Promise<ExecuteRequest>) | undefined;
}

/** Told of what happens meanwhile. */
export interface ExecutorListener {
  readonly onStart: (child: ChildProcess) => void;
  readonly onLine: (line: LoggedLine) => void;
  readonly onNoise: (line: string) => void;
  /** The answer, before the executor is ended. */
  readonly onAnswer: (answer: ExecuteResponse) => void;
}

/**
 * Starts an executor of Botkube's as go-plugin's client does, asks it once, and ends it, whatever comes of it.
 * @throws UserError where it does not start, does not serve, refuses, or dies
 */
export async function callExecutor(call: ExecutorCall, listener: ExecutorListener): Promise<void> {
  const { name, file, env, startMs, aborted, request } = call;
  if (isForeign(file)) throw startFailure(name, 'cannot be started: it is made for another machine');
  const plugin = startPlugin(file, { env, startMs, ...listener });
  listener.onStart(plugin.child);
  let connection: Connection | undefined;
  let serves = false;
  let tellRest: (() => void) | undefined;
  try {
    // Loaded while it starts.
    const { connectTo } = await import('./connection.ts');
    const asked = await request?.();
    const place = await Promise.race([plugin.place, abortOf(aborted)]).catch((error: Error) => {
      throw startFailure(name, error.message, error instanceof HandshakeFailure ? '' : plugin.lastWords());
    });
    connection = connectTo(place);
    tellRest = listenToOutput(connection, (text) => listener.onLine({ level: undefined, text }));
    await untilServing(name, connection, plugin, startMs, aborted);
    serves = true;
    listener.onAnswer(await ask(call, connection, plugin, asked));
  } finally {
    const isEnding = connection !== undefined && serves && (await shutDown(connection, plugin));
    tellRest?.();
    connection?.close();
    await plugin.end(isEnding);
  }
}

/** Rejects when a signal has us end. */
const abortOf = (aborted: AbortSignal): Promise<never> =>
  new Promise((_, fail) => {
    const end = (): void => fail(new Error('was ended by a signal'));
    if (aborted.aborted) end();
    else aborted.addEventListener('abort', end, { once: true });
  });

async function ask(
  { name, aborted }: ExecutorCall,
  connection: Connection,
  plugin: PluginProcess,
  request: ExecuteRequest | undefined,
): Promise<ExecuteResponse> {
  const method = request === undefined ? 'Help' : 'Execute';
  let bytes: Buffer;
  try {
    bytes = await connection.call(`/executor.Executor/${method}`, request === undefined ? Buffer.alloc(0) : encodeExecute(request), { aborted });
  } catch (error) {
    const failure = error as CallFailure;
    const isLost = !aborted.aborted && isConnectionLost(failure);
    const status = isLost ? await endBehindConnection(plugin) : undefined;
    if (status === undefined) throw refusalOf(name, failure);
    throw new UserError('executor-died', `${name} ended with status ${status} before it answered`, {
      hint: 'tell its author, with what it printed',
      cause: error,
    });
  }
  try {
    return request === undefined ? decodeHelp(bytes) : decodeExecute(bytes);
  } catch (error) {
    throw new UserError('executor-failed', harmlessLine(`${name} answered with something that is no message of Botkube's: ${(error as Error).message}`), {
      status: 70,
      hint: 'tell its author',
      cause: error,
    });
  }
}
