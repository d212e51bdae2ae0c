import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.ts';

const SHOWS = '#!/bin/sh\nprintf "%s|" "$0" "$@" | sed "s|.*/enabled/||"\n';

test('an alias for a whole word stands for it where nothing of that plugin could answer', async () => {
  using box = Sandbox.prepared();
  await box.run(['version']);
  box.plugin('deploy', { 'subcommands/canary': SHOWS, 'subcommands/own': SHOWS });
  box.plugin('asked', { commands: '#!/bin/sh\ncase $1 in asked:x) echo mine ;; *) exit 10 ;; esac\n' });
  const aliases = {
    'apps:new': 'apps:create',
    'deploy:fast': 'deploy:canary',
    'deploy:own': 'deploy:canary',
    'asked:x': 'deploy:canary',
    'no:one': 'up',
    'odd:one': '../x',
  };
  writeFileSync(
    box.at('tool.toml'),
    `[aliases]\nup = "deploy:canary"\n${Object.entries(aliases)
      .map(([key, word]) => `"${key}" = "${word}"\n`)
      .join('')}`,
  );
  const canary = { stdout: 'deploy/subcommands/canary|deploy:canary|web|', stderr: '', status: 0, signal: null };
  expect(await box.run(['deploy:fast', 'web'])).toEqual(canary);
  expect(await box.run(['up', 'web'])).toEqual(canary);
  expect(await box.run(['apps:new', 'web'])).toMatchObject({ stderr: '', status: 0 });
  expect((await box.run(['apps:list'])).stdout).toContain('web');
  // Never in the place of a plugin's own command.
  expect((await box.run(['deploy:own', 'web'])).stdout).toBe('deploy/subcommands/own|deploy:own|web|');
  expect(await box.run(['asked:x'])).toMatchObject({ stdout: 'mine\n', stderr: '' });
  // One alias is not looked up in another.
  expect((await box.run(['no:one'])).stderr).toContain('`up` is not a tool command.');
  expect((await box.run(['odd:one'])).stderr.split('\n')[0]).toBe(
    ` !     the alias "odd:one" in ${box.at('tool.toml')} does not name a plugin or a command; write it as "odd:one" = "plugin:command"`,
  );
});
