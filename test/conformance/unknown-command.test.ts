import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Sandbox, TOOL } from '../support/sandbox.ts';

const box = new Sandbox();
box.plugin('deploy', { 'subcommands/canary': '#!/bin/sh\necho ran\n', 'subcommands/default': '#!/bin/sh\necho ran\n' });
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

  test('prints its bytes as they were typed', async () => {
    const result = await box.run(['nobody', Buffer.from([0xff, 0x81])]);
    expect(result.stderr.split('\n')[0]).toBe(' !     `nobody \xff\x81` is not a tool command.');
  });

  test('says nothing on stdout and reads no stdin', async () => {
    const result = await box.run(['-c', '"$1" nobody 2>/dev/null; cat', 'sh', TOOL], { command: '/bin/sh', stdin: 'kept' });
    expect(result).toMatchObject({ stdout: 'kept', status: 0 });
  });
});
