import { appendFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openApiPort, readListenAddress } from '../../src/providers/api/doors.ts';
import { readInstance, writeInstance } from '../../src/providers/instances/instance.ts';
import { newInstance } from '../../src/providers/instances/new-instance.ts';
import { eventOf } from '../../src/providers/models.ts';
import { ASSETS } from '../../src/providers/page/assets.ts';
import type { InstanceView } from '../../src/providers/page/instance-view.ts';
import { pageOf } from '../../src/providers/page/page.ts';
import { nodeProvider, Supervising, until } from '../support/providers.ts';
import { PACKAGE } from '../support/sandbox.ts';

const CONTENT = JSON.stringify({ sections: { params: { 'web/key': { Name: 'web/key', Secure: true, Schema: { type: 'string', default: 'of-nobody' } } } } });
const WEB = nodeProvider(
  'web',
  { AvailableActions: [{ Command: 'add', Model: 'machines', RequiredParams: ['n'] }, { Command: 'fail' }], OptionalParams: ['web/key'], Content: CONTENT },
  `on.action.add = ({ Model, Params }) => [Model.Id, Params.n]; on.action.fail = () => { throw error(500, 'no luck'); };`,
);

/** A supervisor whose page is open. */
async function open(withPage = true) {
  const home = new Supervising();
  await home.provider(WEB);
  await home.start('web-1', 'web', { 'web/key': 'hunter22' });
  const port = await openApiPort(readListenAddress('127.0.0.1:0'));
  home.supervisor.tokens.admitOwner('of-the-owner');
  port.serve(home.supervisor, withPage ? pageOf(home.supervisor, 'a<b') : undefined);
  const ask = (path: string, { token = 'of-the-owner', ...init }: RequestInit & { token?: string } = {}) =>
    fetch(`${port.url}${path}`, { redirect: 'manual', ...init, headers: { ...(token === '' ? {} : { authorization: `Bearer ${token}` }), ...init.headers } });
  return {
    home,
    ask,
    /** Asks for something to be changed. */
    post: async (path: string, body: object = {}) =>
      (await ask(`/ui/api${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).json(),
    /** Reads an answer without an end. @returns what gives the next value */
    lines: async (path: string) => {
      const response = await ask(`/ui/api${path}`);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      const waiting: string[] = [];
      let rest = '';
      return {
        next: async () => {
          while (waiting.length === 0) {
            const lines = (rest + ((await reader?.read())?.value ?? '')).split('\n');
            rest = lines.pop() ?? '';
            waiting.push(...lines.filter((line) => line !== ''));
          }
          return JSON.parse(waiting.shift() ?? '');
        },
        end: () => reader?.cancel(),
      };
    },
    async [Symbol.asyncDispose]() {
      await port.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

test('the whole page is at most 60 KiB', () => {
  const folder = join(PACKAGE, 'src/providers/page/assets');
  const files = readdirSync(folder).filter((name) => !/\.(d\.ts|json)$/.test(name));
  expect(files.sort()).toEqual([...ASSETS.keys()].map((name) => name || 'index.html').sort());
  expect(files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)).toBeLessThanOrEqual(60 << 10);
});

test('the page opens for everybody on this machine, without anything in it; what it asks is for the owner', async () => {
  await using page = await open();
  const { home, ask } = page;
  const response = await ask('/ui/', { token: '' });
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('<title>a&lt;b</title>');
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': expect.stringMatching(/^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'; require-trusted-types-for 'script'/),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  for (const [name, { type }] of ASSETS) {
    const asset = await ask(`/ui/${name}`, { token: '' });
    expect([name, asset.status, asset.headers.get('content-type')]).toEqual([name, 200, type]);
    await asset.text();
  }
  expect([(await ask('/ui', { token: '' })).headers.get('location'), (await ask('/ui/nosuch', { token: '' })).status]).toEqual(['/ui/', 404]);
  expect((await ask('/ui/', { token: '', method: 'POST' })).status).toBe(404);
  const instance = home.supervisor.tokens.issue('web-1');
  for (const [path, method] of [
    ['/instances', 'GET'],
    ['/instances/web-1', 'GET'],
    ['/instances/web-1/log', 'GET'],
    ['/events', 'GET'],
    ['/instances/web-1/stop', 'POST'],
    ['/instances/web-1/actions', 'POST'],
  ] as const) {
    const statuses = await Promise.all(['', 'wrong', instance].map(async (token) => (await ask(`/ui/api${path}`, { method, token })).status));
    expect([path, statuses]).toEqual([path, [401, 401, 403]]);
  }
  // No form of another page sends JSON, and no link changes anything.
  expect((await ask('/ui/api/instances/web-1/stop')).status).toBe(404);
  expect((await ask('/ui/api/instances/web-1/stop', { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } })).status).toBe(400);
  expect(home.status('web-1').state).toBe('running');
});

test('without --ui there is no page', async () => {
  await using page = await open(false);
  for (const path of ['/ui', '/ui/', '/ui/main.js', '/ui/api/instances']) expect([path, (await page.ask(path)).status]).toEqual([path, 404]);
  expect((await page.ask('/ui/', { token: '' })).status).toBe(404);
  expect((await page.ask('/uint', { token: '' })).status).toBe(401);
});

test('an instance is described without its secrets, its actions with what a form needs; one whose provider is gone is described too', async () => {
  await using page = await open();
  const view = (await (await page.ask('/ui/api/instances/web-1')).json()) as InstanceView;
  const param = { description: '', ofObject: false, required: false, schema: {}, secret: false };
  expect(view).toMatchObject({ name: 'web-1', provider: 'web', version: 'v1.0.0', wanted: true, params: { 'web/key': '********' }, problem: '' });
  expect(view.actions).toEqual([
    { command: 'add', model: 'machines', params: [{ ...param, name: 'n', required: true }] },
    { command: 'fail', model: '', params: [] },
  ]);
  writeInstance(page.home.paths, newInstance('lost', 'nosuch', {}));
  expect(await (await page.ask('/ui/api/instances/lost')).json()).toMatchObject({ name: 'lost', actions: [], problem: 'There is no provider nosuch' });
  for (const name of ['nosuch', '..%2f..%2fx', '%00']) expect([name, (await page.ask(`/ui/api/instances/${name}`)).status]).toEqual([name, 404]);
});

test('actions are answered with what came of them, as JSON that keeps its digits', async () => {
  await using page = await open();
  const act = (body: object) => page.post('/instances/web-1/actions', body);
  expect(await act({ command: 'add', model: 'machines', id: 'm1', params: { n: 2 } })).toEqual({ instance: 'web-1', body: '["m1",2]' });
  expect(await act({ command: 'add', model: 'machines', id: 'm1', params: {} })).toEqual({ why: 'refused', messages: ['Action add Missing Parameter n'] });
  expect(await act({ command: 'add', model: 'machines', id: '../x', params: { n: 2 } })).toMatchObject({ why: 'refused' });
  expect(await act({ command: 'fail' })).toEqual({ why: 'failed', messages: ['plugin: plugin/web: no luck'] });
  expect(await act({ command: 'nosuch' })).toMatchObject({ why: 'refused' });
  page.home.supervisor.objects.put('machines', 'm2', {});
  expect(await (await page.ask('/ui/api/objects/machines')).json()).toEqual({ keys: ['m2'] });
  expect(await (await page.ask('/ui/api/objects/..%2f')).json()).toEqual({ keys: [] });
  expect(await page.post('/instances/web-1/stop')).toMatchObject({ name: 'web-1', state: 'stopped' });
  expect(readInstance(page.home.paths, 'web-1').wanted).toBe(false);
  expect(await act({ command: 'fail' })).toEqual({ why: 'unavailable', messages: ['web-1 is stopped'] });
  expect(await page.post('/instances/web-1/start')).toMatchObject({ name: 'web-1', state: 'running' });
  expect(readInstance(page.home.paths, 'web-1').wanted).toBe(true);
});

test('states, a log and events are told as they come, and whoever has gone is told no more', async () => {
  await using page = await open();
  const { home } = page;
  const states = await page.lines('/instances');
  expect((await states.next()).instances).toEqual([expect.objectContaining({ name: 'web-1', state: 'running' })]);
  writeInstance(home.paths, newInstance('aside', 'web', {}));
  expect((await states.next()).instances.map(({ name, state }: { name: string; state: string }) => [name, state])).toEqual([
    ['aside', 'stopped'],
    ['web-1', 'running'],
  ]);
  void home.supervisor.known('web-1').stop();
  await until(
    async () => (await states.next()).instances[1].state,
    (state) => state === 'stopped',
  );

  const { log } = home.supervisor.known('web-1');
  await log.flush();
  const told = await page.lines('/instances/web-1/log');
  expect(await told.next()).toMatch(/Z out {3}READY!$/);
  expect(await told.next()).toMatch(/Z info {2}runs as process \d+$/);
  expect(await told.next()).toMatch(/Z info /);
  appendFileSync(log.file, 'a line\n');
  expect(await told.next()).toBe('a line');

  const events = await page.lines('/events?filter=probe');
  home.supervisor.events.publish(eventOf('other', 'tick', 'a', 'test', null), { from: '' });
  home.supervisor.events.publish(eventOf('probe', 'tick', 'a.b', 'test', { list: [{ 'web/key': 'x', api_key: 'y', plain: 'z' }] }), { from: '' });
  expect(await events.next()).toMatchObject({
    Id: expect.any(String),
    Key: 'a.b',
    Object: { list: [{ 'web/key': '********', api_key: '********', plain: 'z' }] },
  });
  expect((await page.ask('/ui/api/events?filter=.')).status).toBe(400);
  expect(home.supervisor.events.subscribers).toHaveLength(1);
  await Promise.all([states.end(), told.end(), events.end()]);
  await until(
    () => home.supervisor.events.subscribers.length,
    (length) => length === 0,
  );
});
