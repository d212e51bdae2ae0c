import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Handler = (request: IncomingMessage, response: ServerResponse, attempt: number) => void;

/** A server on loopback for a test. */
export interface Serving extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The paths that were asked for, in order. */
  readonly asked: string[];
}

/**
 * A real server on loopback that answers as it is told, and counts what it is asked.
 * @param create makes a server for the handler, where it is not to be plain HTTP
 */
export async function serving(handler: Handler, create: (listener: RequestListener) => Server = createServer): Promise<Serving> {
  const asked: string[] = [];
  const server = create((request, response) => {
    asked.push(request.url ?? '');
    handler(request, response, asked.length);
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
