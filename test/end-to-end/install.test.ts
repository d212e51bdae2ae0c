import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';
import { unprivilegedUid } from '../support/unprivileged.ts';

const install = (prefix: string, root = ''): string =>
  execFileSync('make', ['-s', 'install', `PREFIX=${prefix}`, `DESTDIR=${root}`], { cwd: PACKAGE, encoding: 'utf8' });

test('make install puts tool and plugn on a PATH, also under a prefix with a space and a quote', async () => {
  using box = new Sandbox();
  const prefix = join(box.root, "my prefix's");
  install(prefix);
  expect(readdirSync(join(prefix, 'bin')).sort()).toEqual(['plugn', 'tool']);
  const env = { PATH: `${join(prefix, 'bin')}:${process.env.PATH}` };
  expect(await box.run(['plugin:install', join(PACKAGE, 'examples/hello')], { command: 'tool', env })).toMatchObject({ status: 0, stderr: '' });
  await box.run(['apps:create', 'app'], { command: 'tool', env });
  expect(await box.run(['hello:world', 'app'], { command: 'tool', env })).toEqual({ stdout: 'Hello world\n', stderr: '', status: 0, signal: null });
  expect(await box.run(['trigger', 'nobody-listens'], { command: 'plugn', env: { ...env, PLUGIN_PATH: box.at('plugins') } })).toMatchObject({
    status: 0,
    stdout: '',
  });
  symlinkSync('tool', join(prefix, 'bin/acme'));
  expect(await box.run(['nope'], { command: 'acme', env })).toMatchObject({ stderr: expect.stringContaining('is not an acme command') });
});

test('installing again replaces the package, and leaves no copies', async () => {
  using box = new Sandbox();
  const prefix = join(box.root, 'prefix');
  install(prefix);
  install(prefix);
  expect(readdirSync(join(prefix, 'lib'))).toEqual(['tool']);
  expect(await box.run(['version'], { command: join(prefix, 'bin/tool') })).toMatchObject({ stdout: 'tool version 0.1.0\n' });
});

test('upgrading keeps what is in a home, and uninstalling removes what was installed and nothing else', async () => {
  using box = new Sandbox();
  const prefix = join(box.root, "a prefix's");
  const tool = { command: join(prefix, 'bin/tool') };
  // Not every shell replaces the ~ in PREFIX=~/.local.
  const make = (target: string): string =>
    execFileSync('make', ['-s', target, "PREFIX=~/a prefix's"], { cwd: PACKAGE, encoding: 'utf8', env: { ...process.env, HOME: box.root } });
  expect(make('install')).toBe(`Installed ${prefix}/bin/tool and ${prefix}/bin/plugn\nPut ${prefix}/bin on your PATH to call them by their names\n`);
  box.file("a prefix's/bin/other", '#!/bin/sh\n').file("a prefix's/lib/other/x", '');
  await box.run(['plugin:install', join(PACKAGE, 'examples/hello')], tool);
  make('install');
  expect((await box.run(['plugin:list'], tool)).stdout).toContain('hello ');

  expect(make('uninstall')).toBe(
    `Removed ${prefix}/bin/tool ${prefix}/bin/plugn ${prefix}/lib/tool\nPlugins and apps stay where they are: in ${box.root}/.local/share/tool, or in /var/lib/tool for root\n`,
  );
  expect([readdirSync(join(prefix, 'bin')), readdirSync(join(prefix, 'lib'))]).toEqual([['other'], ['other']]);
  expect(readdirSync(box.at('plugins/available'))).toContain('hello');
  box.file("a prefix's/bin/tool", '#!/bin/sh\necho of somebody else\n');
  const again = await box.run(['uninstall', `PREFIX=${prefix}`], { command: 'make', under: ['env', '-C', PACKAGE], env: { MAKEFLAGS: '-s' } });
  expect(again).toMatchObject({
    stdout: '',
    stderr: expect.stringContaining(` !     Nothing of tool is installed below ${prefix}; give the PREFIX that it was installed with\n`),
  });
  expect(readdirSync(join(prefix, 'bin'))).toEqual(['other', 'tool']);
});

test('where one may not write is told, with where one may', async () => {
  using box = new Sandbox();
  mkdirSync(join(box.root, 'shut'), { mode: 0o555 });
  chmodSync(box.root, 0o755);
  const scripts = join(box.root, 'scripts');
  execFileSync('cp', ['-R', join(PACKAGE, 'scripts'), box.root]);
  const refused = await box.run([join(box.root, 'shut'), ''], { command: join(scripts, 'install.sh'), cwd: '/', uid: unprivilegedUid });
  const line = ` !     Cannot write below ${join(box.root, 'shut')}; install as root, or for yourself: make install PREFIX=~/.local\n`;
  expect(refused).toEqual({ stdout: '', stderr: line, status: 1, signal: null });
});

test('DESTDIR stages an install that runs from its prefix', async () => {
  using box = new Sandbox();
  const stage = join(box.root, 'stage');
  const prefix = join(box.root, 'real');
  install(prefix, stage);
  mkdirSync(prefix);
  for (const folder of ['bin', 'lib']) execFileSync('mv', [join(stage, prefix, folder), prefix]);
  rmSync(stage, { recursive: true });
  expect(await box.run(['version'], { command: join(prefix, 'bin/tool') })).toMatchObject({ stdout: 'tool version 0.1.0\n', stderr: '' });
});

test('the launcher is found through links, relative paths and PATH', async () => {
  using box = new Sandbox();
  box.plugin('show', { 'subcommands/it': '#!/bin/sh\nprintf "%s" "$TOOL_PACKAGE"\n' });
  symlinkSync(join(PACKAGE, 'bin/tool'), join(box.root, 'one'));
  symlinkSync('one', join(box.root, 'tool'));
  symlinkSync(PACKAGE, join(box.root, 'pkg'));
  const expected = { stdout: PACKAGE, stderr: '', status: 0, signal: null };
  expect(await box.run(['show:it'], { command: join(box.root, 'tool') })).toEqual(expected);
  expect(await box.run(['show:it'], { command: './tool' })).toEqual(expected);
  expect(await box.run(['show:it'], { command: 'tool', env: { PATH: `${box.root}:${process.env.PATH}` } })).toEqual(expected);
  expect(await box.run(['show:it'], { command: './tool', cwd: join(PACKAGE, 'bin') })).toEqual(expected);
  expect(await box.run(['show:it'], { command: '../bin/tool', cwd: join(PACKAGE, 'src') })).toEqual(expected);
  expect(await box.run(['show:it'], { command: join(box.root, 'pkg/bin/tool') })).toMatchObject({ stdout: join(box.root, 'pkg'), status: 0 });
});

test('a checkout that is not built says how', async () => {
  using box = new Sandbox();
  execFileSync('cp', ['-R', join(PACKAGE, 'bin'), join(PACKAGE, 'libexec'), box.root]);
  expect(await box.run(['version'], { command: join(box.root, 'bin/tool') })).toMatchObject({ status: 1, stderr: expect.stringContaining('make build') });
});
