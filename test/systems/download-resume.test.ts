import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { failureOf, fetched } from '../support/download.ts';
import { type Handler, serving } from '../support/serving.ts';

const BODY = randomBytes(300_000);
const OTHER = randomBytes(300_000);
const CUT = 100_000;

/** Sends the beginning of a body and breaks off once that is surely read. */
function breakOff(response: ServerResponse, headers: Record<string, string | number>): void {
  response.writeHead(200, { 'content-length': BODY.length, ...headers }).write(BODY.subarray(0, CUT));
  setTimeout(() => response.destroy(), 60);
}

/** A server that breaks off first, and from then on answers as told; with what it was asked. */
async function broken(headers: Record<string, string | number>, then: Handler) {
  const ranges: (string | undefined)[] = [];
  const server = await serving((request, response, attempt) => {
    ranges.push(request.headers.range === undefined ? undefined : `${request.headers.range} if ${request.headers['if-range']}`);
    if (attempt === 1) breakOff(response, headers);
    else then(request, response, attempt);
  });
  return { server, ranges };
}

const fromOf = (request: IncomingMessage): number | undefined =>
  request.headers.range === undefined ? undefined : Number(/^bytes=(\d+)-$/.exec(request.headers.range)?.[1]);

/** The rest of a body as a good server sends it; all of it where no part is asked for. */
const rest =
  (body: Buffer, headers: Record<string, string> = {}): Handler =>
  (request, response) => {
    const from = fromOf(request);
    if (from === undefined) return response.end(body);
    response.writeHead(206, { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}`, ...headers }).end(body.subarray(from));
  };

describe.concurrent('a body that broke off is gone on with where the server can tell that it is the same', () => {
  const past = new Date(Date.now() - 86_400_000).toUTCString();
  test.each([
    ['by a strong ETag', { etag: '"v1"' }, '"v1"'],
    ['by its date', { 'last-modified': past }, past],
  ])('%s', async (_name, headers, validator) => {
    const { server, ranges } = await broken(headers, rest(BODY, headers));
    await using _ = server;
    const { body, retries, sha256 } = await fetched(server.url);
    const came = Number(/after (\d+) bytes/.exec(retries[0] ?? '')?.[1]);
    expect(came).toBeGreaterThan(0);
    expect(ranges).toEqual([undefined, `bytes=${came}- if ${validator}`]);
    expect(body.equals(BODY)).toBe(true);
    expect(sha256).toBe(createHash('sha256').update(BODY).digest('hex'));
    expect(retries).toEqual([`the connection broke after ${came} bytes`]);
  });

  test('again and again, also behind a refusal that passes', async () => {
    const ranges: (number | undefined)[] = [];
    await using server = await serving((request, response, attempt) => {
      const from = fromOf(request);
      ranges.push(from);
      if (attempt === 2) return response.writeHead(503, { 'retry-after': '0' }).end();
      if (attempt === 4) return rest(BODY)(request, response, attempt);
      response.writeHead(from === undefined ? 200 : 206, {
        etag: '"v1"',
        'content-length': BODY.length - (from ?? 0),
        ...(from === undefined ? {} : { 'content-range': `bytes ${from}-${BODY.length - 1}/${BODY.length}` }),
      });
      response.write(BODY.subarray(from ?? 0, (from ?? 0) + CUT));
      setTimeout(() => response.destroy(), 60);
    });
    const { body, retries } = await fetched(server.url);
    expect(body.equals(BODY)).toBe(true);
    expect(ranges[0]).toBeUndefined();
    expect(ranges[1]).toBe(ranges[2]);
    expect(ranges[3]).toBeGreaterThan(ranges[2] ?? Number.NaN);
    expect(retries[1]).toBe('the server answered 503');
  });
});

describe.concurrent('nothing is put together of two states of a file', () => {
  const whole: Handler = (_request, response) => response.end(OTHER);
  /** All of it where all is asked for, and something else for a part. */
  const forPart =
    (then: Handler): Handler =>
    (request, response, attempt) =>
      (fromOf(request) === undefined ? whole : then)(request, response, attempt);
  const wrongPart = forPart((_request, response) => response.writeHead(206, { 'content-range': `bytes 0-9/${BODY.length}` }).end(BODY.subarray(0, 10)));
  const strong = { etag: '"v1"' };
  const over = ['the rest does not belong to what came before'];
  const cases: [string, Record<string, string>, Handler, string[]][] = [
    ['it changed, and all of it comes', strong, whole, []],
    ['it changed, and the server sends the rest all the same', strong, rest(OTHER, { etag: '"v2"' }), over],
    ['it is shorter now', strong, forPart((_request, response) => response.writeHead(416).end()), over],
    ['another part comes', strong, wrongPart, over],
    ['a part comes that does not say which', strong, forPart((_request, response) => response.writeHead(206).end(BODY.subarray(CUT))), over],
    ['its ETag is a weak one', { etag: 'W/"v1"', 'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT' }, rest(OTHER), []],
    ['its second is not over', { 'last-modified': new Date(Date.now() + 60_000).toUTCString() }, rest(OTHER), []],
    ['nothing tells', {}, rest(OTHER), []],
  ];
  test.each(cases)('%s', async (_name, headers, then, reasons) => {
    const { server } = await broken(headers, then);
    await using _ = server;
    const { body, retries } = await fetched(server.url);
    expect(body.equals(OTHER)).toBe(true);
    expect(retries.slice(1)).toEqual(reasons);
  });
});

describe.concurrent('a body is what was said of it, or it is none', () => {
  test('a part although everything was requested is refused', async () => {
    await using server = await serving((_request, response) => response.writeHead(206, { 'content-range': 'bytes 0-9/100' }).end('0123456789'));
    expect(await failureOf(`${server.url}/x.tgz`)).toBe(
      `Cannot download ${server.url}/x.tgz: the server answered 206, a part although everything was requested; contact the operator of the server`,
    );
  });

  /** A server that says these very bytes and closes. */
  async function saying(text: string, { open = false } = {}) {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => (open ? socket.write(text) : socket.end(text)));
    });
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.tgz`, [Symbol.dispose]: () => void server.close() };
  }
  const head = 'HTTP/1.1 200 OK\r\n';

  test.each([
    ['more than was said: what was said of', `${head}Content-Length: 3\r\n\r\nabcdef`, 'abc'],
    ['until the end of the connection', `${head}\r\nabc`, 'abc'],
    ['in chunks', `${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`, 'abc'],
    ['encoded by who does not ask: as sent', `${head}Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc`, 'abc'],
  ])('%s', async (_name, text, body) => {
    using server = await saying(text);
    expect(await fetched(server.url)).toMatchObject({ body: Buffer.from(body), bytes: body.length, retries: [] });
  });

  test.each([
    [
      'cut in a chunk',
      `${head}Transfer-Encoding: chunked\r\n\r\n8\r\nabc`,
      'the connection broke after N bytes, 5 times; try again later, or check the network',
    ],
    ['cut in its head', 'HTTP/1.1 200 OK\r\nContent-', 'ECONNRESET, 5 times; try again later, or check the network'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'HOST does not answer in HTTP (HPE_INVALID_CONSTANT); check the address and the network'],
    [
      'two lengths',
      `${head}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
      'HOST does not answer in HTTP (HPE_UNEXPECTED_CONTENT_LENGTH); check the address and the network',
    ],
  ])('%s', async (_name, text, reason) => {
    using server = await saying(text);
    // What came and was not read yet when it broke does not count.
    const line = (await failureOf(server.url)).replace(/after \d+ bytes/, 'after N bytes');
    expect(line).toBe(`Cannot download ${server.url}: ${reason.replace('HOST', new URL(server.url).host)}`);
  });

  test.each([
    ['an answer', ''],
    ['the end of a head', `${head}Content-`],
    ['the rest of a body', `${head}Content-Length: 9\r\n\r\nabc`],
  ])('what stalls is not waited for: %s', async (_name, text) => {
    using server = await saying(text, { open: true });
    expect(await failureOf(server.url, { stalledAfterMs: 100 })).toBe(
      `Cannot download ${server.url}: nothing came for 0.1 s, 5 times; try again later, or check the network`,
    );
  });
});
