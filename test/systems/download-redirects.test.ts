import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { failureOf, fetched } from '../support/download.ts';
import { serving } from '../support/serving.ts';

/** Sends somebody elsewhere; in UTF-8, as servers do. */
const redirect = (response: ServerResponse, location: string, status = 302): void =>
  void response.writeHead(status, { location: Buffer.from(location).toString('latin1') }).end('moved');

test('redirects of every kind and spelling are followed', async () => {
  const seen: string[] = [];
  await using other = await serving((_request, response) => response.end('arrived'));
  const steps: Record<string, [number, string]> = {
    '/a/start?x=1': [301, 'second'],
    '/a/second': [302, '//HOST/a/third'],
    '/a/third': [303, '?q=4'],
    '/a/third?q=4': [307, '../fünf'],
    '/f%C3%BCnf': [308, `${other.url}/end?X-Amz-Signature=s3cr3t#token=s3cr3t`],
  };
  await using server = await serving((request, response) => {
    seen.push(request.url ?? '');
    const [status, location] = steps[request.url ?? ''] ?? [404, '/'];
    redirect(response, location.replace('HOST', request.headers.host ?? ''), status);
  });
  const { body, finalUrl } = await fetched(`${server.url}/a/start?x=1#token=s3cr3t`);
  expect(seen).toEqual(Object.keys(steps));
  expect(body.toString()).toBe('arrived');
  // What is behind a redirect was not typed by anybody: its query may be a key.
  expect(finalUrl).toBe(`${other.url}/end`);
});

test('a user and a password are told to the origin they were given for, and to nobody behind it', async () => {
  const told: string[] = [];
  const note = (name: string, authorization: string | undefined): void => void told.push(`${name}: ${authorization ?? 'nothing'}`);
  await using server = await serving((request, response) => {
    note(`first ${request.url}`, request.headers.authorization);
    if (request.url === '/start') redirect(response, '/next');
    else if (request.url === '/next') redirect(response, `${other.url}/away`);
    else response.end('arrived');
  });
  await using other = await serving((request, response) => {
    note(`other ${request.url}`, request.headers.authorization);
    if (request.url === '/away') redirect(response, `${server.url}/back`);
    else redirect(response, other.url.replace('://', '://own:key@').concat('/away'));
  });
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  await fetched(`${server.url.replace('://', '://us%40er:p%w@')}/start`);
  expect(told).toEqual([`first /start: ${basic('us@er:p%w')}`, `first /next: ${basic('us@er:p%w')}`, 'other /away: nothing', 'first /back: nothing']);
  told.length = 0;
  // Those that a redirect brings are for whom it names.
  await fetched(`${other.url}/start`);
  expect(told).toEqual(['other /start: nothing', `other /away: ${basic('own:key')}`, 'first /back: nothing']);
});

test('headers of its own are told to an origin, and to nobody behind a redirect to another', async () => {
  const told: string[] = [];
  const note = (name: string, key: string | string[] | undefined): void => void told.push(`${name}: ${key ?? 'nothing'}`);
  await using server = await serving((request, response) => {
    note(`first ${request.url}`, request.headers['x-api-key']);
    if (request.url === '/start') redirect(response, '/next');
    else if (request.url === '/next') redirect(response, `${other.url}/away`);
    else response.writeHead(403).end();
  });
  await using other = await serving((request, response) => {
    note(`other ${request.url}`, request.headers['x-api-key']);
    redirect(response, `${server.url}/back`);
  });
  expect(await failureOf(`${server.url}/start`, { ownHeaders: { 'X-Api-Key': 's3cr3t' } })).toBe(
    `Cannot download ${server.url}/start: the server answered 403; the headers for ${server.url} are not sent on to ${server.url}/back; give that address with them`,
  );
  expect(told).toEqual(['first /start: s3cr3t', 'first /next: s3cr3t', 'other /away: nothing', 'first /back: nothing']);
});

test('who answers 401 behind a redirect to elsewhere is named, as it was told no password', async () => {
  await using other = await serving((_request, response) => response.writeHead(401).end());
  await using server = await serving((_request, response) => redirect(response, `${other.url}/x.tgz?key=s3cr3t`));
  expect(await failureOf(`${server.url.replace('://', '://user:s3cr3t@')}/x.tgz`)).toBe(
    `Cannot download ${server.url}/x.tgz: the server answered 401; user and password are not sent on to ${other.url}/x.tgz; give that address with them`,
  );
});

describe('redirects that are not followed are one line, at once', () => {
  const ask = 'contact the operator of the server';
  test.each<[string, (attempt: number, path: string) => string | undefined, number, string]>([
    ['to itself', () => '/x.tgz', 1, `its redirects lead in a circle; ${ask}`],
    ['in a circle, whatever the fragment', (attempt, path) => (path === '/x.tgz' ? '/y' : `/x.tgz#${attempt}`), 2, `its redirects lead in a circle; ${ask}`],
    ['for ever', (attempt) => `/${attempt}`, 11, `it redirects more than 10 times; ${ask}`],
    ['to nowhere', () => undefined, 1, `the server answered 302 without saying where to; ${ask}`],
    ['to something that is not a URL', () => 'http://a b:99999/', 1, `it redirects to something that is not a URL; ${ask}`],
    ['to a file', () => 'file:///etc/passwd', 1, 'it redirects to file:, which is not followed; give an http or https address'],
    ['to another protocol', () => 'ftp://u:s3cr3t@example.org/x', 1, 'it redirects to ftp:, which is not followed; give an http or https address'],
  ])('%s', async (_name, where, asked, reason) => {
    await using server = await serving((request, response, attempt) => {
      const location = where(attempt, request.url ?? '');
      if (location === undefined) response.writeHead(302).end();
      else redirect(response, location);
    });
    expect(await failureOf(`${server.url}/x.tgz`)).toBe(`Cannot download ${server.url}/x.tgz: ${reason}`);
    expect(server.asked).toHaveLength(asked);
  });
});

test('ports that a browser would not ask are asked', async () => {
  // Whichever of them is free here.
  for (const port of [10080, 6697, 6566, 5061]) {
    const server = createServer((_request, response) => response.end('arrived'));
    const listens = await once(server.listen(port, '127.0.0.1'), 'listening').catch(() => undefined);
    if (listens === undefined) continue;
    expect((await fetched(`http://127.0.0.1:${port}/x`)).body.toString()).toBe('arrived');
    server.close();
    return;
  }
  expect.unreachable('all of them are taken');
});

test('ten redirects are followed', async () => {
  await using server = await serving((_request, response, attempt) => (attempt <= 10 ? redirect(response, `/${attempt}`) : response.end('arrived')));
  expect((await fetched(server.url)).body.toString()).toBe('arrived');
});
