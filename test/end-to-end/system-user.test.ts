import { chmodSync, chownSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { type RunResult, Sandbox } from '../support/sandbox.ts';
import { installInto, NOBODY } from '../support/unprivileged.ts';

const WHO = '#!/bin/sh\nprintf "%s|%s|%s|%s\\n" "$(id -un)" "$SSH_USER" "$TOOL_HOME" "${DOKKU_IMAGE}"\nprintf "[%s]" "$@"\n';
const asRoot = testNeeding('root', 'sudo');

/** A server's home that belongs to nobody, a launcher that all can run, and what to run it with. */
function server(): { box: Sandbox; command: string; env: Record<string, string> } {
  const box = new Sandbox();
  const command = installInto(box);
  box.plugin('who', { 'subcommands/am-i': WHO, 'plugin.toml': '[plugin]\nversion = "1"\n', hook: WHO });
  for (const path of ['', 'plugins', 'plugins/available', 'plugins/enabled']) chownSync(box.at(path), NOBODY, NOBODY);
  chmodSync(join(box.root, 'sandbox'), 0o755);
  return { box, command, env: { TOOL_SYSTEM_USER: 'nobody' } };
}

/** A sudo that writes down what it was asked, for whoever may not be asked to trust the real one with a rule. */
function recordingSudo(box: Sandbox): Record<string, string> {
  box.file('fake/sudo', '#!/bin/sh\nprintf "[%s]" "$@"\necho\nenv | sort\n');
  chmodSync(join(box.root, 'fake'), 0o755);
  return { PATH: `${join(box.root, 'fake')}:${process.env.PATH}` };
}

asRoot('root hops to the system user through sudo, arguments and variables kept', async () => {
  const { box, command, env } = server();
  using _ = box;
  const { stdout, stderr, status } = await box.run(['--quiet', 'who:am-i', 'a  b', ''], { command, env: { ...env, DOKKU_IMAGE: 'mine' } });
  expect({ stdout, stderr, status }).toEqual({ stdout: `nobody|root|${box.home}|mine\n[who:am-i][a  b][]`, stderr: '', status: 0 });
});

asRoot('the home is made for the system user on the first run', async () => {
  const { box, command, env } = server();
  using _ = box;
  const home = join(box.root, 'fresh');
  expect(await box.run(['version'], { command, env: { ...env, TOOL_HOME: home } })).toMatchObject({ status: 0, stderr: '' });
  for (const path of ['', 'plugins', 'plugins/enabled', 'config', 'STABLE_VERSION']) expect(statSync(join(home, path)).uid, path).toBe(NOBODY);
});

asRoot('plugin management stays with root, lists run as anyone, and others are refused', async () => {
  const { box, command, env } = server();
  using _ = box;
  const fails = (result: RunResult) => expect(result).toEqual({ stdout: '', stderr: ' !     This command must be run as root\n', status: 1, signal: null });
  expect(await box.run(['plugin:disable', 'who'], { command, env })).toMatchObject({ status: 0, stderr: '' });
  expect(await box.run(['plugin:enable', 'who'], { command, env })).toMatchObject({ status: 0, stderr: '' });
  expect(await box.run(['plugin:trigger', 'hook', 'x'], { command, env })).toMatchObject({
    stdout: `nobody|root|${box.home}|gliderlabs/herokuish:latest-24\n[x]`,
    stderr: '',
  });
  for (const word of ['plugin:install', 'plugin:trigger', 'plugin:installed', 'plugin:zzz', 'ssh-keys:add']) {
    fails(await box.run(['--quiet', '--app', 'x', word], { command, env, uid: NOBODY }));
    fails(await box.run([word], { command, env: { ...env, ...recordingSudo(box) }, uid: 1 }));
  }
  expect(await box.run(['plugin:list'], { command, env, uid: NOBODY })).toMatchObject({ status: 0, stdout: expect.stringContaining('who') });
  expect(await box.run(['plugin:list'], { command, env, uid: 1 })).toMatchObject({ status: 0, stdout: expect.stringContaining('who') });
});

asRoot('the system user itself runs commands without a hop', async () => {
  const { box, command, env } = server();
  using _ = box;
  const { stdout } = await box.run(['who:am-i'], { command, env: { ...env, PATH: '/usr/bin:/bin', ...{ SUDO_USER: '' } }, uid: NOBODY });
  expect(stdout).toContain(`nobody|tester|${box.home}|`);
});

asRoot('a hop by anyone but root forgets the ABI, TOOL_HOME with it, and asks sudo for the launcher alone', async () => {
  const { box, command, env } = server();
  using _ = box;
  const sent = { TOOL_FAST: '0', DOKKU_IMAGE: 'evil', TOOL_TRANSACTION: 'evil', PLUGIN_PATH: '/evil', SSH_USER: 'evil', KEPT: 'kept' };
  const { stdout } = await box.run(['--app', 'x', 'my-plugin:x', 'a b'], { command, env: { ...env, ...sent, ...recordingSudo(box) }, uid: 1 });
  const [argv = '', ...variables] = stdout.split('\n');
  expect(argv).toBe(`[-u][nobody][-H][--][${command}][--app][x][my-plugin:x][a b]`);
  expect(variables).toContain('KEPT=kept');
  expect(variables.filter((line) => /^(TOOL|DOKKU|PLUGIN)_|evil/.test(line))).toEqual([]);
});

asRoot('who came through sudo is who sudo says, and an explanation asks the guards first', async () => {
  const { box, command, env } = server();
  using _ = box;
  const through = { command, env: { ...env, SUDO_USER: 'alice', SSH_USER: 'evil' }, uid: NOBODY };
  expect((await box.run(['who:am-i'], through)).stdout).toContain(`nobody|alice|${box.home}|`);
  box.plugin('guard', { 'user-auth': '#!/bin/sh\n[ "$1" != alice ]\n' });
  expect(await box.run(['--explain', 'who:am-i'], through)).toEqual({ stdout: '', stderr: ' !     Access denied\n', status: 1, signal: null });
});

asRoot('a personal home hops nowhere', async () => {
  using box = new Sandbox();
  box.plugin('who', { 'subcommands/am-i': WHO });
  expect(await box.run(['who:am-i'], { env: recordingSudo(box) })).toMatchObject({ stdout: expect.stringContaining('root|tester|'), stderr: '' });
});

asRoot('a nested command in a hook that root runs hops to the system user', async () => {
  const { box, command, env } = server();
  using _ = box;
  box.file('src/nest/plugin.toml', '[plugin]\nversion = "1"\n').file('src/nest/install', '#!/bin/sh\nid -un\ndokku who:am-i nested\n');
  const { stdout, stderr } = await box.run(['plugin:install', join(box.root, 'src/nest')], { command, env });
  expect(stderr).toBe('');
  expect(stdout).toContain(`\nroot\nnobody|root|${box.home}|`);
  expect(stdout).toContain('[who:am-i][nested]');
});
