import { isIP } from 'node:net';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { CallFailure } from './failures.ts';
import type { PluginPlace } from './handshake.ts';

/** A connection to a server of gRPC on this machine. Messages are bytes: who calls encodes and decodes them. */
export interface Connection {
  /**
   * Calls a method, once.
   * @param method `/package.Service/Method`
   * @param aborted ends the call, of which the server is told
   * @throws CallFailure
   */
  call(method: string, request: Buffer, limits?: { readonly aborted?: AbortSignal; readonly timeoutMs?: number }): Promise<Buffer>;
  /** Has what a server streams told, until the connection is closed or it ends. A server that does not know the method streams nothing. */
  listen(method: string, request: Buffer, onMessage: (message: Buffer) => void): void;
  /** Asks for what a server streams, until it is cancelled or the connection closed. The server waits for who reads slowly. Reading throws CallFailure where it ends badly. */
  stream(method: string, request: Buffer): { readonly messages: AsyncIterable<Buffer>; cancel(): void };
  close(): void;
}

/** What an answer may have: an executor's is one text. */
const ANSWER_BYTES = 256 << 20;

const OPTIONS = {
  'grpc.max_receive_message_length': ANSWER_BYTES,
  'grpc.max_send_message_length': -1,
  // The variables of proxies are for other machines.
  'grpc.enable_http_proxy': 0,
  'grpc.enable_channelz': 0,
  // A command is run once, whatever becomes of it.
  'grpc.enable_retries': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 500,
};

const asTheyAre = (bytes: Buffer): Buffer => bytes;

/** As grpc-js has addresses: https://github.com/grpc/grpc/blob/master/doc/naming.md */
function targetOf(place: PluginPlace): string {
  if ('path' in place) return `unix:${place.path}`;
  const kind = isIP(place.host);
  return kind === 0 ? `dns:${place.host}:${place.port}` : kind === 4 ? `ipv4:${place.host}:${place.port}` : `ipv6:[${place.host}]:${place.port}`;
}

async function* messagesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* stream;
  } catch (error) {
    const { code, details } = error as Partial<ServiceError>;
    throw typeof code === 'number' ? new CallFailure(code, details ?? '') : error;
  }
}

/** Connects when it is first called. */
export function connectTo(place: PluginPlace): Connection {
  // The client waits for the end of what is streamed, and a server need never end it.
  const streams: { cancel(): void }[] = [];
  const client = new Client(targetOf(place), credentials.createInsecure(), OPTIONS);
  return {
    call: (method, request, { aborted, timeoutMs } = {}) =>
      new Promise((done, fail) => {
        const deadline = timeoutMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + timeoutMs;
        const call = client.makeUnaryRequest(method, asTheyAre, asTheyAre, request, new Metadata(), { deadline }, (error, answer) => {
          aborted?.removeEventListener('abort', cancel);
          if (error) fail(new CallFailure(error.code, error.details));
          else done(answer ?? Buffer.alloc(0));
        });
        const cancel = (): void => call.cancel();
        if (aborted?.aborted) cancel();
        else aborted?.addEventListener('abort', cancel, { once: true });
      }),
    listen: (method, request, onMessage) => {
      const stream = client.makeServerStreamRequest(method, asTheyAre, asTheyAre, request);
      stream.on('data', onMessage);
      stream.on('error', () => {});
      streams.push(stream);
    },
    stream: (method, request) => {
      const stream = client.makeServerStreamRequest(method, asTheyAre, asTheyAre, request);
      // It may fail while nobody reads; whoever does is told.
      stream.on('error', () => {});
      streams.push(stream);
      return { messages: messagesOf(stream), cancel: () => stream.cancel() };
    },
    close: () => {
      for (const stream of streams) stream.cancel();
      client.close();
    },
  };
}
