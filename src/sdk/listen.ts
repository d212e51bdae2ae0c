import { Console } from 'node:console';
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { answerer } from './answer.ts';
import type { Declared } from './calls.ts';
import { hostAt } from './host.ts';
import { InstanceState } from './instance-state.ts';

/** Bytes of a path that a UNIX socket can have; of a longer one Node would take a part. */
const MOST_PATH_BYTES = process.platform === 'darwin' ? 103 : 107;
const PARENT_MS = 1000;
const STOP_MS = 5000;

/**
 * Serves an instance until it is stopped: by the host, by a signal, or because the host is gone.
 * @returns 1 where it cannot be served; undefined where it is
 */
export async function listen(declared: Declared, sockets: readonly string[]): Promise<number | undefined> {
  const [inbound, outbound, ...more] = sockets;
  if (inbound === undefined || outbound === undefined || more.length > 0) return failed('listen takes two sockets: the one to listen on, and that of the host');
  const long = [inbound, outbound].find((path) => Buffer.byteLength(path) > MOST_PATH_BYTES);
  if (long !== undefined) return failed(`the path of a socket has more than ${MOST_PATH_BYTES} bytes: ${long}`);
  // Standard output is for the host, which waits for READY!
  globalThis.console = new Console(process.stderr, process.stderr);
  const state = new InstanceState(declared, hostAt(outbound));
  const server = createServer();
  const stop = stopper(state, server);
  const { onRequest, onUpgrade } = answerer(state, stop);
  server.on('request', onRequest);
  server.on('upgrade', onUpgrade);
  // An action may take as long as it takes, and a connection that the host keeps is the host's to close.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 0;
  try {
    await bound(server, inbound);
  } catch (error) {
    return failed((error as Error).message);
  }
  process.stdout.write('READY!\n');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void stop();
  }, PARENT_MS).unref();
  return undefined;
}

function failed(why: string): number {
  process.stdout.write('Failed\n');
  process.stderr.write(`Error: ${why}\n`);
  return 1;
}

/** Listens on a socket that its owner alone can use; one that is left from before is replaced. */
function bound(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true });
  return new Promise((done, fail) => {
    const before = process.umask(0o177);
    server.once('error', fail);
    server.listen(path, () => {
      server.off('error', fail);
      done();
    });
    process.umask(before);
  });
}

/** What ends the process, once: the provider's own handler first, for a while. */
function stopper(state: InstanceState, server: Server): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    setTimeout(() => process.exit(0), STOP_MS);
    await state.stop();
    await state.host.flush();
    server.close();
    process.exit(0);
  };
  return () => {
    stopping ??= end();
    return stopping;
  };
}
