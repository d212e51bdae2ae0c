import { once } from 'node:events';
import { UserError } from '../errors.ts';
import { isLoopbackHost } from '../http/host.ts';
import type { Answered, Serving } from '../http/local-server.ts';
import { harmlessLine } from '../system/harmless.ts';
import { isInterrupted } from '../system/interrupted.ts';
import { withInterrupts } from '../system/interrupts.ts';
import type { Line } from '../terminal/lines.ts';
import type { CommandContext, Outcome } from './command.ts';

/** Where a command serves that is given no `--host`. */
export const DEFAULT_HOST = '127.0.0.1';

/** The port that `--port` names, 0 for any that is free. @throws UserError bad-value */
export function portOf(text = '0'): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65536) return Number(text);
  throw new UserError('bad-value', `--port takes a number up to 65535, not "${harmlessLine(text)}"`);
}

/** What a command serves. */
export interface ServedHere {
  readonly host: string;
  /** What whoever can reach it can read. */
  readonly readable: string;
  /** @param onRequest told of each request that was answered */
  readonly listen: (onRequest: (request: Answered) => void) => Promise<Serving>;
  /** What is said once it listens. */
  readonly opening: (url: string) => readonly Line[];
}

/** Serves until a signal comes, and tells of each request. @throws UserError where it cannot listen */
export async function serveHere(
  { progress, warn }: Pick<CommandContext, 'progress' | 'warn'>,
  { host, readable, listen, opening }: ServedHere,
): Promise<Outcome> {
  let requests = 0;
  const server = await listen(({ status, method, path, bytes }) => {
    requests++;
    progress(harmlessLine(`${status} ${method} ${path}${bytes === 0 ? '' : ` ${bytes}`}`));
  });
  if (!isLoopbackHost(host)) warn(`Whoever can reach ${host} can read ${readable}; leave --host out to serve this machine alone`);
  for (const line of opening(server.url)) progress(line);
  await untilSignal(() => server.close());
  return { data: { url: server.url, requests }, lines: () => [] };
}

/** Waits for a signal, by which what was begun before ends as it should. @param end ends it, whatever came */
export async function untilSignal(end: () => Promise<void> | void): Promise<void> {
  try {
    await withInterrupts('', ({ aborted }) => once(aborted, 'abort'));
  } catch (error) {
    if (!isInterrupted(error)) throw error;
  } finally {
    await end();
  }
}

/** Tells each text that is another than the one before; an empty one is none. */
export function whenChanged(tell: (text: string) => void): (text: string) => void {
  let last = '';
  return (text) => {
    if (text !== last && text !== '') tell(text);
    last = text;
  };
}
