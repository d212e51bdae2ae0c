import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { oldHome } from '../support/old-home.ts';
import { PACKAGE, type Sandbox } from '../support/sandbox.ts';

const HOME = 'home-8b1d389';
const PLUGINS = ['copied', 'followed', 'linked', 'packed', 'ranged', 'tagged'];

const read = (box: Sandbox, ...path: string[]): string => readFileSync(box.at(...path), 'utf8');
const json = async (box: Sandbox, ...words: string[]) => JSON.parse((await box.run([...words, '--format', 'json'])).stdout);
const ofUser = (rows: readonly Record<string, string>[]) => rows.filter(({ name = '' }) => PLUGINS.includes(name));

test('a home of the version before is read as it is, and nothing in it is written anew', { timeout: 120_000 }, async () => {
  using box = oldHome(HOME);
  const receipts = () => PLUGINS.map((name) => read(box, 'plugins/store', name, 'current'));
  const before = receipts();
  expect(ofUser(await json(box, 'plugin:list')).map(({ name, version, enabled, source_url }) => [name, version, enabled, source_url])).toEqual([
    ['copied', '1.1.0', true, join(box.root, 'src/copied')],
    ['followed', '1.2.0', true, `file://${join(box.root, 'src/followed')}`],
    ['linked', '1.0.0', true, join(box.root, 'src/linked')],
    ['packed', '1.1.0', true, join(box.root, 'src/packed.tar.gz')],
    ['ranged', '1.1.0', true, `file://${join(box.root, 'src/ranged')}`],
    ['tagged', '1.0.0', true, `file://${join(box.root, 'src/tagged')}`],
  ]);
  expect(await json(box, 'plugin:info', 'followed')).toMatchObject({ generation: 3, kept: [1, 2], follows: 'default branch', pinned: false });
  expect(await json(box, 'plugin:info', 'tagged')).toMatchObject({
    follows: 'tag v1.0.0',
    pinned: true,
    source: { kind: 'git', tag: 'v1.0.0', pinned: true },
    installedBy: 'tool 0.1.0',
  });
  expect(await json(box, 'plugin:info', 'ranged')).toMatchObject({ follows: 'range ^1.0', pinned: false });
  expect(await json(box, 'plugin:info', 'copied')).toMatchObject({ follows: 'directory', pinned: true });
  expect(ofUser(await json(box, 'plugin:check')).map(({ name, state }) => [name, state])).toEqual(
    PLUGINS.map((name) => [name, name === 'linked' ? 'not checked' : 'unchanged']),
  );
  expect((await json(box, 'plugin:history', 'followed')).map(({ generation, state }: never) => [generation, state])).toEqual([
    [3, 'current'],
    [2, 'kept'],
    [1, 'kept'],
  ]);
  expect(ofUser(await json(box, 'plugin:outdated')).map(({ name, state }) => [name, state])).toEqual([
    ['copied', 'current'],
    ['followed', 'outdated'],
    ['linked', 'current'],
    ['packed', 'current'],
    ['ranged', 'current'],
    ['tagged', 'current'],
  ]);
  expect(await box.run(['plugin:lock', '--check'])).toMatchObject({ status: 0 });
  expect((await box.run(['followed'])).stdout.trim()).toBe('1.2.0');
  const plugn = (...words: string[]) => box.run(words, { command: join(PACKAGE, 'bin/plugn'), env: { PLUGIN_PATH: box.at('plugins') } });
  expect(await plugn('config', 'get', 'packed', 'GREETING')).toMatchObject({ status: 0, stdout: 'hello\n' });
  expect(receipts()).toEqual(before);
});

test('a home of the version before is changed by every command', { timeout: 120_000 }, async () => {
  using box = oldHome(HOME);
  expect(await box.run(['plugin:sync'])).toMatchObject({ status: 0 });
  const lock = read(box, 'tool.lock');
  await box.run(['plugin:lock']);
  expect(read(box, 'tool.lock')).toBe(lock);
  expect(await json(box, 'plugin:update')).toEqual([
    expect.objectContaining({ name: 'copied', outcome: 'pinned' }),
    expect.objectContaining({ name: 'followed', outcome: 'updated', from: '1.2.0', to: '1.3.0' }),
    expect.objectContaining({ name: 'linked', outcome: 'left alone' }),
    expect.objectContaining({ name: 'packed', outcome: 'up to date' }),
    expect.objectContaining({ name: 'ranged', outcome: 'up to date' }),
    expect.objectContaining({ name: 'tagged', outcome: 'pinned' }),
  ]);
  // What is written now can still be read by the version before.
  const written = (generation: number) => JSON.parse(read(box, `plugins/store/followed/receipts/${generation}.json`));
  expect(written(4)).toEqual({
    ...written(3),
    format: 1,
    generation: 4,
    version: '1.3.0',
    source: { ...written(3).source, commit: expect.any(String), pinned: false },
    sourceHash: expect.any(String),
    installedHash: expect.any(String),
    time: expect.any(String),
  });
  // The lock of before names what is to come back.
  expect(await box.run(['plugin:sync'])).toMatchObject({ status: 0, stdout: '-----> Plugin followed 1.2.0 updated\n' });
  for (const name of ['copied', 'packed', 'ranged']) expect(await box.run(['plugin:rollback', name])).toMatchObject({ status: 0 });
  expect(await box.run(['plugin:rollback', 'followed', '--to', '2'])).toMatchObject({ status: 0 });
  expect(ofUser(await json(box, 'plugin:list')).map(({ version }) => version)).toEqual(['1.0.0', '1.1.0', '1.0.0', '1.0.0', '1.0.0', '1.0.0']);
  expect(await box.run(['plugin:check'])).toMatchObject({ status: 0 });
  for (const name of PLUGINS) expect(await box.run(['plugin:uninstall', name])).toMatchObject({ status: 0 });
  expect(ofUser(await json(box, 'plugin:list'))).toEqual([]);
  expect(await box.run(['plugin:sync'])).toMatchObject({ status: 0 });
  expect(ofUser(await json(box, 'plugin:list')).map(({ name }) => name)).toEqual(PLUGINS);
});

test('a change that the version before began and did not end is undone', { timeout: 120_000 }, async () => {
  using box = oldHome(HOME);
  const env = { TOOL_HOME: join(box.root, 'sandbox/cut') };
  expect(existsSync(join(env.TOOL_HOME, 'plugins/store/pending'))).toBe(true);
  expect((await box.run(['followed'], { env })).stdout.trim()).toBe('1.2.0');
  expect(existsSync(join(env.TOOL_HOME, 'plugins/store/pending'))).toBe(false);
  expect(await box.run(['plugin:update', 'followed'], { env })).toMatchObject({ status: 0, stdout: '-----> Plugin (followed) updated\n' });
});

test('a home of the version before keeps what it had of Dokku, until it is disabled', { timeout: 120_000 }, async () => {
  using box = oldHome(HOME);
  const set = readdirSync(join(PACKAGE, 'compat/dokku'));
  const inSet = () => readdirSync(box.at('plugins/enabled')).filter((name) => set.includes(name));
  expect(await box.run(['domains:report', '--global'])).toMatchObject({ status: 0, stderr: '' });
  expect(inSet().sort()).toEqual(set);
  expect(await box.run(['server:help'])).toMatchObject({ status: 0 });
  expect(await box.run(['plugin:disable', 'domains'])).toMatchObject({ status: 0 });
  // As the next version does: what it rendered is of another build.
  rmSync(box.at('env'), { recursive: true });
  expect(await box.run(['ports:report', '--global'])).toMatchObject({ stderr: expect.not.stringContaining('not a tool command') });
  expect(inSet().sort()).toEqual(set.filter((name) => name !== 'domains'));
});
