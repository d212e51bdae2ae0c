import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { Sandbox, SHELLS, type ShellName } from '../support/sandbox.ts';
import { asOrdinaryUser } from '../support/unprivileged.ts';

// The launcher looks for guards from inside the plugins' folder; nothing of that may be seen by the plugin.
const WHERE = '#!/bin/sh\n/bin/pwd -P\necho "$PWD ${OLDPWD-unset}"\n[ ! -e /proc/self/fd/9 ] || echo "fd 9"\n';
const shells = Object.keys(SHELLS).filter((name) => name !== 'bash --posix') as ShellName[];

test.each(shells)('the current directory, PWD, OLDPWD and descriptors are the caller’s under %s', async (shell) => {
  using box = new Sandbox();
  box.plugin('where', { 'subcommands/am-i': WHERE });
  mkdirSync(join(box.root, 'real'));
  symlinkSync('real', join(box.root, 'link'));
  for (const fast of ['1', '0']) {
    for (const oldpwd of [undefined, '/x y']) {
      const env = { TOOL_FAST: fast, OLDPWD: oldpwd, PWD: join(box.root, 'link') };
      const { stdout, status } = await box.run(['where:am-i'], { shell, env, cwd: join(box.root, 'link') });
      expect({ stdout, status }).toEqual({ stdout: `${join(box.root, 'real')}\n${join(box.root, 'link')} ${oldpwd ?? 'unset'}\n`, status: 0 });
    }
  }
});

test('a directory that cannot be read, or is gone, is where the plugin runs all the same', async () => {
  using box = new Sandbox();
  box.plugin('where', { 'subcommands/am-i': '#!/bin/sh\nexec stat -c %i .\n' });
  const { command, uid } = asOrdinaryUser(box);
  await box.run(['version'], { command, uid });
  for (const mode of [0o311, 0o111]) {
    const cwd = join(box.root, `mode-${mode}`);
    mkdirSync(cwd);
    chmodSync(cwd, mode);
    const direct = await box.run(['-c', '%i', '.'], { command: 'stat', cwd });
    expect(await box.run(['where:am-i'], { command, uid, cwd })).toMatchObject({ stdout: direct.stdout, status: 0 });
  }
});

testNeeding('sh')('a directory that is renamed and replaced meanwhile is not mistaken', async () => {
  using box = new Sandbox();
  box.plugin('where', { 'subcommands/am-i': '#!/bin/sh\nexec stat -c %i .\n' });
  await box.run(['version']);
  const cwd = join(box.root, 'place');
  mkdirSync(cwd);
  const { stdout } = await box.run(['-c', '%i', '.'], { command: 'stat', cwd });
  const [ready, go] = [join(box.root, 'ready'), join(box.root, 'go')];
  const run = box.run(['where:am-i'], { cwd, before: `: >'${ready}'; while [ ! -e '${go}' ]; do sleep 0.01; done` });
  await expect.poll(() => existsSync(ready), { timeout: 20_000 }).toBe(true);
  rmSync(cwd, { recursive: true });
  mkdirSync(cwd);
  writeFileSync(go, '');
  expect((await run).stdout).toBe(stdout);
});
