import { existsSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Sandbox, TOOL } from '../support/sandbox.ts';

const TOML = '[plugin]\ndescription = "greets"\nversion = "1.2.3"\n[plugin.config]\n';
const GREET = '#!/bin/sh\necho hello\n';
const ok = (stdout: string) => ({ stdout, stderr: '', status: 0, signal: null });
const refused = (line: string, status = 1) => ({ stdout: '', stderr: ` !     ${line}\n`, status, signal: null });

/** A plugin's directory outside the home, to install from. */
function source(box: Sandbox, name: string, files: Record<string, string> = {}): string {
  for (const [path, text] of Object.entries({ 'plugin.toml': TOML, 'subcommands/hi': GREET, ...files })) box.file(`src/${name}/${path}`, text);
  return join(box.root, 'src', name);
}

test('mkdir, chmod +x and plugin:enable are enough, and changes show at once', async () => {
  using box = Sandbox.prepared();
  await box.run(['version']);
  box.plugin('mine', { 'plugin.toml': TOML, 'subcommands/hi': GREET }, { enabled: false });
  expect(await box.run(['mine:hi'])).toMatchObject({ status: 1 });
  expect(await box.run(['plugin:enable', 'mine'])).toEqual(ok('-----> Plugin mine enabled\n'));
  expect(await box.run(['mine:hi'])).toEqual(ok('hello\n'));
  box.file('sandbox/home/plugins/available/mine/subcommands/new', '#!/bin/sh\necho new\n');
  expect(await box.run(['mine:new'])).toEqual(ok('new\n'));
  expect(await box.run(['plugin:disable', 'mine'])).toEqual(ok('-----> Plugin mine disabled\n'));
  expect(await box.run(['mine:hi'])).toMatchObject({ status: 1, stdout: '' });
  expect(existsSync(box.at('plugins/available/mine/subcommands/hi'))).toBe(true);
});

test('enable and disable say what they cannot do', async () => {
  using box = Sandbox.prepared();
  box.plugin('mine', { 'plugin.toml': TOML });
  expect(await box.run(['plugin:enable'])).toEqual(refused('Please specify a plugin to enable'));
  expect(await box.run(['plugin:enable', 'mine'])).toEqual(refused('Plugin already enabled'));
  expect(await box.run(['plugin:enable', 'nope'])).toEqual(refused('Plugin does not exist; see `tool plugin:list` for those that do'));
  expect(await box.run(['plugin:disable'])).toEqual(refused('Please specify a plugin to disable'));
  expect(await box.run(['plugin:disable', 'apps'])).toEqual(refused('Cannot disable a core plugin'));
  expect(await box.run(['plugin:disable', 'nope'])).toEqual(refused('Plugin does not exist'));
  await box.run(['plugin:disable', 'mine']);
  expect(await box.run(['plugin:disable', 'mine'])).toEqual(refused('Plugin already disabled'));
});

test('the directory one stands in, or the one above, installs under its own name', async () => {
  using box = new Sandbox();
  const greet = source(box, 'dokku-greet', { 'sub/x': '' });
  for (const [given, cwd] of [
    ['.', greet],
    ['./', greet],
    ['..', join(greet, 'sub')],
    ['../dokku-greet/', greet],
    ['sub/..', greet],
  ] as const) {
    expect(await box.run(['plugin:install', given], { cwd })).toMatchObject({
      stderr: '',
      status: 0,
      stdout: expect.stringContaining('Installing plugin greet from'),
    });
  }
  expect(await box.run(['greet:hi'])).toEqual(ok('hello\n'));
  expect(await box.run(['plugin:install', '/'])).toEqual(
    refused('"" cannot be a plugin\'s name; it is letters, digits, dots, hyphens and underscores; give another with --name'),
  );
});

test('a plugin linked to a directory that is gone is told with that directory, by every command', async () => {
  using box = new Sandbox();
  const greet = source(box, 'greet');
  await box.run(['plugin:install', '--link', greet]);
  rmSync(greet, { recursive: true });
  const remedy = 'restore it, or';
  const broken = ` !     ${box.at('plugins/enabled/greet')} cannot be run: it is linked to ${greet}, which is gone; ${remedy} tool plugin:uninstall greet\n`;
  expect(await box.run(['greet:hi'])).toEqual({ stdout: '', stderr: broken, status: 126, signal: null });
  const listed = await box.run(['plugin:list']);
  expect(listed).toMatchObject({
    status: 0,
    stderr: ` !     ${box.at('plugins/available/greet')} is linked to ${greet}, which is gone; ${remedy} uninstall the plugin\n`,
  });
  await box.run(['plugin:disable', 'greet']);
  expect(await box.run(['plugin:enable', 'greet'])).toEqual(
    refused(`The plugin greet is linked to ${greet}, which is gone; ${remedy} \`tool plugin:uninstall greet\``),
  );
  expect(await box.run(['plugin:uninstall', 'greet'])).toMatchObject({ status: 0, stderr: '' });
  expect(await box.run(['plugin:list'])).toMatchObject({ stderr: '' });
});

test('a directory put into enabled/ by hand is a plugin, and disabling it loses nothing', async () => {
  using box = Sandbox.prepared();
  await box.run(['version']);
  box.file('sandbox/home/plugins/enabled/hand/subcommands/hi', GREET).file('sandbox/home/plugins/enabled/hand/plugin.toml', TOML);
  expect(await box.run(['hand:hi'])).toEqual(ok('hello\n'));
  expect((await box.run(['plugin:list'])).stdout).toContain('  hand                 1.2.3 enabled    greets\n');
  expect(await box.run(['plugin:disable', 'hand'])).toMatchObject({ status: 0 });
  expect(existsSync(box.at('plugins/available/hand/subcommands/hi'))).toBe(true);
  expect(await box.run(['plugin:enable', 'hand'])).toMatchObject({ status: 0 });
  expect(await box.run(['hand:hi'])).toEqual(ok('hello\n'));
});

test('install copies, enables and runs the hook of that plugin alone; uninstall runs its hook and removes it', async () => {
  using box = Sandbox.prepared();
  const hook = (name: string) => `#!/bin/sh\nprintf '%s:' "$0" "$@"\necho ${name}\n`;
  box.plugin('other', { 'plugin.toml': TOML, install: '#!/bin/sh\necho other >&2\nexit 9\n', uninstall: '#!/bin/sh\nexit 9\n' });
  const directory = source(box, 'dokku-greet', { install: hook('install'), uninstall: hook('uninstall') });
  expect(await box.run(['plugin:install', directory])).toEqual(
    ok(`-----> Installing plugin greet from ${directory}\n${box.at('plugins/enabled/greet/install')}:install\n-----> Plugin greet enabled\n`),
  );
  expect(await box.run(['greet:hi'])).toEqual(ok('hello\n'));
  expect(await box.run(['plugin:installed', 'greet'])).toEqual(ok(''));
  expect(await box.run(['plugin:install', directory])).toEqual(
    ok(`-----> Installing plugin greet from ${directory}\n-----> Plugin greet is already installed from ${directory}\n`),
  );
  await box.run(['plugin:disable', 'greet']);
  const uninstalled = await box.run(['plugin:uninstall', 'greet']);
  const remedies = '`tool plugin:rollback greet` brings it back, and `tool plugin:uninstall greet --purge` frees N KB';
  expect({ ...uninstalled, stdout: uninstalled.stdout.replace(/\d+ KB/, 'N KB') }).toEqual(
    ok(`${box.at('plugins/available/greet/uninstall')}:greet:uninstall\n-----> Plugin greet uninstalled; ${remedies}\n`),
  );
  expect(await box.run(['plugin:installed', 'greet'])).toEqual({ ...ok(''), status: 1 });
  expect(readdirSync(box.at('plugins/store/.staging'))).toEqual([]);
  expect(existsSync(join(directory, 'plugin.toml'))).toBe(true);
});

test('a failing install hook leaves nothing behind and passes its status on', async () => {
  using box = Sandbox.prepared();
  const directory = source(box, 'bad', { install: '#!/bin/sh\necho no >&2\nexit 7\n' });
  await box.run(['version']);
  const present = () => ['plugins/enabled', 'plugins/available'].map((folder) => readdirSync(box.at(folder)));
  const before = present();
  const failed = await box.run(['plugin:install', directory]);
  expect(failed).toMatchObject({ status: 7, stderr: 'no\n !     The install hook of bad ended with status 7; the plugin was not installed\n' });
  expect(present()).toEqual(before);
  expect(await box.run(['plugin:install', directory, '--skip-install-trigger'])).toMatchObject({ status: 0 });
});

test('a failing uninstall hook keeps the plugin, and can be left out', async () => {
  using box = Sandbox.prepared();
  box.plugin('keep', { 'plugin.toml': TOML, 'subcommands/hi': GREET, uninstall: '#!/bin/sh\nexit 3\n' });
  expect(await box.run(['plugin:uninstall', 'keep'])).toEqual(
    refused('The uninstall hook of keep ended with status 3; the plugin stays; `tool plugin:uninstall keep --skip-uninstall-trigger` leaves its hook out', 3),
  );
  expect(await box.run(['keep:hi'])).toEqual(ok('hello\n'));
  expect(await box.run(['plugin:uninstall', 'keep', '--skip-uninstall-trigger'])).toMatchObject({
    ...ok(expect.stringContaining('-----> Plugin keep uninstalled; `tool plugin:rollback keep` brings it back')),
  });
  expect(await box.run(['plugin:uninstall', 'apps'])).toEqual(refused('Cannot uninstall a core plugin'));
  expect(await box.run(['plugin:uninstall', 'nope'])).toEqual(refused('Plugin (nope) is not currently installed'));
});

test('--dry-run says what would happen and changes nothing', async () => {
  using box = Sandbox.prepared();
  const directory = source(box, 'greet', { install: '#!/bin/sh\necho ran\n' });
  box.plugin('keep', { 'plugin.toml': TOML });
  expect(await box.run(['plugin:install', '--dry-run', directory])).toEqual(
    ok(`-----> Installing plugin greet from ${directory}\nwould install greet 1.2.3 from ${directory}\nwould enable greet\nwould run its install hook\n`),
  );
  expect(await box.run(['plugin:uninstall', 'keep', '--dry-run'])).toEqual(ok(`would remove ${box.at('plugins/available/keep')}\n`));
  expect(readdirSync(box.at('plugins/available'))).not.toContain('greet');
  expect(readdirSync(box.at('plugins/available'))).toContain('keep');
});

test('what is no plugin is refused with the reason', async () => {
  using box = Sandbox.prepared();
  box.file('empty/README', 'x').file('taken/plugin.toml', TOML);
  expect(await box.run(['plugin:install', join(box.root, 'nowhere')])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('is neither a git URL nor a directory'),
  });
  expect(await box.run(['plugin:install', join(box.root, 'empty')])).toMatchObject({ status: 1, stderr: expect.stringContaining('plugin.toml is missing') });
  expect(await box.run(['plugin:install', join(box.root, 'taken'), '--name', 'apps'])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('core plugin'),
  });
  expect(await box.run(['plugin:install', '--frobnicate'])).toMatchObject({ status: 2, stderr: expect.stringContaining("unknown option '--frobnicate'") });
});

test('a plugin from before plugin.toml is one for dokku, with a warning; other fields of Dokku plugins are remarks', async () => {
  using box = Sandbox.prepared();
  const dokku = join(box.root, 'dokku');
  symlinkSync(TOOL, dokku);
  const commands = `#!/bin/sh\n[ "$1" = old ] || exit 10\necho from long ago\n`;
  box.file('src/old/commands', commands).file('src/old/docker-args', '#!/bin/sh\ncat\n');
  expect(await box.run(['plugin:install', join(box.root, 'src/old')])).toMatchObject({ status: 1, stderr: expect.stringContaining('plugin.toml is missing') });
  const { stderr, status } = await box.run(['plugin:install', join(box.root, 'src/old')], { command: dokku });
  expect({ stderr, status }).toEqual({ stderr: expect.stringMatching(/^ !.*src\/old\/plugin\.toml is missing; write one.*\n$/), status: 0 });
  expect(await box.run(['old'])).toEqual(ok('from long ago\n'));
  expect((await box.run(['plugin:list'])).stdout).toMatch(/^ {2}old +- +enabled$/m);
  for (const words of [
    ['plugin:check', 'old'],
    ['plugin:update', 'old'],
    ['plugin:uninstall', 'old'],
  ])
    expect(await box.run(words, { command: dokku })).toMatchObject({ status: 0 });

  box
    .file('src/needs/plugin.toml', `${TOML}[plugin.dependencies]\njq = "a JSON processor, 1.6 or newer"\n`)
    .file('src/needs/subcommands/default', '#!/bin/sh\n');
  expect(await box.run(['plugin:install', join(box.root, 'src/needs')])).toMatchObject({ status: 0, stderr: '' });
});

test('install warns the author of what will not run', async () => {
  using box = Sandbox.prepared();
  const directory = source(box, 'warned', {
    'subcommands/plain': 'echo x\n',
    'subcommands/crlf': '#!/bin/sh\r\n',
    'bare/ship': '#!/bin/sh\n#USAGE flag "--to <host>" colour="red"\n',
  });
  box.file('src/warned/subcommands/bare', 'echo x\n', 0o755);
  const { stderr, status } = await box.run(['plugin:install', directory]);
  expect(status).toBe(0);
  expect(stderr.split('\n').filter(Boolean)).toEqual([
    expect.stringContaining('subcommands/bare has no #! line'),
    expect.stringContaining('subcommands/crlf cannot be run: its #! line ends in a carriage return'),
    expect.stringContaining('subcommands/plain cannot be run: it is not executable'),
    expect.stringContaining('src/warned/bare/ship:2 declares its arguments wrongly: colour of flag is not supported here; docs/arguments.md lists what is'),
  ]);
  expect((await box.run(['plugin:check', 'warned'])).stderr).toContain('src/warned/bare/ship:2 declares its arguments wrongly');
});

test("a core plugin never takes a user's name, and takes it back when it is free", async () => {
  using box = new Sandbox();
  box.plugin('trace', { 'plugin.toml': TOML, 'subcommands/on': '#!/bin/sh\necho mine\n', 'subcommands/default': '#!/bin/sh\necho "$@"\n' });
  const first = await box.run(['trace:on']);
  expect(first).toMatchObject({ stdout: 'mine\n', status: 0, stderr: expect.stringContaining('reachable as core-trace') });
  expect(await box.run(['trace:on'])).toEqual(ok('mine\n'));
  // The user's plugin is no core plugin, whatever it is called: its argv is what was typed.
  expect(await box.run(['trace', '--app', 'x'])).toEqual(ok('trace --app x\n'));
  expect(await box.run(['core-trace:on'])).toMatchObject({ stdout: '-----> Enabling trace mode\n', status: 0 });
  await box.run(['core-trace:off']);
  expect(await box.run(['plugin:uninstall', 'trace'])).toMatchObject({ status: 0 });
  expect(await box.run(['trace:on'])).toMatchObject({ stdout: '-----> Enabling trace mode\n', status: 0 });
  expect(readdirSync(box.at('plugins/enabled'))).not.toContain('core-trace');
});

test('a core plugin under its other name runs its commands of Node', async () => {
  using box = new Sandbox();
  box.plugin('plugin', { 'plugin.toml': TOML, 'subcommands/list': '#!/bin/sh\necho mine\n' });
  expect(await box.run(['plugin:list'])).toMatchObject({ stdout: 'mine\n', status: 0, stderr: expect.stringContaining('reachable as core-plugin') });
  expect((await box.run(['core-plugin:list'])).stdout).toContain('core-plugin');
  expect((await box.run(['core-plugin:path', 'plugin'])).stdout).toBe(`${box.at('plugins/available/plugin')}\n`);
  expect((await box.run(['core-plugin:trigger', '--explain', 'none'])).stdout).toBe('No enabled plugin listens to none\n');
});

test('plugin:list as JSON has the keys of the contract, git facts included', async () => {
  using box = Sandbox.prepared();
  box.plugin('greet', { 'plugin.toml': TOML });
  const git = (...words: string[]) =>
    box.run(['-C', box.at('plugins/available/greet'), '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...words], { command: 'git' });
  await git('init', '-q', '-b', 'trunk');
  await git('remote', 'add', 'origin', 'https://example.org/greet.git');
  await git('commit', '-q', '--allow-empty', '-m', 'one');
  const commit = (await git('rev-parse', 'HEAD')).stdout.trim();
  const { stdout } = await box.run(['plugin:list', '--format', 'json']);
  expect(stdout.split('\n')).toHaveLength(2);
  const rows: Record<string, unknown>[] = JSON.parse(stdout);
  expect(Object.keys(rows[0] ?? {})).toEqual([
    'name',
    'version',
    'enabled',
    'core',
    'description',
    'source_url',
    'committish',
    'branch',
    'source_kind',
    'manifest',
    'type',
    'form',
    'signature',
  ]);
  expect(rows.find((row) => row.name === 'greet')).toEqual({
    name: 'greet',
    version: '1.2.3',
    enabled: true,
    core: false,
    description: 'greets',
    source_url: 'https://example.org/greet.git',
    committish: commit,
    branch: 'trunk',
    source_kind: null,
    manifest: 'plugin.toml',
    type: null,
    form: null,
    signature: { status: 'unsigned', signer: null, of: null, why: 'it was put there by hand' },
  });
  expect(rows.find((row) => row.name === 'apps')).toMatchObject({ core: true, source_url: '', committish: '', branch: '' });
  expect(await box.run(['plugin:list', '--format=xml'])).toEqual(refused('Invalid output format specified, supported formats: json, stdout'));
});
