import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Repository } from '../support/git.ts';
import { type RunResult, Sandbox, TOOL } from '../support/sandbox.ts';

/** A home, and the command under the name dokku. What Dokku's own tests look at is tried in full by test/dokku/run. */
function server(): { box: Sandbox; dokku: (...words: string[]) => Promise<RunResult> } {
  const box = Sandbox.prepared();
  const command = join(box.root, 'bin/dokku');
  mkdirSync(join(box.root, 'bin'));
  symlinkSync(TOOL, command);
  return { box, dokku: (...words) => box.run(words, { command, env: { TOOL_HOME: undefined, DOKKU_LIB_PATH: box.home } }) };
}

const refused = (...lines: string[]): RunResult => ({ stdout: '', stderr: lines.map((line) => ` !     ${line}\n`).join(''), status: 1, signal: null });

test('a source that Dokku does not take is refused as Dokku does it, whatever stands behind it', async () => {
  const { box, dokku } = server();
  using _ = box;
  const noSource = refused(
    'First argument must be --core or url to plugin',
    'Valid prefixes: https:, git:, ssh:, file:',
    'Valid suffixes: .tar.gz, .tgz',
    'Please retry with valid arguments',
  );
  for (const words of [['GREET'], ['GREET', 'two', 'three'], ['GREET', '--no-such-flag'], ['http://greet.example/', '--no-such-flag'], ['/no/such/folder']]) {
    expect(await dokku('plugin:install', ...words), words.join(' ')).toEqual(noSource);
  }
});

test('a flag that does not exist is named where the source is fine, and under other brands first', async () => {
  const { box, dokku } = server();
  using _ = box;
  const unknown = (brand: string) => ({
    stdout: '',
    stderr: ` !     unknown option '--no-such-flag'; see \`${brand} plugin:install --help\`\n`,
    status: 2,
    signal: null,
  });
  expect(await dokku('plugin:install', 'https://greet.example/greet.git', '--no-such-flag')).toEqual(unknown('dokku'));
  expect(await dokku('plugin:install', '--no-such-flag')).toEqual(unknown('dokku'));
  expect(await box.run(['plugin:install', 'GREET', '--no-such-flag'])).toEqual(unknown('tool'));
});

test('a core plugin is not installed: what it was to be is told, and the trigger of those that are there runs', async () => {
  const { box, dokku } = server();
  using _ = box;
  expect(await dokku('plugin:install', '--core', 'greet')).toEqual({
    stdout: '-----> Cannot install additional core plugins, running core plugin install trigger\n',
    stderr: '',
    status: 0,
    signal: null,
  });
  expect(await dokku('plugin:install', '--core')).toMatchObject({ stdout: '', stderr: '', status: 0 });
});

test('a repository of this machine is installed, and updated to a tag', async () => {
  const { box, dokku } = server();
  using _ = box;
  const repository = new Repository(join(box.root, 'repos/dokku-greet'));
  for (const version of ['0.2.0', '0.3.0']) repository.publish(version, `v${version}`);
  const row = async () => (await dokku('plugin:list')).stdout.split('\n').filter((line) => line.includes('greet'));
  expect(await dokku('plugin:install', `file://${repository.path}`, '--committish', 'v0.2.0', '--name', 'greet')).toMatchObject({ status: 0, stderr: '' });
  expect(await row()).toEqual(['  greet                0.2.0 enabled    d']);
  expect(await dokku('plugin:update', 'greet', 'v0.3.0')).toMatchObject({ status: 0, stderr: '' });
  expect(await row()).toEqual(['  greet                0.3.0 enabled    d']);
  await dokku('plugin:disable', 'greet');
  expect(await row()).toEqual(['  greet                0.3.0 disabled   d']);
  expect(await dokku('plugin:update', 'greet')).toEqual(refused('Specified plugin not enabled or installed'));
  expect(await dokku('plugin:update', repository.path)).toEqual(refused('Invalid plugin name specified'));
  expect(await dokku('plugin:update', 'apps')).toMatchObject({ status: 1, stderr: expect.stringContaining('please update Dokku instead') });
});
