import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { hostPlatform } from '../../src/catalogue/platforms.ts';
import { COOKIE } from '../../src/plugins/botkube/cookie.ts';
import { ApiError } from '../../src/providers/api/http.ts';
import { type EventModel, errorModel } from '../../src/providers/models.ts';
import { sourceProgram } from '../support/botkube-source.ts';
import { LIBRARIES, Supervising, until } from '../support/providers.ts';
import { ending } from '../support/sandbox.ts';
import { ServedHome } from '../support/served-home.ts';
import { serving } from '../support/serving.ts';

interface MessageObject {
  readonly Text: string;
  readonly RawObject?: Record<string, unknown>;
  readonly CutFromBytes?: number;
}

/** A home with a supervisor, whose events are kept, and a directory of its own for what sources leave. */
class Sourced extends Supervising {
  readonly heard: EventModel[] = [];
  readonly marks = join(this.root, 'marks');

  readonly temporary: string;

  constructor(settings: ConstructorParameters<typeof Supervising>[0] = {}, env: Record<string, string> = {}) {
    const temporary = mkdtempSync(join(tmpdir(), 'tool-test-'));
    super(settings, { ...LIBRARIES, TMPDIR: temporary, ...env });
    this.temporary = temporary;
    this.supervisor.events.subscribe({ name: '.test', tell: async ({ event }) => void this.heard.push(event) });
  }

  /** The events of sources. */
  get messages(): { key: string; object: MessageObject }[] {
    return this.heard
      .filter(({ Type, Action }) => `${Type}.${Action}` === 'sources.message')
      .map((event) => ({ key: event.Key, object: event.Object as MessageObject }));
  }

  /** The same as their keys and texts. */
  get told(): string[] {
    return this.messages.map(({ key, object }) => `${key}: ${object.Text}`);
  }

  /** Processes of sources that have streamed, as they noted it. */
  get streamed(): number[] {
    return [...(existsSync(this.marks) ? readFileSync(this.marks, 'utf8') : '').matchAll(/^stream (\d+)$/gm)].map(([, pid]) => Number(pid));
  }

  log = (name: string): string => readFileSync(this.paths.log(name), 'utf8');
  /** Installs the source; what it is by then, it reads when it is started for an instance. */
  source = (start: object = {}): Promise<void> => this.provider(sourceProgram(start, join(this.root, 'later')), false, 'source_ticker_linux_amd64');

  /** Sends a request to an instance, as the API port forwards it. */
  async post(name: string, body: string): Promise<{ status: number; text: string }> {
    const socketPath = this.supervisor.known(name).current?.launched.sockets.inbound ?? '';
    return new Promise((done, fail) => {
      const sent = request({ socketPath, method: 'POST', path: `/plugin-apis/${name}` }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => done({ status: response.statusCode ?? 0, text }));
      });
      sent.on('error', fail);
      sent.end(body);
    });
  }

  /** Nothing of it is left: no process, no socket, no temporary directory. */
  async cleared(): Promise<void> {
    await until(
      async () => [...(await this.marked()), ...this.streamed.filter(isAlive), ...readdirSync(this.temporary)],
      (left) => left.length === 0,
    );
  }

  override async [Symbol.asyncDispose]() {
    await super[Symbol.asyncDispose]();
    await this.cleared();
    rmSync(this.temporary, { recursive: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a source is told its configuration, and where it runs; what it streams become events', async () => {
  const kubeconfig = 'apiVersion: v1\n';
  await using home = new Sourced({}, { KUBECONFIG: '' });
  mkdirSync(join(home.root, '.kube'));
  writeFileSync(join(home.root, '.kube/config'), kubeconfig);
  await home.source();
  const told = ['BOTKUBE', 'RS_TOKEN', 'RS_LOCAL_PROXY', 'TOOL_NODE', 'TOOL_PACKAGE', 'HOME'];
  const params = { told, count: 2, nested: { list: [1, 'yes'] }, 'botkube/cluster-name': 'mine' };
  expect((await home.start('tick', 'ticker', params)).state).toBe('running');
  await until(
    () => home.told,
    (events) => events.length === 3,
  );
  expect(home.told).toEqual(['tick: told', 'tick: 1', 'tick: 2']);
  const { yaml, env, ...context } = home.messages[0]?.object.RawObject ?? {};
  expect(parse(String(yaml))).toEqual({ told, count: 2, nested: { list: [1, 'yes'] } });
  expect(context).toEqual({ sourceName: 'tick', clusterName: 'mine', incomingWebhook: {}, kubeConfig: kubeconfig });
  const unset = ['RS_TOKEN', 'RS_LOCAL_PROXY', 'TOOL_NODE', 'TOOL_PACKAGE'].map((name) => `${name}=(unset)`);
  expect(env).toEqual([`BOTKUBE=${COOKIE.value}`, ...unset, `HOME=${home.root}`]);
  expect(home.heard.find(({ Type }) => Type === 'sources')).toMatchObject({
    Type: 'sources',
    Action: 'message',
    Key: 'tick',
    Principal: 'tick',
    Object: { Text: 'told', Message: { baseBody: { plaintext: 'told' } }, AnalyticsLabels: null },
  });
});

test('it stops with its stream cancelled, and whatever it started; it starts anew with other parameters', async () => {
  await using home = new Sourced();
  await home.source();
  await home.start('tick', 'ticker', { marks: home.marks, starts: true, count: 1 });
  await until(
    () => home.told,
    (events) => events.length === 1,
  );
  expect(await home.marked()).not.toHaveLength(0);
  await home.supervisor.known('tick').restart();
  await until(
    () => home.told,
    (events) => events.length === 2,
  );
  await home.supervisor.known('tick').stop();
  expect(home.status('tick').state).toBe('stopped');
  await home.cleared();
  expect(readFileSync(home.marks, 'utf8')).toMatch(/^(stream \d+\ncancelled\n){2}$/);
});

test('a thousand events come in their order, though the host takes no more now and then', async () => {
  await using home = new Sourced();
  await home.source();
  const door = home.supervisor.eventDoor;
  const publish = door.publish.bind(door);
  let asked = 0;
  door.publish = (event, from) => {
    if (event.Type === 'sources' && ++asked % 100 === 0) throw new ApiError(429, errorModel(429, ['too many']));
    return publish(event, from);
  };
  await home.start('tick', 'ticker', { count: 1000 });
  await until(
    () => home.told.length,
    (count) => count >= 1000,
  );
  expect(home.told).toEqual(Array.from({ length: 1000 }, (_, n) => `tick: ${n + 1}`));
  await until(
    () => home.log('tick'),
    (log) => log.includes('an event was taken that had been refused once'),
  );
});

test('an event of megabytes comes whole, and of one that no host takes its beginning', async () => {
  await using home = new Sourced();
  await home.source();
  await home.start('tick', 'ticker', { count: 1, bytes: 3_000_000 });
  await home.start('huge', 'ticker', { count: 1, bytes: 6_000_000 });
  await until(
    () => home.told,
    (events) => events.length === 2,
  );
  const [whole, cut] = ['tick', 'huge'].map((key) => home.messages.find((message) => message.key === key)?.object);
  expect(whole?.Text.length).toBe(3_000_001);
  expect(cut).toEqual({ Text: `1${'x'.repeat((64 << 10) - 1)}`, CutFromBytes: expect.any(Number) });
  expect(cut?.CutFromBytes).toBeGreaterThan(12_000_000);
});

test.each<[then: string, why: string]>([
  ['dies', 'tick ended with status 2; its last words were "panic: no more"'],
  ['ends', 'the stream of tick has ended'],
  ['fails', 'tick: the cluster is away'],
  ['garbage', "tick sent something that is no event of Botkube's: Unterminated string in JSON at position 9"],
])('one whose stream %s is started anew, and streams again', async (then, why) => {
  await using home = new Sourced();
  await home.source();
  await home.start('tick', 'ticker', { count: 1, marks: home.marks, starts: true, every: 700, then });
  await until(
    () => home.streamed.length,
    (count) => count >= 2,
  );
  expect(home.status('tick').restarts).toBeGreaterThan(0);
  await until(
    () => home.log('tick'),
    (log) => log.includes(`it ended with status 1: ${why}`),
  );
});

test('one that is killed is started anew, and so is one whose provider is', async () => {
  await using home = new Sourced();
  await home.source();
  await home.start('tick', 'ticker', { count: 1, marks: home.marks, starts: true });
  for (const victim of ['source', 'provider'] as const) {
    const before = home.streamed.length;
    const pid = victim === 'source' ? home.streamed.at(-1) : home.status('tick').pid;
    process.kill(pid ?? 0, 'SIGKILL');
    await until(
      () => home.streamed.length,
      (count) => count > before,
    );
    await until(
      () => home.status('tick').state,
      (state) => state === 'running',
    );
  }
  expect(new Set(home.streamed).size).toBe(3);
});

test.each<[what: string, start: object, params: object, state: string, why: string]>([
  ['refuses its configuration', {}, { refuse: 3 }, 'failed', 'tick: this will not do (INVALID_ARGUMENT)'],
  ['speaks an older version', { version: 2 }, {}, 'failed', "tick speaks version 2 of Botkube's protocol, and 3 is asked for"],
  [
    'ends early',
    { exits: 3, logs: ['no cluster'] },
    {},
    'restarting',
    'tick ended with status 3 before it told where it listens; its last words were "no cluster"',
  ],
  ['refuses for now', {}, { refuse: 14 }, 'restarting', 'tick: this will not do (UNAVAILABLE)'],
  ['never tells where it listens', { hangs: true }, {}, 'restarting', 'it took more than 1 seconds to be configured'],
])('one that %s is not run', async (_what, start, params, state, why) => {
  await using home = new Sourced({ configMs: 'hangs' in start ? 1000 : 10_000, restartMs: 5000 });
  await home.source();
  writeFileSync(join(home.root, 'later'), JSON.stringify(start));
  await home.start('tick', 'ticker', { ...params, marks: home.marks });
  expect(home.status('tick')).toMatchObject({ state, errors: [expect.stringContaining(why)] });
});

test('a source that was changed is not started, and neither is a stub', async () => {
  await using home = new Sourced();
  await home.source();
  const program = `${home.paths.provider('ticker')}/1/program`;
  const text = readFileSync(`${program}/ticker.botkube`, 'utf8');
  writeFileSync(`${program}/ticker.botkube`, `${text}\n`);
  expect(await home.start('tick', 'ticker')).toMatchObject({
    state: 'failed',
    errors: [expect.stringContaining(`is not what was installed (${program}/ticker.botkube)`)],
  });
  writeFileSync(`${program}/ticker.botkube`, text);
  chmodSync(`${program}/ticker.botkube`, 0o757);
  await home.supervisor.known('tick').start();
  expect(home.status('tick')).toMatchObject({ state: 'failed', errors: [expect.stringContaining('can be written by everybody')] });
  chmodSync(`${program}/ticker.botkube`, 0o700);
  await home.supervisor.known('tick').start();
  expect(home.status('tick').state).toBe('running');
});

test('requests from outside become events: over HTTP, and as an action', async () => {
  await using home = new Sourced();
  await home.source({ requestSchema: '{"type": "object"}' });
  await home.start('tick', 'ticker', { count: 0, unit: 's' });
  expect(await home.post('tick', '{"a": 1}')).toEqual({ status: 200, text: '{"success":true}\n' });
  expect(home.told).toEqual(['tick: got {"a": 1}']);
  expect(home.messages[0]?.object).toMatchObject({ RawObject: { config: 'count: 0\nunit: s\n', sourceName: 'tick' } });
  const refused = await home.post('tick', '"refuse"');
  expect([refused.status, JSON.parse(refused.text).Messages]).toEqual([400, ['tick: no such thing (INVALID_ARGUMENT)']]);
  const answer = await home.supervisor.known('tick').act({ Command: 'external-request', Params: { 'botkube/payload': { b: 2 } } }, 5000);
  expect(answer).toMatchObject({ kind: 'answer' });
  expect(home.told.at(-1)).toBe('tick: got {"b":2}');
});

test('from an index to an instance: the plugin is the provider, its dependencies are on PATH, and a new program is taken when it is told to', async () => {
  await using home = new ServedHome();
  const { arch } = hostPlatform();
  const marks = join(home.root, 'marks');
  let version = 1;
  const program = (): string =>
    sourceProgram({ schema: '{"properties": {"count": {"type": "integer"}, "password": {"type": "string"}}, "required": ["count"]}' }).concat(
      `// ${version}\n`,
    );
  await using server = await serving((request, response) => {
    const sum = createHash('sha256').update(program()).digest('hex');
    const url = `{url: "${server.url}/ticker", checksum: ${sum}, platform: {os: linux, architecture: ${arch}}, dependencies: {dep: {url: "${server.url}/dep"}}}`;
    const index = `entries:\n  - {name: ticker, type: source, version: v1.0.${version}, description: Counts, urls: [${url}]}\n`;
    response.end(request.url === '/ticker' ? program() : request.url === '/dep' ? '#!/bin/sh\n' : index);
  });
  const run = (...words: string[]) => home.run(words);
  await run('repository:add', 'acme', `${server.url}/index.yaml`);
  expect(await run('plugin:install', 'acme/ticker', '--name', 'seconds')).toMatchObject({ status: 0 });
  expect(await home.json('provider:list')).toMatchObject([{ name: 'seconds', installed: false }]);
  expect(await run('instance:create', 'tick', '--provider', 'seconds', '--param', 'count=x')).toMatchObject({
    status: 4,
    stderr: expect.stringContaining('count: (root): Invalid type. Expected: integer, given: string'),
  });
  const create = ['--param', 'count=0', '--param', 'password=sesame-open', '--param', 'told=[PATH]', '--param', `marks=${marks}`, '--no-start'];
  expect(await run('instance:create', 'tick', '--provider', 'seconds', ...create)).toMatchObject({ status: 0 });
  expect(await home.json('provider:show', 'seconds')).toMatchObject({
    version: 'v1.2.0',
    sha256: createHash('sha256').update(program()).digest('hex'),
    required: ['count'],
  });
  expect((await run('instance:show', 'tick')).stdout).not.toContain('sesame-open');
  await run('serve');
  const watching = ending(home.start(['event:watch', 'sources', '--count', '1']));
  await until(
    () => home.json('serve:status'),
    ({ subscribers }) => subscribers.length === 1,
  );
  expect(await run('instance:start', 'tick')).toMatchObject({ status: 0 });
  expect(await home.states()).toEqual({ tick: 'running' });
  const { stdout, ...watched } = await watching;
  expect(watched).toEqual({ stderr: '', status: 0, signal: null });
  const deps = home.at('plugins/enabled/seconds/deps');
  expect(JSON.parse(stdout)).toMatchObject({ Type: 'sources', Action: 'message', Key: 'tick', Object: { Text: 'told', RawObject: { sourceName: 'tick' } } });
  expect(JSON.parse(stdout).Object.RawObject.env[0]).toMatch(new RegExp(`^PATH=${deps}:`));

  version = 2;
  await run('repository:update');
  expect(await run('plugin:update', 'seconds')).toMatchObject({ status: 0 });
  expect(await run('provider:verify')).toMatchObject({ status: 1 });
  expect(await run('instance:restart', 'tick')).toMatchObject({ stderr: expect.stringContaining('is not what was installed'), status: 1 });
  expect(await run('provider:reload', 'seconds')).toMatchObject({ stdout: expect.stringContaining('reloaded'), status: 0 });
  expect(await home.states()).toEqual({ tick: 'running' });
  expect(await run('provider:verify')).toMatchObject({ status: 0 });
  await run('serve:stop');
  expect(await home.marked()).toEqual([]);
  expect(readFileSync(marks, 'utf8').match(/^stream/gm)).toHaveLength(2);
}, 180_000);
