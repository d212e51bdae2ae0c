import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killedAt } from '../support/killable.ts';
import { generations, initialised, ok, plugn, SMOKE, SmokeServer, smokeArchive } from '../support/plugn.ts';
import { Sandbox } from '../support/sandbox.ts';
import { sliceOf } from '../support/slice.ts';
import { asOrdinaryUser } from '../support/unprivileged.ts';

const smoke = new SmokeServer();
beforeAll(() => smoke.start());
afterAll(() => smoke.stop());

const versionIn = (list: string): string | undefined => new RegExp(`^ {2}${SMOKE} +(\\S+)`, 'm').exec(list)?.[1];

test('what plugn does to a home, tool sees, keeps and can undo', async () => {
  using box = new Sandbox();
  const { url } = smoke;
  await box.run(['version']);
  const env = { PLUGIN_PATH: box.at('plugins') };
  expect(await plugn(box, ['install', url], { env })).toEqual(ok());
  expect((await box.run(['plugin:list'])).stdout).toContain(`  ${SMOKE}    0.9.0 disabled   a plugin`);
  await plugn(box, ['enable', SMOKE], { env });
  await plugn(box, ['update', SMOKE, 'v0.2.0'], { env });
  expect((await box.run(['plugin:history', SMOKE])).stdout).toMatch(/^2 +current +0\.2\.0 .*\n1 +kept +0\.9\.0 /);
  expect(await box.run(['plugin:trigger', 'trigger'])).toEqual(ok('triggered smoke-test-plugin \n'));
  expect(await box.run(['plugin:check', SMOKE])).toMatchObject({ status: 0 });
  await plugn(box, ['update', SMOKE, 'testing'], { env });
  await box.run(['plugin:pin', SMOKE]);
  expect(await plugn(box, ['update', SMOKE], { env })).toEqual(ok('Plugin pinned to testing\n'));
  await plugn(box, ['uninstall', SMOKE], { env });
  expect((await box.run(['plugin:list'])).stdout).not.toContain(SMOKE);
  await box.run(['plugin:install', url, '--skip-install-trigger']);
  expect((await plugn(box, ['list'], { env })).stdout).toContain(`  ${SMOKE}    0.9.0 enabled    a plugin`);
});

test('core plugins are not plugn’s to take away', async () => {
  using box = new Sandbox();
  const { url } = smoke;
  await box.run(['version']);
  const refused = (line: string) => ({ ...ok(), stderr: ` !     ${line}\n`, status: 1 });
  for (const root of ['plugins', 'core-plugins']) {
    const env = { PLUGIN_PATH: box.at(root) };
    expect(await plugn(box, ['uninstall', 'apps'], { env })).toEqual(refused('Cannot uninstall a core plugin'));
    expect(await plugn(box, ['disable', 'apps'], { env })).toEqual(refused('Cannot disable a core plugin'));
    expect(await plugn(box, ['install', url, 'apps'], { env })).toEqual(refused('apps is the name of a core plugin; give another behind the URL'));
  }
  expect(await box.run(['apps:list'])).toMatchObject({ status: 0 });
});

test('inside a command of tool, plugn is the package’s and works on the home', async () => {
  using box = new Sandbox();
  const { url } = smoke;
  box.plugin('user', { 'subcommands/it': `#!/bin/sh\nplugn install ${url} && plugn enable ${SMOKE} && plugn list\n` });
  const { stdout, stderr, status } = await box.run(['user:it'], { cwd: '/' });
  expect({ status, stderr, version: versionIn(stdout) }).toEqual({ status: 0, stderr: expect.not.stringContaining('bug'), version: '0.9.0' });
  expect(existsSync(box.at('plugins/enabled', SMOKE))).toBe(true);
});

test('a hook of a change cannot change plugins under it, and may enable what is enabled', async () => {
  using box = new Sandbox();
  box
    .file('src/greet/plugin.toml', '[plugin]\nversion = "1"\n')
    .file('src/greet/install', '#!/bin/sh\nplugn enable greet && plugn enable common && plugn disable greet\n');
  const { status, stderr } = await box.run(['plugin:install', join(box.root, 'src/greet')]);
  expect(status).toBe(1);
  expect(stderr).toContain('Plugins cannot be changed from a hook of greet while it is being changed');
});

const KILLS = [
  ['install', 'new tree in place'],
  ['install', 'committed'],
  ['update', 'old tree away'],
  ['update', 'link placed'],
  ['uninstall', 'old tree away'],
] as const;

// The store is the same one that test/end-to-end/store-faults.test.ts kills at every step.
test.each(sliceOf(KILLS, 2))('killed in %s at "%s", the next command finds the old state or the new one', async (command, step) => {
  using box = initialised();
  const { url } = smoke;
  if (command !== 'install') {
    await plugn(box, ['install', url]);
    await plugn(box, ['enable', SMOKE]);
  }
  const before = (await plugn(box, ['list'])).stdout;
  const argv = { install: ['install', url], update: ['update', SMOKE, 'v0.2.0'], uninstall: ['uninstall', SMOKE] }[command] ?? [];
  const killed = await plugn(box, argv, killedAt(step, 'plugn'));
  expect({ killed: killed.signal ?? killed.status }).toEqual({ killed: 'SIGKILL' });
  const after = (await plugn(box, ['list'])).stdout;
  const made = { install: '0.9.0', update: '0.2.0', uninstall: undefined }[command];
  if (after !== before) expect(versionIn(after)).toBe(made);
  // An install that was cut must not have enabled anything either.
  if (command === 'install') expect(readdirSync(join(box.root, 'plugins/enabled'))).toEqual([]);
  expect(existsSync(join(box.root, 'plugins/store/pending'))).toBe(false);
  expect(await plugn(box, argv)).toMatchObject({ status: 0 });
  expect(versionIn((await plugn(box, ['list'])).stdout)).toBe(made);
});

test('five installs at once agree', async () => {
  using box = initialised();
  const { url } = smoke;
  const results = await Promise.all(Array.from({ length: 5 }, () => plugn(box, ['install', url])));
  for (const { status, stdout, stderr } of results) {
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(['', `Plugin '${SMOKE}' is already installed.\n`]).toContain(stderr.replace(/^ ! {5}Another change .*\n/, ''));
  }
  expect(generations(box)).toEqual([1]);
});

test('an ordinary user has it all, and in somebody else’s plugin path the readable half', async () => {
  using box = new Sandbox();
  const { url } = smoke;
  const { command, uid } = asOrdinaryUser(box);
  const as = { command: command.replace(/tool$/, 'plugn'), uid };
  for (const argv of [['init'], ['install', url], ['enable', SMOKE], ['update', SMOKE, 'v0.3.0']])
    expect(await plugn(box, argv, as)).toMatchObject({ status: 0, stderr: '' });
  expect(await plugn(box, ['trigger', 'trigger'], as)).toEqual(ok('triggered smoke-test-plugin \n'));
  execFileSync('chmod', ['-R', 'a-w', join(box.root, 'plugins')]);
  if (uid !== undefined) execFileSync('chown', ['-R', '0:0', join(box.root, 'plugins')]);
  expect(versionIn((await plugn(box, ['list'], as)).stdout)).toBe('0.3.0');
  expect(await plugn(box, ['source'], as)).toMatchObject({ status: 0, stderr: '' });
  expect(await plugn(box, ['trigger', 'trigger'], as)).toEqual(ok('triggered smoke-test-plugin \n'));
  for (const argv of [
    ['disable', SMOKE],
    ['uninstall', SMOKE],
    ['install', url, 'other'],
  ]) {
    const { status, stderr } = await plugn(box, argv, as);
    expect({ status: status === 0, lines: stderr.trim().split('\n').length }).toEqual({ status: false, lines: 1 });
    expect(stderr).toContain('run this as the user that owns it');
  }
  execFileSync('chmod', ['-R', 'u+w', join(box.root, 'plugins')]);
});

test('limits on archives are set in tool.toml of the plugin path', async () => {
  using box = initialised();
  box.file('x.tar.gz', smokeArchive('0.2.0')).file('tool.toml', '[archives]\nentries = 1\n');
  expect(await plugn(box, ['install', join(box.root, 'x.tar.gz'), 'one'])).toEqual(ok());
  box.file('plugins/tool.toml', '[archives]\nentries = 1\n');
  expect(await plugn(box, ['install', join(box.root, 'x.tar.gz'), 'two'])).toMatchObject({ status: 2, stderr: expect.stringContaining('1') });
  expect(readdirSync(join(box.root, 'plugins/available'))).toEqual(['one']);
});

test('NODE_OPTIONS is the caller’s affair', async () => {
  using box = new Sandbox();
  mkdirSync(join(box.root, 'plugins/available/a'), { recursive: true });
  expect(await plugn(box, ['enable', 'a'], { env: { NODE_OPTIONS: '--require /no/such/file' } })).toEqual(ok());
});
