import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Machine } from '../support/machine.ts';
import { testNeeding } from '../support/needs.ts';
import { PACKAGE } from '../support/sandbox.ts';
import { startMachineSshd } from '../support/sshd.ts';

const onAMachine = testNeeding('root', 'sudo', 'sshd', 'ssh', 'unshare', 'nsenter', 'setpriv');

/** The blocks that docs/server.md has for a shell, under their headings. */
function blocks(): { heading: string; script: string }[] {
  const sections = readFileSync(join(PACKAGE, 'docs/server.md'), 'utf8').split(/^## /m).slice(1);
  return sections.flatMap((section) => {
    const heading = section.split('\n')[0] ?? '';
    return [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, script = '']) => ({ heading, script }));
  });
}

onAMachine('docs/server.md can be followed to the end', { timeout: 120_000 }, async () => {
  using machine = new Machine();
  const { box } = machine;
  const of = (heading: string) => blocks().filter((block) => block.heading === heading);
  const ran: string[] = [];
  /** Runs the blocks under a heading as they stand; make is run for the checkout, and the tests have built that. */
  const follow = async (heading: string): Promise<string> => {
    let printed = '';
    for (const { script } of of(heading)) {
      if (script.startsWith('make install')) await machine.install();
      printed += await machine.root('bash', '-e', '-o', 'pipefail', '-c', script.replace(/^make install.*\n/, ''));
      ran.push(script);
    }
    return printed;
  };
  await machine.root('useradd', '--create-home', 'alice');
  for (const name of ['bob', 'carol']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(box.root, name)]);

  const set = await follow('Set it up');
  expect(set).toContain('make the system user tool: useradd --system');
  expect(set.trimEnd().split('\n').at(-1)).toBe('All is well: commands run as tool in /var/lib/tool');
  expect(await machine.root('tool', 'server:setup')).toBe('Nothing is left to do: commands run as tool in /var/lib/tool\n');

  expect(await follow('Let somebody in')).toContain('restrict,pty,command="FINGERPRINT=SHA256:');
  expect(await machine.as('alice', ['tool', 'apps:create', 'web'])).toMatchObject({ stdout: expect.stringContaining('Creating web'), status: 0 });
  expect(await machine.root('stat', '-c', '%U', '/var/lib/tool/root/web')).toBe('tool\n');

  // The gate's keys are root's, as the page wants it.
  await machine.root('sh', '-ec', 'mkdir ~gate/.ssh && tool server:key carol <carol.pub >~gate/.ssh/authorized_keys');
  const sshd = await startMachineSshd(machine);
  const { ssh, port } = sshd;
  expect(await ssh('tool', 'bob', 'apps:list')).toMatchObject({ stdout: '=====> My Apps\nweb\n', stderr: '', status: 0 });
  expect(await ssh('tool', 'carol', 'apps:list')).toMatchObject({ stdout: '', status: 255 });
  // To sshd itself, which would greet.
  expect(await ssh('tool', 'bob', '-W', `127.0.0.1:${port}`)).toMatchObject({
    stdout: '',
    stderr: expect.stringContaining('stdio forwarding failed'),
    status: 255,
  });

  await follow('Guards');
  box.file('who/plugin.toml', '[plugin]\nversion = "1"\n').file('who/user-auth', '#!/bin/sh\necho "$1|$2|$FINGERPRINT|${SSH_CLIENT%% *}" >&2\n');
  await machine.root('tool', 'plugin:install', join(box.root, 'who'));
  expect(await ssh('tool', 'bob', 'apps:list')).toMatchObject({
    stdout: expect.stringContaining('web'),
    stderr: expect.stringMatching(/^tool\|bob\|SHA256:[^|]+\|127\.0\.0\.1\n/),
  });
  expect(await ssh('tool', 'bob', 'apps:destroy', 'web', '--force')).toMatchObject({ stdout: '', stderr: expect.stringContaining('Access denied'), status: 1 });
  // The gate's word on the key is believed; a person's is not.
  expect(await ssh('gate', 'carol', 'apps:list')).toMatchObject({
    stdout: expect.stringContaining('web'),
    stderr: expect.stringMatching(/^gate\|carol\|SHA256:[^|]+\|127\.0\.0\.1\n/),
  });
  const claimed = { NAME: 'root', FINGERPRINT: 'evil', SSH_USER: 'root', TOOL_FAST: '0', TOOL_HOP_USER: 'evil' };
  expect(await machine.as('alice', ['tool', 'apps:list'], { env: claimed })).toMatchObject({ status: 0, stderr: 'alice|default||\n' });
  expect(await machine.as('alice', ['tool', '--force', 'apps:destroy', 'web'])).toMatchObject({ status: 1, stderr: expect.stringContaining('Access denied') });
  sshd[Symbol.dispose]();
  await machine.root('tool', 'plugin:uninstall', 'who');

  await follow('Locked out');
  expect(await machine.as('alice', ['tool', 'apps:create', 'second'])).toMatchObject({ status: 0, stderr: '' });

  expect(await follow('Backup and restore')).toContain('All is well');
  expect(await machine.as('alice', ['tool', 'apps:list'])).toMatchObject({ stdout: '=====> My Apps\nsecond\nweb\n', status: 0 });
  expect(ran).toEqual(blocks().map(({ script }) => script));

  // Too open, and missing: what check says of it.
  await machine.root('sh', '-c', 'chown tool /var/lib/tool/plugins && sed "s/^restrict,//" -i ~tool/.ssh/authorized_keys && rm /etc/sudoers.d/tool');
  expect(await machine.as('root', ['tool', 'server:check'])).toEqual({
    stdout:
      '/var/lib/tool/plugins belongs to tool; run tool server:setup\n' +
      '/etc/sudoers.d/tool is missing: nobody but root can become tool; run tool server:setup\n' +
      '~tool/.ssh/authorized_keys, line 1 has no restrict, so that its holder may forward ports; put restrict, in front of it\n',
    stderr: '',
    status: 1,
    signal: null,
  });
  const checked = await machine.as('root', ['tool', 'server:check', '--json']);
  expect(checked).toMatchObject({ status: 1, stderr: '' });
  expect(JSON.parse(checked.stdout)).toMatchObject({ user: 'tool', home: '/var/lib/tool', problems: { length: 3 } });
  const line = await machine.root('sh', '-c', 'tool server:key carol <carol.pub');
  const key = JSON.parse(await machine.root('sh', '-c', 'tool server:key carol --json <carol.pub'));
  expect(key).toEqual({ name: 'carol', fingerprint: expect.stringMatching(/^SHA256:/), line: line.trimEnd() });
  expect(await machine.as('alice', ['tool', 'server:check'])).toMatchObject({ stdout: '', stderr: ' !     This command must be run as root\n', status: 1 });
  // It refuses while processes of the system user run, and those of a session that is over end a moment later.
  const running = async () => (await machine.as('root', ['ps', '-u', 'tool', '-o', 'args='])).stdout;
  await expect.poll(running, { timeout: 20_000 }).toBe('');
  expect(JSON.parse(await machine.root('tool', 'server:setup', '--format', 'json'))).toMatchObject({
    user: 'tool',
    applied: true,
    steps: [
      { kind: 'take-code', path: '/var/lib/tool/plugins' },
      { kind: 'forget', path: '/var/lib/tool/plugins/config-exports' },
      { kind: 'prepare' },
      { kind: 'write', path: '/etc/sudoers.d/tool', mode: 0o440 },
    ],
  });

  // A plugin of the user's has the word while it is enabled; the core one is reachable all the same.
  const make =
    'mkdir -p server/bare && printf "[plugin]\\nversion = \\"1\\"\\n" >server/plugin.toml && printf "#!/bin/sh\\necho own\\n" >server/bare/check && chmod +x server/bare/check';
  await machine.root('sh', '-c', `${make} && tool plugin:install ./server`);
  expect(await machine.root('tool', 'server:check')).toBe('own\n');
  expect(await machine.as('alice', ['tool', 'server:check'])).toMatchObject({ stdout: 'own\n', status: 0 });
  expect(await machine.as('root', ['tool', 'core-server:check'])).toMatchObject({ stdout: expect.stringContaining('restrict'), status: 1 });
  await machine.root('tool', 'plugin:disable', 'server');
  expect(await machine.as('root', ['tool', 'server:check'])).toMatchObject({ stdout: expect.stringContaining('restrict'), status: 1 });
  await machine.root('tool', 'plugin:enable', 'core-server');
  expect(await machine.as('root', ['tool', 'core-server:check'])).toMatchObject({ stdout: expect.stringContaining('restrict'), status: 1 });
});
