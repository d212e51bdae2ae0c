import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createPlainServer, type Server as PlainServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openApiPort } from '../../src/providers/api/doors.ts';
import { forward, forwardUpgrade } from '../../src/providers/api/forward.ts';

/** What is sent to a port, as it is, and all that comes back. */
const exchanged = (port: number, text: string): Promise<string> =>
  new Promise((done, fail) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (part) => {
      answer += part;
    });
    socket.on('close', () => done(answer));
    socket.on('error', fail);
  });

const request = (line: string, headers: readonly string[], rest = ''): string => [line, 'Host: localhost', ...headers, '', rest].join('\r\n');
/** What nobody but the host is to ask of a plugin. */
const HIDDEN = request('POST /api-plugin/v4/stop HTTP/1.1', ['Content-Length: 0'], '');

/** A door that forwards to one plugin, `a`. */
class Door implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'forwarding-'));
  readonly #plugin: Server | PlainServer;
  readonly #door: Server;

  constructor(plugin: Server | PlainServer) {
    const find = (): { socketPath: string } => ({ socketPath: this.#socket });
    this.#plugin = plugin;
    this.#door = createServer((asked, response) => forward(asked, response, find));
    this.#door.on('upgrade', (asked, socket, head) => forwardUpgrade(asked, socket, head, find));
  }

  get #socket(): string {
    return join(this.#folder, 'a.sock');
  }

  async port(): Promise<number> {
    await once(this.#plugin.listen(this.#socket), 'listening');
    await once(this.#door.listen(0, '127.0.0.1'), 'listening');
    return (this.#door.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of [this.#door, this.#plugin]) {
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
    rmSync(this.#folder, { recursive: true });
  }
}

/** A plugin that notes what it is asked. */
function noting(): { plugin: Server; asked: string[] } {
  const asked: string[] = [];
  const onRequest: RequestListener = async (message: IncomingMessage, response) => {
    let body = '';
    for await (const part of message) body += part;
    asked.push(`${message.method} ${message.url} ${body.length}`);
    response.end('answered');
  };
  return { plugin: createServer(onRequest), asked };
}

test('no request hides in the body of another, whatever its headers say', async () => {
  const { plugin, asked } = noting();
  await using door = new Door(plugin);
  const port = await door.port();
  const chunked = `${HIDDEN.length.toString(16)}\r\n${HIDDEN}\r\n0\r\n\r\n`;
  await exchanged(port, request('GET /plugin-apis/a/one HTTP/1.1', ['Connection: close', 'Transfer-Encoding: chunked'], chunked));
  await exchanged(port, request('DELETE /plugin-apis/a/two HTTP/1.1', ['Connection: close, content-length', `Content-Length: ${HIDDEN.length}`], HIDDEN));
  expect(asked).toEqual([`GET /plugin-apis/a/one ${HIDDEN.length}`, `DELETE /plugin-apis/a/two ${HIDDEN.length}`]);
});

test('nothing follows a request for another protocol that the plugin does not agree to', async () => {
  const { plugin, asked } = noting();
  await using door = new Door(plugin);
  const answer = await exchanged(await door.port(), request('GET /plugin-apis/a/ws HTTP/1.1', ['Connection: Upgrade', 'Upgrade: any'], HIDDEN));
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n.*Connection: close\r\n\r\nanswered$/s);
  expect(asked).toEqual(['GET /plugin-apis/a/ws 0']);
});

test('an address goes on behind a #', async () => {
  const { plugin, asked } = noting();
  await using door = new Door(plugin);
  const answer = await exchanged(await door.port(), request('GET /plugin-apis/a/#/../../../api-plugin/v4/stop HTTP/1.1', ['Connection: close']));
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  expect(asked).toEqual([]);
});

test('an answer with a status that there is not is a bad gateway', async () => {
  const plugin = createPlainServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end('HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n'));
  });
  await using door = new Door(plugin);
  expect(await exchanged(await door.port(), request('GET /plugin-apis/a/ HTTP/1.1', ['Connection: close']))).toMatch(/^HTTP\/1\.1 502 /);
});

test('who asks the API port for another protocol and is gone ends nothing', async () => {
  const api = await openApiPort({ host: '127.0.0.1', port: 0 });
  const port = Number(new URL(api.url).port);
  try {
    for (let time = 0; time < 5; time++) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(request('GET / HTTP/1.1', ['Connection: Upgrade', 'Upgrade: any']), () => socket.resetAndDestroy());
      await once(socket, 'close');
    }
    expect(await exchanged(port, request('GET / HTTP/1.1', ['Connection: Upgrade', 'Upgrade: any']))).toMatch(/^HTTP\/1\.1 503 /);
  } finally {
    await api.close();
  }
});
