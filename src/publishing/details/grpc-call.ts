import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectSocket } from 'node:net';

/** Where a server listens: a UNIX socket, or a port of this machine. */
export type ServerPlace = { readonly path: string } | { readonly host: string; readonly port: number };

/** Bytes of an answer, as gRPC's own clients have it. */
const ANSWER_BYTES = 4 << 20;
/** In front of a message: whether it is compressed, and its length. */
const PREFIX_BYTES = 5;

/**
 * Calls a method of a gRPC server with an empty message: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md. One call needs no library.
 * @param method `/package.Service/Method`
 * @param aborted ends the call
 * @returns the message that it answers with
 * @throws Error that tells what came instead
 */
export async function callServer(place: ServerPlace, method: string, aborted: AbortSignal): Promise<Buffer> {
  if (aborted.aborted) throw new Error('Metadata was not answered in time');
  const session = connect('http://localhost', { createConnection: () => connectSocket(place) });
  try {
    return await new Promise<Buffer>((done, fail) => {
      session.on('error', (error) => fail(new Error(`Metadata could not be asked: ${error.message}`)));
      aborted.addEventListener('abort', () => fail(new Error('Metadata was not answered in time')), { once: true });
      call(session, method).then(done, fail);
    });
  } finally {
    session.destroy();
  }
}

function call(session: ClientHttp2Session, method: string): Promise<Buffer> {
  const { HTTP2_HEADER_METHOD, HTTP2_HEADER_PATH, HTTP2_HEADER_CONTENT_TYPE, HTTP2_HEADER_TE } = constants;
  const stream = session.request({
    [HTTP2_HEADER_METHOD]: 'POST',
    [HTTP2_HEADER_PATH]: method,
    [HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
    [HTTP2_HEADER_TE]: 'trailers',
  });
  const chunks: Buffer[] = [];
  let size = 0;
  let headers: IncomingHttpHeaders = {};
  return new Promise((done, fail) => {
    stream.on('response', (received) => {
      headers = { ...headers, ...received };
    });
    stream.on('trailers', (received) => {
      headers = { ...headers, ...received };
    });
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > ANSWER_BYTES) fail(new Error(`Metadata was answered with more than ${ANSWER_BYTES} bytes`));
      else chunks.push(chunk);
    });
    stream.on('error', (error) => fail(new Error(`Metadata could not be asked: ${error.message}`)));
    stream.on('close', () => {
      try {
        done(messageIn(Buffer.concat(chunks), headers));
      } catch (error) {
        fail(error);
      }
    });
    stream.end(Buffer.alloc(PREFIX_BYTES));
  });
}

/** The one message of an answer. */
function messageIn(body: Buffer, headers: IncomingHttpHeaders): Buffer {
  const status = headers['grpc-status'];
  const said = String(headers['grpc-message'] ?? '');
  if (status === undefined) throw new Error(`Metadata was answered by something that speaks no gRPC (HTTP status ${headers[':status'] ?? 'unknown'})`);
  if (status !== '0') throw new Error(`Metadata was refused with gRPC status ${status}${said === '' ? '' : `: ${decoded(said)}`}`);
  const isWhole = body.length >= PREFIX_BYTES && body[0] === 0 && body.readUInt32BE(1) === body.length - PREFIX_BYTES;
  if (!isWhole) throw new Error('Metadata was answered with something that is no message');
  return body.subarray(PREFIX_BYTES);
}

/** A message of gRPC has what is not ASCII in percents. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
