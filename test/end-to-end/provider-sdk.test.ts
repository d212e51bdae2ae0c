import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProviderHost, runProvider } from '../support/provider-host.ts';
import { PACKAGE } from '../support/sandbox.ts';

const EXAMPLE = join(PACKAGE, 'examples/counter/counter.ts');

/** Uses what the example does not: hooks that fail, errors of all kinds, the API, requests of its own. */
const ODD = `
import { writeFileSync } from 'node:fs';
import { defineProvider, ProviderError } from ${JSON.stringify(join(PACKAGE, 'dist/sdk/index.js'))};

defineProvider({ name: 'odd', version: 'v2', required: ['odd/url'], params: { 'odd/url': { type: 'string' }, 'odd/key': { type: 'string', secure: true } }, optional: ['odd/key'], logLevel: 'debug', autoStart: true })
  .validate(({ definition, log }) => {
    if (process.env.BAD) throw new ProviderError('no licence', { code: 403 });
    log.info('checked');
    return { ...definition, Version: 'v2-checked' };
  })
  .onConfig(({ config }) => {
    if (config['odd/url'] === 'bad') throw new ProviderError('the url is bad', { code: 422, key: 'odd/url' });
  })
  .onAction('fail', {}, ({ params, action }) => {
    const { kind } = action.Params;
    if (kind === 'own') throw new ProviderError('gone', { code: 410, model: 'machines', key: 'm1', messages: ['twice'] });
    if (kind === 'zero') throw new ProviderError('zero', { code: 0 });
    if (kind === 'bug') return params.x.y;
    throw 'a text';
  })
  .onAction('log', {}, ({ config, log }) => {
    console.log('to the console');
    log.trace('unseen');
    log.debug('the key is ' + config['odd/key'], { key: config['odd/key'], token: process.env.RS_TOKEN });
  })
  .onAction('need', { required: ['odd/url'] }, ({ params }) => params['odd/url'])
  .onAction('api', { model: 'machines' }, async ({ api, model }) => [await api.get('/machines/' + model.Uuid), await api.post('/machines/1/params/a/b', 3)])
  .onAction('slow', {}, ({ signal, log }) => { log.info('slow'); return new Promise((done) => signal.addEventListener('abort', () => done(log.info('the caller is gone')))); })
  .onAction('leave', {}, ({ leaving }) => leaving(new ProviderError('bye', { code: 403 })))
  .onPublish(['a.b.*', '*.gone'], ({ event, log }) => {
    log.info('event ' + event.Key);
    if (event.Key === 'fail') throw new ProviderError('not now', { code: 503 });
  })
  .onRequest('POST', '/echo/*', async ({ request, path, url, instance }) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    return { text, path, query: url.search, instance };
  })
  .onRequest('*', '/raw', ({ response }) => { response.writeHead(202, { 'content-type': 'text/plain' }).end('raw'); })
  .onUpgrade(({ socket, path }) => { socket.end('HTTP/1.1 101 Switching Protocols\\r\\n\\r\\nhello ' + path); })
  .onUnpack(({ directory }) => writeFileSync(directory + '/file', 'unpacked'))
  .onStop(() => { throw new Error('stop failed too'); })
  .main();
`;

let root: string;
let counter: string;
let odd: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'tool-sdk-'));
  [counter, odd] = [join(root, 'counter'), join(root, 'odd.mjs')];
  const build = await rolldown({ input: EXAMPLE, platform: 'node' });
  await build.write({ file: counter, format: 'cjs' });
  await build.close();
  writeFileSync(odd, `#!/usr/bin/env node\n${ODD}`);
  for (const file of [counter, odd]) chmodSync(file, 0o755);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const started = async (program: string, config: object = {}): Promise<ProviderHost> => {
  const host = new ProviderHost();
  await host.start(program);
  expect(await host.call('config', config)).toEqual({ status: 200, body: { Model: '', Key: '', Type: '', Messages: null, Code: 200 } });
  return host;
};

test('the example of the page has fewer than 40 lines, and is the one that runs here', () => {
  const text = readFileSync(EXAMPLE, 'utf8');
  expect(text.trimEnd().split('\n').length).toBeLessThan(40);
  expect(readFileSync(join(PACKAGE, 'docs/provider-sdk.md'), 'utf8')).toContain(`\`\`\`ts\n${text}\`\`\`\n`);
});

test('the example says what it is', async () => {
  const { stdout, stderr, status } = await runProvider(counter, ['define']);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const { Content, ...definition } = JSON.parse(stdout);
  expect(definition).toEqual({
    Meta: {},
    Name: 'counter',
    Version: 'v1.0.0',
    PluginVersion: 4,
    AutoStart: false,
    HasPublish: true,
    AvailableActions: [
      { Provider: '', Model: 'machines', Command: 'increment', RequiredParams: [], OptionalParams: ['counter/step'] },
      { Provider: '', Model: '', Command: 'total', RequiredParams: [], OptionalParams: [] },
    ],
    RequiredParams: [],
    OptionalParams: ['counter/limit', 'counter/token'],
    StoreObjects: {},
    Documentation: 'Counts what is done to machines.',
  });
  expect(JSON.parse(Content).sections.params['counter/step']).toEqual({
    Name: 'counter/step',
    Description: 'How much is added',
    Documentation: '',
    Secure: false,
    Schema: { type: 'integer', default: 1 },
  });
  expect(JSON.parse(Content).sections.params['counter/token']).toMatchObject({ Secure: true, Schema: { type: 'string' } });
});

test('the example counts, publishes, forgets, answers requests of its own, and stops', async () => {
  await using host = await started(counter, { Name: 'mine', 'counter/limit': 5 });
  const increment = (Params?: object) => host.call('action', { Plugin: 'mine', Command: 'increment', Model: { Name: 'web.1', Uuid: '1' }, Params });
  expect(await increment({ 'counter/step': 3 })).toEqual({ status: 200, body: 3 });
  expect(await increment()).toEqual({ status: 200, body: 4 });
  expect(await increment({ 'counter/step': 2 })).toEqual({
    status: 409,
    body: { Model: '', Key: '', Type: 'plugin', Messages: ['web.1 is at its limit'], Code: 409 },
  });
  expect(host.told('publish')).toMatchObject([
    { Type: 'counter', Action: 'incremented', Key: 'web.1', Principal: 'mine', Object: { count: 3 }, Original: null },
    { Object: { count: 4 } },
  ]);
  expect(await host.send('GET', '/plugin-apis/mine/counts')).toEqual({ status: 200, body: { 'web.1': 4 } });
  const event = (Type: string) => ({ Time: '', Type, Action: 'delete', Key: 'web.1' });
  await host.call('publish', event('disks'));
  expect(await host.call('action', { Command: 'total' })).toEqual({ status: 200, body: 4 });
  expect(await host.call('publish', event('machines'))).toMatchObject({ status: 200, body: { Code: 200 } });
  expect(await host.call('action', { Command: 'total' })).toEqual({ status: 200, body: 0 });
  expect(await host.call('action', { Command: 'nope' })).toEqual({
    status: 404,
    body: { Model: 'plugin', Key: 'counter', Type: 'plugin', Messages: ['Unknown command: nope'], Code: 404 },
  });
  expect(statSync(host.inbound).mode & 0o777).toBe(0o600);
  expect(await host.call('stop')).toMatchObject({ status: 200, body: { Code: 200 } });
  expect(await host.ended()).toEqual({ stdout: 'READY!\n', stderr: '', status: 0, signal: null });
  expect(host.messages).toEqual(['mine is configured', '0 machines were counted']);
  expect(host.told('log')[0]).toMatchObject({ Service: 'counter', Level: 'info', Principal: '', Data: [], IgnorePublish: false, Seq: 1 });
});

test('define is checked by the provider, unless it is asked for the catalogue; unpack and version end soon', async () => {
  const version = async (env: Record<string, string>) => {
    const { stdout, stderr, status } = await runProvider(odd, ['define'], env);
    return [stdout === '' ? '' : JSON.parse(stdout).Version, stderr, status];
  };
  expect(await version({ RS_TOKEN: 'x' })).toEqual(['v2-checked', 'local log: info: checked\n', 0]);
  expect(await version({ RS_TOKEN: 'catalog', BAD: '1' })).toEqual(['v2', '', 0]);
  expect(await version({ BAD: '1' })).toEqual(['', 'Error: no licence\n', 1]);
  expect(await runProvider(odd, ['version'])).toMatchObject({ stdout: 'Version: v2\n', status: 0 });
  expect(await runProvider(odd, ['unpack', join(root, 'files/deep')])).toMatchObject({ stdout: '', stderr: '', status: 0 });
  expect(readFileSync(join(root, 'files/deep/file'), 'utf8')).toBe('unpacked');
  expect(await runProvider(odd, ['unpack', ''])).toMatchObject({ stderr: 'Error: Not a valid location: ``\n', status: 1 });
  expect(await runProvider(odd, ['nope'])).toMatchObject({ stdout: '', stderr: expect.stringContaining('Error: unknown command "nope"\n'), status: 1 });
});

test('what cannot be listened on is Failed', async () => {
  const usage = 'Error: listen takes two sockets: the one to listen on, and that of the host\n';
  expect(await runProvider(odd, ['listen', 'a'])).toEqual({ stdout: 'Failed\n', stderr: usage, status: 1, signal: null });
  const long = join(root, 'x'.repeat(108));
  expect(await runProvider(odd, ['listen', long, 'b'])).toMatchObject({
    stdout: 'Failed\n',
    stderr: expect.stringContaining('more than 107 bytes'),
    status: 1,
  });
  expect(await runProvider(odd, ['listen', join(root, 'no/such/i'), 'b'])).toMatchObject({
    stdout: 'Failed\n',
    stderr: expect.stringMatching(/^Error: listen E/),
    status: 1,
  });
});

test('requests that are no calls are told so, as the protocol has it', async () => {
  await using host = await started(odd, { 'odd/url': 'u' });
  const none = (Key: string, Type: string) => ({ status: 404, body: { Model: '', Key, Type, Messages: null, Code: 404 } });
  expect(await host.send('GET', '/api-plugin/v4/config')).toEqual(none('/api-plugin/v4/config', 'GET'));
  expect(await host.send('POST', '/api-plugin/v3/config', {})).toEqual(none('/api-plugin/v3/config', 'POST'));
  expect(await host.send('GET', '/plugin-apis/odd/nope')).toEqual(none('/plugin-apis/odd/nope', 'GET'));
  expect(await host.send('POST', '/api-plugin/v4/config', {}, {})).toMatchObject({
    status: 400,
    body: { Type: 'POST', Messages: ['Invalid content type: '], Code: 400 },
  });
  expect(await host.call('action', '{bad')).toMatchObject({ status: 400, body: { Messages: [expect.stringContaining('JSON')], Code: 400 } });
  expect(await host.call('action', '[1]')).toMatchObject({ status: 400, body: { Messages: ['the body is no object'] } });
  expect(await host.call('action')).toMatchObject({ status: 404, body: { Messages: ['Unknown command: '] } });
  expect(await host.call('config')).toMatchObject({ status: 200 });
  expect(await host.call('action', JSON.stringify({ Command: 'x'.repeat(8 << 20) }))).toMatchObject({ status: 413 });
});

test('errors have a status that can be sent, whatever was thrown', async () => {
  await using host = await started(odd, { 'odd/url': 'u' });
  const fail = (kind: string) => host.call('action', { Command: 'fail', Params: { kind } });
  expect(await fail('own')).toEqual({ status: 410, body: { Model: 'machines', Key: 'm1', Type: 'plugin', Messages: ['gone', 'twice'], Code: 410 } });
  expect(await fail('zero')).toMatchObject({ status: 500, body: { Messages: ['zero'], Code: 500 } });
  expect(await fail('bug')).toMatchObject({ status: 500, body: { Model: 'plugin', Key: 'odd', Messages: [expect.stringContaining('undefined')], Code: 500 } });
  expect(await fail('text')).toMatchObject({ status: 500, body: { Messages: ['a text'] } });
  expect(await host.call('config', { 'odd/url': 'bad' })).toMatchObject({ status: 422, body: { Messages: ['the url is bad'], Key: 'odd/url', Code: 422 } });
  // What was refused does not count.
  expect(await host.call('action', { Command: 'need', Params: {} })).toMatchObject({
    status: 400,
    body: { Type: 'INVOKE', Messages: ['Action need Missing Parameter odd/url'] },
  });
  await host.until(() => host.messages.some((message) => message.includes('a text')));
  expect(host.told('log').find(({ Message }) => String(Message).includes('undefined'))).toMatchObject({
    Level: 'error',
    Data: [{ stack: expect.stringContaining('odd.mjs') }],
  });
});

test('secrets are in no line of the log, and the console is not standard output', async () => {
  await using host = await started(odd, { Name: 'i', 'odd/url': 'u', 'odd/key': 'hush"hush' });
  expect(await host.call('action', { Command: 'log' })).toEqual({ status: 200, body: null });
  await host.until(() => host.messages.length > 0);
  expect(host.told('log')).toMatchObject([{ Level: 'debug', Message: 'the key is ********', Data: [{ key: '********', token: '********' }] }]);
  await host.send('POST', '/api-plugin/v4/action', { Command: 'log' }, { 'content-type': 'application/json', 'x-log-request': 'trace' });
  await host.until(() => host.messages.length > 2);
  expect(host.messages).toContain('unseen');
  await host.call('stop');
  expect(await host.ended()).toMatchObject({ stdout: 'READY!\n', stderr: 'to the console\nto the console\n', status: 0 });
  expect(host.messages.at(-1)).toBe('stop failed');
});

test('events that were asked for are told of, and what is logged meanwhile becomes no event', async () => {
  await using host = await started(odd, { 'odd/url': 'u' });
  const publish = (Type: string, Action: string, Key: string) => host.call('publish', { Time: '', Type, Action, Key });
  for (const [type, action, key] of [
    ['a', 'b', 'one.two'],
    ['x', 'gone', 'three'],
    ['a', 'c', 'unseen'],
  ] as const)
    expect(await publish(type, action, key)).toMatchObject({ status: 200 });
  expect(await publish('a', 'b', 'fail')).toMatchObject({ status: 503, body: { Messages: ['not now'] } });
  await host.until(() => host.messages.includes('event fail'));
  const events = host.told('log').filter(({ Level }) => Level === 'info');
  expect(events.map(({ Message }) => Message)).toEqual(['event one.two', 'event three', 'event fail']);
  expect(events.every(({ IgnorePublish }) => IgnorePublish)).toBe(true);
});

test('the API of the host is asked with the token, and says no in its own words', async () => {
  await using host = await started(odd, { 'odd/url': 'u' });
  host.api.set('GET /machines/1', { status: 200, body: { Name: 'm' } });
  host.api.set('POST /machines/1/params/a/b', { status: 200, body: 3 });
  expect(await host.call('action', { Command: 'api', Model: { Uuid: '1' } })).toEqual({ status: 200, body: [{ Name: 'm' }, 3] });
  expect(host.heard.filter(({ path }) => path.startsWith('/api/'))).toMatchObject([
    { method: 'GET', path: '/api/v3/machines/1', authorization: 'Bearer the-token' },
    { method: 'POST', path: '/api/v3/machines/1/params/a/b', body: 3 },
  ]);
  expect(await host.call('action', { Command: 'api', Model: { Uuid: '2' } })).toMatchObject({
    status: 404,
    body: { Messages: ['Not Found: /machines/2'], Code: 404 },
  });
  await host.call('action', { Command: 'leave' });
  expect(host.told('leaving')).toEqual([{ Model: '', Key: '', Type: 'plugin', Messages: ['bye'], Code: 403 }]);
});

test('requests of its own keep path, query and body, and connections can be taken over', async () => {
  await using host = await started(odd, { Name: 'i', 'odd/url': 'u' });
  expect(await host.send('POST', '/plugin-apis/i/echo/a%20b?x=1&y', 'body')).toEqual({
    status: 200,
    body: { text: 'body', path: '/echo/a%20b', query: '?x=1&y', instance: 'i' },
  });
  expect(await host.send('PUT', '/plugin-apis/i/raw')).toEqual({ status: 202, body: 'raw' });
  const upgraded = (path: string) =>
    new Promise<string>((done) => {
      let text = '';
      const socket = connect(host.inbound, () => socket.write(`GET ${path} HTTP/1.1\r\nHost: unix\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n`));
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => done(text));
    });
  expect(await upgraded('/plugin-apis/i/ws')).toBe('HTTP/1.1 101 Switching Protocols\r\n\r\nhello /ws');
  expect(await upgraded('/api-plugin/v4/config')).toMatch(/^HTTP\/1\.1 404 /);
});

test('an action knows when its caller is gone; a signal stops as the host does', async () => {
  await using host = await started(odd, { 'odd/url': 'u' });
  await new Promise<void>((done) => {
    const text = JSON.stringify({ Command: 'slow' });
    const socket = connect(host.inbound, () => {
      socket.write(`POST /api-plugin/v4/action HTTP/1.1\r\nHost: unix\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    });
    void host.until(() => host.messages.includes('slow')).then(() => socket.destroy());
    socket.on('close', () => done());
  });
  // Actions do not wait for each other, and what was begun goes on.
  expect(await host.call('action', { Command: 'need', Params: { 'odd/url': 'x' } })).toEqual({ status: 200, body: 'x' });
  await host.until(() => host.messages.includes('the caller is gone'));
  process.kill(host.pid, 'SIGTERM');
  expect(await host.ended()).toMatchObject({ status: 0, signal: null });
  expect(host.messages.at(-1)).toBe('stop failed');
});
