import { existsSync, readdirSync, readFileSync, readlinkSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { plugn } from '../support/plugn.ts';
import { PACKAGE, Sandbox, TOOL } from '../support/sandbox.ts';
import { installInto, unprivilegedUid } from '../support/unprivileged.ts';

const TOML = '[plugin]\ndescription = "a team\'s own"\nversion = "1.0.0"\n[plugin.config]\n';
const OWN = '#!/bin/sh\necho "own $*"\n';
const SET = readdirSync(join(PACKAGE, 'compat/dokku'));
const ok = (stdout: string) => ({ stdout, stderr: '', status: 0, signal: null });
const refused = (...lines: string[]) => ({ stdout: '', stderr: lines.map((line) => ` !     ${line}\n`).join(''), status: 1, signal: null });

/** A plugin of the user's outside the home. */
function source(box: Sandbox, name: string, files: readonly string[] = ['bare/default', 'bare/go']): string {
  box.file(`src/${name}/plugin.toml`, TOML);
  for (const file of files) box.file(`src/${name}/${file}`, OWN);
  return join(box.root, 'src', name);
}

/** The plugins that are enabled, by name. */
const enabled = (box: Sandbox): string[] => readdirSync(box.at('plugins/enabled')).sort();
const inSet = (box: Sandbox): string[] => enabled(box).filter((name) => SET.includes(name));

test('names of what is merely there are free, their plugins run, and the core plugin comes back', { timeout: 120_000 }, async () => {
  using box = Sandbox.prepared();
  const names = ['git', 'network', 'ps', 'deploy', 'store', 'action', 'server', 'domains'];
  for (const name of names) {
    const isCores = existsSync(box.at('core-plugins/available', name));
    const from = source(box, name);
    const plan = await box.run(['plugin:install', from, '--dry-run']);
    expect(plan.stdout.includes(`would leave the core plugin ${name} reachable as core-${name}`)).toBe(isCores);
    expect(await box.run(['plugin:install', from])).toMatchObject({ stderr: '', status: 0 });
    expect(await Promise.all([box.run([name, 'x']), box.run([`${name}:go`, 'y'])])).toEqual([ok('own x\n'), ok('own y\n')]);
    expect(existsSync(box.at('plugins/available', `core-${name}`))).toBe(isCores);
  }
  const shown = (await box.run(['plugin:list'])).stdout;
  for (const name of names) expect(shown).toContain(`  ${name.padEnd(20)} 1.0.0 enabled `);
  expect(shown).not.toContain('core-');
  await box.run(['plugin:lock']);
  expect(await box.run(['plugin:lock', '--check'])).toMatchObject({ status: 0 });

  // What stands under the name is the user's; the core plugin has the other.
  expect(await box.run(['plugin:disable', 'domains'])).toEqual(ok('-----> Plugin domains disabled\n'));
  expect(await box.run(['domains'])).toMatchObject(
    refused('`domains` is not a tool command.', 'The plugin domains is disabled; enable it with `tool plugin:enable domains`.'),
  );
  expect(await box.run(['plugin:enable', 'domains'])).toEqual(ok('-----> Plugin domains enabled\n'));
  expect(await box.run(['domains', 'z'])).toEqual(ok('own z\n'));
  expect(await box.run(['plugin:enable', 'core-domains'])).toEqual(ok('-----> Plugin core-domains enabled\n'));
  expect(await box.run(['core-domains:report', '--global'])).toMatchObject({ stdout: expect.stringContaining('Domains global'), status: 0 });
  expect(await box.run(['core-server:setup', '--help'])).toMatchObject({ stdout: expect.stringContaining('server:setup'), status: 0 });

  expect(await box.run(['plugin:install', source(box, 'core-git')])).toMatchObject({
    stderr: ' !     core-git is the name by which the core plugin git is reachable beside another of its name; give another with --name\n',
    status: 1,
  });
  expect(await box.run(['plugin:uninstall', 'core-git'])).toEqual(refused('Cannot uninstall a core plugin'));

  for (const name of names) {
    expect(await box.run(['plugin:uninstall', name, '--purge'])).toMatchObject({ stderr: '', status: 0 });
    expect(existsSync(box.at('plugins/available', name))).toBe(existsSync(box.at('core-plugins/available', name)));
    expect(existsSync(box.at('plugins/available', `core-${name}`))).toBe(false);
  }
  expect(readlinkSync(box.at('plugins/available/git'))).toBe('../../core-plugins/available/git');
  // It was enabled by name, and has its own again.
  expect(inSet(box)).toEqual(['domains']);
  expect(await box.run(['domains:report', '--global'])).toMatchObject({ status: 0 });
});

test('a name is taken by what is enabled: what tool is made of, and what was enabled by name', async () => {
  using box = Sandbox.prepared();
  const line = (name: string, hint: string) => ` !     ${name} is the name of a core plugin; ${hint}give another with --name\n`;
  const isTaken = async (name: string, hint = '') =>
    expect(await box.run(['plugin:install', source(box, name)])).toMatchObject({ stderr: line(name, hint), status: 1 });
  await isTaken('apps');
  expect(await box.run(['plugin:disable', 'apps'])).toEqual(refused('Cannot disable a core plugin'));
  const row = async (...words: string[]) => (await box.run(['plugin:list', ...words])).stdout.split('\n').find((line) => line.startsWith('  git '));
  expect([await row(), await row('--all')]).toEqual([undefined, expect.stringContaining(' available  git: ')]);
  await box.run(['plugin:enable', 'git']);
  expect(await row()).toContain(' enabled ');
  await isTaken('git', '`tool plugin:disable git` frees it, or ');
  expect(await box.run(['plugin:disable', 'git'])).toEqual(ok('-----> Plugin git disabled\n'));
  expect(await plugn(box, ['enable', 'git'], { env: { PLUGIN_PATH: box.at('plugins') } })).toMatchObject({ status: 0 });
  expect(inSet(box)).toEqual(['git']);
  expect(await plugn(box, ['disable', 'git'], { env: { PLUGIN_PATH: box.at('plugins') } })).toMatchObject({ status: 0 });
  expect(await box.run(['plugin:install', source(box, 'git')])).toMatchObject({ status: 0 });
});

test('the words of what is not enabled name what has them, or nothing', async () => {
  using box = Sandbox.prepared();
  const unknown = (word: string, name: string) =>
    refused(`\`${word}\` is not a tool command.`, `The plugin ${name}, one of Dokku's, is available; enable it with \`tool plugin:enable ${name}\`.`);
  for (const [word, name] of [
    ['domains:add', 'domains'],
    ['nginx:start', 'nginx-vhosts'],
    ['ps:scale', 'ps'],
    ['url', '00_dokku-standard'],
    ['deploy', '00_dokku-standard'],
  ] as const) {
    expect(await box.run([word])).toEqual(unknown(word, name));
    expect(JSON.parse((await box.run(['--explain', '--format', 'json', word])).stdout).suggestion).toBe(`plugin:enable ${name}`);
  }
  // Nothing of these can be typed once it is enabled, and Dokku's refusals are for those who have its set.
  for (const word of ['checks:run', 'proxy:enable', 'storage:mount'])
    expect(await box.run([word, 'x'])).toEqual(refused(`\`${word} x\` is not a tool command.`, 'See `tool help` for a list of available commands.'));
  expect(await box.run(['plugin:installed', 'domains'])).toMatchObject({ status: 1 });
  await box.run(['plugin:enable', 'domains']);
  expect(await box.run(['plugin:installed', 'domains'])).toMatchObject({ status: 0 });
});

test('a family works at once, is asked about by guards, and hears triggers once it is enabled', async () => {
  using box = Sandbox.prepared();
  expect(await box.run(['server'])).toMatchObject({ stdout: expect.stringContaining('server:setup'), status: 0 });
  expect(await box.run(['server:help'])).toMatchObject({ stdout: expect.stringContaining('server:setup'), status: 0 });
  expect(await box.run(['server:chekc'])).toMatchObject({ stderr: expect.stringContaining('Did you mean `tool server:check`?'), status: 1 });
  box.plugin('guard', { 'user-auth': '#!/bin/sh\ncase $3 in *server*) echo "asked about $3" >&2 && exit 1 ;; esac\n' });
  for (const word of ['server:key', 'core-server:key'])
    expect(await box.run([word, 'x'])).toEqual({ ...refused('Access denied'), stderr: `asked about ${word}\n !     Access denied\n` });
  expect(enabled(box)).not.toContain('server');
  expect(await box.run(['plugin:enable', 'server'])).toMatchObject({ status: 0 });
  const explained = JSON.parse((await box.run(['--explain', '--format', 'json', 'server:key'], { env: { PATH: process.env.PATH } })).stdout);
  expect(explained).toMatchObject({ plugin: 'server', core: true, route: 'hot' });
  expect(await box.run(['plugin:disable', 'server'])).toMatchObject({ status: 0 });
});

describe('Dokku’s set', () => {
  const settings = (box: Sandbox, text: string, time?: number): void => {
    writeFileSync(box.at('tool.toml'), text);
    if (time !== undefined) utimesSync(box.at('tool.toml'), time, time);
  };

  test('is enabled by a setting from the next command on, and disabled without it but for what was enabled by name', async () => {
    using box = Sandbox.prepared();
    await box.run(['plugin:enable', 'domains']);
    // However old it says it is.
    settings(box, '[core]\ndokku = true\n', 1000);
    expect(await box.run(['urls', 'none'])).toMatchObject({ stderr: expect.stringContaining('does not exist'), status: 20 });
    expect(inSet(box)).toEqual(SET);
    expect(await box.run(['plugin:disable', 'ports'])).toEqual(
      refused(
        `The plugin ports is enabled by dokku = true under [core] in ${box.at('tool.toml')}; take that line out, and what was not enabled by name is disabled`,
      ),
    );
    expect((await box.run(['storage:mount'])).stderr).toContain('storage:mount is not possible');
    settings(box, '[core]\ndokku = "yes"\n');
    const wrong = await box.run(['version']);
    expect(wrong).toMatchObject({ status: 0, stderr: expect.stringContaining('"dokku" under [core] in') });
    expect(inSet(box)).toEqual(SET);
    expect(await box.run(['version'])).toMatchObject({ stderr: '' });
    settings(box, '[core]\n');
    expect(await box.run(['version'])).toMatchObject({ stderr: '', status: 0 });
    expect(inSet(box)).toEqual(['domains']);
  });

  test('is there for good where the home is used as Dokku’s', async () => {
    using box = Sandbox.prepared();
    symlinkSync(TOOL, join(box.root, 'dokku'));
    expect(inSet(box)).toEqual([]);
    expect(await box.run(['domains:report', '--global'], { command: join(box.root, 'dokku') })).toMatchObject({ stderr: '', status: 0 });
    expect(inSet(box)).toEqual(SET);
    expect(await box.run(['plugin:disable', 'domains'], { command: join(box.root, 'dokku') })).toMatchObject({
      stderr: " !     Cannot disable a core plugin; under the brand dokku those of Dokku's set are enabled\n",
      status: 1,
    });
    expect(await box.run(['plugin:disable', 'domains'])).toMatchObject({ status: 0 });
    expect(inSet(box)).toEqual(SET.filter((name) => name !== 'domains'));
  });

  test('a user’s plugin keeps its name when the set is enabled', async () => {
    using box = Sandbox.prepared();
    await box.run(['plugin:install', source(box, 'git')]);
    settings(box, '[core]\ndokku = true\n');
    expect(await box.run(['git', 'x'])).toEqual({
      ...ok('own x\n'),
      stderr: ' !     A plugin of yours is named "git" as a core plugin is; yours stays, the core plugin is reachable as core-git\n',
    });
    expect(enabled(box)).toContain('core-git');
  });

  test('a directory put among the enabled by hand is its owner’s', async () => {
    using box = Sandbox.prepared();
    const folder = join(box.home.slice(box.root.length + 1), 'plugins/enabled/ps');
    box.file(`${folder}/plugin.toml`, TOML).file(`${folder}/bare/go`, OWN);
    expect(await box.run(['ps:go', 'x'])).toEqual(ok('own x\n'));
    expect(await box.run(['plugin:uninstall', 'ps'])).toMatchObject({ stderr: '', status: 0 });
    expect(readlinkSync(box.at('plugins/available/ps'))).toBe('../../core-plugins/available/ps');
    expect(inSet(box)).toEqual([]);
  });

  test('a link put among the enabled by hand is its owner’s, however often the home is prepared', async () => {
    using box = Sandbox.prepared();
    symlinkSync(source(box, 'git'), box.at('plugins/enabled/git'));
    for (const text of ['[core]\n', '[core]\ndokku = true\n', '[core]\n']) {
      settings(box, text);
      expect(await box.run(['git:go', 'x']), text).toMatchObject({ stdout: 'own x\n', status: 0 });
    }
    expect(readlinkSync(box.at('plugins/enabled/git'))).toBe(join(box.root, 'src/git'));
  });

  test.skipIf(unprivilegedUid === undefined)('a log of an earlier list is no reason to refuse those who may not write the home', async () => {
    using box = Sandbox.prepared();
    const command = installInto(box);
    await box.run(['events:on'], { command });
    const list = join(box.root, 'prefix/lib/tool/plugins/events/triggers');
    const log = readlinkSync(box.at('core-plugins/enabled/20_events'));
    writeFileSync(list, readFileSync(list, 'utf8').replace('\npost-create\n', '\n'));
    writeFileSync(join(box.root, 'prefix/lib/tool/dist/build.sh'), 'tool_build=0123456789abcdef\n');
    expect(await box.run(['version'], { command, uid: unprivilegedUid })).toMatchObject({ stderr: '', status: 0 });
    expect(readlinkSync(box.at('core-plugins/enabled/20_events'))).toBe(log);
    // Its owner's next command does it.
    expect(await box.run(['version'], { command })).toMatchObject({ stderr: '', status: 0 });
    expect(readlinkSync(box.at('core-plugins/enabled/20_events'))).not.toBe(log);
  });

  test.skipIf(unprivilegedUid === undefined)('a home that may not be written stays as it is, and nobody waits for Node because of it', async () => {
    using box = Sandbox.prepared();
    box.plugin('hot', { 'bare/go': OWN });
    const command = installInto(box);
    await box.run(['version'], { command });
    settings(box, '[core]\ndokku = true\n', Date.now() / 1000 + 1000);
    const env = { TOOL_NODE: '/no/such', PATH: '/usr/bin:/bin' };
    expect(await box.run(['hot:go', 'x'], { command, env, uid: unprivilegedUid })).toEqual(ok('own x\n'));
    expect(inSet(box)).toEqual([]);
    // Its owner's next command does it.
    await box.run(['version'], { command });
    expect(inSet(box)).toEqual(SET);
  });
});
