import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTree, treeHash } from '../../src/system/tree-hash.ts';
import { Sandbox } from '../support/sandbox.ts';

/** Plugins made for Helm that stay where they are (contract helm §2, decision 037). */

const SHOW = '#!/bin/sh\necho "$HELM_PLUGIN_NAME $HELM_NAMESPACE $HELM_PLUGIN_DIR"\nprintf "<%s>" "$@"\nexit 3\n';
const HELLO = `apiVersion: v1
name: hello-v1
version: 0.1.0
type: cli/v1
runtime: subprocess
config: { usage: "hello [name]", shortHelp: greets, longHelp: Greets somebody. }
runtimeConfig:
  platformCommand: [{ command: $HELM_PLUGIN_DIR/show }]
  platformHooks: { install: [{ command: "false" }], delete: [{ command: "false" }] }
`;
const RENDER =
  'apiVersion: v1\nname: render\nversion: 1.0.0\ntype: postrenderer/v1\nruntime: subprocess\nruntimeConfig: {platformCommand: [{command: sed, args: [s/a/b/]}]}\n';

test('plugins in directories of Helm are linked, run, completed and told of, and nothing is written there', async () => {
  using box = Sandbox.prepared();
  box.file('one/hello/plugin.yaml', HELLO).file('one/hello/show', SHOW).file('one/hello/completion.yaml', 'flags: [loud]\ncommands: [{name: all}]\n');
  box.file('one/.get/plugin.yaml', 'name: get\nversion: 1.0.0\ncommand: "true"\ndownloaders: [{command: get.sh, protocols: [s9]}]\n');
  box.file('one/.get/get.sh', '#!/bin/sh\necho "got $4"\n');
  box.file('one/twin-a/plugin.yaml', 'name: twin\n').file('one/twin-b/plugin.yaml', 'name: twin\n').file('one/bad/plugin.yaml', 'name: a.b\n');
  box.file('two/toml/plugin.yaml', 'name: both\n').file('two/toml/plugin.toml', '[plugin]\ndescription = "d"\nversion = "1"\n');
  box.file('two/toml/bare/default', '#!/bin/sh\necho toml\n').file('elsewhere/plugin.yaml', RENDER);
  symlinkSync(join(box.root, 'elsewhere'), join(box.root, 'two/render'));
  const tree = () => ['one', 'two', 'elsewhere'].map((name) => treeHash(readTree(join(box.root, name))));
  const before = tree();
  const [one, two] = [join(box.root, 'one'), join(box.root, 'two')];
  const linked = await box.run(['plugin:link', '--helm', `${one}::${join(box.root, 'none')}:${two}`, '--format', 'json']);
  expect(linked.status).toBe(0);
  expect(JSON.parse(linked.stdout).map(({ name, receipt }: { name: string; receipt: { source: { path: string } } }) => [name, receipt.source.path])).toEqual([
    ['get', join(one, '.get')],
    ['hello', join(one, 'hello')],
    ['render', join(box.root, 'elsewhere')],
    ['toml', join(two, 'toml')],
  ]);
  for (const said of [
    `failed to load plugin "${one}/bad": invalid plugin name "a.b"`,
    `two plugins claim the name "twin" at "${one}/twin-a" and "${one}/twin-b"`,
    `${two}/toml has both plugin.toml and plugin.yaml, and is taken for a plugin by its plugin.toml`,
  ]) {
    expect(linked.stderr).toContain(said);
  }
  const expected = { stdout: `hello-v1 team ${one}/hello\n<a b><>`, stderr: '', status: 3, signal: null };
  for (const TOOL_FAST of ['1', '0']) expect(await box.run(['hello', 'a b', '-n', 'team', ''], { env: { TOOL_FAST } })).toEqual(expected);
  expect((await box.run(['toml'])).stdout).toBe('toml\n');
  expect(await box.run(['fetch', 's9://x'])).toMatchObject({ stdout: 'got s9://x\n', status: 0 });
  expect(await box.run(['postrender', 'render'], { stdin: 'a\n' })).toMatchObject({ stdout: 'b\n', status: 0 });
  expect((await box.run(['--complete', '--', 'hello', ''])).stdout).toBe('all\n');
  expect((await box.run(['hello:help'])).stdout).toMatch(/^Usage: tool hello \[name\]\n\ngreets\.?\n\nGreets somebody\.\n$/);
  expect((await box.run(['plugin:list'])).stdout).toContain('hello                0.1.0 enabled    greets (Helm cli/v1)\n');
  expect(JSON.parse((await box.run(['plugin:info', 'hello', '--json'])).stdout)).toMatchObject({
    manifest: 'plugin.yaml',
    helm: { name: 'hello-v1', type: 'cli/v1' },
    source: { kind: 'link', path: join(one, 'hello') },
  });
  expect(tree()).toEqual(before);
  expect(await box.run(['plugin:uninstall', 'hello'])).toMatchObject({ status: 0, stderr: '' });
  expect(tree()).toEqual(before);
});

test('what its owner changes counts at once, and an update takes up what lists show of it', async () => {
  using box = Sandbox.prepared();
  const place = join(box.root, "it's/hello");
  box.file("it's/hello/plugin.yaml", HELLO).file("it's/hello/show", SHOW);
  expect(await box.run(['plugin:link', place])).toMatchObject({ stdout: expect.stringContaining('-----> Plugin hello enabled\n'), status: 0 });
  box.file("it's/hello/plugin.yaml", HELLO.replace('/show', '/show, args: [$HELM_NAMESPACE]').replace('0.1.0', '0.2.0'));
  expect((await box.run(['hello', 'x'])).stdout).toBe(`hello-v1 default ${place}\n<default><x>`);
  expect((await box.run(['plugin:check'])).stdout).toContain(
    `it is a link to ${place}, whose plugin.yaml says something else by now; \`tool plugin:update hello\``,
  );
  expect((await box.run(['plugin:outdated', '--json'])).stdout).toContain('"outdated"');
  expect((await box.run(['plugin:update', 'hello'])).stdout).toBe('-----> Plugin (hello) updated\n');
  expect((await box.run(['plugin:update', 'hello'])).stdout).toBe('Plugin (hello) is up to date\n');
  expect((await box.run(['plugin:info', 'hello'])).stdout).toContain('0.2.0');
  // A lock says where it is, and no more.
  expect((await box.run(['plugin:lock'])).status).toBe(0);
  const version = HELLO.replace('0.1.0', '0.3.0');
  box.file("it's/hello/plugin.yaml", version);
  expect((await box.run(['plugin:sync'])).stdout).toBe('-----> 1 plugin is as it should be\n');
  expect((await box.run(['plugin:uninstall', 'hello'])).status).toBe(0);
  expect((await box.run(['plugin:sync'])).stdout).toContain('hello 0.3.0 installed');
  box.file("it's/hello/plugin.yaml", RENDER);
  const failing = async (): Promise<string> => {
    const { stdout, stderr, status } = await box.run(['hello']);
    expect([stdout, status]).toEqual(['', 1]);
    return stderr.replaceAll(place, 'PLACE');
  };
  expect(await failing()).toBe(' !     PLACE/plugin.yaml says nothing of bare/default any more; update the plugin\n');
  box.file("it's/hello/plugin.yaml", 'name: a.b\n');
  expect(await failing()).toContain('PLACE/plugin.yaml: invalid plugin name "a.b"');
  box.file("it's/hello/plugin.toml", '');
  expect(await failing()).toContain('is linked to PLACE, which has no plugin.yaml of its own any more; link it again');
  renameSync(place, `${place}2`);
  expect(await failing()).toContain('is linked to PLACE, which is gone; restore it, or uninstall the plugin');
  expect((await box.run(['plugin:check'])).stdout).toContain('which is gone; restore it, or uninstall the plugin');
});

test('without a word it is where Helm looks; what cannot be linked is said', async () => {
  using box = Sandbox.prepared();
  box.file('data/plugins/hello/plugin.yaml', HELLO).file('data/plugins/hello/show', SHOW).file('file', '').file('sets/other/plugin.yaml', HELLO);
  const link = (env: Record<string, string>, ...words: string[]) => box.run(['plugin:link', ...words], { cwd: box.root, env });
  const would = await link({ HELM_DATA_HOME: join(box.root, 'data') }, '--helm', '--dry-run');
  expect(would).toMatchObject({
    stdout: expect.stringContaining(`would install hello 0.1.0 from link to ${join(box.root, 'data/plugins/hello')}\n`),
    status: 0,
  });
  expect(await link({ HELM_PLUGINS: join(box.root, 'sets') }, '--helm')).toMatchObject({ status: 0 });
  expect(await link({ HELM_DATA_HOME: join(box.root, 'data') }, '--helm')).toMatchObject({
    stderr: expect.stringContaining('Plugin hello is already installed from link to'),
    status: 1,
  });
  for (const [env, words, said, status] of [
    [{ HELM_PLUGINS: '' }, ['--helm'], 'There is no plugin with a plugin.yaml in HELM_PLUGINS, which is empty', 1],
    [{}, ['--helm', 'none'], 'There is no plugin with a plugin.yaml in none; give the directory that holds directories of plugins', 1],
    [{}, [], 'plugin:link needs the directory of a plugin, or --helm', 2],
    [{}, ['file'], 'file is not a directory', 2],
    [{}, ['sets', 'data', '--name', 'x'], '--name is for one directory', 2],
  ] as const) {
    expect(await link(env as Record<string, string>, ...words)).toMatchObject({ stdout: '', stderr: expect.stringContaining(said), status });
  }
});
