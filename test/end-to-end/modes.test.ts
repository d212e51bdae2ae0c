import { execFileSync } from 'node:child_process';
import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { tarGz } from '../support/archives.ts';
import { testNeeding } from '../support/needs.ts';
import { Sandbox } from '../support/sandbox.ts';
import { installInto, unprivilegedUid } from '../support/unprivileged.ts';

const MANIFEST = '[plugin]\ndescription = "modes"\nversion = "1.0.0"\n[plugin.config]\n';
const PROGRAM = '#!/bin/sh\ncat "${0%/subcommands/*}/words"\n';

testNeeding('root')('what root installs under a strict umask is run by other users, and what they may not look into is told as such', async () => {
  using box = new Sandbox();
  const command = installInto(box);
  const files = { 'plugin.toml': MANIFEST, 'subcommands/default': PROGRAM, words: 'hello\n' };
  for (const [path, text] of Object.entries(files)) box.file(`copied/${path}`, text, path.endsWith('default') ? 0o700 : 0o600).file(`cloned/${path}`, text);
  chmodSync(join(box.root, 'copied/subcommands'), 0o700);
  box.file('packed.tgz', tarGz(Object.entries(files).map(([name, body]) => ({ name: `p/${name}`, body, mode: name.endsWith('default') ? 0o700 : 0o600 }))));
  const git = (...words: string[]) => execFileSync('git', ['-C', join(box.root, 'cloned'), '-c', 'user.name=a', '-c', 'user.email=a@b', ...words]);
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'modes');
  const asRoot = { command, before: 'umask 077' };
  const asOther = { command, uid: unprivilegedUid };
  for (const [name, source] of Object.entries({ copied: 'copied', packed: 'packed.tgz', cloned: `file://${box.root}/cloned` })) {
    const place = source.startsWith('file:') ? source : join(box.root, source);
    expect(await box.run(['plugin:install', place, '--name', name], asRoot)).toMatchObject({ status: 0, stderr: '' });
    expect(await box.run([name], asOther)).toEqual({ status: 0, signal: null, stdout: 'hello\n', stderr: '' });
  }
  const mode = (path: string): string => (statSync(box.at(path)).mode & 0o7777).toString(8);
  const made = ['plugins/store', 'plugins/store/copied/receipts/1.json', 'plugins/store/copied/receipts/1.files', 'plugins/enabled', 'plugins/config-exports'];
  expect([...made, 'plugins/available/copied/words', 'plugins/available/packed/subcommands/default'].map(mode)).toEqual([
    ...['755', '644', '644', '755', '755'],
    ...['644', '755'],
  ]);
  expect(await box.run(['plugin:list'], asOther)).toMatchObject({ status: 0, stderr: '' });

  // The plugin's own folder stays open: a guard that cannot be looked for denies every command.
  const shut = box.at('plugins/available/copied/subcommands');
  chmodSync(shut, 0o700);
  const file = box.at('plugins/enabled/copied/subcommands/default');
  const why = `cannot look into ${shut}: permission denied`;
  const refused = await box.run(['copied'], asOther);
  expect(refused.status).toBe(126);
  expect(refused.stderr).toContain(` !     ${file} cannot be run: ${why}; ask its owner for leave to read it\n`);
  expect((await box.run(['--explain', 'copied'], asOther)).stdout).toContain(`${file}: ${why}`);
});
