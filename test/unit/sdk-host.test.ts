import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isWanted } from '../../src/sdk/definition.ts';
import { hostAt } from '../../src/sdk/host.ts';
import type { LogLine } from '../../src/sdk/models.ts';
import { withDefaults } from '../../src/sdk/params.ts';

const line = (Seq: number): LogLine => ({
  Group: 1,
  Seq,
  Time: '',
  Service: 's',
  Principal: '',
  Level: 'info',
  File: '',
  Line: 0,
  Message: `line ${Seq}`,
  Data: [],
  IgnorePublish: false,
});

test('lines of the log arrive in order; of more than wait, the oldest are dropped and counted', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tool-sdk-host-'));
  const heard: string[] = [];
  let release: () => void = () => {};
  const held = new Promise<void>((done) => {
    release = done;
  });
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    heard.push((JSON.parse(text) as LogLine).Message);
    await held;
    // What it answers changes nothing.
    response.writeHead(heard.length % 2 === 0 ? 204 : 500).end();
  });
  try {
    await new Promise<void>((done) => server.listen(join(directory, 'o'), done));
    const host = hostAt(join(directory, 'o'));
    for (let at = 1; at <= 1502; at++) host.log(line(at));
    release();
    await host.flush();
    while (heard.length < 1001) await host.flush();
    expect(heard.slice(0, 3)).toEqual(['line 1', 'line 503 (501 lines before it were dropped)', 'line 504']);
    expect(heard.slice(3)).toEqual(Array.from({ length: 998 }, (_, at) => `line ${at + 505}`));
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    rmSync(directory, { recursive: true });
  }
});

test('what nobody takes is lost, and nothing else comes of it', async () => {
  const host = hostAt('/no/such/socket');
  for (let at = 1; at <= 10; at++) host.log(line(at));
  await host.flush();
  await expect(host.publish({ Time: '', Type: 'a', Action: 'b', Key: 'c' })).rejects.toThrow('ENOENT');
});

test.each([
  ['machines.create.*', true],
  ['machines.create.a.b', true],
  ['*.create.a.b', true],
  ['machines', true],
  ['*', true],
  ['machines.create.a', false],
  ['machines.delete.*', false],
  ['jobs.create.*', false],
])('%s wants machines.create.a.b: %s', (filter, isIt) => {
  expect(isWanted([filter], { Type: 'machines', Action: 'create', Key: 'a.b' })).toBe(isIt);
  expect(isWanted([], { Type: 'machines', Action: 'create', Key: 'a.b' })).toBe(false);
});

test('defaults are filled in for what was not given, and for what was asked for alone', () => {
  const specs = { a: { default: 1 }, b: { default: false }, c: {}, d: { default: 4 } };
  expect(withDefaults(specs, ['a', 'b', 'c'], { a: null, other: 'x' })).toEqual({ a: null, b: false, other: 'x' });
});
