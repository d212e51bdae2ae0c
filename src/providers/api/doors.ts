import type { Server } from 'node:http';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { errnoOf, UserError } from '../../errors.ts';
import { bareHost, isLoopbackHost } from '../../http/host.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { HOPS_HEADER, withHops } from '../events/hops.ts';
import { isForEvents } from '../events/websocket.ts';
import { errorModel } from '../models.ts';
import type { PageHandler } from '../page/page.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { type ControlWorld, controlRoutes } from './control-routes.ts';
import { FORWARDED, forward, forwardUpgrade, type Inbound, refuseUpgrade } from './forward.ts';
import { ApiError, answering, type Caller, closable, closeServer, listenOn, notFound, sendError } from './http.ts';

const OWNER: Caller = { kind: 'owner' };

/** Where an instance can be reached. */
const inboundOf =
  (supervisor: Supervisor) =>
  (name: string): Inbound => {
    const found = supervisor.find(name);
    if (found === undefined) return { refused: 'unknown' };
    const { state, current } = found;
    if (current !== undefined && (state === 'running' || state === 'stopping')) return { socketPath: current.launched.sockets.inbound };
    return { refused: ['starting', 'configuring', 'restarting'].includes(state) ? 'starting' : 'stopped' };
  };

/** What is answered at every door behind which somebody is known. */
function answer(supervisor: Supervisor, request: IncomingMessage, response: ServerResponse, caller: Caller): void {
  const url = request.url ?? '';
  if (url.startsWith(FORWARDED)) forward(request, response, inboundOf(supervisor));
  else if (url.startsWith('/api/v3')) supervisor.mainApi(request, response, caller);
  else sendError(response, notFound(request));
}

/** Answers a request for another protocol there. */
function upgrade(supervisor: Supervisor, request: IncomingMessage, socket: Duplex, head: Buffer, caller: Caller): void {
  if (isForEvents(request)) void supervisor.eventSockets.accept(request, socket, head, caller);
  else forwardUpgrade(request, socket, head, inboundOf(supervisor));
}

/**
 * The control socket, which the owner of the home alone can open.
 * @param beforeChange done when all is told that was done before a change is asked for
 * @throws UserError
 */
export async function openControl(supervisor: Supervisor, world: ControlWorld, beforeChange: () => Promise<void> = async () => {}): Promise<Server> {
  const control = answering(controlRoutes(supervisor, world));
  const server = await listenOn(supervisor.run.control, (request, response) => {
    if (!(request.url ?? '').startsWith('/control/')) return answer(supervisor, request, response, OWNER);
    const hops = Number(request.headers[HOPS_HEADER]) || 0;
    const go = (): void => withHops(hops, () => control(request, response, OWNER));
    if (request.method === 'GET') go();
    else void beforeChange().finally(go);
  });
  server.on('upgrade', (request, socket, head) => upgrade(supervisor, request, socket, head, OWNER));
  return server;
}

/** An address to listen on. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Reads `127.0.0.1:8092`, `[::1]:8092` or a port alone: an address of this machine that no other reaches. @throws UserError */
export function readListenAddress(text: string): ListenAddress {
  const [, host = '127.0.0.1', port = ''] = /^(?:(localhost|[\d.]+|\[[\da-f:]+\]):)?(\d{1,5})$/i.exec(text) ?? [];
  if (port === '' || Number(port) > 65_535) throw new UserError('bad-value', `--listen takes an address like 127.0.0.1:8092, not "${harmlessLine(text)}"`);
  if (!isLoopbackHost(host))
    throw new UserError('bad-value', `${host} is not this machine alone, and the API is for nobody else`, {
      hint: 'use 127.0.0.1, and a proxy in front of it',
    });
  return { host: bareHost(host), port: Number(port) };
}

/** Whether a request is for the page, which opens without a token. */
const isOfPage = ({ url = '' }: IncomingMessage): boolean => /^\/ui([/?]|$)/.test(url);

/** The API port. It is open before there is a supervisor, as instances are told its address. */
export interface ApiPort {
  readonly url: string;
  /** Has it answer for a supervisor, and show its page if there is one; before, it says that it is not ready. */
  serve(supervisor: Supervisor, page?: PageHandler): void;
  close(): Promise<void>;
}

/** Opens the API port: who asks has to show a token, and to have meant this machine. @throws UserError */
export async function openApiPort({ host, port }: ListenAddress): Promise<ApiPort> {
  let served: { readonly supervisor: Supervisor; readonly page: PageHandler | undefined } | undefined;
  /** What a request is answered by, if it is meant for this machine. @throws ApiError */
  const meant = (request: IncomingMessage): NonNullable<typeof served> => {
    // A page of elsewhere whose name was made to lead here is not to ask with what a browser keeps.
    const name = (request.headers.host ?? '').replace(/:\d+$/, '');
    if (!isLoopbackHost(name)) throw new ApiError(421, errorModel(421, ['this API is for the machine that it runs on']));
    if (served === undefined) throw new ApiError(503, errorModel(503, ['not ready yet']), { 'retry-after': '1' });
    return served;
  };
  const callerOf = ({ supervisor }: { supervisor: Supervisor }, { headers }: IncomingMessage): Caller | undefined =>
    supervisor.tokens.callerOf(headers.authorization);
  /** Who asks, where that may be answered. @throws ApiError */
  const admitted = (request: IncomingMessage): { supervisor: Supervisor; caller: Caller } => {
    const { supervisor } = meant(request);
    const caller = callerOf({ supervisor }, request);
    if (caller === undefined) throw new ApiError(401, errorModel(401, ['a token is needed']), { 'www-authenticate': 'Bearer' });
    return { supervisor, caller };
  };
  const server = closable(
    createServer((request, response) => {
      try {
        if (isOfPage(request)) {
          const found = meant(request);
          if (found.page === undefined) throw notFound(request);
          found.page(request, response, callerOf(found, request));
          return;
        }
        const found = admitted(request);
        answer(found.supervisor, request, response, found.caller);
      } catch (error) {
        sendError(response, error);
      }
    }),
  );
  server.requestTimeout = 0;
  server.on('upgrade', (request, socket, head) => {
    try {
      const found = admitted(request);
      upgrade(found.supervisor, request, socket, head, found.caller);
    } catch (error) {
      refuseUpgrade(socket, error);
    }
  });
  await new Promise<void>((done, fail) => {
    server.once('error', (error) =>
      fail(
        new UserError('cannot-listen', `Cannot listen on ${host}, port ${port} (${errnoOf(error)})`, { hint: 'choose another with --listen', cause: error }),
      ),
    );
    server.listen(port, host, done);
  });
  // The address itself: a name may lead others to another, where somebody else may listen.
  const { address, port: real } = server.address() as AddressInfo;
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${real}`,
    serve: (supervisor, page) => {
      served = { supervisor, page };
    },
    close: () => closeServer(server),
  };
}
