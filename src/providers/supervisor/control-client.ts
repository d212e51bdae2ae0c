import { type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http';
import type { Readable } from 'node:stream';
import type { ErrorCode } from '../../error-codes/table.ts';
import { errnoOf, UserError } from '../../errors.ts';
import { hopsIn } from '../../home/event-spool.ts';
import { isCount, isObject, isText, type Shape } from '../../system/own-json.ts';
import { isAlive, type ProcessIdentity } from '../../system/processes.ts';
import { SETTINGS_BYTES, smallBytesIfThere } from '../../system/small-file.ts';
import { isJsonObject, parsedJson } from '../definition/json-fields.ts';
import { HOPS_HEADER } from '../events/hops.ts';
import type { ProviderPaths } from '../paths.ts';
import type { Serving } from './serve.ts';

const isServing: Shape<Serving> = isObject<Serving>({
  process: isObject<ProcessIdentity>({ pid: isCount, start: isText, boot: isText }),
  control: isText,
});

/** The supervisor that runs for a home; undefined where none does. A file that a dead one left says nothing. */
export function servingNow(paths: ProviderPaths): Serving | undefined {
  const value = parsedJson(smallBytesIfThere(paths.serving, SETTINGS_BYTES)?.toString() ?? '');
  return isServing(value) && isAlive(value.process) ? value : undefined;
}

export const notServing = (brand: string): UserError =>
  new UserError('not-serving', 'The supervisor does not run', { hint: `start it with \`${brand} serve\`` });

/**
 * Asks the supervisor of a home something, and waits for as long as it takes.
 * @throws UserError where none runs, and what it says went wrong
 */
export async function askSupervisor<T>(paths: ProviderPaths, brand: string, route: `${'GET' | 'POST'} /control/${string}`, body?: unknown): Promise<T> {
  const [method = '', path = ''] = route.split(' ');
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  const response = await openControl(paths, brand, { method, path, headers }, (sent) => sent.end(text));
  return (await answerOf(response, brand)) as T;
}

/**
 * Sends the supervisor what a stream brings, as it comes.
 * @returns its answer, which may come before the stream ends
 * @throws UserError as above; bad-value for what it cannot use
 */
export async function sendToSupervisor<T>(paths: ProviderPaths, brand: string, path: `/control/${string}`, lines: Readable): Promise<T> {
  const failed = new Promise<never>((_, fail) => lines.on('error', fail));
  // A connection that is to be closed is cut behind an answer that comes early, and with it the answer, while more is sent.
  const headers = { 'content-type': 'application/x-ndjson', connection: 'keep-alive' };
  let sent: ClientRequest | undefined;
  const answered = openControl(paths, brand, { method: 'POST', path, headers }, (begun) => {
    sent = lines.pipe(begun);
  });
  try {
    return (await answerOf(await Promise.race([answered, failed]), brand, { 400: { code: 'bad-value', hint: 'correct it' } })) as T;
  } finally {
    lines.unpipe();
    lines.destroy();
    // It may have been answered before all of it was sent.
    sent?.destroy();
  }
}

/** Opens an answer that goes on for as long as its reader and the supervisor do. @throws UserError as above */
export async function followSupervisor(paths: ProviderPaths, brand: string, path: `/control/${string}`): Promise<IncomingMessage> {
  const response = await openControl(paths, brand, { method: 'GET', path }, (sent) => sent.end());
  if (response.statusCode !== 200)
    await answerOf(response, brand, {
      501: { code: 'no-event-stream', hint: 'set nats = "nats://HOST:PORT" in [events] of tool.toml, and start the supervisor anew' },
      503: { code: 'try-again-later', hint: `see it with \`${brand} serve:status\`` },
    });
  return response;
}

/** What an answer says. @param errors what is thrown for its status, with the message that it has @throws UserError for an error */
async function answerOf(response: IncomingMessage, brand: string, errors: Readonly<Record<number, { code: ErrorCode; hint: string }>> = {}): Promise<unknown> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch (error) {
    throw endedEarly(error as Error);
  }
  const value = parsedJson(Buffer.concat(chunks).toString());
  if (response.statusCode === 200) return value;
  const messages = isJsonObject(value) && Array.isArray(value.Messages) ? value.Messages.map(String) : [`it answered with status ${response.statusCode}`];
  const known = errors[response.statusCode ?? 0];
  if (known !== undefined) throw new UserError(known.code, messages.join('; '), { hint: known.hint });
  throw new UserError('instance-failed', messages.join('; '), { hint: `see it with \`${brand} serve:status\`` });
}

/** Where the page of the supervisor is, with its token; null where it shows none. @throws UserError where none runs */
export const pageAddress = async (paths: ProviderPaths, brand: string): Promise<string | null> =>
  (await askSupervisor<{ url: string | null }>(paths, brand, 'GET /control/page')).url;

/** Asks over the control socket. @param send sends the body, and ends the request @throws UserError where no supervisor runs */
async function openControl(paths: ProviderPaths, brand: string, asked: RequestOptions, send: (sent: ClientRequest) => void): Promise<IncomingMessage> {
  const serving = servingNow(paths);
  if (serving === undefined) throw notServing(brand);
  return new Promise((done, fail) => {
    const sent = request({ socketPath: serving.control, agent: false, ...asked, headers: { ...asked.headers, [HOPS_HEADER]: hopsIn(process.env) } }, done);
    sent.on('error', (error) => fail(['ENOENT', 'ECONNREFUSED'].includes(errnoOf(error) ?? '') ? notServing(brand) : endedEarly(error)));
    send(sent);
  });
}

const endedEarly = (error: Error): UserError =>
  new UserError('try-again-later', `The supervisor ended before it answered (${errnoOf(error)})`, { hint: 'see it with serve:status', cause: error });
