import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { indexOf } from '../support/indexes.ts';
import { testNeeding } from '../support/needs.ts';
import { type RunResult, Sandbox } from '../support/sandbox.ts';
import { serving } from '../support/serving.ts';
import { installInto, NOBODY } from '../support/unprivileged.ts';

const WHO = '#!/bin/sh\nprintf "%s|%s|%s|%s\\n" "$(id -un)" "$SSH_USER" "$TOOL_HOME" "${DOKKU_IMAGE}"\nprintf "[%s]" "$@"\n';
const asRoot = testNeeding('root', 'sudo');

/** A server's home whose state belongs to nobody, a launcher that all can run, and what to run it with. */
function server(): { box: Sandbox; command: string; env: Record<string, string> } {
  const box = new Sandbox();
  const command = installInto(box);
  box.plugin('who', { 'subcommands/am-i': WHO, 'plugin.toml': '[plugin]\nversion = "1"\n', hook: WHO });
  mkdirSync(box.at('root'));
  chownSync(box.at('root'), NOBODY, NOBODY);
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

asRoot('on the first run the home is made, its code for root and its state for the system user', async () => {
  const { box, command, env } = server();
  using _ = box;
  const home = join(box.root, 'fresh');
  expect(await box.run(['version'], { command, env: { ...env, TOOL_HOME: home } })).toMatchObject({ status: 0, stderr: '' });
  for (const path of ['', 'plugins', 'plugins/enabled', 'core-plugins', 'env', 'STABLE_VERSION']) expect(statSync(join(home, path)).uid, path).toBe(0);
  for (const path of ['root', 'config/--global', 'data', 'services', 'log', 'cache', 'run']) expect(statSync(join(home, path)).uid, path).toBe(NOBODY);
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
  // A hook that calls a command finds it behind the hop, as without.
  box.plugin('calls', { listed: '#!/bin/sh\nmine && dokku who:am-i\n' }).file('bin/mine', '#!/bin/sh\necho mine\n');
  chmodSync(join(box.root, 'bin'), 0o755);
  expect(await box.run(['plugin:trigger', 'listed'], { command, env: { ...env, PATH: `${process.env.PATH}:${join(box.root, 'bin')}` } })).toMatchObject({
    stdout: expect.stringMatching(/^mine\nnobody\|root\|/),
    stderr: '',
    status: 0,
  });
  for (const word of ['plugin:install', 'plugin:trigger', 'plugin:installed', 'plugin:zzz', 'ssh-keys:add', 'events:on', 'server:setup']) {
    fails(await box.run(['--quiet', '--app', 'x', word], { command, env, uid: NOBODY }));
    fails(await box.run([word], { command, env: { ...env, ...recordingSudo(box) }, uid: 1 }));
  }
  expect(await box.run(['plugin:list'], { command, env, uid: NOBODY })).toMatchObject({ status: 0, stdout: expect.stringContaining('who') });
  expect(await box.run(['plugin:list'], { command, env, uid: 1 })).toMatchObject({ status: 0, stdout: expect.stringContaining('who') });
});

asRoot("words of tool.toml for root's commands change nothing: they are run as the system user, who may not", async () => {
  const { box, command, env } = server();
  using _ = box;
  box.file('home/tool.toml', '[dispatch]\ndefault = "plugin"\n[aliases]\nrm = "plugin:uninstall"\n');
  for (const words of [
    ['disable', 'who'],
    ['rm', 'who'],
  ]) {
    for (const uid of [0, NOBODY]) {
      const { status, stderr } = await box.run(words, { command, env, uid });
      expect({ words, uid, status: status === 0, stderr }).toEqual({ words, uid, status: false, stderr: expect.stringMatching(/^ ! {5}/) });
      expect(statSync(box.at('plugins/enabled/who')).isDirectory()).toBe(true);
    }
  }
  expect(await box.run(['plugin:disable', 'who'], { command, env })).toMatchObject({ status: 0, stderr: '' });
});

asRoot("repositories are root's to change and everybody's to search", async () => {
  const { box, command, env } = server();
  using _ = box;
  const index = indexOf({ name: 'deploy', version: 'v1.0.0' });
  await using listed = await serving((_request, response) => response.end(index));
  expect(await box.run(['repository:add', 'acme', listed.url], { command, env })).toMatchObject({ status: 0, stderr: '' });
  for (const path of ['', 'acme', 'acme/meta.json']) expect(statSync(box.at('plugins/repositories', path)).uid, path).toBe(0);
  for (const words of [['add', 'x', 'y'], ['update'], ['remove', 'acme'], ['import', 'x']]) {
    for (const name of ['repository', 'core-repository']) {
      const refused = await box.run([`${name}:${words[0]}`, ...words.slice(1)], { command, env, uid: 1 });
      expect(refused).toEqual({ stdout: '', stderr: ' !     This command must be run as root\n', status: 1, signal: null });
    }
  }
  for (const uid of [NOBODY, 1]) {
    expect(await box.run(['plugin:search'], { command, env, uid })).toMatchObject({ status: 0, stdout: expect.stringContaining('acme/deploy'), stderr: '' });
    const refreshed = await box.run(['plugin:search', '--refresh'], { command, env, uid });
    expect(refreshed.stderr).toMatch(/^ ! {5}The index of acme is \d+ seconds? old: only the owner of .*\/plugins\/repositories can update it; the owner runs/);
  }
  expect(listed.asked).toHaveLength(1);
  // Whoever could change the copy could choose what root installs.
  chownSync(box.at('plugins/repositories/acme'), NOBODY, NOBODY);
  const refused = await box.run(['repository:update'], { command, env });
  expect(refused.stderr).toContain('plugins/repositories/acme belongs to nobody, and root runs what it holds; ');
});

asRoot("whom a home trusts, add-ons, bundles and what is kept are root's to change", async () => {
  const { box, command, env } = server();
  using _ = box;
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ann', '-f', join(box.root, 'ann')]);
  await using listed = await serving((_request, response) =>
    response.end(JSON.stringify([{ version: '1.0.0', url: 'https://example.org/k.tar.gz', kurlVersionCompatibilityRange: '>= v2022.10.05-0' }])),
  );
  const trusted = await box.run(['trust:add', join(box.root, 'ann.pub')], { command, env });
  expect(trusted).toMatchObject({ status: 0, stderr: '' });
  for (const uid of [0, NOBODY])
    expect(await box.run(['trust:list'], { command, env, uid })).toMatchObject({ status: 0, stdout: expect.stringContaining('ann') });
  expect(await box.run(['addon:source:add', 'kotsadm', listed.url], { command, env })).toMatchObject({ status: 0, stderr: '' });
  expect(statSync(box.at('tool.toml')).uid).toBe(0);
  expect(await box.run(['store:gc', '--remove'], { command, env })).toMatchObject({ status: 0, stderr: '' });
  const words = ['trust:add', 'trust:remove', 'addon:source:add', 'addon:source:remove', 'addon:install', 'addon:apply', 'bundle:install', 'store:gc'];
  for (const word of words.flatMap((one) => [one, `core-${one}`])) {
    const refused = await box.run([word, 'x', 'y'], { command, env, uid: 1 });
    expect({ word, ...refused }).toEqual({ word, stdout: '', stderr: ' !     This command must be run as root\n', status: 1, signal: null });
  }
});

asRoot('completion is written for its caller, and the unit of the supervisor for the system user', async () => {
  const { box, command, env } = server();
  using _ = box;
  const mine = join(box.root, 'mine');
  mkdirSync(mine);
  chownSync(mine, 1, 1);
  await box.run(['version'], { command, env });
  const written = await box.run(['completion:install', 'bash'], { command, env: { ...env, HOME: mine, ...recordingSudo(box) }, uid: 1 });
  expect(written).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining(`written to ${mine}/.local/share`) });
  const { stdout } = await box.run(['serve:unit'], { command, env });
  expect(stdout).toContain('\nUser=nobody\n');
  expect(stdout).toContain('\nWantedBy=multi-user.target\n');
});

asRoot('the system user itself runs commands without a hop', async () => {
  const { box, command, env } = server();
  using _ = box;
  const asNobody = { command, env, uid: NOBODY };
  const unprepared = ` !     Cannot prepare the home ${box.home} (EACCES); run \`tool server:setup\` as root\n`;
  expect(await box.run(['who:am-i'], asNobody)).toEqual({ stdout: '', stderr: unprepared, status: 1, signal: null });
  await box.run(['version'], { command, env });
  const { stdout } = await box.run(['who:am-i'], { command, env: { ...env, PATH: '/usr/bin:/bin', ...{ SUDO_USER: '' } }, uid: NOBODY });
  expect(stdout).toContain(`nobody|tester|${box.home}|`);
});

asRoot('a hop by anyone but root forgets the ABI, and asks sudo for the launcher alone', async () => {
  const { box, command, env } = server();
  using _ = box;
  const sent = {
    TOOL_HOME: undefined,
    NAME: 'evil',
    FINGERPRINT: 'evil',
    TOOL_FAST: '0',
    DOKKU_IMAGE: 'evil',
    TOOL_TRANSACTION: 'evil',
    PLUGIN_PATH: '/evil',
    SSH_USER: 'evil',
    KEPT: 'kept',
  };
  const { stdout } = await box.run(['--app', 'x', 'my-plugin:x', 'a b'], { command, env: { ...env, ...sent, ...recordingSudo(box) }, uid: 1 });
  const [argv = '', ...variables] = stdout.split('\n');
  expect(argv).toBe(`[-u][nobody][-H][--][${command}][--app][x][my-plugin:x][a b]`);
  expect(variables).toContain('KEPT=kept');
  expect(variables.filter((line) => /^(TOOL|DOKKU|PLUGIN)_|evil/.test(line))).toEqual([]);
});

asRoot('a home that somebody names is acted on, or nothing is: never another one', async () => {
  const { box, command, env } = server();
  using _ = box;
  mkdirSync(join(box.root, 'mine'));
  chownSync(join(box.root, 'mine'), 1, 1);
  const as = (home: string, words: string[]) => box.run(words, { command, env: { ...env, ...recordingSudo(box), TOOL_HOME: home }, uid: 1 });
  // One that is yet to be made, and then is its maker's, management included.
  const fresh = join(box.root, 'mine/new/sub');
  expect(await as(fresh, ['--force', 'apps:destroy', 'web'])).toMatchObject({ stdout: '', stderr: ' !     App web does not exist\n', status: 20 });
  expect(await as(`${fresh}/`, ['apps:create', 'web'])).toMatchObject({ stdout: expect.stringContaining('Creating web'), status: 0 });
  expect(await as(fresh, ['plugin:disable', 'nothing'])).toMatchObject({ stderr: ' !     Plugin does not exist\n' });
  expect(statSync(join(fresh, 'root/web')).uid).toBe(1);
  // One that cannot be made.
  expect(await as(join(box.root, 'sandbox/x'), ['apps:list'])).toMatchObject({
    stdout: '',
    stderr: expect.stringContaining('Cannot make the home'),
    status: 1,
  });
  // One of the system user's that sudo does not lead to.
  expect(await as(box.home, ['apps:list'])).toEqual({
    stdout: '',
    stderr: ` !     The home ${box.home} belongs to nobody, and sudo leads to /var/lib/tool alone; nothing was run. Leave TOOL_HOME unset, or have ${box.home} named in /etc/default/tool\n`,
    status: 1,
    signal: null,
  });
});

asRoot('who came through sudo is who sudo says, and an explanation asks the guards first', async () => {
  const { box, command, env } = server();
  using _ = box;
  await box.run(['version'], { command, env });
  const through = { command, env: { ...env, SUDO_USER: 'alice', SSH_USER: 'evil' }, uid: NOBODY };
  expect((await box.run(['who:am-i'], through)).stdout).toContain(`nobody|alice|${box.home}|`);
  box.plugin('lc', { 'subcommands/told': '#!/bin/sh\necho "<$LC_ADMINS><$LC_ALL>"\n' });
  expect(await box.run(['lc:told'], { ...through, env: { ...through.env, LC_ADMINS: 'alice', LC_ALL: 'C' } })).toMatchObject({ stdout: '<><>\n' });
  await box.run(['apps:create', 'web'], through);
  expect(await box.run(['config:import', 'web', '/etc/passwd'], through)).toMatchObject({
    stderr: expect.stringContaining('cannot be named by a remote user'),
    status: 1,
  });
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
