import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type RunOptions, type RunResult, Sandbox, TOOL } from '../support/sandbox.ts';

const SHOW = '#!/bin/sh\nprintf "%s|" "$@"\nprintf " %s,%s %s %s\\n" "$DOKKU_APP_NAME" "$TOOL_APP_NAME" "$TOOL_ABI" "$DOKKU_COMMAND"\n';

const box = new Sandbox("nested $HOME's");
box.plugin('core', { 'subcommands/show': SHOW });
box.plugin('mine', {
  'subcommands/show': SHOW,
  'subcommands/calls': '#!/bin/sh\nshift\nexec dokku "$@"\n',
  'subcommands/renames': '#!/bin/sh\nshift\nDOKKU_APP_NAME=other exec dokku "$@"\n',
  'subcommands/clears': '#!/bin/sh\nshift\nunset DOKKU_APP_NAME\nexec dokku "$@"\n',
  'subcommands/twice': '#!/bin/sh\nshift\ndokku mine:calls "$@"\ndokku "$@"\n',
  'subcommands/path': '#!/bin/sh\nprintf "%s\\n" "$PATH" "$DOKKU_PID"\n[ $# -gt 1 ] || exec dokku mine:path again\n',
  'subcommands/cleans': '#!/bin/sh\nshift\nexec env -i PATH="$PATH" TOOL_ABI="$TOOL_ABI" HOME="$HOME" dokku "$@"\n',
  'subcommands/status': '#!/bin/sh\ndokku mine:ends "$2"\nprintf "status %s\\n" "$?"\n',
  'subcommands/ends': '#!/bin/sh\nexit "$2"\n',
  commands: '#!/bin/sh\n[ "$1" = looped ] || exit 10\nexec dokku core:show from the loop\n',
});
await box.run(['version']);
symlinkSync('../../plugins/available/core', box.at('core-plugins/enabled/core'));
mkdirSync(join(box.root, 'bin'));
for (const brand of ['acme', 'dokku']) symlinkSync(TOOL, join(box.root, 'bin', brand));
afterAll(() => box[Symbol.dispose]());

/** Runs with the hot route allowed and forbidden: the nested calls inherit which. */
async function call(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [free, node] = await Promise.all([box.run(argv, options), box.run(argv, { ...options, env: { ...options.env, TOOL_FAST: '0' } })]);
  const withoutPid = ({ stdout, ...rest }: RunResult) => ({ ...rest, stdout: stdout.replace(/^\d+$/gm, 'PID') });
  expect(withoutPid(node)).toEqual(withoutPid(free));
  return free;
}

const brands = { tool: TOOL, acme: join(box.root, 'bin/acme'), dokku: join(box.root, 'bin/dokku') };

describe.concurrent('dokku, called by a plugin', () => {
  for (const [brand, command] of Object.entries(brands)) {
    test(`is the surrounding brand in the surrounding home: ${brand}`, async () => {
      const expected = { stdout: `mine:show|a  b|*| , ${brand}:${box.home} mine:show\n`, stderr: '', status: 0, signal: null };
      expect(await call(['mine:calls', 'mine:show', 'a  b', '*'], { command })).toEqual(expected);
      expect(await call(['mine:cleans', 'mine:show', 'a  b', '*'], { command })).toEqual(expected);
      expect((await call(['mine:calls', 'nobody'], { command })).stderr).toContain(`\`nobody\` is not a${brand === 'acme' ? 'n' : ''} ${brand} command.`);
    });
  }

  test('from a commands script as well', async () => {
    expect(await call(['looped'])).toMatchObject({ stdout: `core:show|from|the|loop| , tool:${box.home} core:show\n`, status: 0, stderr: '' });
  });

  test('does not make PATH longer, and keeps the outermost pid', async () => {
    const [outerPath, outerPid, innerPath, innerPid] = (await call(['mine:path'])).stdout.split('\n');
    expect({ innerPath, innerPid }).toEqual({ innerPath: outerPath, innerPid: outerPid });
  });

  test.each(['0', '10', '77', '143'])('gives back status %s', async (status) => {
    expect(await call(['mine:status', status])).toEqual({ stdout: `status ${status}\n`, stderr: '', status: 0, signal: null });
  });
});

describe.concurrent('an app named by the surrounding command', () => {
  const ending = `tool:${box.home} core:show\n`;

  test('is known to a nested core command, and not injected a second time', async () => {
    expect((await call(['--app', 'a', 'mine:calls', 'core:show', 'a', 'KEY'])).stdout).toBe(`core:show|a|KEY| a,a ${ending}`);
    expect((await call(['--app', 'a', 'mine:calls', 'core:show', 'KEY'])).stdout).toBe(`core:show|KEY| a,a ${ending}`);
    expect((await call(['mine:calls', 'core:show', 'KEY'], { env: { DOKKU_APP_NAME: 'a' } })).stdout).toBe(`core:show|KEY| a,a ${ending}`);
  });

  test('nor a level further down', async () => {
    expect((await call(['--app', 'a', 'mine:twice', 'core:show', 'KEY'])).stdout).toBe(`core:show|KEY| a,a ${ending}`.repeat(2));
  });

  test('is replaced by what the nested call names', async () => {
    expect((await call(['--app', 'a', 'mine:calls', '--app', 'b', 'core:show', 'KEY'])).stdout).toBe(`core:show|b|KEY| b,b ${ending}`);
    expect((await call(['--app', 'a', 'mine:calls', 'core:show', '--app', 'a', 'KEY'])).stdout).toBe(`core:show|a|KEY| a,a ${ending}`);
  });

  test('is replaced by what the plugin exports, which is meant and injected', async () => {
    expect((await call(['--app', 'a', 'mine:renames', 'core:show', 'KEY'])).stdout).toBe(`core:show|other|KEY| other,other ${ending}`);
    expect((await call(['--app', 'a', 'mine:clears', 'core:show', 'KEY'])).stdout).toBe(`core:show|KEY| , ${ending}`);
  });

  test('never touches the argv of a community command', async () => {
    expect((await call(['--app', 'a', 'mine:calls', 'mine:show', 'KEY'])).stdout).toBe(`mine:show|KEY| a,a tool:${box.home} mine:show\n`);
  });
});
