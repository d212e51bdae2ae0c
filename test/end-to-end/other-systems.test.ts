import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Repository } from '../support/git.ts';
import { testNeeding } from '../support/needs.ts';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';

/** Starts a command in front of which /proc is gone, for it alone. */
const WITHOUT_PROC = ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none /proc && exec "$@"', 'sh'];
const refused = { stdout: '', stderr: ' !     /proc is not mounted; mount it, as root: mount -t proc proc /proc\n', status: 1, signal: null };

/** Every path in a home, that of its rendered environment included. */
const everythingIn = (box: Sandbox): string[] => readdirSync(box.home, { recursive: true, encoding: 'utf8' }).sort();

const asRoot = testNeeding('root', 'unshare');

asRoot('without /proc no home is made, and nothing of one is changed', { timeout: 120_000 }, async () => {
  using box = new Sandbox();
  expect(await box.run(['version'], { under: WITHOUT_PROC })).toEqual(refused);
  expect(existsSync(box.home)).toBe(false);

  const repository = new Repository(join(box.root, 'greet'));
  repository.publish('1');
  await box.run(['plugin:install', `file://${repository.path}`]);
  await box.run(['apps:create', 'web']);
  repository.publish('2');
  const before = everythingIn(box);
  for (const line of [
    'plugin:uninstall greet',
    'plugin:disable greet',
    'plugin:pin greet',
    'plugin:lock',
    'apps:create other',
    'apps:destroy web --force',
    'config:set web A=1',
    'events:on',
    'server:check',
    'plugin:update greet',
  ]) {
    expect({ line, ...(await box.run(line.split(' '), { under: WITHOUT_PROC })) }).toEqual({ line, ...refused });
  }
  const installed = await box.run(['plugin:install', join(PACKAGE, 'examples/hello')], { under: WITHOUT_PROC });
  expect(installed).toMatchObject({ ...refused, stdout: expect.any(String) });
  const prop = { under: WITHOUT_PROC, command: join(PACKAGE, 'plugins/common/prop'), env: { DOKKU_LIB_ROOT: box.home } };
  expect(await box.run(['rpush', 'greet', 'web', 'key', 'value'], prop)).toMatchObject({ status: 1, stderr: expect.stringContaining('/proc is not mounted') });
  expect(everythingIn(box)).toEqual(before);
  // What changes nothing goes on.
  expect(await box.run(['greet'], { under: WITHOUT_PROC })).toMatchObject({ status: 0, stdout: '1\n' });
});

test('on another system than Linux no home is made', async () => {
  using box = new Sandbox();
  box.file('elsewhere.cjs', "Object.defineProperty(process, 'platform', { value: 'darwin' });\n");
  box.file('bin/node', `#!/bin/sh\nexec '${process.execPath}' --require '${join(box.root, 'elsewhere.cjs')}' "$@"\n`);
  expect(await box.run(['version'], { env: { PATH: `${join(box.root, 'bin')}:${process.env.PATH}` } })).toEqual({
    ...refused,
    stderr: ' !     This runs on Linux, and darwin is another system; on Windows use WSL 2, elsewhere a virtual machine\n',
  });
  expect(existsSync(box.home)).toBe(false);
});
