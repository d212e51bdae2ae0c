import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { downloadIfChanged } from '../../src/http/download.ts';
import { serving } from '../support/serving.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tool-conditional-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const file = join(scratch, 'body');
const ask = (url: string, known: Parameters<typeof downloadIfChanged>[3]) => downloadIfChanged(url, file, { maxBytes: 1e6 }, known, {});

const MODIFIED = 'Wed, 21 Oct 2015 07:28:00 GMT';

test('what is still the same is not sent again, by its ETag or its date', async () => {
  const asked: unknown[] = [];
  await using server = await serving((request, response) => {
    const { 'if-none-match': tag, 'if-modified-since': since } = request.headers;
    asked.push([tag, since]);
    response.setHeader('etag', 'W/"1"').setHeader('last-modified', MODIFIED);
    response.writeHead(tag === 'W/"1"' || since === MODIFIED ? 304 : 200).end(tag === 'W/"1"' ? undefined : 'body');
  });
  const first = await ask(`${server.url}/x`, {});
  expect(first?.validators).toEqual({ etag: 'W/"1"', lastModified: MODIFIED });
  expect(await ask(`${server.url}/x`, first?.validators ?? {})).toBeUndefined();
  expect(await ask(`${server.url}/x`, { lastModified: MODIFIED })).toBeUndefined();
  expect(await ask(`${server.url}/x`, { etag: '"0"' })).toMatchObject({ bytes: 4 });
  expect(readFileSync(file, 'utf8')).toBe('body');
  expect(asked).toEqual([
    [undefined, undefined],
    ['W/"1"', MODIFIED],
    [undefined, MODIFIED],
    ['"0"', undefined],
  ]);
});

test('who says that nothing has changed without having been asked is not believed', async () => {
  await using server = await serving((_request, response) => response.writeHead(304).end());
  await expect(ask(`${server.url}/x`, {})).rejects.toThrow('the server answered 304');
});

test('a body that breaks off is gone on with, whatever was known of the one before', async () => {
  await using server = await serving((request, response, attempt) => {
    response.setHeader('etag', '"2"');
    if (attempt === 1) response.writeHead(200, { 'content-length': 8 }).write('half', () => response.destroy());
    else response.writeHead(206, { 'content-range': 'bytes 4-7/8', 'x-asked': String(request.headers['if-none-match']) }).end('more');
  });
  expect(await ask(`${server.url}/x`, { etag: '"1"' })).toMatchObject({ bytes: 8, validators: { etag: '"2"' } });
  expect(readFileSync(file, 'utf8')).toBe('halfmore');
});
