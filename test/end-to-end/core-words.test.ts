import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Repository } from '../support/git.ts';
import { plugn } from '../support/plugn.ts';
import { Sandbox } from '../support/sandbox.ts';

const TOML = '[plugin]\ndescription = "a stranger"\nversion = "1.0.0"\n[plugin.config]\n';
const STRANGER = '#!/bin/sh\necho a stranger ran\n';
const ok = (stdout: string) => ({ stdout, stderr: '', status: 0, signal: null });
const refused = (line: string) => ({ stdout: '', stderr: ` !     ${line}\n`, status: 1, signal: null });
const takes = (name: string, file: string, word: string, core = '00_dokku-standard') =>
  `The plugin ${name} has subcommands/${file}, and \`tool ${word}\` is a command of the core plugin ${core}`;

/** A plugin's directory outside the home, named like a core word. */
function source(box: Sandbox, name: string, files: readonly string[]): string {
  box.file(`src/${name}/plugin.toml`, TOML);
  for (const file of files) box.file(`src/${name}/${file}`, STRANGER);
  return join(box.root, 'src', name);
}

test('a plugin named like a core word installs, and the core command stays what it is', async () => {
  using box = new Sandbox().dokkusSet();
  const before = await Promise.all([box.run(['deploy', 'web']), box.run(['nginx:start']), box.run(['url'])]);
  expect(before.map(({ status }) => status)).not.toContain(0);
  for (const [name, files] of [
    ['deploy', ['subcommands/canary', 'commands']],
    ['nginx', ['subcommands/tail', 'commands']],
    ['url', ['subcommands/shorten']],
  ] as const) {
    expect(await box.run(['plugin:install', source(box, name, files)])).toMatchObject({ stderr: '', status: 0 });
    expect(await box.run(['plugin:disable', name])).toMatchObject({ stderr: '', status: 0 });
    expect(await box.run(['plugin:enable', name])).toEqual(ok(`-----> Plugin ${name} enabled\n`));
  }
  for (const word of ['deploy:canary', 'nginx:tail', 'url:shorten']) expect(await box.run([word])).toEqual(ok('a stranger ran\n'));
  expect(await Promise.all([box.run(['deploy', 'web']), box.run(['nginx:start']), box.run(['url'])])).toEqual(before);
});

test('one whose file would answer a core command is refused by every command that could let it', async () => {
  using box = new Sandbox().dokkusSet();
  const core = await box.run(['url']);
  for (const [name, file, word, plugin] of [
    ['url', 'default', 'url'],
    ['report', 'report', 'report'],
    ['nginx', 'start', 'nginx:start', 'nginx-vhosts'],
    ['nginx', 'nginx', 'nginx', 'nginx-vhosts'],
  ] as const) {
    const from = source(box, name, [`subcommands/${file}`]);
    const line = ` !     ${takes(name, file, word, plugin)}; give another with --name\n`;
    expect(await box.run(['plugin:install', from])).toEqual({ ...refused(''), stdout: `-----> Installing plugin ${name} from ${from}\n`, stderr: line });
    expect(await box.run(['plugin:install', '--link', from])).toMatchObject({ status: 1, stderr: line });
  }
  // Under another name it takes nothing.
  expect(await box.run(['plugin:install', join(box.root, 'src/url'), '--name', 'my-url'])).toMatchObject({ stderr: '', status: 0 });

  // Put there by hand it may stand, and is enabled by nobody.
  box.plugin('url', { 'plugin.toml': TOML, 'subcommands/default': STRANGER }, { enabled: false });
  const byHand = `${takes('url', 'default', 'url')}; give ${box.at('plugins/available/url')} another name`;
  expect(await box.run(['plugin:enable', 'url'])).toEqual(refused(byHand));
  const env = { PLUGIN_PATH: box.at('plugins') };
  expect(await plugn(box, ['enable', 'url'], { env })).toEqual(refused(byHand));
  expect(await box.run(['url'])).toEqual(core);
});

test('an update, a rollback, a hook, sync and plugn cannot bring such a file either', async () => {
  using box = new Sandbox().dokkusSet();
  const repository = new Repository(join(box.root, 'url.git'));
  const url = `file://${repository.path}`;
  repository.commit({ 'plugin.toml': TOML, 'subcommands/shorten': STRANGER }, 'v1');
  expect(await box.run(['plugin:install', url])).toMatchObject({ stderr: '', status: 0 });
  const core = await box.run(['url']);
  repository.commit({ 'subcommands/url': STRANGER }, 'v2');
  const line = takes('url', 'url', 'url');
  const env = { PLUGIN_PATH: box.at('plugins') };
  expect(await box.run(['plugin:update', 'url'])).toEqual(refused(`${line}; install it under another name`));
  expect(await plugn(box, ['update', 'url'], { env })).toEqual(refused(`${line}; install it under another name`));
  expect(await plugn(box, ['install', url, 'report'], { env })).toMatchObject({ status: 0 });
  await box.run(['plugin:uninstall', 'url']);
  expect(await plugn(box, ['install', url], { env })).toEqual(refused(`${line}; give another behind the URL`));
  box.file('sandbox/home/tool.toml', `[plugins]\nurl = { git = "${url}" }\n`);
  const synced = await box.run(['plugin:sync']);
  expect(synced).toMatchObject({ status: 1, stderr: expect.stringContaining(`${line}; install it under another name`) });
  expect(existsSync(box.at('plugins/available/url'))).toBe(false);

  // What stood there before the core command did is kept; it does not come back.
  box.file('sandbox/home/plugins/store/url/1/subcommands/default', STRANGER);
  expect(await box.run(['plugin:rollback', 'url'])).toMatchObject({ status: 1, stderr: expect.stringContaining(takes('url', 'default', 'url')) });

  const built = source(box, 'urls', []);
  box.file('src/urls/install', '#!/bin/sh\nmkdir "${0%/*}/subcommands"\ncp "$0" "${0%/*}/subcommands/default"\n');
  expect(await box.run(['plugin:install', built])).toMatchObject({
    status: 1,
    stderr: ` !     ${takes('urls', 'default', 'urls')}; install it under another name\n`,
  });
  expect(existsSync(box.at('plugins/available/urls'))).toBe(false);
  expect(await box.run(['url'])).toEqual(core);
});
