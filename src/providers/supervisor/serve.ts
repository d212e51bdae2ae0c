import { rmSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { ifMutexFree } from '../../home/mutex.ts';
import { writeDurably } from '../../system/durable.ts';
import { identify, type ProcessIdentity } from '../../system/processes.ts';
import { removeTree } from '../../system/remove-tree.ts';
import { type ListenAddress, openApiPort, openControl } from '../api/doors.ts';
import { closeServer } from '../api/http.ts';
import { newToken, ownerToken } from '../api/tokens.ts';
import { makeProviderFolders } from '../definition/provider-folders.ts';
import { EventBridge } from '../events/bridge.ts';
import type { PageHandler } from '../page/page.ts';
import { Supervisor, type SupervisorOptions } from './supervisor.ts';

/** What a supervisor tells of itself in a file, for the commands. */
export interface Serving {
  readonly process: ProcessIdentity;
  readonly control: string;
}

export interface ServeOptions extends Omit<SupervisorOptions, 'endpoint' | 'isOneShot'> {
  readonly listen: ListenAddress | undefined;
  /** What the command line is called, where there is to be a page on the API port; undefined for none. */
  readonly pageFor?: string | undefined;
  /** Told when commands can ask it, before any instance runs: the address of the API port, and that of the page with its token. */
  readonly onOpen: (url: string | undefined, page: string | undefined) => void;
  readonly onStarted: (done: number, all: number) => void;
  /** Done when somebody wants it to end. */
  readonly untilStopped: Promise<unknown>;
}

/**
 * Runs the supervisor of a home until it is to end, and stops its instances then.
 * @throws UserError where there is one already
 */
export async function serve(options: ServeOptions): Promise<void> {
  makeProviderFolders(options.paths);
  const ran = await ifMutexFree(options.paths.serveLock, () => serveAlone(options));
  if (!ran) throw new UserError('already-serving', 'The supervisor of this home runs already', { hint: 'see it with serve:status' });
}

async function serveAlone({ listen, pageFor, onOpen, onStarted, untilStopped, ...options }: ServeOptions): Promise<void> {
  const port = listen && (await openApiPort(listen));
  const supervisor = new Supervisor({ ...options, endpoint: port?.url });
  let shutDown: () => void = () => {};
  const asked = new Promise<void>((done) => {
    shutDown = done;
  });
  const left = await supervisor.endLeftovers();
  if (left > 0) options.onNote(`Ended ${left} processes that an earlier supervisor had left`);
  await supervisor.connectEvents();
  const bridge = new EventBridge(supervisor.events, { ...options, spool: options.paths.spool });
  // Of this supervisor alone: whoever listens on its port when it has ended learns nothing of use from a page that asks on.
  const pageToken = newToken();
  const page = port && pageFor !== undefined ? `${port.url}/ui/#token=${pageToken}` : undefined;
  const control = await openControl(supervisor, { startedAt: new Date(), page, shutDown }, () => bridge.drain());
  try {
    await bridge.open();
    const serving: Serving = { process: identify(process.pid) as ProcessIdentity, control: supervisor.run.control };
    writeDurably(options.paths.serving, JSON.stringify(serving), 0o600);
    if (port) {
      supervisor.tokens.admitOwner(ownerToken(options.paths.apiToken));
      port.serve(supervisor, pageFor === undefined ? undefined : await openPage(supervisor, pageFor, pageToken));
    }
    onOpen(port?.url, page);
    const starting = supervisor.startAll(onStarted);
    await Promise.race([untilStopped, asked]);
    await bridge.close();
    await supervisor.stopAll();
    await starting;
  } finally {
    bridge.endTriggers();
    rmSync(options.paths.serving, { force: true });
    await port?.close();
    await closeServer(control);
    removeTree(supervisor.run.path);
  }
}

/** The page of a supervisor, which is loaded where it is wanted alone. */
async function openPage(supervisor: Supervisor, brand: string, token: string): Promise<PageHandler> {
  const { pageOf } = await import('../page/page.ts');
  supervisor.tokens.admitOwner(token);
  return pageOf(supervisor, brand);
}
