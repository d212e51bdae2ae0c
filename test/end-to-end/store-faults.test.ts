import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkTarget } from '../../src/system/links.ts';
import { Repository } from '../support/git.ts';
import { killedAt } from '../support/killable.ts';
import { processesOf } from '../support/plugin-test.ts';
import { ending, Sandbox } from '../support/sandbox.ts';
import { sliceOf } from '../support/slice.ts';

/** Every place at which a change writes something down; `checkpoint` in src/store names them. */
const PLACING = [
  'journal written',
  'link removed',
  'old tree away',
  'room made',
  'new tree in place',
  'link placed',
  'hook phase',
  'install hook ended',
  'hooks done',
  'before commit',
  'committed',
  'journal removed',
];
const REMOVING = ['adopting', 'uninstall hook ended', 'journal written', 'link removed', 'old tree away', 'link placed', 'before commit', 'committed'];
const STEPS = {
  install: PLACING,
  update: PLACING,
  rollback: PLACING,
  sync: PLACING,
  uninstall: [...REMOVING, 'journal removed'],
  'uninstall by hand': [...REMOVING, 'directory moved', 'journal removed'],
  // One file, written by one rename: killed at random instants below.
  lock: [],
} as const;
const KINDS = Object.keys(STEPS) as Kind[];
type Kind = keyof typeof STEPS;

const HOOKS = { install: '#!/bin/sh\nexit 0\n', uninstall: '#!/bin/sh\nexit 0\n' };
let repository: Repository;
/** The lock of a home that has the second version. */
let lock: string;
let shelf: Sandbox;
/** A home for each kind, copied for every death: getting there is not what is tested. */
const ready = new Map<Kind, Promise<Prepared>>();

interface Prepared {
  readonly box: Sandbox;
  readonly argv: string[];
  /** What `tool greet` may print before and after the command. */
  readonly before: string;
  readonly after: string;
}

beforeAll(async () => {
  shelf = Sandbox.prepared();
  repository = new Repository(join(shelf.root, 'greet'));
  for (const version of ['1', '2', '3']) repository.publish(version, `v${version}`, HOOKS);
  await shelf.run(['plugin:install', `file://${repository.path}`, '--committish', 'v2']);
  await shelf.run(['plugin:lock']);
  lock = readFileSync(shelf.at('tool.lock'), 'utf8');
});
afterAll(async () => {
  shelf[Symbol.dispose]();
  for (const { box } of await Promise.all(ready.values())) box[Symbol.dispose]();
});

/** A home in which the command of a kind can run. */
async function readyFor(kind: Kind): Promise<Prepared> {
  const first = ready.get(kind) ?? prepare(kind).then(withKillable);
  ready.set(kind, first);
  const { box, ...rest } = await first;
  return { ...rest, box: Sandbox.with(box.home) };
}

/** A home that the package which can be killed has been at as well: not once for each death. */
async function withKillable(prepared: Prepared): Promise<Prepared> {
  await prepared.box.run(['version'], killedAt('never'));
  return prepared;
}

async function prepare(kind: Kind): Promise<Prepared> {
  const box = Sandbox.prepared();
  const url = `file://${repository.path}`;
  const install = ['plugin:install', url, '--committish', 'v1'];
  if (kind === 'install') return { box, argv: install, before: '', after: '1\n' };
  if (kind === 'uninstall by hand') {
    // A directory where a link should be.
    box.plugin(
      'greet',
      { 'plugin.toml': '[plugin]\nversion = "1"\ndescription = "d"\n', 'subcommands/default': '#!/bin/sh\necho 1\n', ...HOOKS },
      { enabled: false },
    );
    renameSync(box.at('plugins/available/greet'), box.at('plugins/enabled/greet'));
    return { box, argv: ['plugin:uninstall', 'greet'], before: '1\n', after: '' };
  }
  await box.run(install);
  if (kind === 'update') return { box, argv: ['plugin:update', 'greet', 'v2'], before: '1\n', after: '2\n' };
  if (kind === 'sync') {
    writeFileSync(box.at('tool.lock'), lock);
    return { box, argv: ['plugin:sync', '--frozen'], before: '1\n', after: '2\n' };
  }
  if (kind === 'lock') {
    writeFileSync(box.at('tool.lock'), lock);
    return { box, argv: ['plugin:lock'], before: '1\n', after: '1\n' };
  }
  if (kind === 'uninstall') return { box, argv: ['plugin:uninstall', 'greet'], before: '1\n', after: '' };
  await box.run(['plugin:update', 'greet', 'v2']);
  return { box, argv: ['plugin:rollback', 'greet', '--to', '1'], before: '2\n', after: '1\n' };
}

/** What must hold after a death at any instant: the old state or the new one, also for the first command that comes; a lock that can be read. */
async function expectWhole(box: Sandbox, argv: string[], before: string, after: string): Promise<void> {
  const first = await box.run(['greet']);
  expect([before, after]).toContain(first.stdout);
  if (first.stdout === '') expect(first).toMatchObject({ status: 1, stderr: expect.stringContaining('`greet` is not a tool command') });
  else expect(first).toMatchObject({ status: 0, stderr: '' });
  const listed = await box.run(['plugin:list']);
  expect(listed).toMatchObject({ status: 0, stderr: '' });
  expect(/^ {2}greet .*enabled/m.test(listed.stdout)).toBe(first.stdout !== '');
  const again = await box.run(argv);
  const already = first.stdout === after && (argv[0] === 'plugin:uninstall' || argv[0] === 'plugin:rollback');
  expect(again).toMatchObject({ status: already ? 1 : 0 });
  expect((await box.run(['greet'])).stdout).toBe(after);
  if (argv[0] === 'plugin:sync' || argv[0] === 'plugin:lock') expect(await box.run(['plugin:lock', '--check'])).toMatchObject({ status: 0, stderr: '' });
  expect(existsSync(box.at('plugins/store/pending'))).toBe(false);
  if (existsSync(box.at('plugins/store/.staging'))) expect(readdirSync(box.at('plugins/store/.staging'))).toEqual([]);
  expect(readdirSync(box.at('plugins/available')).filter((name) => name.startsWith('.'))).toEqual([]);
}

/** Each kind at each of its steps, the steps in turn: a part of them has as many kinds as steps. */
const DEATHS = KINDS.flatMap((kind) => STEPS[kind].map((step) => ({ kind, step, turn: STEPS[kind].indexOf(step as never) }))).sort((a, b) => a.turn - b.turn);

test.each(sliceOf(DEATHS, 5))('$kind, killed at "$step"', async ({ kind, step }) => {
  const { box, argv, before, after } = await readyFor(kind);
  using _ = box;
  expect(await box.run(argv, killedAt(step))).toMatchObject({ signal: 'SIGKILL' });
  await expectWhole(box, argv, before, after);
});

describe('under the name of a core plugin that is there, killed', () => {
  /** The user's plugin or the core one, whole, and never both or none. */
  async function expectOne(box: Sandbox): Promise<void> {
    const ran = await box.run(['git']);
    const isUsers = ran.status === 0;
    if (!isUsers) expect(ran).toMatchObject({ stderr: expect.stringContaining('The plugin git, one of Dokku') });
    expect(linkTarget(box.at('plugins/available/git'))).toBe(isUsers ? undefined : '../../core-plugins/available/git');
    expect(linkTarget(box.at('plugins/available/core-git'))).toBe(isUsers ? '../../core-plugins/available/git' : undefined);
    expect(linkTarget(box.at('plugins/enabled/git'))).toBe(isUsers ? '../available/git' : undefined);
    expect(existsSync(box.at('core-plugins/enabled/git'))).toBe(false);
    expect(existsSync(box.at('plugins/store/pending'))).toBe(false);
  }
  const install = () => ['plugin:install', `file://${repository.path}`, '--name', 'git'];

  test.each(sliceOf(['room made', 'hook phase', 'committed'], 1))('installing, at "%s"', async (step) => {
    using box = Sandbox.prepared();
    expect(await box.run(install(), killedAt(step))).toMatchObject({ signal: 'SIGKILL' });
    await expectOne(box);
    expect(await box.run(install())).toMatchObject({ status: 0 });
    await expectOne(box);
  });

  test.each(sliceOf(['old tree away', 'committed'], 1))('uninstalling, at "%s"', async (step) => {
    using box = Sandbox.prepared();
    await box.run(install());
    expect(await box.run(['plugin:uninstall', 'git'], killedAt(step))).toMatchObject({ signal: 'SIGKILL' });
    await expectOne(box);
    expect(await box.run(['plugin:rollback', 'git'])).toMatchObject({ status: 0 });
    await expectOne(box);
  });
});

test('killed again while it is undone', async () => {
  const { box, argv, before, after } = await readyFor('update');
  using _ = box;
  await box.run(argv, killedAt('hook phase'));
  const undoing = killedAt('undone');
  expect((await box.run(['greet'], { ...undoing, env: { ...undoing.env, TOOL_FAST: '0' } })).status).toBe(70);
  await expectWhole(box, argv, before, after);
});

const KILLS = Number(process.env.KILLS ?? 5);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

test(`at ${KILLS} random instants (SEED=${SEED})`, { timeout: 60_000 + KILLS * 4000 }, async () => {
  let state = SEED;
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  for (let kill = 0; kill < KILLS; kill++) {
    const kind = KINDS[kill % KINDS.length] as Kind;
    const { box, argv, before, after } = await readyFor(kind);
    using _ = box;
    const child = box.start(argv);
    const timer = setTimeout(() => child.kill('SIGKILL'), 20 + random() * 160);
    await ending(child);
    clearTimeout(timer);
    // A hook or a git that outlived its owner is let finish.
    await expect.poll(() => processesOf(box.root), { timeout: 10_000 }).toEqual([]);
    await expectWhole(box, argv, before, after);
  }
});

test('a hook that fails, or is interrupted, brings back what was there', async () => {
  const { box, argv } = await readyFor('update');
  using _ = box;
  repository.git('checkout', '-q', '-b', 'bad', 'v2');
  repository.publish('9', 'v9', { install: '#!/bin/sh\necho started\nexec sleep 30\n' });
  repository.git('checkout', '-q', 'main');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const child = box.start(['plugin:update', 'greet', 'v9']);
    child.stdout?.once('data', () => child.kill(signal));
    const ended = await ending(child);
    expect(ended.signal).toBe(signal);
    expect(await box.run(['greet'])).toMatchObject({ stdout: '1\n', stderr: '', status: 0 });
    expect(existsSync(box.at('plugins/store/pending'))).toBe(false);
  }
  expect(await box.run(argv)).toMatchObject({ status: 0 });
});

test('a hook that outlives its owner is left alone and spoken of', async () => {
  const { box } = await readyFor('update');
  using _ = box;
  repository.git('checkout', '-q', '-B', 'slow', 'v2');
  repository.publish('8', 'v8', { install: '#!/bin/sh\necho started\nwhile [ ! -e "$TOOL_HOME/go" ]; do sleep 0.05; done\n' });
  repository.git('checkout', '-q', 'main');
  const child = box.start(['plugin:update', 'greet', 'v8']);
  child.stdout?.once('data', () => child.kill('SIGKILL'));
  await new Promise((done) => child.on('exit', done));
  expect(await box.run(['greet'])).toMatchObject({ stdout: '8\n', stderr: expect.stringContaining('its hook still runs'), status: 0 });
  expect(await box.run(['plugin:disable', 'greet'])).toMatchObject({ status: 1, stderr: expect.stringContaining('its hook still runs') });
  await box.run([box.at('go')], { command: 'touch' });
  await expect.poll(() => processesOf(box.root), { timeout: 10_000 }).toEqual([]);
  expect(await box.run(['greet'])).toMatchObject({ stdout: '1\n', stderr: '', status: 0 });
});

const AT_ONCE = process.env.CASES === 'all' ? 20 : 5;

test(`${AT_ONCE} changes at once lose nothing, and say that they wait`, async () => {
  using box = Sandbox.prepared();
  const url = `file://${repository.path}`;
  const names = Array.from({ length: AT_ONCE }, (_, index) => `p${index}`);
  const installed = await Promise.all(names.map((name) => box.run(['plugin:install', url, '--name', name])));
  expect(installed.map(({ status }) => status)).toEqual(names.map(() => 0));
  const changes = names.map((name, index) =>
    index % 3 === 0 ? ['plugin:uninstall', name] : index % 3 === 1 ? ['plugin:disable', name] : ['plugin:update', name, 'v1'],
  );
  expect((await Promise.all(changes.map((argv) => box.run(argv)))).map(({ status }) => status)).toEqual(names.map(() => 0));
  const { stdout } = await box.run(['plugin:list']);
  for (const [index, name] of names.entries()) {
    const row = stdout.split('\n').find((line) => line.startsWith(`  ${name} `)) ?? '';
    expect(row.split(/\s+/).slice(2, 4)).toEqual(index % 3 === 0 ? [] : index % 3 === 1 ? ['3', 'disabled'] : ['1', 'enabled']);
  }
});
