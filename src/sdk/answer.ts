import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ActionHandler, RouteHandler } from './calls.ts';
import { isWanted } from './definition.ts';
import type { InstanceState } from './instance-state.ts';
import { type Logger, levelOf } from './logger.ts';
import type { Action, ErrorBody, Event, JsonObject } from './models.ts';
import { withDefaults } from './params.ts';
import { errorBody, ProviderError, SUCCESS } from './provider-error.ts';
import { bodyOf } from './request-body.ts';

const PREFIX = '/api-plugin/v4';
const OWN = '/plugin-apis';

interface Answerer {
  onRequest(request: IncomingMessage, response: ServerResponse): void;
  onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/**
 * What answers the requests of the host.
 * @param stop ends the process
 */
export function answerer(state: InstanceState, stop: () => Promise<void>): Answerer {
  return {
    onRequest(request, response) {
      void answer(state, stop, request, response);
    },
    onUpgrade(request, socket, head) {
      const { upgrade } = state.handlers;
      const path = ownPath(new URL(request.url ?? '/', 'http://unix').pathname);
      socket.on('error', () => {});
      if (upgrade === undefined || path === undefined) {
        socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
        return;
      }
      const log = state.logger();
      Promise.resolve()
        .then(() => upgrade({ ...state.call(log), request, socket, head, path }))
        .catch((error: unknown) => {
          log.error('a connection could not be taken over', error);
          socket.destroy();
        });
    },
  };
}

async function answer(state: InstanceState, stop: () => Promise<void>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://unix');
  const level = levelOf(String(request.headers['x-log-request'] ?? ''));
  const log = state.logger({ isOfEvent: pathname === `${PREFIX}/publish`, ...(level ? { level } : {}) });
  const token = request.headers['x-log-token'];
  if (token !== undefined) log.error(`Log token: ${String(token)}`);
  try {
    const own = ownPath(pathname);
    if (own !== undefined) return await answerOwn(state, log, request, response, own);
    if (request.method === 'POST' && pathname === `${PREFIX}/stop`) return send(response, 200, SUCCESS, () => void stop());
    const handled = request.method === 'POST' ? await handle(state, log, request, response, pathname) : undefined;
    if (handled) send(response, 200, handled.value);
    else send(response, 404, notFound(request.method ?? '', pathname));
  } catch (error) {
    const body = errorBody(error, state.declared.spec.name);
    if (body.Code >= 500) log.error(`${request.method} ${pathname}: ${body.Messages?.[0]}`, error);
    if (response.headersSent) response.destroy();
    else send(response, body.Code, body);
  }
}

/** Has a call of the protocol handled; undefined for what the provider has no handler for. */
async function handle(
  state: InstanceState,
  log: Logger,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<{ value: unknown } | undefined> {
  const { actions, publish } = state.handlers;
  if (path === `${PREFIX}/config`) {
    await state.configure(objectOf(await bodyOf(request)), log);
    return { value: SUCCESS };
  }
  if (path === `${PREFIX}/publish` && publish) {
    const event = objectOf(await bodyOf(request)) as unknown as Event;
    if (isWanted(publish.filters, event)) await publish.run({ ...state.call(log), event });
    return { value: SUCCESS };
  }
  if (path === `${PREFIX}/action` && actions.size > 0) {
    const action = objectOf(await bodyOf(request)) as unknown as Action;
    const handler = actions.get(action.Command);
    if (!handler) throw new ProviderError(`Unknown command: ${action.Command ?? ''}`, { code: 404, model: 'plugin', key: state.declared.spec.name });
    return { value: await act(state, log, handler, action, response) };
  }
  return undefined;
}

async function act(state: InstanceState, log: Logger, { required, optional, run }: ActionHandler, action: Action, response: ServerResponse): Promise<unknown> {
  const { params: specs = {} } = state.declared.spec;
  const params = withDefaults(specs, [...required, ...optional], action.Params ?? {});
  const missing = required.filter((name) => !Object.hasOwn(params, name));
  if (missing.length > 0) throw new ProviderError(`Action ${action.Command} Missing Parameter ${missing.join(', ')}`, { type: 'INVOKE' });
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const model = typeof action.Model === 'object' && action.Model !== null ? (action.Model as JsonObject) : {};
  return (await run({ ...state.call(log), params, model, action, signal: gone.signal })) ?? null;
}

/** What of a path is the provider's own; undefined for a path of the protocol. */
function ownPath(pathname: string): string | undefined {
  const [, root, , ...rest] = pathname.split('/');
  return `/${root}` === OWN ? `/${rest.join('/')}` : undefined;
}

async function answerOwn(state: InstanceState, log: Logger, request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://unix');
  const route = state.handlers.routes.find((one) => isRoute(one, request.method ?? '', path));
  if (!route) {
    send(response, 404, notFound(request.method ?? '', url.pathname));
    return;
  }
  const value = await route.run({ ...state.call(log), request, response, url, path });
  if (!response.headersSent && (value !== undefined || !response.writableEnded)) send(response, 200, value ?? null);
}

const isRoute = (route: RouteHandler, method: string, path: string): boolean =>
  (route.method === '*' || route.method.toUpperCase() === method) &&
  (route.path.endsWith('*') ? path.startsWith(route.path.slice(0, -1)) : path === route.path);

const objectOf = (value: unknown): JsonObject => {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as JsonObject;
  throw new ProviderError('the body is no object', { type: 'POST' });
};

const notFound = (method: string, path: string): ErrorBody => ({ Model: '', Key: path, Type: method, Messages: null, Code: 404 });

function send(response: ServerResponse, status: number, value: unknown, sent: () => void = () => {}): void {
  const text = `${JSON.stringify(value)}\n`;
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }).end(text, sent);
}
