import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { hostPlatform } from '../../src/catalogue/platforms.ts';
import { COOKIE } from '../../src/plugins/botkube/cookie.ts';
import { tarGz } from '../support/archives.ts';
import { EXECUTOR, executorPlugin } from '../support/botkube-executor.ts';
import { processesOf } from '../support/plugin-test.ts';
import { ending, PACKAGE, type RunOptions, Sandbox, TOOL } from '../support/sandbox.ts';
import { serving } from '../support/serving.ts';

let box: Sandbox;
beforeAll(() => {
  box = Sandbox.prepared().plugin('kc', executorPlugin());
  mkdirSync(join(box.root, 'tmp'));
});
afterAll(() => box[Symbol.dispose]());
// Whatever became of a command, nothing of it is left: no process, no socket, no directory.
afterEach(async () => {
  for (let tries = 0; tries < 200 && processesOf(box.root).length > 0; tries++) await wait(20);
  expect(processesOf(box.root)).toEqual([]);
  expect(readdirSync(join(box.root, 'tmp'))).toEqual([]);
});

/** Runs the executor, which starts as it is told. */
const run = (words: readonly (string | Buffer)[], start: object = {}, options: RunOptions = {}) =>
  box.run(['kc', ...words], { ...options, env: environment(start, options.env) });
function environment(start: object, env: RunOptions['env'] = {}): Record<string, string | undefined> {
  return { EXECUTOR: JSON.stringify(start), TMPDIR: join(box.root, 'tmp'), ...env };
}
const said = (stdout: string, stderr = '', status = 0) => ({ stdout, stderr, status, signal: null });

test('a command is executed as Botkube sends it: its text, who asks, the configuration as YAML, and the kubeconfig', async () => {
  box.file('kube/config', 'apiVersion: v1\n');
  const config = '[kc]\nnamespace = "default"\nreplicas = 2\non = true\n[kc.defaults]\nverbs = ["get", "yes"]\n[other]\nkey = "of another plugin"\n';
  writeFileSync(box.at('plugins/config.toml'), config);
  const { stdout, ...rest } = await run(
    ['echo', 'a b', "it's", '', '--format', 'json'],
    {},
    { env: { KUBECONFIG: `${box.root}/none:${box.root}/kube/config` } },
  );
  expect(rest).toEqual({ stderr: '', status: 0, signal: null });
  const command = "kc echo 'a b' 'it'\\''s' '' --format json";
  const { configs, ...told } = JSON.parse(stdout);
  expect(told).toEqual({ command, kubeConfig: 'apiVersion: v1\n', message: { text: command, user: { mention: 'tester', displayName: 'tester' } } });
  expect(configs.map((text: string) => parse(text))).toEqual([{ namespace: 'default', replicas: 2, on: true, defaults: { verbs: ['get', 'yes'] } }]);

  writeFileSync(box.at('plugins/config.toml'), '[kc\n');
  const broken = await run(['echo']);
  expect(broken).toMatchObject({ stdout: '', status: 1 });
  expect(broken.stderr).toContain('plugins/config.toml:1:');
  writeFileSync(box.at('plugins/config.toml'), '');
  expect(JSON.parse((await run(['echo'])).stdout).configs).toEqual([]);
});

test('its environment is ours with go-plugin’s variables, and what it listens at is in a directory of its own', async () => {
  const names = ['BOTKUBE', 'PLUGIN_PROTOCOL_VERSIONS', 'PLUGIN_CLIENT_CERT', 'MINE', 'NODE_OPTIONS', 'TMPDIR', 'PLUGIN_UNIX_SOCKET_DIR'];
  const { stdout } = await run(['environment', ...names], {}, { env: { MINE: 'kept', NODE_OPTIONS: '--no-warnings', PLUGIN_CLIENT_CERT: 'a certificate' } });
  const [folder = ''] = /^\S*tool-\w+$/.exec(/TMPDIR=(.*)/.exec(stdout)?.[1] ?? '') ?? [];
  expect(folder).toContain(box.root);
  expect(stdout).toBe(
    `BOTKUBE=${COOKIE.value}\nPLUGIN_PROTOCOL_VERSIONS=3\nPLUGIN_CLIENT_CERT=(unset)\nMINE=kept\nNODE_OPTIONS=--no-warnings\nTMPDIR=${folder}\nPLUGIN_UNIX_SOCKET_DIR=${folder}\n`,
  );
});

test.each<[what: string, start: object]>([
  ['over a port of this machine, in spite of a proxy', { network: 'tcp' }],
  ['without go-plugin’s own services', { hasController: false, hasStdio: false }],
  ['without health', { health: 'none' }],
  ['once it serves', { health: [2, 2, 1] }],
])('an executor is asked %s', async (_what, start) => {
  const proxies = { http_proxy: 'http://127.0.0.1:9', grpc_proxy: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9' };
  expect(await run(['environment', 'HOME'], start, { env: proxies })).toEqual(said(`HOME=${box.root}\n`));
});

test('help is asked for, and a lone --help is a question to the file', async () => {
  expect(await run(['help', 'me'])).toEqual(said('Use it so:\ntool kc echo\n'));
  expect(await run(['nothing'])).toEqual(said(''));
});

test('as JSON an answer is as it was sent, and an error is JSON as well', async () => {
  expect(await run(['--format', 'json', 'messages'])).toEqual(
    said('{"message":{"baseBody":{"plaintext":"first"}},"messages":[{"baseBody":{"plaintext":"second"}},{"type":"skipMessage"}]}\n'),
  );
  expect(await run(['messages'])).toEqual(said('first\n\nsecond\n'));
  const failed = await run(['--format=json', 'fail', '5', 'no such pod']);
  expect([JSON.parse(failed.stdout).error, failed.stderr]).toMatchObject([
    { code: 'executor-failed', status: 1, message: 'kc: no such pod (NOT_FOUND)' },
    ' !     kc: no such pod (NOT_FOUND)\n',
  ]);
  expect(JSON.parse((await run(['--', '--format', 'json', 'x'])).stdout || '{}')).toEqual({});
});

test.each<[what: string, words: string[], line: string, status: number]>([
  ['an error of Go', ['fail', '2', 'The @fail label was specified.'], 'kc: The @fail label was specified.', 1],
  ['a wrong argument', ['fail', '3', 'no\nsuch flag'], 'kc: no such flag (INVALID_ARGUMENT)', 2],
  ['something that is away', ['fail', '14', 'the cluster is away'], 'kc: the cluster is away (UNAVAILABLE)', 75],
  [
    'no JSON',
    ['message', '{"baseBody'],
    "kc answered with something that is no message of Botkube's: Unterminated string in JSON at position 10; tell its author",
    70,
  ],
])('a refusal for %s is one line and an exit status', async (_what, words, line, status) => {
  expect(await run(words)).toEqual(said('', ` !     ${line}\n`, status));
});

test('one that dies says so, with what it said last', async () => {
  expect(await run(['die'])).toEqual(
    said(
      '',
      'panic: the @die label was specified\n\ngoroutine 1 [running]:\n !     kc ended with status 2 before it answered; tell its author, with what it printed\n',
      70,
    ),
  );
});

test('what it logs goes to standard error by its level, and what it prints meanwhile', async () => {
  const hclog = (level: string, message: string, more = {}): object => ({ '@level': level, '@message': message, '@timestamp': 'now', ...more });
  const logs = [hclog('debug', 'plugin address', { network: 'unix' }), hclog('warn', 'careful', { n: 1 }), '[ERROR] broken', '[INFO] fine', '\x1b[31mas it is'];
  const noise = ['Listening on everything', 'again'];
  const warned = ' !     kc printed a line in front of its handshake, for which Botkube would refuse it: Listening on everything\n';
  const result = await run(['print'], { logs, noise });
  expect({ ...result, stderr: result.stderr.replace(warned, '') }).toEqual(
    said('done\n', ' !     kc: careful n=1\n !     kc: broken\nas it is\nprinted while it ran\n'),
  );
  expect(result.stderr).toContain(warned);
  const traced = await run(['nothing'], { logs }, { env: { TOOL_TRACE: '1' } });
  expect(traced.stderr).toContain('debug: plugin address network=unix\n');
});

test('an answer of megabytes comes whole, and a reader that leaves ends all of it', async () => {
  expect((await run(['large', '6000000'])).stdout.length).toBe(6_000_001);
  const { status } = await box.run(['-c', `${join(box.root, 'start')} | head -c 1`], {
    command: box.file('start', '#!/bin/sh\nexec "$TOOL" kc large 6000000\n') && '/bin/sh',
    env: { ...environment({}), TOOL },
  });
  expect(status).toBe(0);
});

/** A program that only prints, which a shell starts in no time. */
const printing = (line: string, then = 'exec sleep 60'): string => `#!/bin/sh\necho '${line}'\n${then}\n`;

test.each<[what: string, program: string, line: string]>([
  ['speaks an older version', printing('1|2|unix|/tmp/x|grpc|'), "kc speaks version 2 of Botkube's protocol, and 3 is asked for"],
  ['listens nowhere', printing('1|3|unix|/nowhere/x|grpc|'), 'kc told where it listens, and cannot be spoken to: connect ENOENT /nowhere/x'],
  [
    'ends early',
    printing('Welcome', 'echo no >&2\necho cluster >&2\nexit 3'),
    'kc ended with status 3 before it told where it listens; it printed "Welcome"; its last words were "no cluster"',
  ],
  ['never tells', printing('Welcome'), 'kc did not tell where it listens within 1 s; it printed "Welcome"'],
  [
    'is for another host',
    '#!/bin/sh\necho "This binary is a plugin. These are not meant to be executed directly." >&2\nexit 1\n',
    'kc ended with status 1 before it told where it listens; it is a plugin for another program than Botkube, and expects another cookie',
  ],
  ['is for another machine', `\x7fELF${'\0'.repeat(16)}`, 'kc cannot be started: it is made for another machine'],
  ['has no interpreter', '#!/no/such/interpreter\n', 'kc cannot be started (ENOENT); is its interpreter here, and is it for this machine?'],
])('a program that %s is named, with its remedy', async (_what, program, line) => {
  const result = await runProgram(program);
  expect(result).toMatchObject({ stdout: '', status: 70 });
  expect(result.stderr.split('\n').at(-2)).toBe(` !     ${line}`);
});

/** Runs a program in the executor's place, with little time. */
async function runProgram(program: string) {
  const path = 'sandbox/home/plugins/available/kc/program/kc';
  box.file(path, program, 0o755);
  try {
    return await run(['x'], {}, { env: { TOOL_EXECUTOR_TIMEOUT: '1' } });
  } finally {
    box.file(path, EXECUTOR);
  }
}

test('one that says that it does not serve is not asked', async () => {
  const server = box.start([join(PACKAGE, 'test/fixtures/botkube/executor.cjs')], {
    command: process.execPath,
    env: { ...environment({ health: 2, network: 'tcp' }), PLUGIN_UNIX_SOCKET_DIR: box.root, [COOKIE.name]: COOKIE.value },
  });
  const [line] = (await once(server.stdout as Readable, 'data')) as [Buffer];
  const result = await runProgram(printing(String(line).trim()));
  server.kill('SIGKILL');
  expect(result).toEqual(said('', ' !     kc says that it does not serve, 1 s after it was started; see what it logs with --trace\n', 75));
});

/** Starts a command that is not answered, and waits until it is executed. */
async function started(start: object) {
  const marks = [join(box.root, 'running'), join(box.root, 'cancelled')] as const;
  for (const mark of marks) if (existsSync(mark)) writeFileSync(mark, '');
  const child = box.start(['kc', 'wait', ...marks], { env: environment(start) });
  const end = ending(child);
  while (!existsSync(marks[0]) || readFileSync(marks[0], 'utf8') === '') await wait(20);
  return { child, end, wasCancelled: () => existsSync(marks[1]) && readFileSync(marks[1], 'utf8') === 'cancelled' };
}

test.each<[NodeJS.Signals, start: object]>([
  ['SIGINT', {}],
  ['SIGTERM', { ignores: ['SIGTERM'] }],
  ['SIGHUP', { hasController: false }],
])('%s ends the call, the executor, and what it started', async (signal, start) => {
  const { child, end, wasCancelled } = await started(start);
  child.kill(signal);
  expect(await end).toEqual({ stdout: '', stderr: '', status: null, signal });
  expect(wasCancelled()).toBe(true);
});

test('a signal that nobody can catch ends the executor all the same, and what it started', async () => {
  const { child, end } = await started({ ignores: ['SIGTERM', 'SIGHUP'] });
  child.kill('SIGKILL');
  expect(await end).toMatchObject({ signal: 'SIGKILL' });
});

test('from an index: an executor becomes a command with its dependencies on PATH, which no installation runs; a source has none, and a plain program stays one', async () => {
  const { arch } = hostPlatform();
  const ran = join(box.root, 'ran');
  const program = EXECUTOR.replace('\n//', `\nrequire('node:fs').appendFileSync(${JSON.stringify(ran)}, 'x');\n//`);
  const files: Record<string, Buffer | string> = {
    '/kc': program,
    '/kc.tgz': tarGz([
      { name: 'LICENSE', body: 'x' },
      { name: 'kc', body: program, mode: 0o755 },
    ]),
    '/dep': '#!/bin/sh\necho dep\n',
    '/plain': '#!/bin/sh\necho plain "$@"\n',
  };
  await using server = await serving((request, response) => {
    const body = files[request.url ?? ''] ?? (request.url === '/index.yaml' ? index : undefined);
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  const entry = (name: string, type: string, path: string, more = ''): string => {
    const checksum = createHash('sha256')
      .update(files[path] ?? '')
      .digest('hex');
    return `  - {name: ${name}, type: ${type}, version: v1.0.0, description: "Does: things", urls: [{url: "${server.url}${path}", checksum: ${checksum}, platform: {os: linux, architecture: ${arch}}${more}}]}\n`;
  };
  const index = `entries:\n${entry('cluster', 'executor', '/kc', `, dependencies: {dep: {url: "${server.url}/dep"}}`)}${entry('packed', 'executor', '/kc.tgz')}${entry('watch', 'source', '/kc')}${entry('plain', 'executor', '/plain')}`;
  await box.run(['repository:add', 'acme', `${server.url}/index.yaml`]);
  const installed = await box.run(['plugin:install', 'acme/cluster', 'acme/packed', 'acme/watch', 'acme/plain']);
  expect(installed).toMatchObject({ status: 0, stderr: expect.stringMatching(/^ ! {5}There is no checksum for dep[^\n]*\n$/) });
  const env = environment({});
  expect(await box.run(['help', 'cluster'], { env })).toMatchObject({ stdout: expect.stringContaining('Does: things') });
  expect(await box.run(['cluster', '--help'], { env })).toMatchObject({ stdout: expect.stringContaining('An executor of Botkube.'), status: 0 });
  expect(existsSync(ran)).toBe(false);

  const deps = box.at('plugins/enabled/cluster/deps');
  const { stdout } = await box.run(['cluster', 'environment', 'PLUGIN_DEPENDENCY_DIR', 'PATH'], { env });
  expect(stdout).toContain(`PLUGIN_DEPENDENCY_DIR=${deps}\nPATH=${deps}:`);
  expect(JSON.parse((await box.run(['packed', 'echo'], { env })).stdout).command).toBe('packed echo');
  expect(await box.run(['watch', 'x'], { env })).toEqual(
    said(
      '',
      ' !     watch is a source of Botkube, which tells of events, and has no command; make an instance of it: tool instance:create NAME --provider watch\n',
      1,
    ),
  );
  expect(await box.run(['plain', 'x'], { env })).toEqual(said('plain x\n'));
  // Botkube's name for it is the index's.
  await box.run(['plugin:install', 'acme/cluster', '--name', 'other']);
  expect(JSON.parse((await box.run(['other', 'echo'], { env })).stdout).command).toBe('cluster echo');
  expect(await box.run(['plugin:check', 'cluster'])).toMatchObject({ status: 0 });
});
