import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type RunOptions, Sandbox, TOOL } from '../support/sandbox.ts';
import { sliceOf } from '../support/slice.ts';

const RUNS = '#!/bin/sh\necho ran\n';
const GUARD = (verdict: string): string => `#!/bin/sh\n{ printf '[%s]' "$@"; cat; echo; } >>"$DOKKU_LIB_ROOT/asked"\n${verdict}\n`;
const DENIED = { stdout: '', stderr: ' !     Access denied\n', status: 1, signal: null };

/** A home with something to run in every way there is, and one guard. */
function guarded(verdict: string): Sandbox {
  const box = Sandbox.prepared();
  box.plugin('thing', {
    'subcommands/run': RUNS,
    'subcommands/default': RUNS,
    'subcommands/thing': RUNS,
    'subcommands/broken': 'x\n',
    commands: '#!/bin/sh\necho "commands $1"\n',
  });
  box.plugin('guard', { 'user-auth': GUARD(verdict) });
  return box;
}

async function asked(box: Sandbox): Promise<string[]> {
  const { stdout } = await box.run([box.at('asked')], { command: 'cat' });
  rmSync(box.at('asked'), { force: true });
  return stdout.split('\n').slice(0, -1);
}

test('a guard is asked once about every command, with user, key and argv, and nothing on stdin', async () => {
  using box = guarded('exit 0');
  const cases: [string[], RunOptions, string][] = [
    [['thing:run', 'a b', ''], {}, '[tester][default][thing:run][a b][]'],
    [['thing:run', 'x'], { env: { TOOL_FAST: '0', NAME: 'key one' } }, '[tester][key one][thing:run][x]'],
    [['--quiet', '--app', 'foo', 'apps:exists'], {}, '[tester][default][apps:exists][foo]'],
    [['apps:exists', '--app=foo'], {}, '[tester][default][apps:exists][foo]'],
    [['thing:other'], {}, '[tester][default][thing:other]'],
    [['help', '--all'], {}, '[tester][default][help][--all]'],
    [[], {}, '[tester][default]'],
    [['--version'], {}, '[tester][default][version]'],
    [['plugin:list'], {}, '[tester][default][plugin:list]'],
  ];
  for (const [argv, options, expected] of cases) {
    await box.run(argv, { stdin: 'not for guards', ...options });
    expect(await asked(box), argv.join(' ')).toEqual([expected]);
  }
});

describe('a guard is asked about the whole word, however it was spelled by what tool.toml says', () => {
  const SPELLINGS: readonly (readonly [line: string, argv: string])[] = [
    ['run a', '[thing:run][a]'],
    ['thing run a', '[thing:run][a]'],
    ['t:run a', '[thing:run][a]'],
    ['t run a', '[thing:run][a]'],
    ['r a', '[thing:run][a]'],
    ['again a', '[thing:run][a]'],
    ['thing:again a', '[thing:run][a]'],
    ['--quiet thing run a', '[thing:run][a]'],
    ['all --global', '[apps:list][--global]'],
    ['thing --now a', '[thing][--now][a]'],
  ];
  const settings =
    '[dispatch]\ndefault = "thing"\nspaces = true\n[aliases]\nt = "thing"\nr = "run"\nagain = "thing:run"\n"thing:again" = "thing:run"\nall = "apps:list"\n';
  const furnished = (verdict: string): Sandbox => {
    const box = Sandbox.prepared();
    box.plugin('thing', { 'bare/run': RUNS }).plugin('guard', { 'user-auth': GUARD(verdict) });
    writeFileSync(box.at('tool.toml'), settings);
    return box;
  };

  test.each([{}, { TOOL_FAST: '0' }, 'ssh'])('%j', async (way) => {
    using box = furnished('case $3 in thing:run | apps:list) exit 1 ;; esac');
    for (const [line, argv] of SPELLINGS) {
      const call =
        way === 'ssh' ? box.run(['ignored'], { env: { SSH_ORIGINAL_COMMAND: line } }) : box.run(line.split(' '), { env: way as Record<string, string> });
      expect({ line, ...(await call) }).toMatchObject({
        line,
        stdout: '',
        status: 1,
        stderr: expect.stringContaining(line === 'thing --now a' ? 'not a tool command' : DENIED.stderr),
      });
      expect(await asked(box)).toEqual([expect.stringContaining(`][default]${argv}`)]);
    }
    // What the guard allows runs.
    expect(await box.run(['--explain', 'run'])).toMatchObject({ stdout: expect.stringContaining('thing:run, by default'), status: 0 });
  });
});

test('a guard that says no, in whatever way, denies; its status is not passed on', async () => {
  for (const verdict of ['exit 1', 'exit 7', 'exit 10', 'kill -9 $$']) {
    using box = guarded(verdict);
    for (const env of [{}, { TOOL_FAST: '0' }])
      expect(await box.run(['thing:run'], { env })).toMatchObject({ ...DENIED, stderr: expect.stringContaining(DENIED.stderr) });
  }
});

test('a lone events hook listens and is not asked; beside a guard it hears', async () => {
  using box = Sandbox.prepared();
  box.plugin('thing', { 'subcommands/run': RUNS }).plugin('20_events', { 'user-auth': GUARD('exit 1') });
  expect(await box.run(['thing:run'])).toMatchObject({ stdout: 'ran\n', status: 0 });
  box.plugin('guard', { 'user-auth': GUARD('exit 0') });
  expect(await box.run(['thing:run'])).toEqual(DENIED);
});

describe('a guard that cannot be asked denies, with a line that names it', () => {
  test.each([
    ['not executable', (box: Sandbox) => box.plugin('guard', { 'user-auth': 'exit 0\n' }), 'guard/user-auth cannot be run'],
    [
      'a dangling link',
      (box: Sandbox) => symlinkSync('nothing', box.plugin('guard', {}).at('plugins/available/guard/user-auth')),
      'guard/user-auth cannot be run',
    ],
    ['in a directory with a hostile name', (box: Sandbox) => box.plugin('a b', { 'user-auth': GUARD('exit 0') }), "whose name is not a plugin's"],
    ['without its interpreter', (box: Sandbox) => box.plugin('guard', { 'user-auth': '#!/no/such\n' }), 'guard/user-auth'],
    ['with a carriage return', (box: Sandbox) => box.plugin('guard', { 'user-auth': '#!/bin/sh\r\n' }), 'guard/user-auth'],
  ])('%s', async (_, furnish, line) => {
    using box = Sandbox.prepared();
    box.plugin('thing', { 'subcommands/run': RUNS });
    furnish(box);
    for (const env of [{}, { TOOL_FAST: '0' }]) {
      const { stdout, stderr, status } = await box.run(['thing:run'], { env });
      expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
      expect(stderr).toContain(line);
      expect(stderr).toContain(' !     Access denied\n');
    }
  });

  test('a plugin that was installed with one and is gone', async () => {
    using box = Sandbox.prepared();
    box.plugin('thing', { 'subcommands/run': RUNS });
    box.file('src/guard/plugin.toml', '[plugin]\nversion = "1"\n').file('src/guard/user-auth', GUARD('exit 0'));
    expect(await box.run(['plugin:install', join(box.root, 'src/guard')])).toMatchObject({ status: 0 });
    expect(await box.run(['thing:run'])).toMatchObject({ stdout: 'ran\n' });
    rmSync(box.at('plugins/available/guard'), { recursive: true });
    expect(await box.run(['thing:run'])).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('plugins/enabled/guard is a dangling link'),
    });
    rmSync(box.at('plugins/enabled/guard'));
    expect(await box.run(['thing:run'])).toMatchObject({ stdout: 'ran\n' });
  });
});

describe('a guard gets its configuration from the administrator, not from who is to be judged', () => {
  const LC = {
    'plugin.toml': '[plugin]\nversion = "1"\n[plugin.config]\nadmins = ""\nall = ""\n',
    'user-auth': '#!/bin/sh\n[ "$CONFIG_ADMINS" = "$2" ]\n',
  };
  test('over SSH and through sudo, whatever the state of its exports', async () => {
    using box = Sandbox.prepared();
    box.plugin('thing', { 'subcommands/run': RUNS }).plugin('lc', LC).plugin('my-guard', LC).plugin('other', {});
    writeFileSync(box.at('plugins/config.toml'), '[lc]\nadmins = "alice"\n[my-guard]\nadmins = "alice"\n');
    const sent = { LC_ADMINS: 'bob', MY_GUARD_ADMINS: 'bob' };
    for (const env of [{}, { TOOL_FAST: '0' }, {}]) {
      const far = (name: string) => box.run([], { env: { ...env, ...sent, NAME: name, SSH_ORIGINAL_COMMAND: 'thing:run' } });
      expect(await far('bob')).toEqual(DENIED);
      expect(await far('alice')).toMatchObject({ stdout: 'ran\n', stderr: '' });
      rmSync(box.at('plugins/config-exports'), { recursive: true, force: true });
      // Who types it on the machine sets what is theirs.
      expect(await box.run(['thing:run'], { env: { ...env, ...sent, NAME: 'bob' } })).toMatchObject({ stdout: 'ran\n' });
    }
  });

  test("what is nobody's override comes through; an rc file may set one", async () => {
    using box = Sandbox.prepared();
    box
      .plugin('thing', { 'subcommands/run': '#!/bin/sh\necho "$LC_ALL $LC_CTYPE $FAR_AWAY $THINGS_X $GIT_PROTOCOL<$THING_X><$SSH_CLIENT>"\n' })
      .plugin('ssh', {});
    const env = { LC_ALL: 'C', LC_CTYPE: 'C.UTF-8', FAR_AWAY: 'a\nTHING_Y=b', THINGS_X: 'x', THING_X: 'far', SSH_CLIENT: '::1', GIT_PROTOCOL: '2' };
    const far = () => box.run([], { env: { ...env, SSH_ORIGINAL_COMMAND: 'thing:run' } });
    expect((await far()).stdout).toBe('C C.UTF-8 a\nTHING_Y=b x 2<><::1>\n');
    box.file('sandbox/home/root/dokkurc', 'export THING_X=near\n');
    expect((await far()).stdout).toBe('C C.UTF-8 a\nTHING_Y=b x 2<near><::1>\n');
  });
});

/** Everything that a person at the far end might type or send to get something past a guard that always says no. */
const ATTEMPTS: readonly [name: string, command: string, env?: Record<string, string>][] = [
  ['a plain command', 'thing:run'],
  ['a bare word', 'thing'],
  ['the word twice', 'thing:thing'],
  ['a commands script', 'thing:other'],
  ['an unknown word', 'nothing:here'],
  ['an empty word', "''"],
  ['a broken file', 'thing:broken'],
  ['help', 'help --all'],
  ['a help flag', '--help'],
  ['version', 'version'],
  ['a version flag', '-v'],
  ['an explanation', '--explain thing:run'],
  ['an explanation as JSON', '--explain --format json thing:run'],
  ['leading flags', '--quiet --trace --force thing:run'],
  ['an app in front', '--app x thing:run'],
  ['an app with =', '--app=x thing:run'],
  ['an app behind', 'thing:run --app x'],
  ['behind --', '-- thing:run'],
  ['an alias', 'short'],
  ['quotes', '"thing":\'run\''],
  ['a backslash', 'thing\\:run'],
  ['a newline', 'thing:run\n'],
  ['a management command', 'plugin:disable guard'],
  ['a trigger', 'plugin:trigger user-auth'],
  ['a core command', 'apps:list'],
  ['a path', '/bin/sh -c true'],
  ['a traversal', 'thing:../commands'],
  ['a guard by name', 'guard:user-auth'],
  ['TOOL_FAST', 'thing:run', { TOOL_FAST: '0' }],
  ['another plugin root', 'thing:run', { PLUGIN_PATH: 'EMPTY' }],
  ['another enabled root', 'thing:run', { PLUGIN_ENABLED_PATH: 'EMPTY' }],
  ['another Dokku home', 'thing:run', { DOKKU_LIB_PATH: 'EMPTY', DOKKU_LIB_ROOT: 'EMPTY', DOKKU_ROOT: 'EMPTY' }],
  ['an ABI mark', 'thing:run', { TOOL_ABI: 'tool:EMPTY' }],
  ['an ABI mark of this home', 'thing:run', { TOOL_ABI: 'tool:HOME', PLUGIN_PATH: 'EMPTY' }],
  ['a hop mark', 'thing:run', { TOOL_HOP_USER: 'root', TOOL_ABI: 'tool:HOME' }],
  ['a shell without globs', 'thing:run', { SHELLOPTS: 'noglob', BASHOPTS: 'failglob', GLOBIGNORE: '*' }],
  ['who came through sudo', 'thing:run', { SUDO_USER: 'root', BASH_ENV: '/dev/null' }],
  ['a user', 'thing:run', { SSH_USER: 'root', SSH_NAME: 'admin' }],
  ['an app variable', 'apps:exists', { DOKKU_APP_NAME: 'x', TOOL_APP_NAME: 'x' }],
  [
    'launcher variables',
    'thing:run',
    {
      tool_asked: '',
      tool_guard: 'x',
      tool_forced: '',
      tool_plan: 'exit 0',
      tool_home: 'EMPTY',
      tool_pkg: 'EMPTY',
      tool_rc: 'bash',
      plugn_rendered: '1',
      plugn_first: 'x',
    },
  ],
  ['a package', 'thing:run', { TOOL_PACKAGE: 'EMPTY', TOOL_NODE: '/bin/true' }],
  ['Node options', 'thing:other', { NODE_OPTIONS: '--require /no/such' }],
  ['glob and field switches', 'thing:run', { IFS: 'abcdefg', ENV: '/no/such', SHELLOPTS: 'noglob', GLOBIGNORE: '*' }],
];

test.each(sliceOf(ATTEMPTS, 20))('a forced command does not get round a guard by %s', async (_, command, env = {}) => {
  using box = guarded('exit 1');
  writeFileSync(box.at('tool.toml'), '[aliases]\nshort = "thing:run"\n');
  box.file('empty/x', '');
  const filled = Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value.replace('EMPTY', join(box.root, 'empty')).replace('HOME', box.home)]),
  );
  for (const argv of sliceOf([['ignored'], ['thing:run']], 1)) {
    const { stdout, status, stderr } = await box.run(argv, { env: { ...filled, SSH_ORIGINAL_COMMAND: command } });
    expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
    expect(stderr).toContain('Access denied');
    expect(stderr).not.toContain(box.root);
  }
});

test('the same attempts as a branded command', async () => {
  using box = guarded('exit 1');
  const command = join(box.root, 'acme');
  symlinkSync(TOOL, command);
  await box.run(['version'], { command });
  for (const env of [{ ACME_HOME: join(box.root, 'empty') }, { ACME_FAST: '0' }, { ACME_ROOT: join(box.root, 'empty') }, { ACME_SYSTEM_USER: 'nobody' }]) {
    expect(await box.run([], { command, env: { ...env, SSH_ORIGINAL_COMMAND: 'thing:run' } })).toEqual(DENIED);
  }
});

test('user-auth-app hides apps from lists and makes their names unknown; what it invents is not believed', async () => {
  using box = Sandbox.prepared();
  for (const app of ['one', 'two', 'three']) await box.run(['apps:create', app]);
  box.plugin('acl', {
    'user-auth-app':
      '#!/bin/sh\nprintf "%s\\n" "$@" >"$DOKKU_LIB_ROOT/asked"\nshift 2\nfor app; do case $app in t*) echo "$app" ;; esac; done\necho invented\nexit 3\n',
  });
  const env = { NAME: 'key' };
  expect((await box.run(['--quiet', 'apps:list'], { env })).stdout).toBe('three\ntwo\n');
  expect(await asked(box)).toEqual(['tester', 'key', 'one', 'three', 'two']);
  expect(await box.run(['apps:exists', 'one'])).toEqual({ stdout: '', stderr: ' !     App one does not exist\n', status: 20, signal: null });
  expect(await box.run(['apps:exists', 'two'])).toMatchObject({ status: 0 });
  expect(await box.run(['apps:exists', 'invented'])).toMatchObject({ status: 20 });
  expect(await box.run(['apps:destroy', 'one', '--force'])).toMatchObject({ status: 20 });
});

describe('a user-auth-app that was there shows no app while it cannot be asked', () => {
  const APP_GUARD = '#!/bin/sh\nshift 2\nprintf "%s\\n" "$@"\n';
  test.each([
    ['not executable', (file: string) => chmodSync(file, 0o644)],
    ['gone', (file: string) => rmSync(file)],
    ['a dangling link', (file: string) => [rmSync(file), symlinkSync('nothing', file)]],
    ['a directory', (file: string) => [rmSync(file), mkdirSync(file)]],
    ['without its interpreter', (file: string) => writeFileSync(file, '#!/no/such\n')],
    ['gone with its plugin', (file: string) => rmSync(dirname(file), { recursive: true })],
  ])('%s', async (_, breakIt) => {
    using box = Sandbox.prepared();
    for (const app of ['one', 'two']) await box.run(['apps:create', app]);
    box.file('src/acl/plugin.toml', '[plugin]\nversion = "1"\n').file('src/acl/user-auth-app', APP_GUARD);
    expect(await box.run(['plugin:install', join(box.root, 'src/acl')])).toMatchObject({ status: 0 });
    expect((await box.run(['--quiet', 'apps:list'])).stdout).toBe('one\ntwo\n');
    breakIt(box.at('plugins/available/acl/user-auth-app'));
    for (const env of [{}, { TOOL_FAST: '0' }, { SSH_ORIGINAL_COMMAND: 'apps:list' }]) {
      const { stdout, stderr } = await box.run(['apps:list'], { env });
      expect(stdout).not.toMatch(/one|two/);
      expect(stderr).toContain('acl/user-auth-app');
    }
    expect(await box.run(['config:show', 'one'])).toMatchObject({ stdout: '', status: 20 });
    // Without the plugin nobody hides anything.
    rmSync(box.at('plugins/enabled/acl'));
    expect((await box.run(['--quiet', 'apps:list'])).stdout).toBe('one\ntwo\n');
  });

  test('one that an update leaves out, or that is enabled without it, hides nothing', async () => {
    using box = Sandbox.prepared();
    await box.run(['apps:create', 'one']);
    box.file('src/acl/plugin.toml', '[plugin]\nversion = "1"\n').file('src/acl/user-auth-app', APP_GUARD);
    await box.run(['plugin:install', join(box.root, 'src/acl')]);
    rmSync(join(box.root, 'src/acl/user-auth-app'));
    expect(await box.run(['plugin:update', 'acl'])).toMatchObject({ status: 0 });
    expect((await box.run(['--quiet', 'apps:list'])).stdout).toBe('one\n');
  });
});
