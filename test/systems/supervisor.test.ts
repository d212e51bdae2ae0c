import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { INCREMENTER, nodeProvider, until } from '../support/providers.ts';
import { ending } from '../support/sandbox.ts';
import { ServedHome } from '../support/served-home.ts';

const line = (text: string) => ` !     ${text}\n`;
const PARENT = nodeProvider(
  'parent',
  { AvailableActions: [{ Command: 'spawn' }, { Command: 'config' }] },
  `let config; on.config = async (params) => { config = params; }; on.action.config = () => config;
   for (const detached of [false, true]) spawn('sleep', ['600'], { detached, stdio: 'ignore' }).unref();`,
);

test('the scenario of the incrementer, from the command line', async () => {
  await using home = new ServedHome();
  const run = (...words: string[]) => home.run(words);
  await run('provider:install', INCREMENTER);
  expect(await run('instance:create', 'incr', '--provider', 'incrementer')).toMatchObject({
    stdout: '-----> Instance incr created\n-----> It runs once `tool serve` does\n',
    status: 0,
  });
  expect(await run('instance:create', 'incr', '--provider', 'incrementer')).toMatchObject({
    stderr: line('There is an instance incr; change it with instance:set incr'),
    status: 1,
  });
  expect(await run('instance:create', 'x1', '--provider', 'incrementor')).toMatchObject({
    stderr: expect.stringContaining('did you mean incrementer?'),
    status: 1,
  });
  expect(await run('instance:create', 'x1', '--provider', 'incrementer', '--param', 'incrementer/step=x')).toMatchObject({ status: 0 });
  expect(await run('instance:destroy', 'x1')).toMatchObject({ stdout: '-----> Instance x1 destroyed\n', status: 0 });
  expect(await run('action:run', 'incrstatus')).toMatchObject({
    stderr: line('The supervisor does not run; start it with `tool serve`, or give --oneshot'),
    status: 69,
  });
  expect(await run('action:run', 'incrstatus', '--oneshot')).toEqual({ stdout: '"Running"\n', stderr: '', status: 0, signal: null });

  expect(await run('serve')).toMatchObject({
    stdout: expect.stringMatching(/^-----> The supervisor runs as process \d+\n-----> 1 instance running\n$/),
    stderr: '',
    status: 0,
  });
  expect(await run('serve')).toMatchObject({ stderr: expect.stringContaining('runs already, as process'), status: 1 });
  expect(await run('serve:status')).toMatchObject({ stdout: expect.stringMatching(/^incr +incrementer +running +\d+ seconds? +0 +-$/m), status: 0 });
  const on = ['--model', 'machines', '--id', 'm1'];
  expect(await run('action:list', ...on)).toMatchObject({ stdout: expect.not.stringContaining('reset_count') });
  expect(await run('action:run', 'reset_count', ...on)).toMatchObject({
    stderr: line('Action reset_count Missing Parameter incrementer/touched; give them with --param NAME=VALUE'),
    status: 4,
  });
  expect(await run('action:run', 'increment', ...on)).toMatchObject({ stdout: '1\n', status: 0 });
  expect(await run('action:run', 'increment', ...on, '--param', 'incrementer/step=5')).toMatchObject({ stdout: '6\n', status: 0 });
  expect(await run('action:list', ...on)).toMatchObject({ stdout: expect.stringContaining('reset_count') });
  expect(await run('action:run', 'reset_count', ...on, '--json')).toMatchObject({ stdout: '{"instance":"incr","result":"Success"}\n', status: 0 });
  expect(await run('action:run', 'increment', ...on, '--param', 'incrementer/step=x')).toMatchObject({
    stderr: line(
      'Action increment: Invalid Parameter: incrementer/step: (root): Invalid type. Expected: integer, given: string; give them with --param NAME=VALUE',
    ),
    status: 4,
  });
  expect(await run('action:run', 'incrstatsu')).toMatchObject({ status: 3 });
  expect(await run('action:show', 'increment')).toMatchObject({ stdout: expect.stringContaining('How much is added') });
  // An action that is about no object is a command.
  expect(await run('incr:incrstatus')).toEqual({ stdout: '"Running"\n', stderr: '', status: 0, signal: null });
  // A plugin of that name has all words behind it, and the instance is told so.
  home.plugin('incr', { 'subcommands/say': '#!/bin/sh\necho said\n' });
  expect(await run('incr:incrstatus')).toMatchObject({ stderr: expect.stringContaining('is not a tool command'), status: 1 });
  expect(await run('incr:say')).toMatchObject({ stdout: 'said\n' });
  rmSync(home.at('plugins/enabled/incr'));
  expect(await run('incr:incrstatus', '--param', 'x')).toMatchObject({ stderr: expect.stringContaining('--param takes NAME=VALUE'), status: 2 });
  expect(await run('instance:logs', 'incr')).toMatchObject({ stdout: expect.stringMatching(/ info {2}m1 is at 6\n/) });
  const following = home.start(['instance:logs', 'incr', '-f', '--lines', '1']);
  const followed = ending(following);
  await new Promise((done) => following.stdout?.once('data', done));
  await run('action:run', 'increment', ...on);
  // What is added is seen, and a signal ends it.
  await new Promise((done) => following.stdout?.once('data', done));
  following.kill('SIGINT');
  expect(await followed).toMatchObject({ stdout: expect.stringMatching(/^\S+ info {2}m1 is at 6\n\S+ info {2}m1 is at 7\n$/), stderr: '', status: 0 });
  expect(await run('instance:status', 'incr')).toMatchObject({ stdout: expect.stringMatching(/^state +running$/m), status: 0 });
  expect(await run('instance:stop', 'incr')).toMatchObject({ stdout: '-----> Instance incr stopped\n', status: 0 });
  expect(await run('instance:status', 'incr')).toMatchObject({ status: 1 });
  expect(await run('action:run', 'incrstatus')).toMatchObject({ status: 3 });
  expect(await run('instance:start', '--all')).toMatchObject({ stdout: '-----> Instance incr runs\n', status: 0 });
  expect(await run('instance:destroy', 'incr')).toMatchObject({ status: 0 });
  expect(await run('incr:incrstatus')).toMatchObject({ stderr: expect.stringContaining('is not a tool command'), status: 1 });
  expect(await run('serve:stop')).toMatchObject({ stdout: '-----> The supervisor has ended, and its instances with it\n', status: 0 });
  expect(await run('serve:stop')).toMatchObject({ status: 69 });
});

test('what was stopped, or made without a start, is waited for by nobody and stays as it is', async () => {
  await using home = new ServedHome();
  await home.run(['provider:install', INCREMENTER]);
  for (const [name, ...more] of [['incr'], ['spare', '--no-start']] as const) await home.run(['instance:create', name, '--provider', 'incrementer', ...more]);
  expect(await home.run(['serve'])).toMatchObject({ stdout: expect.stringContaining('-----> 1 instance running\n'), status: 0 });
  await home.run(['instance:stop', 'incr']);
  await home.run(['serve:stop']);
  expect(await home.run(['serve'])).toMatchObject({ stdout: expect.stringContaining('-----> 0 instances running\n'), status: 0 });
});

test('parameters change what runs; secrets are shown to nobody and kept for the owner alone', async () => {
  await using home = new ServedHome();
  home.file('parent', PARENT).file('params.yaml', 'parent/password: hunter22\nsize: 3\n');
  const run = (...words: string[]) => home.run(words);
  await run('provider:install', './parent');
  const created = await run('instance:create', 'p1', '--provider', 'parent', '--params-file', 'params.yaml', '--param', 'size=4', '--json');
  expect(JSON.parse(created.stdout).params).toEqual({ 'parent/password': '********', size: 4 });
  await run('serve');
  expect(await home.json('action:run', 'config')).toMatchObject({ result: { 'parent/password': 'hunter22', size: 4, Name: 'p1' } });
  const { pid } = await home.json('instance:status', 'p1');
  expect(await run('instance:set', 'p1', '--param', 'size=5', '--dry-run')).toMatchObject({
    stdout: 'would change the parameters of p1 to {"parent/password":"********","size":5}\n',
  });
  expect(await run('instance:set', 'p1', '--param', 'size=5')).toMatchObject({ stdout: '-----> Instance p1 changed\n-----> Instance p1 runs\n', status: 0 });
  expect(await run('instance:unset', 'p1', 'parent/password')).toMatchObject({ status: 0 });
  expect(await home.json('action:run', 'config')).toMatchObject({ result: { size: 5, Name: 'p1' } });
  expect((await home.json('instance:status', 'p1')).pid).not.toBe(pid);
  expect(await run('instance:set', 'p1', '--param', 'parent/password=hunter33')).toMatchObject({ status: 0 });
  const shown = [
    await run('instance:show', 'p1'),
    await run('instance:show', 'p1', '--json'),
    await run('instance:list', '--json'),
    await run('instance:logs', 'p1'),
    await run('serve:status', '--json'),
  ];
  expect(shown.map(({ stdout }) => stdout).join('')).not.toContain('hunter');
  expect(execFileSync('stat', ['-c', '%a', home.at('data/provider/instances/p1.json')], { encoding: 'utf8' })).toBe('600\n');
});

test('killed with -9, a supervisor leaves no process, and the next one runs what was to run', async () => {
  await using home = new ServedHome();
  home.file('parent', PARENT);
  await home.run(['provider:install', './parent']);
  for (const name of ['p1', 'p2']) await home.run(['instance:create', name, '--provider', 'parent']);
  await home.run(['serve']);
  // Each with two that it started, one of them in a group of its own.
  expect((await until(home.marked, (pids) => pids.length === 6)).length).toBe(6);
  process.kill(home.serving().process.pid, 'SIGKILL');
  await until(home.marked, (pids) => pids.length === 0);
  expect(await home.run(['serve:status'])).toMatchObject({ status: 69 });
  expect(await home.run(['serve'])).toMatchObject({ status: 0 });
  expect(await home.states()).toEqual({ p1: 'running', p2: 'running' });

  // The watchdog dies as well: what is left is ended by the next supervisor.
  const { pid } = home.serving().process;
  const watchdogs = execFileSync('pgrep', ['-P', String(pid), '-f', 'serve-watchdog'], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number);
  expect(watchdogs).toHaveLength(1);
  process.kill(pid, 'SIGSTOP');
  for (const one of [...watchdogs, pid]) process.kill(one, 'SIGKILL');
  const left = await home.marked();
  expect(left.length).toBeGreaterThan(0);
  expect(await home.run(['serve'])).toMatchObject({ status: 0 });
  expect((await until(home.marked, (pids) => pids.length === 6)).some((one) => left.includes(one))).toBe(false);
  await home.run(['serve:stop']);
  expect(await until(home.marked, (pids) => pids.length === 0)).toEqual([]);
});

test('a watchdog that dies is replaced; a file that a dead supervisor left says nothing', async () => {
  await using home = new ServedHome();
  home.file('parent', PARENT);
  await home.run(['provider:install', './parent']);
  await home.run(['instance:create', 'p1', '--provider', 'parent']);
  await home.run(['serve']);
  const { process: own, control } = home.serving();
  const watchdog = () => Number(execFileSync('pgrep', ['-P', String(own.pid), '-f', 'serve-watchdog'], { encoding: 'utf8' }));
  const first = watchdog();
  process.kill(first, 'SIGKILL');
  await until(
    () => {
      try {
        return watchdog();
      } catch {
        return first;
      }
    },
    (found) => found !== first,
  );
  process.kill(own.pid, 'SIGKILL');
  await until(home.marked, (pids) => pids.length === 0);
  // The number of a process that runs, and that is another.
  writeFileSync(home.at('data/provider/serving.json'), JSON.stringify({ process: { ...own, pid: process.pid }, control }));
  expect(await home.run(['instance:list'])).toMatchObject({ stdout: expect.stringMatching(/^p1 +parent +stopped /m), status: 0 });
  expect(await home.run(['action:run', 'config'])).toMatchObject({ status: 69 });
});

test('a provider is replaced while it runs, and one that cannot be used leaves the old one running', async () => {
  await using home = new ServedHome();
  const version = (text: string, listen = '') =>
    nodeProvider('many', { AvailableActions: [{ Command: 'version' }] }, `on.action.version = () => '${text}'; ${listen}`);
  home.file('many', version('one'));
  await home.run(['provider:install', './many']);
  await home.run(['instance:create', 'many-1', '--provider', 'many']);
  await home.run(['serve']);
  home.file('many', version('two'));
  expect(await home.run(['provider:reload', 'many'])).toMatchObject({ stdout: expect.stringMatching(/reloaded\n-----> Restarted many-1\n$/), status: 0 });
  expect(await home.run(['action:run', 'version'])).toMatchObject({ stdout: '"two"\n' });
  home.file('many', '#!/bin/sh\nexit 1\n');
  const { pid } = await home.json('instance:status', 'many-1');
  expect(await home.run(['provider:reload', 'many'])).toMatchObject({ stderr: expect.stringContaining('`many define` failed with status 1'), status: 1 });
  expect(await home.run(['action:run', 'version'])).toMatchObject({ stdout: '"two"\n' });
  expect((await home.json('instance:status', 'many-1')).pid).toBe(pid);
  home.file('many', version('three'));
  expect(await home.run(['provider:install', '--replace', './many'])).toMatchObject({ stdout: expect.stringContaining('-----> Restarted many-1\n') });
  expect(await home.run(['action:run', 'version'])).toMatchObject({ stdout: '"three"\n' });
});

test('in the foreground it ends in order by SIGTERM; with a port its API is open to who has the token', async () => {
  await using home = new ServedHome();
  await home.run(['provider:install', INCREMENTER]);
  await home.run(['instance:create', 'incr', '--provider', 'incrementer']);
  const serving = home.start(['serve', '--foreground', '--listen', '127.0.0.1:0']);
  const result = ending(serving);
  await until(() => existsSync(home.at('data/provider/serving.json')), Boolean);
  const { endpoint } = await until(
    () => home.json('serve:status'),
    ({ instances }) => instances[0]?.state === 'running',
  );
  const token = readFileSync(home.at('data/provider/api-token'), 'utf8').trim();
  const ask = async (path: string, init: RequestInit = {}) =>
    (await fetch(`${endpoint}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } })).json();
  expect(await ask('/api/v3/machines/m9/actions/increment', { method: 'POST', body: '{"incrementer/step":4}' })).toBe(4);
  expect(await ask('/api/v3/machines/m9/params')).toEqual({ 'incrementer/default': 4, 'incrementer/touched': 1 });
  serving.kill('SIGTERM');
  expect(await result).toMatchObject({
    stderr: '',
    status: 0,
    stdout: expect.stringMatching(
      /with the API at http:\/\/127\.0\.0\.1:\d+\n-----> Started the instance\n-----> The supervisor has ended, and its instances with it\n$/,
    ),
  });
  expect(await home.marked()).toEqual([]);
});

test('what keeps it from running is told', async () => {
  using home = new ServedHome();
  await home.run(['version']);
  expect(await home.run(['serve', '--listen', '0.0.0.0:80'])).toMatchObject({ stderr: expect.stringContaining('is not this machine alone'), status: 2 });
  writeFileSync(home.at('tool.toml'), '[serve]\nstart_timeout = "soon"\n');
  expect(await home.run(['serve'])).toMatchObject({ stderr: expect.stringContaining('start_timeout of [serve]'), status: 1 });
  writeFileSync(home.at('tool.toml'), '');
  const open = join(home.root, 'open');
  mkdirSync(join(open, 'tool'), { recursive: true });
  chmodSync(join(open, 'tool'), 0o777);
  expect(await home.run(['serve'], { env: { XDG_RUNTIME_DIR: open } })).toMatchObject({
    stderr: expect.stringContaining(`${open}/tool is open to others`),
    status: 1,
  });
  const long = join(home.root, 'x'.repeat(100));
  mkdirSync(long);
  expect(await home.run(['serve'], { env: { XDG_RUNTIME_DIR: long } })).toMatchObject({
    stderr: expect.stringContaining('and the path of a socket has at most 107'),
    status: 1,
  });
});

testNeeding('systemd-analyze')('the unit is one that systemd understands', async () => {
  using home = new ServedHome();
  const { stdout } = await home.run(['serve:unit']);
  home.file('tool-serve.service', stdout);
  const verified = execFileSync('systemd-analyze', ['verify', '--man=no', join(home.root, 'tool-serve.service')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(verified).toBe('');
});
