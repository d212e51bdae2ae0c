import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Sandbox, TOOL } from '../support/sandbox.ts';

const box = new Sandbox().dokkusSet();
box.plugin('deploy', { 'subcommands/canary': '#!/bin/sh\necho ran\n', 'subcommands/default': '#!/bin/sh\necho ran\n' });
box.plugin('ops', { 'subcommands/backup': '#!/bin/sh\n# Summary: Back up everything\necho backed up\n', 'subcommands/restore': '#!/bin/sh\n' });
box.plugin('asleep', { 'subcommands/now': '#!/bin/sh\necho ran\n' }, { enabled: false });
await box.run(['version']);
const dokku = join(box.root, 'dokku');
const acme = join(box.root, 'acme');
for (const path of [dokku, acme]) symlinkSync(TOOL, path);
afterAll(() => box[Symbol.dispose]());

const refusal = (stderr: string) => ({ stdout: '', stderr, status: 1, signal: null });

describe.concurrent('an unknown command', () => {
  test('is named, with where to look, and exits 1', async () => {
    expect(await box.run(['fakecommand', 'a', 'b  c', ''])).toEqual(
      refusal(' !     `fakecommand a b  c ` is not a tool command.\n !     See `tool help` for a list of available commands.\n'),
    );
  });

  test('that is near to one gets a suggestion', async () => {
    expect(await box.run(['deploy:canry', 'web'])).toEqual(
      refusal(
        ' !     `deploy:canry web` is not a tool command.\n !     Did you mean `tool deploy:canary`?\n !     See `tool help` for a list of available commands.\n',
      ),
    );
    expect((await box.run(['deplyo'])).stderr).toContain('Did you mean `tool deploy`?');
    expect((await box.run(['halp'])).stderr).toContain('Did you mean `tool help`?');
  });

  test.each([
    [['ops', 'backup'], 'Did you mean `tool ops:backup`?', 'See `tool ops` for the commands of ops.'],
    [['ops', 'bakcup', 'x'], 'Did you mean `tool ops:backup`?', 'See `tool ops` for the commands of ops.'],
    [['ops', 'ps'], 'See `tool ops` for the commands of ops.'],
    [['ops:bakup'], 'Did you mean `tool ops:backup`?', 'See `tool help` for a list of available commands.'],
    [['osp', 'backup'], 'Did you mean `tool ops:backup`?', 'See `tool help` for a list of available commands.'],
    [['opss'], 'Did you mean `tool ops`?', 'See `tool help` for a list of available commands.'],
    [['plugin', 'list'], 'Did you mean `tool plugin:list`?', 'See `tool plugin` for the commands of plugin.'],
    [['plugin', 'ls'], 'Did you mean `tool plugin:list`?', 'See `tool plugin` for the commands of plugin.'],
    [['plugin:add'], 'Did you mean `tool plugin:install`?', 'See `tool help` for a list of available commands.'],
    [['plugin:remove', 'x'], 'Did you mean `tool plugin:uninstall`?', 'See `tool help` for a list of available commands.'],
    [['plugin:rm'], 'Did you mean `tool plugin:uninstall`?', 'See `tool help` for a list of available commands.'],
    [['plugin:upgrade'], 'Did you mean `tool plugin:update`?', 'See `tool help` for a list of available commands.'],
    [['plugin:ls'], 'Did you mean `tool plugin:list`?', 'See `tool help` for a list of available commands.'],
    [['apps:delete', 'web'], 'Did you mean `tool apps:destroy`?', 'See `tool help` for a list of available commands.'],
    [['nginx:strat'], 'Did you mean `tool nginx:start`?', 'See `tool help` for a list of available commands.'],
    [['hlep'], 'Did you mean `tool help`?', 'See `tool help` for a list of available commands.'],
    [['asleep:now'], 'The plugin asleep is disabled; enable it with `tool plugin:enable asleep`.'],
    [['asleep'], 'The plugin asleep is disabled; enable it with `tool plugin:enable asleep`.'],
  ])('%j is told what was meant', async (argv, ...lines) => {
    expect(await box.run(argv)).toEqual(refusal([`\`${argv.join(' ')}\` is not a tool command.`, ...lines].map((line) => ` !     ${line}\n`).join('')));
  });

  test('a bare plugin without a command of its own lists those it has, and it is no success', async () => {
    const page = 'Usage: tool ops:COMMAND\n\nCommands:\n    ops:backup    Back up everything\n    ops:restore\n\n`tool help ops:COMMAND` tells more of one.\n';
    expect(await box.run(['ops'])).toEqual({ ...refusal(''), stdout: page });
    expect(await box.run(['ops'], { command: dokku })).toMatchObject({ stdout: '', status: 1 });
  });

  test('behind a core plugin’s own command is named, with the command that was meant', async () => {
    expect(await box.run(['apps', 'create', 'web'])).toEqual(
      refusal(' !     Unexpected argument(s): [create web]\n !     Did you mean `tool apps:create`?\n !     Usage: tool apps\n'),
    );
    expect((await box.run(['apps', 'create'], { command: dokku })).stderr).not.toContain('Did you mean');
    expect(await box.run(['plugin', '--help'])).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('Usage: tool plugin[:COMMAND]') });
  });

  test('is said under the brand’s own name', async () => {
    expect((await box.run(['deplyo'], { command: acme })).stderr).toBe(
      ' !     `deplyo` is not an acme command.\n !     Did you mean `acme deploy`?\n !     See `acme help` for a list of available commands.\n',
    );
  });

  test.each([
    [['fakecommand', 'a', 'b', 'c'], 'fakecommand a b c'],
    [['deplyo', 'two words'], 'deplyo two words'],
    [['deploy:'], 'deploy:'],
    [['deploy:nothing'], 'deploy:nothing'],
    [['help:help'], 'help:help'],
    [['--unknown', 'fakecommand'], 'fakecommand'],
  ])('under the brand dokku %j gets Dokku’s two lines exactly', async (argv, shown) => {
    expect(await box.run(argv, { command: dokku })).toEqual(
      refusal(` !     \`${shown}\` is not a dokku command.\n !     See \`dokku help\` for a list of available commands.\n`),
    );
  });

  test('of Dokku that needs Docker or a server is refused with the reason, unless a plugin of that name is here', async () => {
    const refused =
      " !     storage:mount is not possible: there is no Docker here, so no app has processes\n !     Run the app's program yourself, or this command on a Dokku server\n";
    expect(await box.run(['storage:mount', 'web', '/a:/b'])).toEqual(refusal(refused));
    expect(await box.run(['storage:mount', 'web', '/a:/b'], { command: dokku })).toEqual(refusal(refused));
    expect((await box.run(['--explain', 'logs', 'web'])).stdout).toContain("warnings:  logs is one of Dokku's and not possible here: there is no Docker here");
    using own = new Sandbox();
    own.plugin('storage', { 'subcommands/here': '#!/bin/sh\necho ran\n' });
    expect((await own.run(['storage:mount'])).stderr).toContain('`storage:mount` is not a tool command');
  });

  test('prints its bytes as they were typed', async () => {
    const result = await box.run(['nobody', Buffer.from([0xff, 0x81])]);
    expect(result.stderr.split('\n')[0]).toBe(' !     `nobody \xff\x81` is not a tool command.');
  });

  test('says nothing on stdout and reads no stdin', async () => {
    const result = await box.run(['-c', '"$1" nobody 2>/dev/null; cat', 'sh', TOOL], { command: '/bin/sh', stdin: 'kept' });
    expect(result).toMatchObject({ stdout: 'kept', status: 0 });
  });
});
