import { existsSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE, Sandbox, SHELLS, type ShellName } from '../support/sandbox.ts';

const TOML = '[plugin]\ndescription = "d"\nversion = "1.0.0"\n[plugin.config]\n';
const TELLS = '#!/bin/sh\necho "${0#*/enabled/} $*"\n';

/** A plugin's source beside the home. @returns its directory */
function source(box: Sandbox, name: string, files: Record<string, string>): string {
  box.file(`src/${name}/plugin.toml`, TOML);
  for (const [file, text] of Object.entries(files)) box.file(`src/${name}/${file}`, text);
  return join(box.root, 'src', name);
}

function configure(box: Sandbox, text: string, time = 1e9): void {
  writeFileSync(box.at('tool.toml'), text);
  utimesSync(box.at('tool.toml'), time, time);
}

const FRONT = '[dispatch]\ndefault = "ops"\nspaces = true\n[aliases]\nup = "net:start"\n"net:fast" = "net:start"\n';

test('what would take a word of tool.toml is refused, by every way to get there, and done with --force', { timeout: 60_000 }, async () => {
  using box = Sandbox.prepared();
  configure(box, FRONT);
  box.plugin('ops', { 'bare/backup': TELLS, 'bare/domains': TELLS });
  const hint = 'install it under another name, or repeat the command with --force';
  const refused = (name: string, word: string, meaning: string) => ({
    stderr: ` !     The plugin ${name} would take \`tool ${word}\`, which is ${meaning} in ${box.at('tool.toml')}; ${hint}\n`,
    status: 1,
  });
  const backup = source(box, 'backup', { 'bare/now': TELLS });
  const install = ['plugin:install', backup];
  expect(await box.run([...install, '--dry-run'])).toMatchObject(refused('backup', 'backup', 'ops:backup by "default"'));
  expect((await box.run(install)).stderr).toContain('would take `tool backup`');
  expect(existsSync(box.at('plugins/available/backup'))).toBe(false);
  expect(await box.run(['backup', 'x'])).toMatchObject({ stdout: 'ops/bare/backup x\n' });
  // Under another name it takes nothing, and what is disabled takes nothing yet.
  expect(await box.run([...install, '--name', 'other'])).toMatchObject({ status: 0 });
  expect((await box.run([...install, '--name', 'up'])).stderr).toContain('`tool up`, which is an alias for net:start in');
  box.plugin('backup', { 'plugin.toml': TOML, 'bare/now': TELLS }, { enabled: false });
  expect(await box.run(['plugin:enable', 'backup'])).toMatchObject({ ...refused('backup', 'backup', 'ops:backup by "default"'), stdout: '' });
  expect(await box.run(['enable', 'backup'], { command: join(PACKAGE, 'bin/plugn'), env: { PLUGIN_PATH: box.at('plugins') } })).toMatchObject({
    ...refused('backup', 'backup', 'ops:backup by "default"'),
    stdout: '',
  });
  // Core plugins too.
  expect(await box.run(['plugin:enable', 'domains'])).toMatchObject(refused('domains', 'domains', 'ops:domains by "default"'));
  expect(await box.run(['plugin:enable', 'backup', '--force'])).toMatchObject({ status: 0 });
  expect(await box.run(['plugin:enable', 'domains'], { env: { DOKKU_APPS_FORCE_DELETE: '1' } })).toMatchObject({ status: 0 });
  // What has its words already is changed without a question.
  expect(await box.run(['plugin:install', backup, '--replace'])).toMatchObject({ status: 0, stderr: '' });
});

test('an update, a rollback and a hook that bring a default command or a word of an alias are refused', { timeout: 60_000 }, async () => {
  using box = Sandbox.prepared();
  configure(box, FRONT);
  const net = source(box, 'net', { 'bare/start': TELLS, 'bare/default': TELLS });
  expect(await box.run(['plugin:install', net])).toMatchObject({ status: 0 });
  const takes = (word: string) => ({ status: 1, stderr: expect.stringContaining(`The plugin net would take \`tool ${word}\``) });
  const update = ['plugin:install', net, '--replace'];
  rmSync(join(net, 'bare/default'));
  expect(await box.run(update)).toMatchObject({ status: 0 });
  expect(await box.run(['net', 'start', 'x'])).toMatchObject({ stdout: 'net/bare/start x\n' });
  expect(await box.run(['plugin:rollback', 'net'])).toMatchObject(takes('net start'));
  box.file('src/net/bare/fast', TELLS);
  expect(await box.run(update)).toMatchObject({
    ...takes('net:fast'),
    stderr: expect.stringContaining('; to have it all the same, repeat the command with --force'),
  });
  rmSync(join(net, 'bare/fast'));
  box.file('src/net/install', '#!/bin/sh\ncd "${0%/*}/bare" && cp start default\n');
  expect(await box.run(update)).toMatchObject(takes('net start'));
  expect(await box.run(['net', 'start', 'y'])).toMatchObject({ stdout: 'net/bare/start y\n' });
  configure(box, `${FRONT}[plugins]\nnet = { path = "${net}" }\nup = { path = "${source(box, 'up', { 'bare/x': TELLS })}" }\n`);
  expect(await box.run(['plugin:sync'])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('The plugin up would take `tool up`, which is an alias for net:start'),
  });
  expect(await box.run(['plugin:sync', '--force'])).toMatchObject({ status: 0 });
  expect(await box.run(['plugin:list'])).toMatchObject({ stdout: expect.stringMatching(/^ *up +1\.0\.0 enabled/m) });
});

test.each(Object.keys(SHELLS) as ShellName[])('a change of tool.toml counts from the next command on, under %s', { timeout: 60_000 }, async (shell) => {
  using box = Sandbox.prepared();
  box.plugin('ops', { 'bare/backup': TELLS }).plugin('team', { 'bare/backup': TELLS });
  const backup = async () => (await box.run(['backup'], { shell })).stdout;
  // As it was put there a moment ago: twice within one second.
  writeFileSync(box.at('tool.toml'), '[dispatch]\ndefault = "ops"\n');
  expect(await backup()).toBe('ops/bare/backup \n');
  writeFileSync(box.at('tool.toml'), '[dispatch]\ndefault = "team"\n');
  expect(await backup()).toBe('team/bare/backup \n');
  // An older one, as `mv tool.toml.bak tool.toml` has it, and one that is gone.
  configure(box, '[dispatch]\ndefault = "ops"\n');
  expect(await backup()).toBe('ops/bare/backup \n');
  expect(await backup()).toBe('ops/bare/backup \n');
  renameSync(box.at('tool.toml'), box.at('tool.toml.bak'));
  expect(await backup()).toBe('');
  renameSync(box.at('tool.toml.bak'), box.at('tool.toml'));
  expect(await backup()).toBe('ops/bare/backup \n');
});

test('settings that cannot be understood are a warning where a word needs them', async () => {
  using box = Sandbox.prepared();
  mkdirSync(box.home, { recursive: true });
  box.plugin('ops', { 'bare/backup': TELLS });
  for (const [text, warning] of [
    ['[dispatch]\ndefault = "../ops"\n', '"default" under [dispatch] in'],
    ['[dispatch]\ndefault = "ops"\nspaces = "yes"\n', 'is neither true nor false; write spaces = true'],
    ['[dispatch]\ndefualt = "ops"\n', 'is not a setting; there are default and spaces'],
    ['dispatch = 1\n', '"dispatch" in'],
  ] as const) {
    configure(box, text, 1e9 + text.length);
    const { stdout, stderr, status } = await box.run(['backup']);
    expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
    expect(stderr.split('\n').filter((line) => line.includes(warning))).toHaveLength(1);
    expect(await box.run(['ops:backup'])).toMatchObject({ stderr: '', status: 0 });
  }
});
