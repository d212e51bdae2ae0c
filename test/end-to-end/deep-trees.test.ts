import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tarGz } from '../support/archives.ts';
import { Sandbox } from '../support/sandbox.ts';
import { asOrdinaryUser, unprivilegedUid } from '../support/unprivileged.ts';

const MANIFEST = '[plugin]\ndescription = "deep"\nversion = "1.0.0"\n[plugin.config]\n';
const HINT = 'make it flatter, or allow more with `depth` under [limits] in tool.toml';
const LONG = `${'n'.repeat(200)}/`.repeat(8);
const CHAIN = 'a/'.repeat(1500);
const SHOWN = `"${'n'.repeat(60)}…"`;

/** Makes a tree that is deeper than a stack, and longer than a path may be: two chains that can be named, one hung into the other. */
function makeDeep(folder: string): void {
  mkdirSync(join(folder, LONG), { recursive: true });
  mkdirSync(join(folder, CHAIN), { recursive: true });
  renameSync(join(folder, 'a'), join(folder, LONG, 'a'));
}

let box: Sandbox;
beforeAll(async () => {
  box = Sandbox.prepared();
  await box.run(['version']);
});
// Node's own removal ends where a stack does.
afterAll(() => void execFileSync('rm', ['-rf', '--', box.root]));

const staged = (): string[] => readdirSync(box.at('plugins/store/.staging'));

/** What a command says, and that it leaves nothing of a plugin. */
async function refused(argv: readonly string[]): Promise<string> {
  const { status, stderr } = await box.run(argv);
  expect(status).toBe(1);
  expect(staged()).toEqual([]);
  return Buffer.from(stderr, 'latin1').toString();
}

test('a tree that is too deep is refused in one line, whatever it comes from, and the next change goes on', async () => {
  const archive = join(box.root, 'deep.tgz');
  writeFileSync(archive, tarGz([{ name: 'p/plugin.toml', body: MANIFEST }, { name: 'p/functions' }, { name: `p/${'a/'.repeat(40)}x` }]));
  box.file('sandbox/home/tool.toml', '[limits]\ndepth = 40\n');
  const line = (source: string, depth: number, shown: string): string => ` !     ${source} is refused: ${shown} is more than ${depth} names deep; ${HINT}\n`;
  expect(await refused(['plugin:install', archive])).toBe(line(archive, 40, `"p/${'a/'.repeat(29)}…"`));

  const folder = join(box.root, 'directory');
  box.file('directory/plugin.toml', MANIFEST);
  makeDeep(folder);
  expect(await refused(['plugin:install', folder])).toBe(line(folder, 40, SHOWN));

  box.file('tool.toml', '').file('sandbox/home/tool.toml', '');
  const repository = join(box.root, 'repository');
  mkdirSync(join(repository, 'a/'.repeat(150)), { recursive: true });
  box.file('repository/plugin.toml', MANIFEST).file(`repository/${'a/'.repeat(150)}x`, '');
  const git = (...words: string[]) => execFileSync('git', ['-C', repository, '-c', 'user.name=a', '-c', 'user.email=a@b', ...words]);
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'deep');
  expect(await refused(['plugin:install', `file://${repository}`])).toBe(line(`file://${repository}`, 100, `"${'a/'.repeat(30)}…"`));

  const hook = `#!/bin/sh\ncd "$(dirname "$0")" && mkdir -p ${LONG} ${CHAIN}\nmv a ${LONG}\n`;
  box.file('hook/plugin.toml', MANIFEST).file('hook/install', hook);
  expect(await refused(['plugin:install', join(box.root, 'hook')])).toBe(
    ` !     The directory of hook cannot be kept as it is now: ${SHOWN} is more than 100 names deep; ${HINT}\n`,
  );
  expect(existsSync(box.at('plugins/available/hook'))).toBe(false);

  box.file('sandbox/home/tool.toml', '[limits]\ndepth = 0\n');
  expect(await refused(['plugin:install', archive])).toBe(' !     "depth" under [limits] in tool.toml is not a whole number above 0; its default is 100\n');
  box.file('sandbox/home/tool.toml', '[limits]\ndepth = 41\n');
  expect(await box.run(['plugin:install', archive, '--name', 'deep'])).toMatchObject({ status: 0, stderr: '' });
});

test('what is deep already is cleaned, linked, checked, tested and taken away', async () => {
  const left = box.at('plugins/store/.staging/.tmp-999999999-left');
  mkdirSync(left, { recursive: true });
  makeDeep(left);
  const linked = join(box.root, 'linked');
  box.file('linked/plugin.toml', MANIFEST).file('linked/subcommands/default', '#!/bin/sh\necho linked\n').file('linked/test/x.bats', '');
  makeDeep(linked);
  makeDeep(join(linked, 'test'));
  expect(await box.run(['plugin:install', '--link', linked])).toMatchObject({ status: 0, stderr: '' });
  expect(existsSync(left)).toBe(false);
  expect(await box.run(['linked'])).toMatchObject({ status: 0, stdout: 'linked\n' });
  expect(await box.run(['plugin:test', linked])).toMatchObject({ status: 1, stdout: expect.stringContaining('is more than 100 names deep') });

  // A plugin that writes into its own directory while it is used.
  box.file('writer/plugin.toml', MANIFEST).file('writer/subcommands/default', '#!/bin/sh\n');
  const install = ['plugin:install', join(box.root, 'writer')];
  expect(await box.run(install)).toMatchObject({ status: 0 });
  makeDeep(box.at('plugins/available/writer'));
  expect(await box.run(['plugin:check', 'writer'])).toMatchObject({ status: 0, stderr: '' });
  for (const version of ['2', '3', '4', '5']) {
    box.file('writer/plugin.toml', MANIFEST.replace('1.0.0', version));
    expect(await box.run(['plugin:update', 'writer'])).toMatchObject({ status: 0, stderr: '' });
  }
  expect(readdirSync(box.at('plugins/store/writer')).sort()).toEqual(['2', '3', '4', 'current', 'receipts']);
  expect(staged()).toEqual([]);
});

test.skipIf(unprivilegedUid === undefined)('what cannot be cleaned costs a line, and no change', async () => {
  using own = Sandbox.prepared();
  own.file('greet/plugin.toml', MANIFEST).file('greet/subcommands/default', '#!/bin/sh\necho hello\n');
  const options = asOrdinaryUser(own);
  await own.run(['version'], options);
  const left = own.at('plugins/store/.staging/.tmp-999999999-left');
  mkdirSync(join(left, 'of-root'), { recursive: true });
  writeFileSync(join(left, 'of-root/file'), '');
  chmodSync(join(left, 'of-root'), 0o700);
  for (const path of ['plugins/store', 'plugins/store/.staging']) chownSync(own.at(path), unprivilegedUid ?? 0, unprivilegedUid ?? 0);
  chownSync(left, unprivilegedUid ?? 0, unprivilegedUid ?? 0);
  const installed = await own.run(['plugin:install', join(own.root, 'greet')], options);
  expect(installed).toMatchObject({ status: 0, stderr: ` !     Cannot remove ${left}, which a change left behind; remove it by hand\n` });
  expect(await own.run(['greet'], options)).toMatchObject({ stdout: 'hello\n' });
  expect(lstatSync(join(left, 'of-root')).isDirectory()).toBe(true);
});
