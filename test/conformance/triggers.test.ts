import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { processesOf } from '../support/plugin-test.ts';
import { PACKAGE, type RunOptions, type RunResult, Sandbox, type ShellName } from '../support/sandbox.ts';

const PLUGN = join(PACKAGE, 'bin/plugn');
const TELL = '#!/bin/sh\nn=${0%/*}\nprintf "%s" "${n##*/}"\nprintf "[%s]" "$@"\necho\n';
const manifest = (...keys: string[]): string => `[plugin]\nversion = "1"\n[plugin.config]\n${keys.map((key) => `${key} = "what it is"`).join('\n')}\n`;

/** Runs the built plugn with no more than a plugin root, as a script that knows plugn would. */
const plugn = (box: Sandbox, argv: readonly string[], options: RunOptions = {}): Promise<RunResult> =>
  box.run(argv, { command: PLUGN, ...options, env: { TOOL_HOME: undefined, PLUGIN_PATH: box.at('plugins'), ...options.env } });

describe('order', () => {
  test.each(['C', 'C.UTF-8', 'en_US.UTF-8'])('is by bytes under LC_ALL=%s', async (locale) => {
    using box = Sandbox.prepared();
    for (const name of ['b', 'B', '10_x', 'a', 'a-b', 'a_b', 'aB']) box.plugin(name, { hook: TELL });
    for (const shell of [undefined, 'bash --posix'] as (ShellName | undefined)[]) {
      const { stdout } = await plugn(box, ['trigger', 'hook'], { env: { LC_ALL: locale }, ...(shell ? { shell } : {}) });
      expect(stdout).toBe('10_x[]\nB[]\na[]\na-b[]\naB[]\na_b[]\nb[]\n');
    }
  });

  test('the locale reaches the hook as it was', async () => {
    using box = Sandbox.prepared();
    box.plugin('a', { hook: '#!/bin/sh\necho "${LC_ALL-unset}"\n' });
    for (const shell of ['dash', 'bash --posix', 'busybox sh'] as const) {
      expect((await plugn(box, ['trigger', 'hook'], { shell, env: { LC_ALL: 'C.UTF-8' } })).stdout).toBe('C.UTF-8\n');
      expect((await plugn(box, ['trigger', 'hook'], { shell })).stdout).toBe('unset\n');
    }
  });
});

describe('a failing hook', () => {
  test.each([
    ['exit 7', 7],
    ['exit 10', 10],
    ['exit 300', 44],
    ['kill -TERM $$', 143],
    ['kill -KILL $$', 137],
  ])('%s stops the trigger with status %i', async (script, status) => {
    using box = Sandbox.prepared();
    box
      .plugin('a', { hook: TELL })
      .plugin('b', { hook: `#!/bin/sh\n${script}\n` })
      .plugin('c', { hook: TELL });
    expect(await plugn(box, ['trigger', 'hook', 'x y'])).toMatchObject({ stdout: 'a[x y]\n', status, signal: null });
  });

  test('with --trace is named, with how it failed', async () => {
    using box = Sandbox.prepared();
    box.plugin('b', { hook: '#!/bin/sh\nexit 7\n' });
    expect(await plugn(box, ['trigger', 'hook'], { env: { DOKKU_TRACE: '1' } })).toMatchObject({
      status: 7,
      stderr: ` !     Trigger 'hook' failed in plugin b with status 7\n`,
    });
  });

  test('that cannot start is named with the remedy', async () => {
    using box = Sandbox.prepared();
    box.plugin('crlf', { hook: '#!/bin/sh\r\n' });
    const { status, stderr } = await plugn(box, ['trigger', 'hook']);
    expect(status).toBe(127);
    expect(stderr).toContain(` !     Cannot run ${box.at('plugins/enabled/crlf/hook')}; its #! line ends in a carriage return`);
  });
});

test('nobody listens: silent success', async () => {
  using box = Sandbox.prepared();
  box.plugin('a', {});
  expect(await plugn(box, ['trigger', 'hook'])).toEqual({ stdout: '', stderr: '', status: 0, signal: null });
});

test('what is no executable file is skipped, and the rest runs', async () => {
  using box = Sandbox.prepared();
  box.plugin('a', { hook: 'echo never\n' }).plugin('b', { hook: TELL }).plugin('d', {});
  mkdirSync(box.at('plugins/available/folder/hook'), { recursive: true });
  for (const [name, target] of [
    ['folder', '../available/folder'],
    ['gone', '../available/gone'],
  ] as const)
    symlinkSync(target, box.at('plugins/enabled', name));
  symlinkSync('/no/such/file', box.at('plugins/available/d/hook'));
  expect(await plugn(box, ['trigger', 'hook'])).toEqual({
    stdout: 'b[]\n',
    stderr: "Trigger 'hook' is not executable, skipping plugin (a)\n",
    status: 0,
    signal: null,
  });
});

test.each(['a b', 'x;y', '-x', '$(id)', '`id`', "it's", 'new\nline'])('a hostile directory name %j is skipped with a line', async (name) => {
  using box = Sandbox.prepared();
  box.plugin(name, { hook: '#!/bin/sh\necho hostile\n' }).plugin('fine', { hook: TELL });
  const { stdout, stderr, status } = await plugn(box, ['trigger', 'hook']);
  expect({ stdout, status }).toEqual({ stdout: 'fine[]\n', status: 0 });
  expect(stderr).toContain("its name is not a plugin's");
});

test.each(['../x', 'a/b', '', '.', '..', '.hidden', 'a b', 'a\nb', '*'])('the trigger name %j is refused', async (name) => {
  using box = Sandbox.prepared();
  box.plugin('a', { hook: TELL, '.hidden': TELL });
  box.file('sandbox/home/plugins/enabled/x', TELL);
  expect(await plugn(box, ['trigger', name])).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('is not a trigger name') });
});

test('without a plugin root it says what is missing', async () => {
  using box = Sandbox.prepared();
  expect(await plugn(box, ['trigger', 'hook'], { env: { PLUGIN_PATH: undefined } })).toEqual({
    stdout: '!! PLUGIN_PATH is not set in environment\n',
    stderr: '',
    status: 2,
    signal: null,
  });
  expect(await plugn(box, ['frob'])).toMatchObject({ status: 2 });
});

test('stdin is shared: the first that reads drains it', async () => {
  using box = Sandbox.prepared();
  box.plugin('a', { hook: '#!/bin/sh\ntrue\n' }).plugin('b', { hook: '#!/bin/sh\nwc -c\n' }).plugin('c', { hook: '#!/bin/sh\nwc -c\n' });
  expect((await plugn(box, ['trigger', 'hook'], { stdin: Buffer.alloc(100_000, 0) })).stdout.split(/\s+/)).toEqual(['100000', '0', '']);
});

test('the environment passes untouched, backslashes, newlines and quotes included', async () => {
  using box = Sandbox.prepared();
  const value = 'a\\tb\\\\c\n$HOME "x" \'y\' `id`';
  box.plugin('a', { hook: '#!/bin/sh\nprintf "%s|%s" "$ODD" "$0"\n' });
  expect((await plugn(box, ['trigger', 'hook'], { env: { ODD: value } })).stdout).toBe(`${value}|${box.at('plugins/enabled/a/hook')}`);
});

describe('configuration', () => {
  const show = '#!/bin/sh\nenv | grep "^CONFIG_" | sort\necho "-- $PLUGN_VERSION"\n';
  const hostile = `it's "q" $(touch hacked) \`id\` \\t %s`;

  test('a declared key is exported to its plugin alone; values are never evaluated', async () => {
    using box = Sandbox.prepared();
    box
      .plugin('my-a', { 'plugin.toml': manifest('log-level', 'other', 'number'), hook: show })
      .plugin('b', { 'plugin.toml': manifest('other'), hook: show })
      .plugin('c', { hook: show });
    writeFileSync(box.at('plugins/config.toml'), `[my-a]\nlog-level = '''${hostile}'''\nundeclared = "x"\nnumber = 42\n`);
    const expected = {
      stdout: `CONFIG_OTHER=\n-- 0.13.0\n-- 0.13.0\nCONFIG_LOG_LEVEL=${hostile}\nCONFIG_NUMBER=42\nCONFIG_OTHER=\n-- 0.13.0\n`,
      stderr: '',
      status: 0,
      signal: null,
    };
    expect(await plugn(box, ['trigger', 'hook'])).toEqual(expected);
    expect(await plugn(box, ['trigger', 'hook'])).toEqual(expected);
    expect(readdirSync(box.root)).toEqual(['sandbox']);
    const overridden = await plugn(box, ['trigger', 'hook'], { env: { MY_A_LOG_LEVEL: 'a "b" $x', B_OTHER: '' } });
    expect(overridden.stdout).toContain('CONFIG_LOG_LEVEL=a "b" $x\n');
  });

  test('a change of config.toml or plugin.toml shows in the next trigger', async () => {
    using box = Sandbox.prepared();
    box.plugin('a', { 'plugin.toml': manifest('k'), hook: show });
    for (const value of ['one', 'two']) {
      writeFileSync(box.at('plugins/config.toml'), `[a]\nk = "${value}"\nnew = "n"\n`);
      expect((await plugn(box, ['trigger', 'hook'])).stdout).toContain(`CONFIG_K=${value}\n`);
    }
    writeFileSync(box.at('plugins/available/a/plugin.toml'), manifest('new'));
    expect((await plugn(box, ['trigger', 'hook'])).stdout).toBe('CONFIG_NEW=n\n-- 0.13.0\n');
  });

  test('a nested trigger does not hear of the surrounding one’s configuration', async () => {
    using box = Sandbox.prepared();
    box
      .plugin('a', { 'plugin.toml': manifest('secret'), outer: `#!/bin/sh\nexec "${PLUGN}" trigger inner\n` })
      .plugin('b', { 'plugin.toml': manifest('own'), inner: show });
    writeFileSync(box.at('plugins/config.toml'), '[a]\nsecret = "s"\n');
    expect((await plugn(box, ['trigger', 'outer'], { env: { CONFIG_CALLER: 'mine' } })).stdout).toBe('CONFIG_CALLER=mine\nCONFIG_OWN=\n-- 0.13.0\n');
  });

  test('a broken toml costs a line, and the hook runs', async () => {
    using box = Sandbox.prepared();
    box.plugin('a', { 'plugin.toml': '[plugin\n', hook: TELL });
    const { stdout, stderr, status } = await plugn(box, ['trigger', 'hook']);
    expect({ stdout, status }).toEqual({ stdout: 'a[]\n', status: 0 });
    expect(stderr).toContain('/a/plugin.toml:1:');
  });

  testNeeding('setpriv')('a home that may not be written hears the same', async () => {
    using box = new Sandbox();
    box.plugin('a', { 'plugin.toml': manifest('k'), hook: show });
    writeFileSync(box.at('plugins/config.toml'), '[a]\nk = "v"\n');
    for (const folder of ['plugins', 'plugins/available', 'plugins/enabled']) chmodSync(box.at(folder), 0o555);
    chmodSync(box.root, 0o755);
    writeFileSync(box.at('plugins/config-exports'), '');
    expect(await plugn(box, ['trigger', 'hook'])).toMatchObject({ stdout: 'CONFIG_K=v\n-- 0.13.0\n', stderr: '', status: 0 });
    for (const folder of ['plugins', 'plugins/available', 'plugins/enabled']) chmodSync(box.at(folder), 0o755);
  });
});

describe('a change of plugins that is under way', () => {
  test('cut short, it is ended first; alive in its hook, nobody waits', async () => {
    using box = Sandbox.prepared();
    box.plugin('a', { hook: TELL });
    mkdirSync(box.at('plugins/store'));
    const pending = (phase: string, start: string) =>
      writeFileSync(
        box.at('plugins/store/pending'),
        JSON.stringify({ phase, change: { plugin: 'x', kind: 'install', from: null, to: null }, owner: { pid: process.pid, start, boot: 'another' } }),
      );
    pending('renaming', '1');
    expect(await plugn(box, ['trigger', 'hook'])).toEqual({ stdout: 'a[]\n', stderr: '', status: 0, signal: null });
    expect(existsSync(box.at('plugins/store/pending'))).toBe(false);
    const { identify } = await import('../../src/system/processes.ts');
    writeFileSync(
      box.at('plugins/store/pending'),
      JSON.stringify({ phase: 'hook', change: { plugin: 'x', kind: 'install', from: null, to: null }, owner: identify(process.pid) }),
    );
    expect(await plugn(box, ['trigger', 'hook'])).toMatchObject({ status: 0, stdout: 'a[]\n' });
  });

  test('alive and renaming, it is waited for, by commands and triggers alike', async () => {
    using box = Sandbox.prepared();
    box.plugin('a', { hook: TELL, 'subcommands/x': '#!/bin/sh\necho ran\n' });
    await box.run(['version']);
    mkdirSync(box.at('plugins/store'), { recursive: true });
    const { identify } = await import('../../src/system/processes.ts');
    const { rmSync } = await import('node:fs');
    writeFileSync(
      box.at('plugins/store/pending'),
      JSON.stringify({ phase: 'renaming', change: { plugin: 'x', kind: 'install', from: null, to: null }, owner: identify(process.pid) }),
    );
    let over = false;
    const runs = Promise.all([plugn(box, ['trigger', 'hook']), box.run(['a:x'])].map((run) => run.then((result) => ({ ...result, waited: over }))));
    // Both are at the look at the journal: Node is what waits.
    const waiting = () => processesOf(box.root).filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('main.cjs')).length;
    await expect.poll(waiting, { timeout: 20_000 }).toBe(2);
    over = true;
    rmSync(box.at('plugins/store/pending'));
    expect(await runs).toMatchObject([
      { stdout: 'a[]\n', waited: true },
      { stdout: 'ran\n', waited: true },
    ]);
  });
});

describe('plugin:trigger', () => {
  test('fires it, with arguments, stdin and status passed through', async () => {
    using box = Sandbox.prepared();
    box.plugin('a', { hook: '#!/bin/sh\nprintf "[%s]" "$@"\ncat\nexit 4\n' });
    expect(await box.run(['plugin:trigger', 'hook', '', 'a b', '--x'], { stdin: 'in' })).toEqual({
      stdout: '[][a b][--x]in',
      stderr: '',
      status: 4,
      signal: null,
    });
    expect(await box.run(['plugin:trigger'])).toMatchObject({ status: 2 });
  });

  test('--explain tells who would run, in order, and who is skipped and why', async () => {
    using box = Sandbox.prepared();
    box.plugin('b', { hook: TELL }).plugin('a', { hook: 'x\n' }).plugin('c', { hook: '#!/bin/sh\r\n' }).plugin('x y', { hook: TELL });
    const file = (name: string) => box.at('plugins/enabled', name, 'hook');
    const { stdout } = await box.run(['plugin:trigger', '--explain', '--format', 'json', 'hook']);
    expect(JSON.parse(stdout)).toEqual([
      { plugin: 'a', file: file('a'), runs: false, why: 'it is not executable' },
      { plugin: 'b', file: file('b'), runs: true, why: '' },
      { plugin: 'c', file: file('c'), runs: true, why: 'will fail: its #! line ends in a carriage return' },
      { plugin: 'x y', file: file('x y'), runs: false, why: "its name is not a plugin's" },
    ]);
    expect((await box.run(['plugin:trigger', '--explain', 'hook'])).stdout).toContain('b     runs ');
    expect(await box.run(['plugin:trigger', '--explain', 'none'])).toMatchObject({ stdout: 'No enabled plugin listens to none\n', status: 0 });
  });
});
