import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { Sandbox } from '../support/sandbox.ts';
import { sliceOf } from '../support/slice.ts';
import { installInto, NOBODY } from '../support/unprivileged.ts';

const ALLOWS = '#!/bin/sh\nexit 0\n';
const DENIES = '#!/bin/sh\nexit 1\n';
const routes = [{}, { TOOL_FAST: '0' }];

/** A home with an installed guard that lets everybody do everything. */
async function guarded(files: Record<string, string> = {}): Promise<Sandbox> {
  const box = Sandbox.prepared();
  box.plugin('thing', { 'subcommands/run': '#!/bin/sh\necho ran\n' });
  for (const [name, text] of Object.entries({ 'plugin.toml': '[plugin]\nversion = "1"\n', 'user-auth': ALLOWS, ...files })) box.file(`src/guard/${name}`, text);
  expect(await box.run(['plugin:install', join(box.root, 'src/guard')])).toMatchObject({ status: 0 });
  return box;
}

const breakages: [string, (guard: string) => unknown][] = [
  ['not executable', (guard) => chmodSync(guard, 0o644)],
  ['a dangling link', (guard) => [rmSync(guard), symlinkSync('nothing', guard)]],
  ['gone', (guard) => rmSync(guard)],
  ['a directory', (guard) => [rmSync(guard), mkdirSync(guard)]],
  ['gone with its plugin', (guard) => rmSync(dirname(guard), { recursive: true })],
];

describe('a guard that cannot be run is taken away by the owner of the plugins, at the machine', () => {
  describe.each(breakages)('%s', (_, breakIt) => {
    test.each(['plugin:disable', 'plugin:uninstall'])('%s', async (command) => {
      for (const env of routes) {
        using box = await guarded();
        breakIt(box.at('plugins/available/guard/user-auth'));
        const denied = await box.run(['thing:run'], { env });
        expect(denied).toMatchObject({ stdout: '', status: 1, stderr: expect.stringMatching(/plugins\/enabled\/guard.*on the machine itself, who owns it/) });
        // What the message names works.
        const named = /runs: tool (\S+ \S+)\n/.exec(denied.stderr)?.[1]?.split(' ') ?? [];
        expect(named[1]).toBe('guard');
        if (command === named[0] || existsSync(box.at('plugins/available/guard'))) {
          expect(await box.run([command, 'guard'], { env })).toMatchObject({ status: 0 });
        } else expect(await box.run(named, { env })).toMatchObject({ status: 0 });
        expect(await box.run(['thing:run'], { env })).toMatchObject({ stdout: 'ran\n' });
      }
    });

    test('not from afar, from a plugin, for another plugin, or by another command', async () => {
      using box = await guarded();
      box.plugin('helper', { 'subcommands/off': '#!/bin/sh\nexec dokku plugin:disable guard\n' });
      breakIt(box.at('plugins/available/guard/user-auth'));
      const denied = { stdout: '', status: 1, stderr: expect.stringContaining(' !     Access denied\n') };
      for (const env of routes) {
        for (const command of ['plugin:disable', 'plugin:uninstall']) {
          for (const sent of sliceOf([{}, { TOOL_ABI: '', FINGERPRINT: '', tool_leaving: 'guard', tool_forced: '', plugn_left_out: 'guard' }], 1)) {
            expect(await box.run([command, 'guard'], { env: { ...env, ...sent, SSH_ORIGINAL_COMMAND: `${command} guard` } })).toMatchObject(denied);
          }
          // A forced command that was given its words in another way.
          expect(await box.run([command, 'guard'], { env: { ...env, FINGERPRINT: 'SHA256:x' } })).toMatchObject(denied);
          expect(await box.run([command, 'guard'], { env: { ...env, TOOL_ABI: `tool:${box.home}` } })).toMatchObject(denied);
        }
        const others = ['plugin:disable thing', 'plugin:enable guard', 'plugin:list guard', 'helper:off', 'plugin:disable'];
        for (const line of sliceOf(others, 2)) expect(await box.run(line.split(' '), { env }), line).toMatchObject(denied);
        expect(await box.run(['thing:run'], { env: { ...env, tool_leaving: 'guard', plugn_left_out: 'guard' } })).toMatchObject(denied);
      }
    });

    test('the other guards are asked about it', async () => {
      for (const [verdict, status] of [
        [DENIES, 1],
        ['#!/bin/sh\n[ "$3 $4" = "plugin:disable guard" ] || [ "$3 $4" = "plugin:uninstall guard" ]\n', 0],
      ] as const) {
        for (const env of routes) {
          using box = await guarded();
          breakIt(box.at('plugins/available/guard/user-auth'));
          box.plugin('another', { 'user-auth': verdict });
          expect(await box.run(['plugin:disable', 'guard'], { env })).toMatchObject({ status });
        }
      }
    });
  });

  testNeeding('root')('not by somebody who owns nothing there', async () => {
    using box = new Sandbox();
    const command = installInto(box);
    await box.run(['version'], { command });
    box.plugin('guard', { 'user-auth': 'exit 0\n' });
    chmodSync(box.root, 0o755);
    expect(await box.run(['plugin:disable', 'guard'], { command, uid: NOBODY })).toMatchObject({ status: 1, stderr: expect.stringContaining('Access denied') });
    expect(await box.run(['plugin:disable', 'guard'], { command })).toMatchObject({ status: 0 });
  });

  test.each([
    ['denies', DENIES],
    ['has no interpreter', '#!/no/such\n'],
  ])('one that %s is heard, and the owner is told what works by hand', async (_, text) => {
    using box = await guarded();
    writeFileSync(box.at('plugins/available/guard/user-auth'), text);
    const { stderr, status } = await box.run(['plugin:disable', 'guard']);
    expect(status).toBe(1);
    const [, path] = / ! {5}A guard denies this\. By hand guard is disabled with: rm (\S+)\n ! {5}Access denied\n$/.exec(stderr) ?? [];
    expect(await box.run(['plugin:disable', 'guard'], { env: { SSH_ORIGINAL_COMMAND: 'plugin:disable guard' } })).not.toMatchObject({
      stderr: expect.stringContaining('By hand'),
    });
    await box.run([path as string], { command: 'rm' });
    expect(await box.run(['thing:run'])).toMatchObject({ stdout: 'ran\n' });
    expect(await box.run(['plugin:uninstall', 'guard'])).toMatchObject({ status: 0 });
  });
});

describe('a guard that is new is asked whether who brings it may take it away again', () => {
  const refused = (outcome: string) => ({
    status: 1,
    stderr: expect.stringMatching(
      new RegExp(
        `The guard of guard would keep the user tester from \`plugin:uninstall guard\` \\(status \\d+\\), so the plugin ${outcome}; \`--skip-guard-check\``,
      ),
    ),
  });
  const source = (box: Sandbox, text: string, more: Record<string, string> = {}) => {
    for (const [name, content] of Object.entries({ 'plugin.toml': '[plugin]\nversion = "1"\n[plugin.config]\nwho = ""\n', 'user-auth': text, ...more }))
      box.file(`src/guard/${name}`, content);
    return join(box.root, 'src/guard');
  };
  test.each([
    ['denies', DENIES],
    ['reads a configuration that is not there yet', '#!/bin/sh\n[ "$CONFIG_WHO" = "$1" ]\n'],
    ['is not executable', 'exit 0\n'],
    ['cannot be started', '#!/no/such\n'],
    ['lets all be done but that', '#!/bin/sh\ncase $3 in plugin:uninstall) exit 7 ;; esac\n'],
  ])('one that %s is not enabled, unless that is asked for', async (_, text) => {
    using box = Sandbox.prepared();
    box.plugin('thing', { 'subcommands/run': '#!/bin/sh\necho ran\n' });
    const from = source(box, text);
    for (const flags of [[], ['--link']]) {
      expect(await box.run(['plugin:install', from, ...flags])).toMatchObject(refused('was not installed'));
      expect([existsSync(box.at('plugins/available/guard')), existsSync(box.at('plugins/store/.guards/guard'))]).toEqual([false, false]);
    }
    expect(await box.run(['thing:run'])).toMatchObject({ stdout: 'ran\n' });
    box.plugin('guard', { 'plugin.toml': '[plugin]\nversion = "1"\n', 'user-auth': text }, { enabled: false });
    expect(await box.run(['plugin:enable', 'guard'])).toMatchObject(refused('stays disabled'));
    expect(existsSync(box.at('plugins/enabled/guard'))).toBe(false);
    expect(await box.run(['thing:run'])).toMatchObject({ stdout: 'ran\n' });
    expect(await box.run(['plugin:enable', 'guard', '--skip-guard-check'])).toMatchObject({ status: 0 });
    expect(existsSync(box.at('plugins/enabled/guard'))).toBe(true);
  });

  test('it is asked once, with the words of its removal, nothing on stdin, configured and installed', async () => {
    using box = Sandbox.prepared();
    writeFileSync(box.at('plugins/config.toml'), '[guard]\nwho = "tester"\n');
    const from = source(box, '#!/bin/sh\nprintf "[%s]" "$@" "$(cat)" "$(cat "$DOKKU_LIB_ROOT/made")" >>"$DOKKU_LIB_ROOT/asked"\n[ "$CONFIG_WHO" = "$1" ]\n', {
      install: '#!/bin/sh\necho by-hook >"$DOKKU_LIB_ROOT/made"\n',
    });
    expect(await box.run(['plugin:install', from], { stdin: 'not for guards' })).toMatchObject({ status: 0 });
    expect((await box.run([box.at('asked')], { command: 'cat' })).stdout).toBe('[tester][default][plugin:uninstall][guard][][by-hook]');
  });

  test('an update that brings one is asked, an update of one is not; what stood is brought back', async () => {
    using box = Sandbox.prepared();
    const from = source(box, DENIES);
    rmSync(join(from, 'user-auth'));
    expect(await box.run(['plugin:install', from])).toMatchObject({ status: 0 });
    source(box, DENIES);
    expect(await box.run(['plugin:update', 'guard'])).toMatchObject(refused('is as it was'));
    expect(existsSync(box.at('plugins/enabled/guard/user-auth'))).toBe(false);
    // Asked about updates alone, who may do that and no more goes on doing it.
    source(box, '#!/bin/sh\n[ "$3" = plugin:update ]\n');
    expect(await box.run(['plugin:update', 'guard', '--skip-guard-check'])).toMatchObject({ status: 0 });
    source(box, '#!/bin/sh\n# new\n[ "$3" = plugin:update ]\n');
    expect(await box.run(['plugin:update', 'guard'])).toMatchObject({ status: 0 });
  });
});
