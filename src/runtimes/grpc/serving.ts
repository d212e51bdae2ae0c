import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../../errors.ts';
import { hasEnded } from '../../system/child.ts';
import { harmlessLine } from '../../system/harmless.ts';
import type { Connection } from './connection.ts';
import { field } from './encode.ts';
import { type CallFailure, reasonOf, startFailure, statusName } from './failures.ts';
import { linesOf } from './log-lines.ts';
import type { PluginProcess } from './plugin-process.ts';
import { Message } from './protobuf.ts';

/** grpc.health.v1: https://github.com/grpc/grpc/blob/master/doc/health-checking.md. go-plugin's servers have this one service. */
const HEALTH = { method: '/grpc.health.v1.Health/Check', request: field(1, 'plugin'), serving: 1 };
const ASK_AGAIN_MS = 50;
/** How long one that told where it listens may take until it can be connected to. */
const CONNECT_MS = 5000;
const SHUTDOWN_MS = 1000;
const NOTHING = Buffer.alloc(0);

/** A message; undefined for bytes that are none. */
function messageIn(bytes: Buffer): Message | undefined {
  try {
    return new Message(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Waits until a plugin says that it serves. One that knows nothing of health is taken to: it has told where it listens.
 * @param name of the plugin, for messages
 * @param startMs how long it may take
 * @throws UserError
 */
export async function untilServing(name: string, connection: Connection, plugin: PluginProcess, startMs: number, aborted: AbortSignal): Promise<void> {
  const began = Date.now();
  for (;;) {
    const passed = Date.now() - began;
    const isLast = passed + ASK_AGAIN_MS >= startMs;
    const serves = await connection.call(HEALTH.method, HEALTH.request, { aborted, timeoutMs: Math.max(startMs - passed, ASK_AGAIN_MS) }).then(
      (bytes) => {
        const answer = messageIn(bytes);
        if (answer === undefined) throw startFailure(name, 'told where it listens, and answers with something that is no message', plugin.lastWords());
        return answer.number(1) === HEALTH.serving;
      },
      (failure: CallFailure) => {
        const status = statusName(failure.status);
        if (status === 'UNIMPLEMENTED' || status === 'NOT_FOUND') return true;
        if (status === 'UNAVAILABLE' && !isLast && passed < CONNECT_MS && !hasEnded(plugin.child)) return false;
        throw startFailure(name, `told where it listens, and cannot be spoken to: ${reasonOf(failure)}`, plugin.lastWords());
      },
    );
    if (serves) return;
    if (isLast)
      throw new UserError('executor-not-serving', harmlessLine(`${name} says that it does not serve, ${startMs / 1000} s after it was started`), {
        hint: 'see what it logs with --trace',
      });
    await wait(ASK_AGAIN_MS);
  }
}

/** How often a plugin that runs for long is asked, how long it may take, and how often in a row it may fail to answer. */
const LOOK_MS = 15_000;
const LOOK_PATIENCE_MS = 10_000;
const MOST_FAILED = 3;

/**
 * Asks a plugin again and again whether it serves, as Botkube does.
 * @param onLost told once, when it has not for several times
 * @returns what ends it
 */
export function watchServing(connection: Connection, onLost: (why: string) => void, everyMs: number = LOOK_MS): () => void {
  let failed = 0;
  let isAsking = false;
  const look = async (): Promise<void> => {
    const problem = await connection.call(HEALTH.method, HEALTH.request, { timeoutMs: LOOK_PATIENCE_MS }).then(
      (bytes) => (messageIn(bytes)?.number(1) === HEALTH.serving ? undefined : 'says that it does not serve'),
      (failure: CallFailure) =>
        ['UNIMPLEMENTED', 'NOT_FOUND'].includes(statusName(failure.status)) ? undefined : `does not say whether it serves: ${reasonOf(failure)}`,
    );
    failed = problem === undefined ? 0 : failed + 1;
    if (problem === undefined || failed < MOST_FAILED) return;
    clearInterval(timer);
    onLost(problem);
  };
  const timer = setInterval(() => {
    if (isAsking) return;
    isAsking = true;
    void look().finally(() => {
      isAsking = false;
    });
  }, everyMs).unref();
  return () => clearInterval(timer);
}

/** Has what a plugin prints told line by line once it serves: then it comes this way, and waits until somebody takes it (grpc_stdio.go of go-plugin). @returns what tells the rest of it */
export function listenToOutput(connection: Connection, onLine: (line: string) => void): () => void {
  const STDERR = 2;
  const [stdout, stderr] = [linesOf(onLine), linesOf(onLine)];
  connection.listen('/plugin.GRPCStdio/StreamStdio', NOTHING, (bytes) => {
    // What is no message is no output: nobody would catch what is thrown here.
    const message = messageIn(bytes);
    if (message === undefined) return;
    const take = message.number(1) === STDERR ? stderr : stdout;
    take(message.bytes(2));
  });
  return () => {
    stdout();
    stderr();
  };
}

/**
 * Asks a plugin to end, as go-plugin's client does; one that does not know the method is sent a signal.
 * @returns whether it may be about to end
 */
export async function shutDown(connection: Connection, { child }: PluginProcess): Promise<boolean> {
  if (hasEnded(child)) return false;
  try {
    await connection.call('/plugin.GRPCController/Shutdown', NOTHING, { timeoutMs: SHUTDOWN_MS });
  } catch (error) {
    const status = statusName((error as CallFailure).status);
    if (status === 'UNIMPLEMENTED') child.kill('SIGTERM');
    // Go's ends its connections before it has answered. One that does not answer at all will not end either.
    else return status !== 'DEADLINE_EXCEEDED';
  }
  return true;
}
