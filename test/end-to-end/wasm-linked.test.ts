import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeDecided, watchNode } from '../support/routes.ts';
import { ending, Sandbox } from '../support/sandbox.ts';
import { command } from '../support/wasm.ts';

const TOML = '[plugin]\ndescription = "d"\nversion = "1"\n[plugin.config]\n';
/** A command that does nothing but end. */
const exits = (status: number): Buffer => command(`(call $exit (i32.const ${status}))`);
/** Prints how many words it was given. */
const COUNT = command(
  `(drop (call $args_sizes_get (i32.const 16) (i32.const 20)))
  (i32.store8 (i32.const 1024) (i32.add (i32.const 48) (i32.load (i32.const 16))))
  (drop (call $write (i32.const 1) (i32.const 1024) (i32.const 1)))`,
  '',
  '(import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))',
);

test('modules of a linked plugin are commands by way of Node, and nothing is written to it', async () => {
  using box = Sandbox.prepared();
  box
    .file('p/plugin.toml', `${TOML}[plugin.runtime]\ntimeout = "5s"\n[commands.told]\nsummary = "Is told of"\n`)
    .file('p/bare/default.wasm', COUNT)
    .file('p/bare/told.wasm', COUNT)
    .file('p/subcommands/words.wasm', COUNT, 0o755)
    .file('p/subcommands/p', '#!/bin/sh\nexit 9\n')
    .file('p/subcommands/both.wasm', exits(3))
    .file('p/bare/both', '#!/bin/sh\nexit 4\n');
  const before = readdirSync(join(box.root, 'p'), { recursive: true }).sort();
  expect(await box.run(['plugin:install', '--link', join(box.root, 'p')])).toMatchObject({ status: 0, stderr: '' });
  await watchNode(box);
  // Its own name, and behind it what it is given: the command word where it stands in subcommands/.
  const words = box.start(['p:words', 'a', ''], {});
  expect(await ending(words)).toEqual({ stdout: '4', stderr: '', status: 0, signal: null });
  expect(nodeDecided(box, words.pid ?? 0)).toBe(true);
  expect(await box.run(['p:told', 'a'])).toMatchObject({ stdout: '2' });
  // A program comes before a module, wherever that stands.
  expect(await box.run(['p'])).toMatchObject({ status: 9 });
  expect(await box.run(['p:both'])).toMatchObject({ status: 4 });
  expect((await box.run(['p:told', '--help'])).stdout).toContain('Is told of');
  const info = JSON.parse((await box.run(['plugin:info', 'p', '--json'])).stdout);
  expect(info).toMatchObject({ commands: ['p:both', 'p', 'p:p', 'p:told', 'p:words'], runtime: { limits: { timeoutMs: 5000 } } });
  expect((await box.run(['--complete', '--', 'p'])).stdout.match(/^p[\t:].*/gm)?.sort()).toEqual(['p\t', 'p:both\t', 'p:p\t', 'p:told\t', 'p:words\t']);
  expect((await box.run(['--explain', 'p:words'])).stdout).toContain('p/subcommands/words.wasm has no program beside it');
  box.file('p/plugin.toml', `${TOML}[plugin.runtime]\nmemory_page = 1\n`);
  expect(await box.run(['p:words'])).toEqual({
    stdout: '',
    stderr: ` !     ${box.at('plugins/enabled/p/plugin.toml')}: [plugin.runtime] has a key "memory_page", which is unknown; did you mean memory_pages?\n`,
    status: 1,
    signal: null,
  });
  expect(readdirSync(join(box.root, 'p'), { recursive: true }).sort()).toEqual(before);
});

test('of the hosts that a linked plugin asks for those are granted that were allowed when it was linked', async () => {
  using box = Sandbox.prepared();
  const asking = (hosts: string): unknown => box.file('p/plugin.toml', `${TOML}[plugin.runtime]\nhosts = ${hosts}\n`);
  box.file('p/bare/default.wasm', exits(5));
  asking('["api.example.org"]');
  const link = ['plugin:install', '--link', join(box.root, 'p')];
  expect(await box.run(link)).toMatchObject({ status: 1, stderr: expect.stringContaining('give --allow api.example.org if you trust') });
  expect(await box.run([...link, '--allow', 'all'])).toMatchObject({ status: 0, stderr: '' });
  const granted = async () => JSON.parse((await box.run(['plugin:info', 'p', '--json'])).stdout).runtime.hosts;
  expect(await granted()).toEqual(['api.example.org']);
  expect(await box.run(['p'])).toMatchObject({ status: 5, stderr: '' });
  asking('["api.example.org", "b.example"]');
  expect(await granted()).toEqual(['api.example.org']);
  expect(await box.run(['p'])).toEqual({
    stdout: '',
    stderr: ' !     The WASM modules of p ask for HTTP to b.example, which is not allowed; `tool plugin:install --link` with --allow allows it\n',
    status: 5,
    signal: null,
  });
  expect(await box.run([...link, '--allow', 'b.example'])).toMatchObject({ status: 0, stderr: '' });
  expect(await granted()).toEqual(['api.example.org', 'b.example']);
  expect(await box.run(['p'])).toMatchObject({ status: 5, stderr: '' });
});

test('plugn says which modules it cannot run, and a guard among them is refused', async () => {
  using box = Sandbox.prepared();
  box.file('p/plugin.toml', TOML).file('p/post-thing.wasm', exits(5)).file('q/plugin.toml', TOML).file('q/user-auth.wasm', exits(0));
  const unheard = `${join(box.root, 'p/post-thing.wasm')} hears of no trigger, as nothing is written to a directory that is linked; install a copy`;
  expect(await box.run(['plugin:install', '--link', join(box.root, 'p')])).toMatchObject({ status: 0, stderr: ` !     ${unheard}\n` });
  expect(await box.run(['plugin:trigger', 'post-thing'])).toEqual({
    stdout: '',
    stderr: ' !     Skipping the plugin p: post-thing.wasm has no program beside it, as nothing is written to a directory that is linked; install a copy\n',
    status: 0,
    signal: null,
  });
  expect(await box.run(['plugin:trigger', 'post-other'])).toMatchObject({ status: 0, stderr: '' });
  const why = 'its guard user-auth.wasm would never be asked, as nothing is written to a directory that is linked; install a copy';
  expect(await box.run(['plugin:install', '--link', join(box.root, 'q')])).toMatchObject({
    status: 1,
    stderr: ` !     ${join(box.root, 'q')} is not a plugin: ${why}\n`,
  });
  // By hand the same.
  symlinkSync(join(box.root, 'q'), box.at('plugins/available/q'));
  expect(await box.run(['plugin:enable', 'q'])).toMatchObject({ status: 1, stderr: ` !     The plugin q cannot be enabled: ${why}\n` });
  symlinkSync(join(box.root, 'q'), box.at('plugins/enabled/q'));
  box.file('sandbox/home/plugins/store/.modules/q', '');
  expect(await box.run(['plugin:trigger', 'user-auth'])).toMatchObject({ status: 1, stderr: expect.stringContaining('Skipping the plugin q: user-auth.wasm') });
  expect(existsSync(join(box.root, 'q/user-auth'))).toBe(false);
});

test('a module of a plugin that was put there by hand has its word before an alias and before [dispatch], and guards hear that word', async () => {
  using box = Sandbox.prepared();
  box
    .file('sandbox/home/tool.toml', '[aliases]\n"p:words" = "ok"\n[dispatch]\nspaces = true\n')
    .file('sandbox/home/plugins/enabled/p/plugin.toml', TOML)
    .file('sandbox/home/plugins/enabled/p/subcommands/words.wasm', exits(6))
    .file('sandbox/home/plugins/enabled/p/subcommands/default.wasm', exits(7))
    .file('sandbox/home/plugins/enabled/p/bare/p.wasm', exits(8))
    .file('sandbox/home/plugins/enabled/p/bare/echo', '#!/bin/sh\nexit 3\n')
    .file('sandbox/home/plugins/enabled/ok/bare/default', '#!/bin/sh\nexit 4\n')
    .file('sandbox/home/plugins/enabled/g/user-auth', '#!/bin/sh\necho "$3" >&2\n');
  for (const TOOL_FAST of [undefined, '0']) {
    const run = (...words: string[]) => box.run(words, { env: { TOOL_FAST } });
    expect(await run('p:words')).toMatchObject({ status: 6, stderr: 'p:words\n' });
    expect(await run('p', 'echo')).toMatchObject({ status: 7, stderr: 'p\n' });
    expect(await run('p:p')).toMatchObject({ status: 8, stderr: 'p:p\n' });
  }
});
