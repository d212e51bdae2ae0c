import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { describe, expect, test } from 'vitest';
import { type ActionRequest, runAction } from '../../src/providers/actions/actions.ts';
import { writeInstance } from '../../src/providers/instances/instance.ts';
import { newInstance } from '../../src/providers/instances/new-instance.ts';
import { makeRunFolder } from '../../src/providers/supervisor/run-folder.ts';
import { testNeeding } from '../support/needs.ts';
import { fixtureProvider, nodeProvider, Supervising, until } from '../support/providers.ts';
import { PACKAGE } from '../support/sandbox.ts';

const run = (home: Supervising, command: string, more: Partial<ActionRequest> = {}) =>
  runAction(home.supervisor.actionWorld(), { command, model: '', id: '', object: undefined, plugin: '', params: {}, timeoutMs: 20_000, ...more });
const logOf = async (home: Supervising, name: string): Promise<string> => {
  await home.supervisor.known(name).log.flush();
  return readFileSync(home.paths.log(name), 'utf8');
};
const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
};
const actions = (...names: string[]) => ({ AvailableActions: names.map((Command) => ({ Command })) });

describe('starting', () => {
  test('is told its parameters first, with its name; what it prints before READY! and after is logged', async () => {
    await using home = new Supervising();
    const code = `let first; console.log('warming up'); console.log('almost READY!'); on.config = async (params) => { first ??= params; console.log('more'); }; on.action.first = () => first;`;
    await home.provider(nodeProvider('early', actions('first'), code));
    expect(await home.start('early-1', 'early', { size: 3 })).toMatchObject({ state: 'running', errors: [], restarts: 0 });
    expect(await run(home, 'first')).toEqual({ kind: 'result', body: '{"size":3,"Name":"early-1"}', instance: 'early-1' });
    // What the supervisor says itself may stand anywhere among it.
    const printed = async () => (await logOf(home, 'early-1')).match(/(?<= out {3}).*/g);
    await expect.poll(printed, { timeout: 10_000 }).toEqual(['warming up', 'almost READY!', 'READY!', 'more']);
    const { folder, inbound, outbound } = home.supervisor.known('early-1').current?.launched.sockets ?? { folder: '', inbound: '', outbound: '' };
    expect([statSync(folder).mode & 0o777, statSync(outbound).mode & 0o777]).toEqual([0o700, 0o600]);
    await home.supervisor.known('early-1').stop();
    expect([existsSync(inbound), existsSync(folder)]).toEqual([false, false]);
  });

  test('sees little of the environment, what it is declared, and stands in an empty directory', async () => {
    await using home = new Supervising({}, { AWS_SECRET: 'x', AWS_REGION: 'eu', LANG: 'C.UTF-8' });
    await home.provider(
      nodeProvider('env', actions('env'), `on.action.env = () => [Object.keys(process.env).sort(), process.cwd(), require('fs').readdirSync('.')];`),
    );
    writeInstance(home.paths, newInstance('env-1', 'env', {}, { environment: ['AWS_REGION', 'AWS_NOTHING'] }));
    await home.supervisor.known('env-1').start();
    const answer = await run(home, 'env');
    const [names, cwd, files] = JSON.parse(answer.kind === 'result' ? answer.body : 'null');
    expect(names).toEqual(['AWS_REGION', 'HOME', 'LANG', 'PATH', 'RS_ENDPOINT', 'RS_FILESERVER', 'RS_LOCAL_PROXY', 'RS_TOKEN', 'TOOL_SUPERVISED']);
    expect([cwd, files]).toEqual([home.paths.scratch('env-1'), []]);
  });

  test.each([
    [
      'never says READY!',
      `on.ready = () => { console.error('waiting for a bus'); };`,
      { startMs: 1500 },
      /^it did not say READY! within 1\.5 seconds: waiting for a bus$/,
      'failed',
    ],
    ['ends before READY!', `console.error('no licence'); process.exit(3);`, {}, /^it ended with status 3 before READY!: no licence$/, 'failed'],
    ['dies of a signal', `process.kill(process.pid, 'SIGKILL');`, {}, /^it ended with signal 9 before READY!$/, 'failed'],
    ['says Failed', `console.log('Failed'); await wait(60000);`, {}, /^it said Failed$/, 'failed'],
    ['refuses its parameters', `on.config = async () => { throw error(422, 'no such region'); };`, {}, /^plugin: plugin\/broken: no such region$/, 'failed'],
    [
      'refuses them as Go does',
      `on.config = async () => { throw error(403, JSON.stringify(error(403, 'no licence'))); };`,
      {},
      /^plugin: plugin\/broken: no licence$/,
      'failed',
    ],
    ['is told nothing in time', `on.config = () => wait(60000);`, { configMs: 300 }, /^it took more than 0\.3 seconds to be configured$/, 'failed'],
  ])('a provider that %s', async (_, code, settings, message, state) => {
    await using home = new Supervising(settings);
    await home.provider(nodeProvider('broken', {}, code));
    await home.start('broken-1', 'broken');
    const status = await until(
      () => home.status('broken-1'),
      (found) => found.state === state,
    );
    expect(status).toMatchObject({ pid: null, errors: [expect.stringMatching(message)] });
    expect(await home.marked()).toEqual([]);
    expect(existsSync(join(home.supervisor.run.path, 'p'))).toBe(true);
  });

  test('a start that the system refuses leaves nothing behind', async () => {
    await using home = new Supervising({ restartMs: 60_000 });
    await home.provider(nodeProvider('sound'));
    const scratch = dirname(home.paths.scratch('sound-1'));
    rmSync(scratch, { recursive: true });
    writeFileSync(scratch, '');
    expect((await home.start('sound-1', 'sound')).errors).toEqual([expect.stringContaining('ENOTDIR')]);
    expect(readdirSync(join(home.supervisor.run.path, 'p'))).toEqual([]);
    rmSync(scratch);
    await home.supervisor.known('sound-1').start();
    expect(home.status('sound-1').state).toBe('running');
  });

  test('what it wrote to standard error just before its end is the reason', async () => {
    await using home = new Supervising({ restartMs: 60_000 });
    await home.provider(nodeProvider('ending', actions('end'), `on.action.end = () => { console.error('the cluster is away'); process.exit(7); };`));
    await home.start('ending-1', 'ending');
    await run(home, 'end');
    const { errors } = await until(
      () => home.status('ending-1'),
      ({ state }) => state === 'restarting',
    );
    expect(errors).toEqual(['it ended with status 7: the cluster is away']);
  });

  test('what somebody has to mend first is not tried again; the rest is, five times', async () => {
    await using home = new Supervising();
    const count = join(home.root, 'count');
    const code = (config: string) => `require('fs').appendFileSync(${JSON.stringify(count)}, 'x'); ${config}`;
    await home.provider(nodeProvider('user', {}, code(`on.config = async () => { throw error(400, 'bad'); };`)));
    expect(await home.start('user-1', 'user')).toMatchObject({ state: 'failed', restarts: 0 });
    expect(readFileSync(count, 'utf8')).toBe('x');
    await home.provider(nodeProvider('server', {}, code(`on.config = async () => { throw error(500, 'worse'); };`)));
    await home.start('server-1', 'server');
    expect(
      await until(
        () => home.status('server-1'),
        ({ state }) => state === 'failed',
      ),
    ).toMatchObject({ restarts: 4 });
    expect(readFileSync(count, 'utf8')).toBe('xxxxxx');
    // Somebody starts it: it is tried anew.
    await home.supervisor.known('server-1').start();
    await until(
      () => home.status('server-1'),
      ({ state }) => state === 'failed',
    );
    expect(readFileSync(count, 'utf8')).toBe('xxxxxxxxxxx');
  });

  test('parameters that are missing, and a program that was changed, keep it from being started', async () => {
    await using home = new Supervising();
    await home.provider(
      nodeProvider('strict', { RequiredParams: ['strict/size'], Content: 'sections: { params: { strict/size: { Schema: { type: integer } } } }' }),
    );
    expect(await home.start('strict-1', 'strict')).toMatchObject({ state: 'failed', errors: ['Missing required parameter: strict/size'] });
    expect(await home.start('strict-1', 'strict', { 'strict/size': 'x' })).toMatchObject({
      errors: ['strict/size: (root): Invalid type. Expected: integer, given: string'],
    });
    expect(await home.start('strict-1', 'strict', { 'strict/size': 1 })).toMatchObject({ state: 'running' });
    await home.supervisor.known('strict-1').stop();
    writeFileSync(join(home.paths.provider('strict'), '1/program/strict'), '#!/bin/sh\n');
    expect(await home.start('strict-1', 'strict', { 'strict/size': 1 })).toMatchObject({
      state: 'failed',
      errors: [expect.stringContaining('is not what was installed')],
    });
  });

  test('a path that is too long for a socket is refused by its bytes', () => {
    const long = join('/tmp', 'ü'.repeat(45));
    expect(() => makeRunFolder('/home', { TMPDIR: long, XDG_RUNTIME_DIR: undefined }, `-${'x'.repeat(90)}`)).toThrow(
      expect.objectContaining({ code: 'socket-path-too-long' }),
    );
  });

  test('a directory for what runs that is of another user is not used, as sudo may leave it in the environment', () => {
    const folder = mkdtempSync(join(tmpdir(), 'other-'));
    if (process.getuid?.() === 0) chownSync(folder, 65_534, 65_534);
    const other = process.getuid?.() === 0 ? folder : '/';
    const run = makeRunFolder(folder, { TMPDIR: folder, XDG_RUNTIME_DIR: other });
    try {
      expect(run.path.startsWith(join(other, 'tool/'))).toBe(false);
    } finally {
      for (const made of [run.path, folder]) rmSync(made, { recursive: true });
    }
  });
});

describe('actions', () => {
  test('answers of every type are passed on as they are, and errors by their codes', async () => {
    await using home = new Supervising();
    const code = `Object.assign(on.action, { text: () => 'Running', number: () => 10, nothing: () => null, object: () => ({ a: [1.5] }), bad: () => { throw error(400, 'bad'); },
      gone: () => { throw error(404, 'gone'); }, taken: () => { throw error(409, 'taken'); }, broken: () => { throw error(500, 'broken', 'very'); }, zero: () => { throw error(0, 'zero'); } });`;
    await home.provider(nodeProvider('answers', actions('text', 'number', 'nothing', 'object', 'bad', 'gone', 'taken', 'broken', 'zero', 'unheard'), code));
    await home.start('answers-1', 'answers');
    const bodies = await Promise.all(['text', 'number', 'nothing', 'object'].map((command) => run(home, command)));
    expect(bodies.map((result) => (result.kind === 'result' ? result.body : result))).toEqual(['"Running"', '10', 'null', '{"a":[1.5]}']);
    const codes = await Promise.all(['bad', 'gone', 'taken', 'broken', 'zero', 'unheard'].map((command) => run(home, command)));
    expect(codes.map((result) => (result.kind === 'error' ? result.error.Code : result))).toEqual([400, 404, 409, 500, 500, 404]);
    expect(await run(home, 'nowhere')).toEqual({ kind: 'unknown', why: 'Action nowhere on system: Not Found' });
  });

  test('parameters come from the call, the object, everybody’s profile and defaults; what is missing is told', async () => {
    await using home = new Supervising();
    const definition = {
      AvailableActions: [{ Command: 'show', Model: 'machines', RequiredParams: ['p/need'], OptionalParams: ['p/step'] }],
      Content: 'sections: { params: { p/step: { Schema: { type: integer, default: 7 } } } }',
    };
    await home.provider(
      nodeProvider('pp', definition, `on.action.show = ({ Params, Model, Plugin, CommandSet }) => [Params, Model.Uuid, Model.Params, Plugin, CommandSet];`),
    );
    await home.start('pp-1', 'pp');
    const on = { model: 'machines', id: 'm1' };
    expect(await run(home, 'show', on)).toEqual({ kind: 'invalid', faults: ['Action show Missing Parameter p/need'] });
    expect(await run(home, 'show', { ...on, params: { 'p/need': 1, 'p/step': 'x' } })).toEqual({
      kind: 'invalid',
      faults: ['Action show: Invalid Parameter: p/step: (root): Invalid type. Expected: integer, given: string'],
    });
    home.supervisor.objects.setParam('profiles', 'global', 'p/need', 'all');
    expect(await run(home, 'show', on)).toMatchObject({ body: '[{"p/need":"all","p/step":7},"m1",{},"pp-1","machines"]' });
    home.supervisor.objects.setParam('machines', 'm1', 'p/need', 'own');
    expect(await run(home, 'show', on)).toMatchObject({ body: '[{"p/need":"own","p/step":7},"m1",{"p/need":"own"},"pp-1","machines"]' });
    expect(await run(home, 'show', { ...on, object: { Uuid: 'u-1', Params: { 'p/step': 2 } }, params: { 'p/need': 'given' } })).toMatchObject({
      body: '[{"p/need":"given","p/step":2},"u-1",{"p/need":"own","p/step":2},"pp-1","machines"]',
    });
  });

  test('of several instances the first that can is asked, or the one that is named; six at once run side by side', async () => {
    await using home = new Supervising();
    await home.provider(
      nodeProvider(
        'two',
        actions('who', 'slow', 'long'),
        `let name; on.config = async ({ Name }) => { name = Name; }; on.action.who = () => name; let [here, all] = [0, () => {}]; const six = new Promise((done) => { all = done; }); on.action.slow = async () => { if (++here === 6) all(); await six; return 1; }; on.action.long = () => wait(60000);`,
      ),
    );
    await home.start('two-b', 'two');
    await home.start('two-a', 'two');
    expect(await run(home, 'who')).toMatchObject({ body: '"two-b"' });
    expect(await run(home, 'who', { plugin: 'two-a' })).toMatchObject({ body: '"two-a"' });
    expect(await run(home, 'who', { plugin: 'two-c' })).toEqual({ kind: 'unknown', why: 'Action who on system for plugin two-c not found' });
    const slow = await Promise.all(Array.from({ length: 6 }, () => run(home, 'slow')));
    expect(slow.map(({ kind }) => kind)).toEqual(Array(6).fill('result'));
    expect(await run(home, 'long', { timeoutMs: 50 })).toEqual({ kind: 'timeout', instance: 'two-b' });
  });

  test('what is under way is waited for when an instance is stopped; what comes then is refused', async () => {
    await using home = new Supervising();
    await home.provider(
      nodeProvider(
        'drain',
        actions('slow'),
        `on.action.slow = async () => { await host('POST', '/log', { Message: 'at it' }); await wait(400); return 'done'; };`,
      ),
    );
    await home.start('drain-1', 'drain');
    const slow = run(home, 'slow');
    await until(
      () => logOf(home, 'drain-1'),
      (log) => log.includes('at it'),
    );
    const stopped = home.supervisor.known('drain-1').stop();
    await until(
      () => home.status('drain-1').state,
      (state) => state === 'stopping',
    );
    expect(await run(home, 'slow')).toEqual({ kind: 'unavailable', why: 'Action not available slow: unloading' });
    expect(await slow).toMatchObject({ kind: 'result', body: '"done"' });
    await stopped;
    expect(home.status('drain-1')).toMatchObject({ state: 'stopped', errors: [] });
  });
});

describe('ending', () => {
  test('one that crashes is started again, and given up in the end; a restart begins anew', async () => {
    await using home = new Supervising();
    await home.provider(nodeProvider('crash', actions('die', 'pid'), `on.action.die = () => process.exit(7); on.action.pid = () => process.pid;`));
    const told: string[] = [];
    home.supervisor.events.subscribe({ name: 'listener', tell: async ({ event: { Type, Action } }) => void (Type === 'plugins' && told.push(Action)) });
    await home.start('crash-1', 'crash');
    const before = home.status('crash-1').pid;
    expect(await run(home, 'die')).toMatchObject({ kind: 'crashed', why: expect.stringContaining('the connection broke') });
    await until(
      () => home.status('crash-1'),
      ({ state, restarts }) => state === 'running' && restarts === 1,
    );
    expect(home.status('crash-1').pid).not.toBe(before);
    for (let round = 2; round <= 5; round++) {
      await run(home, 'die');
      await until(
        () => home.status('crash-1'),
        ({ state, restarts }) => (state === 'running' && restarts === round) || state === 'failed',
      );
    }
    expect(home.status('crash-1')).toMatchObject({ state: 'failed', errors: ['it ended with status 7'] });
    expect(home.notes.at(-1)).toBe('crash-1 is failed: it ended with status 7');
    expect(home.notes).toHaveLength(6);
    await expect.poll(() => told).toEqual([...Array(5).fill(['start', 'config', 'configed', 'crashed']).flat(), 'failed']);
    await home.supervisor.known('crash-1').restart();
    expect(home.status('crash-1')).toMatchObject({ state: 'running', errors: [] });
  });

  test('whatever it started ends with it, also what left its process group', async () => {
    await using home = new Supervising();
    const code = `on.action.spawn = () => [false, true].map((detached) => { const child = spawn('sleep', ['600'], { detached, stdio: 'ignore' }); child.unref(); return child.pid; });`;
    await home.provider(nodeProvider('parent', actions('spawn'), code));
    await home.start('parent-1', 'parent');
    const answer = await run(home, 'spawn');
    const pids: number[] = JSON.parse(answer.kind === 'result' ? answer.body : '[]');
    expect(pids.map(isGone)).toEqual([false, false]);
    await home.supervisor.known('parent-1').stop();
    expect(
      await until(
        () => pids.map(isGone),
        (gone) => gone.every(Boolean),
      ),
    ).toEqual([true, true]);
  });

  test.each([
    ['does not answer /stop', `on.stop = () => {};`, 'ended by SIGTERM, as it did not stop when it was asked to'],
    ['does not heed SIGTERM either', `on.stop = () => {}; process.on('SIGTERM', () => {});`, 'killed, as it did not end by SIGTERM'],
    ['cuts the connection', ``, 'stopped'],
  ])('one that %s is ended all the same', async (_, code, how) => {
    await using home = new Supervising({ stopMs: 300 });
    await home.provider(nodeProvider('deaf', {}, code));
    const { pid } = await home.start('deaf-1', 'deaf');
    await home.supervisor.known('deaf-1').stop();
    expect(home.status('deaf-1')).toMatchObject({ state: 'stopped', pid: null });
    expect(isGone(pid ?? 0)).toBe(true);
    expect(await logOf(home, 'deaf-1')).toContain(how);
  });

  test('one that does not listen any more is ended and started again', async () => {
    await using home = new Supervising({ healthMs: 50 });
    await home.provider(
      nodeProvider('mute', actions('mute'), `on.action.mute = () => { setTimeout(() => require('fs').unlinkSync(inbound), 10); return 1; };`),
    );
    await home.start('mute-1', 'mute');
    await run(home, 'mute');
    await until(
      () => home.status('mute-1'),
      ({ state, restarts }) => state === 'running' && restarts === 1,
    );
    expect(await logOf(home, 'mute-1')).toContain('does not listen any more');
  });

  test('one that says that it leaves is stopped; one that may not be used here has failed', async () => {
    await using home = new Supervising();
    await home.provider(
      nodeProvider(
        'leave',
        actions('go', 'denied'),
        `on.action.go = async () => host('POST', '/leaving', error(500, 'moving')); on.action.denied = async () => host('POST', '/leaving', error(403, 'no licence'));`,
      ),
    );
    await home.start('leave-1', 'leave');
    await run(home, 'go');
    expect(
      await until(
        () => home.status('leave-1'),
        ({ state }) => state === 'stopped',
      ),
    ).toMatchObject({ errors: ['plugin: plugin/leave: moving'] });
    await home.supervisor.known('leave-1').start();
    await run(home, 'denied');
    expect(
      await until(
        () => home.status('leave-1'),
        ({ state }) => state === 'failed',
      ),
    ).toMatchObject({ errors: ['plugin: plugin/leave: no licence'] });
  });
});

describe('logs', () => {
  test('secrets are in no log, whoever wrote them there', async () => {
    await using home = new Supervising();
    const code = `on.config = async (params) => { console.log('Received Config request: ' + JSON.stringify(params)); console.error(params['chat/token']); await host('POST', '/log', { Level: 'info', Message: 'map[chat/token:' + params['chat/token'] + ']' }); throw error(400, 'bad ' + params['chat/token']); };`;
    await home.provider(nodeProvider('chat', {}, code));
    await home.start('chat-1', 'chat', { 'chat/token': 'xoxb-"1234' });
    expect(home.status('chat-1').errors).toEqual([expect.stringContaining('bad ********')]);
    const log = await logOf(home, 'chat-1');
    expect(log).toContain('"chat/token":"********"');
    expect(log).toContain('map[chat/token:********]');
    expect(log).not.toContain('1234');
  });

  test('a flood holds nobody up, and is cut', async () => {
    await using home = new Supervising();
    const code = `on.action.flood = async () => { for (let i = 0; i < 3000; i++) host('POST', '/log', { Level: 'debug', Message: 'x'.repeat(2000) }).catch(() => {}); process.stdout.write(('y'.repeat(1000) + '\\n').repeat(4000)); return 'sent'; }; on.action.ping = () => 'pong';`;
    await home.provider(nodeProvider('flood', actions('flood', 'ping'), code));
    await home.provider(nodeProvider('calm', actions('calm'), `on.action.calm = () => 'calm';`));
    await home.start('flood-1', 'flood');
    await home.start('calm-1', 'calm');
    const flood = run(home, 'flood');
    expect(await run(home, 'calm')).toMatchObject({ body: '"calm"' });
    expect(await flood).toMatchObject({ body: '"sent"' });
    expect(await run(home, 'ping')).toMatchObject({ body: '"pong"' });
    await home.supervisor.known('flood-1').log.flush();
    expect(statSync(home.paths.log('flood-1')).size).toBeLessThan(8 << 20);
  });
});

describe('providers in other languages', () => {
  test.each(['TypeScript', 'bash'])('by the SDK, in %s', async (language) => {
    await using home = new Supervising({}, { PLUGIN_CORE_AVAILABLE_PATH: join(PACKAGE, 'plugins') });
    const file = join(home.root, 'counter');
    if (language === 'TypeScript') {
      const build = await rolldown({ input: join(PACKAGE, 'examples/counter/counter.ts'), platform: 'node' });
      await build.write({ file, format: 'cjs' });
      await build.close();
    }
    await home.provider(language === 'TypeScript' ? readFileSync(file, 'utf8') : join(PACKAGE, 'examples/counter/counter.bash'));
    expect(await home.start('counter-1', 'counter', { 'counter/limit': 6, 'counter/token': 'xoxb-1234' })).toMatchObject({ state: 'running', errors: [] });
    const on = { model: 'machines', id: 'm1' };
    expect(await run(home, 'increment', on)).toMatchObject({ kind: 'result', body: '1\n' });
    expect(await run(home, 'increment', { ...on, params: { 'counter/step': 5 } })).toMatchObject({ body: '6\n' });
    expect(await run(home, 'increment', on)).toMatchObject({ kind: 'error', error: { Code: 409, Messages: ['m1 is at its limit'] } });
    expect(await run(home, 'total')).toMatchObject({ body: '6\n' });
    expect(await logOf(home, 'counter-1')).toContain('counter-1 is configured');
    await home.supervisor.known('counter-1').stop();
    expect(home.status('counter-1')).toMatchObject({ state: 'stopped' });
  });

  test('in Python', async () => {
    await using home = new Supervising();
    await home.provider(fixtureProvider('pybot'));
    expect(await home.start('py-1', 'pybot')).toMatchObject({ state: 'failed', errors: ['Missing required parameter: pybot/greeting'] });
    expect(await home.start('py-1', 'pybot', { 'pybot/greeting': 'Hello' })).toMatchObject({ state: 'running' });
    expect(await run(home, 'greet')).toMatchObject({ kind: 'invalid' });
    expect(await run(home, 'greet', { params: { 'pybot/who': 'you' } })).toMatchObject({ body: '"Hello, you, says py-1"\n' });
    await home.supervisor.known('py-1').stop();
    expect(home.status('py-1')).toMatchObject({ state: 'stopped' });
  });

  testNeeding('socat', 'curl')('in bash', async () => {
    await using home = new Supervising();
    await home.provider(fixtureProvider('bashbot'));
    expect(await home.start('sh-1', 'bashbot')).toMatchObject({ state: 'running' });
    expect(await run(home, 'name')).toMatchObject({ body: '"sh-1"' });
    expect(await run(home, 'nope')).toMatchObject({ kind: 'error', error: { Code: 404, Messages: ['Unknown command'] } });
    expect(await logOf(home, 'sh-1')).toContain('info  configured by bash');
    await home.supervisor.known('sh-1').stop();
    expect(home.status('sh-1')).toMatchObject({ state: 'stopped' });
  });
});
