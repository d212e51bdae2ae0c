import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { thisPlatform } from '../../src/plugins/helm/platform-command.ts';
import { Repository } from '../support/git.ts';
import { Sandbox } from '../support/sandbox.ts';

/** Plugins made for Helm (contract helm §3, §4, §9). */

const HELLO = `apiVersion: v1
name: hello-v1
version: 0.1.0
type: cli/v1
runtime: subprocess
config:
  usage: hello [params]...
  shortHelp: "echo hello message"
runtimeConfig:
  platformCommand:
    - os: linux
      command: "$HELM_PLUGIN_DIR/bin/hello.sh first"
    - os: windows
      command: nothing
  platformHooks:
    install: [{ command: sh, args: [-c, 'echo "install of $HELM_PLUGIN_NAME in $HELM_NAMESPACE" ']}]
    update: [{ command: sh, args: [-c, "echo updated"]}]
    delete: [{ command: $HELM_PLUGIN_DIR/bin/bye.sh }]
`;
const SHOW = `#!/bin/sh
printf '%s\\n' "$HELM_NAMESPACE $HELM_DEBUG $HELM_PLUGIN_NAME $("$HELM_BIN" version --short)"
printf '<%s>' "$@"
exit 3
`;

test('a plugin of Helm installs under the word of its usage, is hot, and takes its hooks along', async () => {
  using box = Sandbox.prepared();
  box.file('src/hello/plugin.yaml', HELLO).file('src/hello/bin/hello.sh', SHOW).file('src/hello/bin/bye.sh', '#!/bin/sh\necho "bye $HELM_PLUGIN_NAME"\n');
  const source = join(box.root, 'src/hello');
  expect(await box.run(['plugin:install', source])).toEqual({
    stdout: `-----> Installing plugin hello from ${source}\ninstall of hello-v1 in default\n-----> Plugin hello enabled\n`,
    stderr: '',
    status: 0,
    signal: null,
  });
  const expected = { stdout: 'team true hello-v1 v4.0.0+tool\n<first><a b><--><--x=1>', stderr: '', status: 3, signal: null };
  for (const TOOL_FAST of ['1', '0']) {
    expect(await box.run(['hello', '--debug', 'a b', '-n', 'team', '--', '--x=1'], { env: { TOOL_FAST } })).toEqual(expected);
  }
  expect((await box.run(['--explain', 'hello', '--format', 'json'])).stdout).toContain('bare/default');
  const info = JSON.parse((await box.run(['plugin:info', 'hello', '--json'])).stdout);
  expect(info).toMatchObject({ name: 'hello', version: '0.1.0', description: 'echo hello message', helm: { name: 'hello-v1', type: 'cli/v1', form: 'v1' } });
  expect((await box.run(['plugin:info', 'hello'])).stdout).toMatch(/\nmanifest: +plugin\.yaml\nhelm: +hello-v1, cli\/v1\n/);
  expect((await box.run(['plugin:list'])).stdout).toContain('  hello                0.1.0 enabled    echo hello message (Helm cli/v1)\n');
  expect((await box.run(['plugin:check', 'hello'])).stdout).toBe('-----> 1 unchanged\n');
  // What a lock holds is the hash of what its author has.
  box.file('src/hello/new', 'x');
  expect(await box.run(['plugin:update', 'hello'])).toMatchObject({ stdout: expect.stringMatching(/\nupdated\n|^updated\n/), status: 0 });
  expect((await box.run(['plugin:update', 'hello'])).stdout).not.toContain('updated\n');
  expect(await box.run(['plugin:uninstall', 'hello'])).toMatchObject({ stdout: expect.stringMatching(/^bye hello-v1\n/), status: 0 });
  expect(existsSync(box.at('plugins/available/hello'))).toBe(false);
});

test('a plugin in the older form comes from git; a hook that fails leaves nothing behind', async () => {
  using box = Sandbox.prepared();
  const repository = new Repository(join(box.root, 'helm-env'));
  const files = {
    'plugin.yaml': 'name: env\nversion: 1.2.3\nusage: print\nignoreFlags: true\ncommand: "$HELM_PLUGIN_DIR/env.sh"\nhooks:\n  install: "exit $CODE"\n',
    'env.sh': '#!/bin/sh\n"$HELM_BIN" env | grep "^HELM_D"; "$HELM_BIN" list; echo "$? $#"\n',
  };
  repository.commit(files);
  const refused = await box.run(['plugin:install', `file://${repository.path}`], { env: { CODE: '4' } });
  expect(refused).toMatchObject({ status: 4, stderr: expect.stringContaining('The install hook of env ended with status 4; the plugin was not installed') });
  expect(await box.run(['plugin:install', `file://${repository.path}`], { env: { CODE: '0' } })).toMatchObject({ status: 0, stderr: '' });
  expect(await box.run(['env', '-n', 'x', 'y'])).toEqual({
    stdout: `HELM_DATA_HOME="${box.root}/.local/share/helm"\nHELM_DEBUG="false"\n1 0\n`,
    stderr: ' !     This is tool, and no Helm: there is no helm list here; name a Helm as bin under [helm] in tool.toml\n',
    status: 0,
    signal: null,
  });
  expect((await box.run(['plugin:outdated', '--json'])).stdout).toContain('"current"');
  repository.commit({ 'plugin.yaml': files['plugin.yaml'].replace('1.2.3', '1.3.0') });
  expect((await box.run(['plugin:update', 'env'], { env: { CODE: '4' } })).status).toBe(0);
  expect(JSON.parse((await box.run(['plugin:info', 'env', '--json'])).stdout)).toMatchObject({ version: '1.3.0', helm: { name: 'env', type: 'cli/v1' } });
  const rows = JSON.parse((await box.run(['plugin:list', '--format', 'json'])).stdout);
  expect(rows.find(({ name }: { name: string }) => name === 'env')).toMatchObject({
    source_kind: 'git',
    manifest: 'plugin.yaml',
    type: 'cli/v1',
    form: 'legacy',
  });
  expect(rows.find(({ name }: { name: string }) => name === 'plugin')).toMatchObject({ source_kind: null, manifest: 'plugin.toml', type: null, form: null });
  expect((await box.run(['plugin:rollback', 'env'])).status).toBe(0);
  expect((await box.run(['env'])).stdout).toMatch(/1 0\n$/);
});

test('what is no plugin is refused in the words of Helm, and one for no platform says so when it runs', async () => {
  using box = Sandbox.prepared();
  const refusal = async (files: Record<string, string>): Promise<string> => {
    execFileSync('rm', ['-rf', join(box.root, 'p')]);
    for (const [path, text] of Object.entries(files)) box.file(`p/${path}`, text);
    const { stderr, status } = await box.run(['plugin:install', join(box.root, 'p')]);
    expect(status).toBe(1);
    return stderr.replaceAll(join(box.root, 'p'), 'p').replaceAll(/ ! {5}|\n/g, '');
  };
  expect(await refusal({ 'plugin.yaml': 'name: a.b\n' })).toBe(
    'p is not a plugin: plugin.yaml: invalid plugin name "a.b": must contain only a-z, A-Z, 0-9, _ and -',
  );
  const wasm = HELLO.replace('subprocess', 'extism/v1').replaceAll(/runtimeConfig:.*/gs, '');
  expect(await refusal({ 'plugin.yaml': wasm })).toBe('p is not a plugin: plugin.yaml: wasm binary missing for extism/v1 plugin: "plugin.wasm"');
  expect(await refusal({ 'plugin.yaml': HELLO, 'bare/x': '' })).toBe('p is not a plugin: it has bare, which is made from plugin.yaml here');
  box.file('none/plugin.yaml', HELLO.replace('os: linux', 'os: plan9'));
  expect(await box.run(['plugin:install', join(box.root, 'none'), '--name', 'nothing'])).toMatchObject({ status: 0 });
  expect(await box.run(['nothing'])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^ ! {5}The plugin hello-v1 has no command for linux\/\w+: no plugin command is applicable\n$/),
  });
  box
    .file('both/plugin.yaml', HELLO)
    .file('both/plugin.toml', '[plugin]\ndescription = "x"\nversion = "1"\n')
    .file('both/bare/default', '#!/bin/sh\necho toml\n');
  const both = await box.run(['plugin:install', join(box.root, 'both')]);
  expect(both.stdout + both.stderr).toContain('has both plugin.toml and plugin.yaml, and is taken for a plugin by its plugin.toml\n');
  expect((await box.run(['both'])).stdout).toBe('toml\n');
  expect(readFileSync(box.at('plugins/available/nothing/plugin.toml'), 'utf8')).toContain('# Made from plugin.yaml.');
});

test('a home that is moved, also from a machine of another platform, runs its plugins as before', async () => {
  using box = Sandbox.prepared();
  const { os, arch } = thisPlatform();
  const entry = (platform: string, program: string) => `- {${platform}, command: ${program}, args: [x]}\n`;
  box.file(
    'p/plugin.yaml',
    `name: moved\nversion: 1.0.0\nplatformCommand:\n${entry('os: plan9', 'false')}${entry(`os: ${os}, arch: ${arch}`, '$HELM_PLUGIN_DIR/run')}`,
  );
  box.file('p/run', '#!/bin/sh\necho "$0 $*"\n');
  expect((await box.run(['plugin:install', join(box.root, 'p')])).status).toBe(0);
  const home = join(box.root, 'other/home');
  mkdirSync(join(box.root, 'other'));
  renameSync(join(box.root, 'sandbox/home'), home);
  const stub = join(home, 'plugins/available/moved/bare/default');
  const text = readFileSync(stub, 'utf8');
  expect(text).not.toContain(box.root);
  expect(text).toContain(`tool_helm_platform='${os}/${arch}' tool_helm_kernel=`);
  writeFileSync(stub, text.replace(/^tool_helm_platform=.*$/m, "tool_helm_platform='plan9/mips' tool_helm_kernel='Plan9 mips'"));
  const expected = { stdout: `${home}/plugins/enabled/moved/run x y\n`, stderr: '', status: 0, signal: null };
  expect(await box.run(['moved', 'y'], { env: { TOOL_HOME: home } })).toEqual(expected);
});

test("Helm's two files for completion complete the plugin's command", async () => {
  using box = Sandbox.prepared();
  box.file('c/plugin.yaml', 'name: full\nversion: 1.0.0\ncommand: "true"\n');
  box.file('c/completion.yaml', 'flags: [q]\ncommands:\n- name: more\n  validArgs: [one, two]\n- name: full\n  commands: [{name: less}]\n');
  box.file('c/plugin.complete', '#!/bin/sh\nprintf "%s\\n" "dynamic-$#-$1-$2-$HELM_NAMESPACE" ":4"\n');
  expect((await box.run(['plugin:install', join(box.root, 'c')])).status).toBe(0);
  const candidates = async (...words: string[]) => (await box.run(['--complete', '--', ...words])).stdout;
  expect(await candidates('full', '')).toBe('more\nfull\n');
  expect(await candidates('full', 'full', '')).toBe('less\n');
  expect(await candidates('full', 'more', '--namespace', 'ns', '')).toBe('one\ntwo\ndynamic-2-more--ns\n');
  expect(await candidates('full', '-q')).toContain('-q\n');
});

test('a Helm that tool.toml names is the one that plugins call', async () => {
  using box = Sandbox.prepared();
  box.file('real/helm', '#!/bin/sh\necho "real $*"\n').file('p/plugin.yaml', 'name: call\ncommand: "$HELM_BIN list $HELM_PLUGIN_NAME"\n');
  box.file('sandbox/home/tool.toml', `[helm]\nbin = "${join(box.root, 'real/helm')}"\n`);
  expect((await box.run(['plugin:install', join(box.root, 'p')])).status).toBe(0);
  expect(await box.run(['call'])).toEqual({ stdout: 'real list call\n', stderr: '', status: 0, signal: null });
  box.file('sandbox/home/tool.toml', '[helm]\nbin = "helm"\n');
  expect(await box.run(['call'])).toMatchObject({
    stdout: '',
    status: 1,
    stderr: expect.stringContaining('is no absolute path; write bin = "/usr/local/bin/helm"'),
  });
});
