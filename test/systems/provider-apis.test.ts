import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type ActionRequest, runAction } from '../../src/providers/actions/actions.ts';
import { openApiPort, openControl, readListenAddress } from '../../src/providers/api/doors.ts';
import { closeServer } from '../../src/providers/api/http.ts';
import { writeInstance } from '../../src/providers/instances/instance.ts';
import { newInstance } from '../../src/providers/instances/new-instance.ts';
import { INCREMENTER, nodeProvider, Supervising, until } from '../support/providers.ts';

const actions = (...names: string[]) => ({ AvailableActions: names.map((Command) => ({ Command })) });
const run = async (home: Supervising, command: string, more: Partial<ActionRequest> = {}): Promise<unknown> => {
  const result = await runAction(home.supervisor.actionWorld(), {
    command,
    model: '',
    id: '',
    object: undefined,
    plugin: '',
    params: {},
    timeoutMs: 20_000,
    ...more,
  });
  return result.kind === 'result' ? JSON.parse(result.body) : result;
};

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** Asks by a socket's path, or a port of this machine. */
const ask = (
  at: string | number,
  path: string,
  { method = 'GET', headers = {}, body }: Sent = {},
): Promise<{ status: number; text: string; headers: Record<string, unknown> }> =>
  new Promise((done, fail) => {
    const sent = request({ ...(typeof at === 'string' ? { socketPath: at } : { port: at, host: '127.0.0.1' }), method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString(), headers: response.headers }));
    });
    sent.on('error', fail);
    sent.end(body);
  });

describe('what a plugin asks of the host', () => {
  test('/log is always answered well, and the rest by the rules', async () => {
    await using home = new Supervising();
    const code = `on.action.try = async () => {
      const results = {};
      results.log = await host('POST', '/log', { Level: 'info', Message: 'one\\ntwo\\n' });
      results.odd = await host('POST', '/log', { Level: 'constructor', Message: 'odd' });
      results.noLine = await ask(outbound, 'POST', '/api-server-plugin/v4/log', undefined);
      results.noType = await ask(outbound, 'POST', '/api-server-plugin/v4/log', 5, { 'content-type': 'text/plain' });
      results.event = await host('POST', '/publish', { Type: 'probe', Action: 'tick', Key: 'a.b.c' });
      results.noEvent = await host('POST', '/publish', { Type: 'probe' });
      results.badType = await ask(outbound, 'POST', '/api-server-plugin/v4/publish', {}, { 'content-type': 'text/plain' });
      results.get = await host('GET', '/publish');
      results.nowhere = await host('POST', '/nowhere', {});
      return Object.fromEntries(Object.entries(results).map(([name, { status, text }]) => [name, [status, text === '' ? null : JSON.parse(text)]]));
    };`;
    await home.provider(nodeProvider('asker', actions('try'), code));
    await home.start('asker-1', 'asker');
    const failure = (Code: number, Key: string, Type: string, Messages: unknown = null) => ({ Model: '', Key, Type, Messages, Code });
    expect(await run(home, 'try')).toEqual({
      log: [204, null],
      odd: [204, null],
      noLine: [204, null],
      noType: [204, null],
      event: [200, failure(200, '', '')],
      noEvent: [400, failure(400, '', 'POST', ['an event has a Type and an Action'])],
      badType: [400, failure(400, '', 'POST', ['Invalid content type: text/plain'])],
      get: [404, failure(404, '/api-server-plugin/v4/publish', 'GET')],
      nowhere: [404, failure(404, '/api-server-plugin/v4/nowhere', 'POST')],
    });
    const { log } = home.supervisor.known('asker-1');
    await log.flush();
    expect(readFileSync(log.file, 'utf8')).toContain(' constructor odd\n');
  });

  test('objects of the types that it declared are kept, and of no others', async () => {
    await using home = new Supervising();
    const code = `on.action.try = async () => {
      const say = async (...words) => { const { status, text } = await host(...words); return [status, text === '' ? null : JSON.parse(text)]; };
      return [await say('GET', '/objects/cows'), await say('POST', '/objects/cows/bessie', { Spotted: true }), await say('GET', '/objects/cows/bessie'), await say('GET', '/objects/cows'),
        await say('DELETE', '/objects/cows/bessie'), await say('GET', '/objects/cows/bessie'), await say('GET', '/objects/machines'), await say('POST', '/objects/cows/..%2Fx', {}), await say('POST', '/objects/cows/x', [])].map(([status, value]) => [status, Array.isArray(value) ? value.length : (value?.Spotted ?? null)]);
    };`;
    await home.provider(nodeProvider('farm', { ...actions('try'), StoreObjects: { cows: {} } }, code));
    await home.start('farm-1', 'farm');
    expect(await run(home, 'try')).toEqual([
      [200, 0],
      [200, true],
      [200, true],
      [200, 1],
      [204, null],
      [404, null],
      [404, null],
      [404, null],
      [400, null],
    ]);
  });

  test('events go to those who ask for them: in order, to all but the sender, and who is slow holds up nobody', async () => {
    await using home = new Supervising();
    const listener = `const seen = []; on.publish = async (event) => { if (event.Type === 'probe') seen.push([event.Action, event.Key, event.Principal]); }; on.action.seen = () => seen;`;
    await home.provider(nodeProvider('listener', { ...actions('seen'), HasPublish: true }, listener));
    await home.provider(nodeProvider('stuck', { HasPublish: true }, `on.publish = () => wait(60000);`));
    await home.provider(
      nodeProvider(
        'sender',
        { ...actions('send', 'own'), HasPublish: true },
        `let own = 0; on.publish = async (event) => { if (event.Type === 'probe') own++; }; on.action.own = () => own; on.action.send = async () => { for (const n of [1, 2, 3]) await host('POST', '/publish', { Type: 'probe', Action: 'tick' + n, Key: 'a.b' }); };`,
      ),
    );
    for (const name of ['listener', 'stuck', 'sender']) expect(await home.start(`${name}-1`, name)).toMatchObject({ state: 'running' });
    await run(home, 'send');
    const seen = await until(
      () => run(home, 'seen') as Promise<unknown[]>,
      (found) => found.length === 3,
    );
    expect(seen).toEqual([1, 2, 3].map((n) => [`tick${n}`, 'a.b', 'sender-1']));
    expect(await run(home, 'own')).toBe(0);
  });
});

describe('the API that a plugin calls back', () => {
  test('the incrementer counts by it', async () => {
    await using home = new Supervising();
    await home.provider(INCREMENTER);
    await home.start('incr', 'incrementer');
    const on = { model: 'machines', id: 'm1' };
    expect(await run(home, 'reset_count', on)).toEqual({ kind: 'invalid', faults: ['Action reset_count Missing Parameter incrementer/touched'] });
    expect(await run(home, 'increment', on)).toBe(1);
    expect(await run(home, 'increment', { ...on, params: { 'incrementer/step': 5 } })).toBe(6);
    expect(await run(home, 'increment', { ...on, params: { 'incrementer/parameter': 'own' } })).toBe(1);
    expect(home.supervisor.objects.get('machines', 'm1').Params).toEqual({ 'incrementer/default': 6, 'incrementer/touched': 3, own: 1 });
    expect(await run(home, 'reset_count', on)).toBe('Success');
    expect(home.supervisor.objects.get('machines', 'm1').Params).toEqual({ 'incrementer/default': 6, own: 1 });
    expect(await run(home, 'incrstatus')).toBe('Running');
  });

  test('its token opens objects, actions, and of instances its own; an old one, another and none open nothing', async () => {
    await using home = new Supervising();
    const code = `const say = async (...words) => { const { status, text } = await api(...words); return [status, text === '' ? null : JSON.parse(text)]; };
    on.action.token = () => process.env.RS_TOKEN;
    on.action.ping = () => 'pong';
    on.action.try = async () => ({
      info: (await say('GET', '/info'))[0],
      own: (await say('GET', '/plugins/spy-1'))[1].Params,
      other: (await say('GET', '/plugins/vault-1'))[1].Params,
      set: (await say('POST', '/plugins/vault-1/params/vault/token', 'mine'))[0],
      param: [await say('POST', '/machines/m1/params/a/b', { deep: [1] }), await say('GET', '/machines/m1/params/a/b'), await say('GET', '/machines/m1/params/none'), await say('GET', '/machines/m1/params/constructor'), await say('DELETE', '/machines/m1/params/a/b'), await say('GET', '/machines/m1/params')],
      bad: await say('POST', '/machines/m1/params/spy/size', 'x'),
      action: await say('POST', '/system/actions/ping', {}),
      actions: (await say('GET', '/system/actions'))[1].map(({ Command }) => Command),
      unknown: await say('POST', '/system/actions/nope', {}),
      event: (await say('POST', '/events', { Type: 'a', Action: 'b', Key: 'c' }))[0],
      control: (await ask(process.env.RS_LOCAL_PROXY, 'GET', '/control/status')).status,
      wrong: (await say('GET', '/info', undefined, 'wrong'))[0],
      path: (await say('GET', '/machines/..%2f..%2fetc'))[0],
    });`;
    await home.provider(
      nodeProvider('spy', { ...actions('try', 'token', 'ping'), Content: 'sections: { params: { spy/size: { Schema: { type: integer } } } }' }, code),
    );
    await home.provider(nodeProvider('vault'));
    await home.start('vault-1', 'vault', { 'vault/token': 'secret-1' });
    await home.start('spy-1', 'spy', { 'spy/password': 'secret-2' });
    expect(await run(home, 'try')).toEqual({
      info: 200,
      own: { 'spy/password': 'secret-2' },
      other: { 'vault/token': '********' },
      set: 403,
      param: [
        [200, { deep: [1] }],
        [200, { deep: [1] }],
        [200, null],
        [200, null],
        [200, { deep: [1] }],
        [200, {}],
      ],
      bad: [
        422,
        { Model: 'machines', Key: 'm1', Type: 'ValidationError', Messages: ['spy/size: (root): Invalid type. Expected: integer, given: string'], Code: 422 },
      ],
      action: [200, 'pong'],
      actions: ['ping', 'token', 'try'],
      unknown: [400, { Model: 'system', Key: 'global', Type: 'INVOKE', Messages: ['Action nope on system: Not Found'], Code: 400 }],
      event: 204,
      control: 404,
      wrong: 401,
      path: 404,
    });
    const token = String(await run(home, 'token'));
    expect(home.supervisor.tokens.callerOf(`Bearer ${token}`)).toEqual({ kind: 'instance', name: 'spy-1' });
    await home.supervisor.known('spy-1').restart();
    expect(home.supervisor.tokens.callerOf(`Bearer ${token}`)).toBeUndefined();
    expect(await run(home, 'token')).not.toBe(token);
  });
});

describe('forwarding and the API port', () => {
  const code = `on.http = async (request, response) => {
    if (request.url.endsWith('/big')) { response.writeHead(200); let sent = 0; const more = () => { while (sent++ < 64) if (!response.write(Buffer.alloc(65536, 'b'))) return response.once('drain', more); response.end(); }; return more(); }
    let bytes = 0; const hash = require('crypto').createHash('sha256');
    for await (const chunk of request) { bytes += chunk.length; hash.update(chunk); }
    response.writeHead(207, { 'x-mine': 'yes' });
    response.end(JSON.stringify({ url: request.url, method: request.method, bytes, hash: hash.digest('hex'), headers: request.headers }));
  };
  on.upgrade = (request, socket, head) => { socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: echo\\r\\n\\r\\n'); socket.write(head); socket.pipe(socket); };`;

  test('is of path, query, method, headers and body as they are, both ways, and of upgrades', async () => {
    await using home = new Supervising();
    await home.provider(nodeProvider('web', {}, code));
    await home.start('web-1', 'web');
    await using _control = await opened(home);
    const at = home.supervisor.run.control;
    const body = Buffer.alloc(3 << 20, 'a');
    const sent = await ask(at, '/plugin-apis/web-1/a%20b/c?x=1&y=%2F', {
      method: 'PATCH',
      body,
      headers: { authorization: 'Bearer x', 'x-own': 'o', te: 'trailers' },
    });
    expect([sent.status, sent.headers['x-mine']]).toEqual([207, 'yes']);
    expect(JSON.parse(sent.text)).toMatchObject({
      url: '/plugin-apis/web-1/a%20b/c?x=1&y=%2F',
      method: 'PATCH',
      bytes: body.length,
      hash: createHash('sha256').update(body).digest('hex'),
    });
    const { headers } = JSON.parse(sent.text);
    expect(headers).toMatchObject({ 'x-own': 'o', 'x-forwarded-for': 'unix' });
    expect([headers.authorization, headers.te]).toEqual([undefined, undefined]);
    expect((await ask(at, '/plugin-apis/web-1/big')).text.length).toBe(64 * 65536);
    expect((await ask(at, '/plugin-apis/web-2/a')).status).toBe(404);
    for (const path of ['/plugin-apis/web-1/../../api-plugin/v4/stop', '/plugin-apis/web-1/%2e%2e/x', '/plugin-apis/web-1/%zz'])
      expect((await ask(at, path)).status).toBe(404);
    const echoed = await new Promise<string>((done) => {
      const socket = connect(at, () => socket.write('GET /plugin-apis/web-1/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello'));
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
        if (text.endsWith('hello')) socket.end();
      });
      socket.on('close', () => done(text));
    });
    expect(echoed).toMatch(/^HTTP\/1\.1 101 .*\r\n\r\nhello$/s);
    await home.supervisor.known('web-1').stop();
    expect((await ask(at, '/plugin-apis/web-1/a')).status).toBe(503);
    // What is being started says when to come again.
    await home.provider(nodeProvider('slow', {}, `on.ready = () => {};`));
    writeInstance(home.paths, newInstance('slow-1', 'slow', {}));
    const starting = home.supervisor.known('slow-1').start();
    await until(
      () => home.status('slow-1').state,
      (state) => state === 'starting',
    );
    expect(await ask(at, '/plugin-apis/slow-1/a')).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    await home.supervisor.known('slow-1').stop();
    await starting;
  });

  test('the port is for this machine, for who shows a token, and for requests that mean it', async () => {
    await using home = new Supervising();
    await home.provider(nodeProvider('web', {}, code));
    await home.start('web-1', 'web');
    const port = await openApiPort(readListenAddress('127.0.0.1:0'));
    try {
      const at = Number(new URL(port.url).port);
      const authorization = 'Bearer of-the-owner';
      expect((await ask(at, '/api/v3/info', { headers: { authorization } })).status).toBe(503);
      home.supervisor.tokens.admitOwner('of-the-owner');
      port.serve(home.supervisor);
      expect((await ask(at, '/api/v3/info', { headers: { authorization } })).status).toBe(200);
      expect((await ask(at, '/api/v3/info')).status).toBe(401);
      expect((await ask(at, '/api/v3/info', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
      expect((await ask(at, '/api/v3/info', { headers: { authorization, host: 'evil.example.org' } })).status).toBe(421);
      expect((await ask(at, '/control/status', { headers: { authorization } })).status).toBe(404);
      expect((await ask(at, '/api-plugin/v4/stop', { method: 'POST', headers: { authorization } })).status).toBe(404);
      expect((await ask(at, '/plugin-apis/web-1/x', { headers: { authorization } })).status).toBe(207);
      expect((await ask(at, '/plugin-apis/web-1/x')).status).toBe(401);
      expect((await ask(at, '/api/v3/plugins', { headers: { authorization } })).headers['x-drp-list-count']).toBe('1');
    } finally {
      await port.close();
    }
    for (const address of ['0.0.0.0:80', '[::]:80', '192.168.0.1:80'])
      expect(() => readListenAddress(address)).toThrow(expect.objectContaining({ code: 'bad-value' }));
  });
});

async function opened({ supervisor }: Supervising): Promise<AsyncDisposable> {
  const server = await openControl(supervisor, { startedAt: new Date(), page: undefined, shutDown: () => {} });
  return { [Symbol.asyncDispose]: () => closeServer(server) };
}
