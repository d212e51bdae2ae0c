import { join } from 'node:path';
import { expect } from 'vitest';
import { Machine } from '../support/machine.ts';
import { testNeeding } from '../support/needs.ts';

const onAMachine = testNeeding('root', 'sudo', 'unshare', 'nsenter', 'setpriv');
const HOME = '/var/lib/tool';

/** Where root writes, renames or removes, and where the system user would have it lead elsewhere: code first, then state. */
const CODE = [
  ...['plugins/store/.staging', 'plugins/store/.guards', 'plugins/store/hello', 'plugins/store/pending', 'plugins/store/.lock', 'plugins/store/.config.lock'],
  ...['plugins/store/.addresses', 'plugins/store', 'plugins/config-exports', 'plugins/config.toml', 'plugins/available', 'plugins/enabled', 'plugins'],
  ...['core-plugins/available', 'core-plugins/enabled', 'core-plugins', 'env', 'tool.toml', 'tool.lock', 'root', 'config', 'log'],
];
const STATE = ['config/--global', 'config/common', 'config/apps', 'data/apps', 'log/events.log', 'root/.dokkurc', 'root/.ssh'];

/** What root does with plugins and with a server. */
const DEEDS = [
  ['plugin:install', './hello'],
  ['plugin:update', 'hello'],
  ['plugin:install'],
  ['plugin:rollback', 'hello'],
  ['plugin:disable', 'hello'],
  ['plugin:enable', 'hello'],
  ['plugin:lock'],
  ['events:on'],
  ['plugin:trigger', 'post-deploy', 'web'],
  ['events:off'],
  ['version'],
  ['server:setup'],
  ['plugin:uninstall', 'hello'],
];

onAMachine('a link that the system user plants anywhere in a home leads root nowhere', { timeout: 300_000 }, async () => {
  using machine = new Machine();
  const { box } = machine;
  await machine.install();
  await machine.root('tool', 'server:setup');
  box.file('hello/plugin.toml', '[plugin]\nversion = "1"\n[plugin.config]\nkey = "value"\n').file('hello/install', '#!/bin/sh\nid -un >"$TOOL_HOME/ran-as"\n');
  box.file('hello/user-auth', '#!/bin/sh\nexit 0\n').file('evil', `id -un >>${HOME}/root/evil-ran-as\n`);
  box.file('outside/file', 'kept\n').file('outside/1/kept', '').file('outside/.tmp-1-x/kept', '').file('outside/x.sh', '');
  await machine.root('chmod', '-R', 'a+rX', 'hello', 'evil', 'outside');
  /** What stands outside, whole: names, contents, owners, modes and times. */
  const outside = () => machine.root('sh', '-c', 'cd outside && find . -printf "%p %u %m %s %T@\\n" | sort && cat file');
  /** Plants links to it as the system user, inside-out, and tells where that was possible. */
  const plant = async (places: readonly string[]): Promise<string[]> => {
    const script = 'for place do rm -rf "$place"; ln -sT "$outside" "$place" && echo "$place"; done 2>/dev/null; :';
    const user = ['setpriv', '--reuid', 'tool', '--regid', 'tool', '--clear-groups', 'env', '-C', HOME, `outside=${join(box.root, 'outside')}`];
    return (await machine.root(...user, 'sh', '-c', script, 'sh', ...places)).split('\n').filter((place) => place !== '');
  };
  const before = await outside();

  // Where code stands no link can be planted; in what is the system user's, root does not write.
  expect(await plant([...CODE, ...STATE])).toEqual(STATE);
  await machine.root('ln', '-s', join(box.root, 'evil'), `${HOME}/root/dokkurc`);
  const statuses: Record<string, number | null> = {};
  for (const deed of DEEDS) statuses[deed.join(' ')] = (await machine.as('root', ['tool', ...deed])).status;
  expect(await outside()).toBe(before);
  expect(statuses).toMatchObject({
    'plugin:install ./hello': 0,
    'plugin:update hello': 0,
    'plugin:disable hello': 0,
    'plugin:enable hello': 0,
    'plugin:lock': 0,
  });
  expect(await machine.root('cat', `${HOME}/ran-as`)).toBe('root\n');
  expect([...new Set((await machine.root('cat', `${HOME}/root/evil-ran-as`)).split('\n'))]).toEqual(['tool', '']);

  // A home that is the system user's as a whole: root works in none of it, and takes over nothing that leads out of it.
  await machine.root('chown', '-R', '-h', 'tool:tool', HOME);
  await machine.root('sh', '-c', `rm -rf ${HOME}/config ${HOME}/root/dokkurc ${HOME}/root/.ssh; install -d -o tool ${HOME}/config`);
  for (const place of ['plugins/store/.staging', 'plugins/config-exports', 'plugins/store/hello']) {
    expect(await plant([place])).toEqual([place]);
    const refused = await machine.as('root', ['tool', 'plugin:install', './hello']);
    expect(refused).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining(`The home ${HOME} belongs to tool, and root runs only code that is root's`),
      status: 1,
    });
    const inTheWay = ` !     ${HOME}/${place} is a link that belongs to tool; look where it leads, then put there what belongs there, or nothing\n`;
    expect(await machine.as('root', ['tool', 'server:setup'])).toEqual({ stdout: '', stderr: inTheWay, status: 1, signal: null });
    await machine.root('rm', `${HOME}/${place}`);
  }
  expect(await outside()).toBe(before);

  // What leads nowhere is taken over, and from then on only root can change it.
  await machine.root('sh', '-c', `echo 'exit 1' | tee $(find ${HOME}/env -name '*.sh')`);
  await machine.root('tool', 'server:setup');
  expect(
    await machine.root('find', `${HOME}/plugins`, `${HOME}/core-plugins`, `${HOME}/env`, '!', '-user', 'root', '-o', '!', '-type', 'l', '-perm', '/022'),
  ).toBe('');
  expect(await plant(CODE)).toEqual([]);
  await machine.root('tool', 'plugin:install', './hello');
  // Nor does the store follow a link that root's own hand put there.
  await machine.root('sh', '-ec', `rm -rf ${HOME}/plugins/store/.staging && ln -s ${join(box.root, 'outside')} ${HOME}/plugins/store/.staging`);
  expect(await machine.as('root', ['tool', 'plugin:update', 'hello'])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('.staging in the store is not a directory'),
  });
  expect(await outside()).toBe(before);
});
