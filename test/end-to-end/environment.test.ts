import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { abiVariables } from '../../src/home/environment.ts';
import { PACKAGE, type RunOptions, Sandbox, TOOL } from '../support/sandbox.ts';
import { asOrdinaryUser, installInto } from '../support/unprivileged.ts';

const SHOW = '#!/bin/sh\nexec env\n';

/** The environment that a plugin sees, values with newlines left out. */
async function environmentSeen(box: Sandbox, options: RunOptions = {}, command = 'show:env'): Promise<Record<string, string>> {
  const { stdout, stderr, status } = await box.run([command], options);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return Object.fromEntries(
    stdout
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

const branded = (box: Sandbox, name: string): string => {
  const path = join(box.root, name);
  if (!existsSync(path)) symlinkSync(TOOL, path);
  return path;
};

test('every variable of the contract is there, under both names', async () => {
  using box = new Sandbox();
  box.plugin('show', { 'subcommands/env': SHOW });
  const seen = await environmentSeen(box);
  const facts = { packagePath: PACKAGE, nodePath: process.execPath, distribution: 'x', owner: { user: 'x', group: 'x' } };
  for (const { name, twins } of abiVariables(facts)) {
    const [first = '', second = ''] = twins ? [`DOKKU_${name}`, `TOOL_${name}`] : [name, name];
    expect(seen[first], first).toBeTruthy();
    expect(seen[second], second).toBe(seen[first]);
  }
  expect(seen).toMatchObject({
    TOOL_HOME: box.home,
    TOOL_ABI: `tool:${box.home}`,
    DOKKU_LIB_ROOT: box.home,
    DOKKU_ROOT: box.at('root'),
    PLUGIN_PATH: box.at('plugins'),
    PLUGIN_AVAILABLE_PATH: box.at('plugins/available'),
    PLUGIN_ENABLED_PATH: box.at('plugins/enabled'),
    PLUGIN_CORE_AVAILABLE_PATH: box.at('core-plugins/available'),
    PLUGIN_CORE_ENABLED_PATH: box.at('core-plugins/enabled'),
    DOKKU_API_VERSION: '1',
    DOKKU_NOT_IMPLEMENTED_EXIT: '10',
    DOKKU_VALID_EXIT: '0',
    DOCKER_BIN: 'docker',
    SSH_USER: 'tester',
    SSH_NAME: 'default',
    DOKKU_COMMAND: 'show:env',
  });
  expect(seen.DOKKU_GLOBAL_RUN_ARGS?.split(' ')).toHaveLength(3);
  expect(seen).not.toHaveProperty('DOKKU_QUIET_OUTPUT');
  expect(seen).not.toHaveProperty('DOKKU_APP_NAME');
});

test("the caller's value wins where the contract says so, and only there", async () => {
  using box = new Sandbox();
  box.plugin('show', { 'subcommands/env': SHOW });
  const env = {
    DOKKU_IMAGE: 'from-dokku',
    TOOL_CNB_BUILDER: 'from-tool',
    DOKKU_CNB_BUILDER: 'from-dokku',
    DOKKU_LIB_ROOT: '/nowhere',
    DOKKU_API_VERSION: '9',
    DOCKER_BIN: 'podman',
    NAME: 'key',
  };
  const seen = await environmentSeen(box, { env });
  expect(seen).toMatchObject({
    DOKKU_IMAGE: 'from-dokku',
    TOOL_IMAGE: 'from-dokku',
    DOKKU_CNB_BUILDER: 'from-tool',
    TOOL_CNB_BUILDER: 'from-tool',
    DOKKU_LIB_ROOT: box.home,
    DOKKU_API_VERSION: '1',
    DOCKER_BIN: 'docker',
    SSH_NAME: 'key',
  });
});

test('a brand keeps its own home and reads its own names first', async () => {
  using box = new Sandbox();
  const data = join(box.root, 'data');
  const command = branded(box, 'acme-ci');
  const env = {
    TOOL_HOME: undefined,
    XDG_DATA_HOME: data,
    ACME_CI_HOME: box.home,
    ACME_CI_IMAGE: 'acme',
    TOOL_IMAGE: 'tool',
    DOKKU_IMAGE: 'dokku',
    ACME_CI_QUIET_OUTPUT: '1',
  };
  box.plugin('show', { 'subcommands/env': SHOW });
  const seen = await environmentSeen(box, { command, env });
  expect(seen).toMatchObject({
    TOOL_ABI: `acme-ci:${box.home}`,
    ACME_CI_HOME: box.home,
    TOOL_HOME: box.home,
    DOKKU_IMAGE: 'acme',
    TOOL_IMAGE: 'acme',
    DOKKU_QUIET_OUTPUT: '1',
  });
  const unknown = await box.run(['nope'], { command, env });
  expect(unknown.stderr).toBe(' !     `nope` is not an acme-ci command.\n !     See `acme-ci help` for a list of available commands.\n');
});

test('an ordinary user gets a home under XDG_DATA_HOME, else under ~/.local/share', async () => {
  using box = new Sandbox();
  const options = asOrdinaryUser(box);
  expect(await box.run(['version'], { ...options, env: { TOOL_HOME: undefined } })).toMatchObject({ status: 0, stderr: '' });
  expect(existsSync(join(box.root, '.local/share/tool/plugins/enabled/apps'))).toBe(true);
  expect(await box.run(['version'], { ...options, env: { TOOL_HOME: undefined, XDG_DATA_HOME: join(box.root, 'xdg') } })).toMatchObject({ status: 0 });
  expect(existsSync(join(box.root, 'xdg/tool/plugins/enabled/apps'))).toBe(true);
});

test('a nested `dokku` in a plugin reaches the surrounding brand and home, whatever its paths hold', async () => {
  using box = new Sandbox(`it's a "home" $HOME`);
  const command = branded(box, 'acme');
  box.plugin('outer', { 'subcommands/call': '#!/bin/sh\nunset TOOL_HOME\nexec dokku inner:call "$2"\n' });
  box.plugin('inner', { 'subcommands/call': '#!/bin/sh\nprintf "%s|" "$TOOL_ABI" "$TOOL_HOME" "$PLUGIN_PATH" "$@"\n' });
  const expected = `acme:${box.home}|${box.home}|${box.at('plugins')}|inner:call|a  b|`;
  expect(await box.run(['outer:call', 'a  b'], { command, env: { TOOL_HOME: undefined, ACME_HOME: box.home } })).toEqual({
    stdout: expected,
    stderr: '',
    status: 0,
    signal: null,
  });
});

test('inside one brand, another brand is itself again, unless its home is set anew', async () => {
  using box = new Sandbox();
  box.plugin('outer', {
    'subcommands/plain': '#!/bin/sh\nexec other version >/dev/null\n',
    'subcommands/anew': '#!/bin/sh\nTOOL_HOME=$2 exec other show:env\n',
  });
  const anew = join(box.root, 'anew');
  box.file('anew/plugins/enabled/show/subcommands/env', SHOW);
  const { command, uid } = asOrdinaryUser(box);
  symlinkSync('tool', join(box.root, 'prefix/bin/other'));
  const options = { command, uid, env: { PATH: `${join(box.root, 'prefix/bin')}:${process.env.PATH}` } };
  expect(await box.run(['outer:plain'], options)).toMatchObject({ status: 0, stderr: '' });
  expect(existsSync(join(box.root, '.local/share/other/plugins'))).toBe(true);
  const { stdout } = await box.run(['outer:anew', anew], options);
  expect(stdout).toContain(`TOOL_ABI=other:${anew}\n`);
  expect(stdout).toContain(`PLUGIN_PATH=${anew}/plugins\n`);
});

test('inside, a plugin speaks through DOKKU_X and its twin follows', async () => {
  using box = new Sandbox();
  box.plugin('outer', { 'subcommands/call': '#!/bin/sh\nunset DOKKU_QUIET_OUTPUT\nDOKKU_APP_NAME=mine exec tool show:env\n' });
  box.plugin('show', { 'subcommands/env': SHOW });
  const { stdout } = await box.run(['--quiet', '--app', 'theirs', 'outer:call']);
  expect(stdout).toContain('\nDOKKU_APP_NAME=mine\n');
  expect(stdout).toContain('\nTOOL_APP_NAME=mine\n');
  expect(stdout).not.toContain('QUIET_OUTPUT');
});

test('ten commands started at once on a fresh home agree', async () => {
  using box = new Sandbox();
  const runs = await Promise.all(Array.from({ length: 10 }, () => box.run(['plugin:list'])));
  expect(new Set(runs.map((run) => JSON.stringify(run))).size).toBe(1);
  expect(runs[0]).toMatchObject({ status: 0, stderr: '' });
  expect(readdirSync(box.at('env', PACKAGE.slice(1)))).toHaveLength(1);
  expect(readdirSync(box.at('plugins/enabled')).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('a recorded Node that is gone falls back to the one on PATH', async () => {
  using box = new Sandbox();
  mkdirSync(join(box.root, 'node-a'));
  symlinkSync(process.execPath, join(box.root, 'node-a/node'));
  box.file('bin-a/node', `#!/bin/sh\nexec ${process.execPath} "$@"\n`);
  await box.run(['version']);
  const [name = ''] = readdirSync(box.at('env', PACKAGE.slice(1)));
  const file = box.at('env', PACKAGE.slice(1), name);
  const text = (await import('node:fs')).readFileSync(file, 'utf8');
  box.file('edited', text.replace(/TOOL_NODE='[^']*'/, `TOOL_NODE='${box.root}/gone/node'`));
  renameSync(join(box.root, 'edited'), file);
  expect(await box.run(['nope'])).toMatchObject({ status: 1, stderr: expect.stringContaining('`nope` is not a tool command') });
});

test('a home whose core plugins point at a package that is gone mends itself', async () => {
  using box = new Sandbox();
  const first = installInto(box, 'first');
  await box.run(['version'], { command: first });
  await box.run(['version']);
  await box.run(['version'], { command: first });
  rmSync(box.at('core-plugins/available/common'));
  symlinkSync(join(box.root, 'gone/common'), box.at('core-plugins/available/common'));
  expect(await box.run(['apps:create', 'app'])).toMatchObject({ status: 0, stderr: '' });
});
