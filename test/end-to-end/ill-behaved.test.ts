import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { processesOf } from '../support/plugin-test.ts';
import { ending, PACKAGE, Sandbox } from '../support/sandbox.ts';

const FIXTURES = join(PACKAGE, 'test/fixtures/plugins');
const ILL_BEHAVED = ['binary-help', 'greedy-commands', 'hanging-help', 'mute-commands', 'mute-hook', 'noisy-help', 'stray-commands', 'ten-to-help'] as const;

const lines = (text: string): string[] => text.split('\n').filter(Boolean);
const naming = (text: string) => expect.stringContaining(text);
const ENV = { TOOL_HELP_TIMEOUT: '1' };

const box = Sandbox.prepared();
const warned: Record<string, string[]> = {};

beforeAll(async () => {
  for (const name of ILL_BEHAVED) {
    const { status, stderr } = await box.run(['plugin:install', join(FIXTURES, name)]);
    expect({ name, status }).toEqual({ name, status: 0 });
    warned[name] = lines(stderr);
  }
}, 60_000);
afterAll(() => {
  // The grandchildren of hanging-help, which live in sessions of their own.
  for (const pid of processesOf(box.root)) process.kill(Number(pid), 'SIGKILL');
  box[Symbol.dispose]();
});

describe('plugins that behave ill harm nobody', () => {
  test('each is told of when it is installed, once, with the remedy, if its files show it', () => {
    const told = Object.fromEntries(Object.entries(warned).filter(([, said]) => said.length > 0));
    expect(told).toEqual({
      'mute-commands': [naming(`${FIXTURES}/mute-commands/commands cannot be run: it is not executable; chmod +x ${FIXTURES}`)],
      'mute-hook': [naming('test/fixtures/plugins/mute-hook/post-create cannot be run: it is not executable; chmod +x')],
      'stray-commands': [naming('test/fixtures/plugins/stray-commands/src/commands is called like the script that is asked for help; rename it')],
    });
  });

  test('a plugin that is well is installed among them without a word of theirs', async () => {
    const { status, stderr } = await box.run(['plugin:install', join(FIXTURES, 'dokku-motto')]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test.each([['help'], ['help', '--all']])('%s %s lists everybody else, and has one line for each that cannot be listed', async (...words) => {
    const started = performance.now();
    const { stdout, stderr, status } = await box.run(words, { env: ENV });
    expect(status).toBe(0);
    // The limit, and not the ten minutes that a grandchild holds standard output open.
    expect(performance.now() - started).toBeLessThan(6000);
    expect(stdout).toContain('    binary-help       Says what can be read\n    greedy-commands   Says how greedy it is\n    motto');
    expect(stdout).toMatch(/ {4}stray-commands( .*)?\n\n {4}(action|apps) /);
    expect(Buffer.from(stdout, 'latin1').filter((byte) => byte < 32 && byte !== 10)).toHaveLength(0);
    expect(stdout).not.toContain('again and again');
    const file = (name: string): string => ` !     ${box.at('plugins/enabled', name, 'commands')}`;
    expect(lines(stderr)).toEqual([
      naming(`${file('binary-help')} help printed lines that are no text; they are left out`),
      naming(`${file('hanging-help')} help was ended after 1 s; its commands may be missing here`),
      naming(` !     Skipping ${box.at('plugins/enabled/mute-commands/commands')}: it is not executable; chmod +x`),
      naming(`${file('noisy-help')} help was ended after printing 256 KB; its commands are missing here`),
      naming(`${file('ten-to-help')} says that help is not its own (status 10); let it print its commands`),
    ]);
  });

  test('help that is interrupted takes along whom it was asking', async () => {
    using home = Sandbox.prepared();
    home.plugin('sleeps', { commands: '#!/bin/sh\nexec sleep 600\n' });
    const help = home.start(['help'], { env: { TMPDIR: home.at('data') } });
    const asleep = () => processesOf(home.root).some((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('sleep'));
    await expect.poll(asleep, { timeout: 10_000 }).toBe(true);
    help.kill('SIGINT');
    expect(await ending(help)).toMatchObject({ signal: 'SIGINT', status: null });
    await expect.poll(() => processesOf(home.root)).toEqual([]);
    expect(readdirSync(home.at('data'))).toEqual([]);
  });

  test('scripts that kill who asks them, leave writers behind, or are as many as can be asked at once cost nobody else a line', async () => {
    using home = Sandbox.prepared();
    home.plugin('a-kills', { commands: '#!/bin/sh\necho "    a-kills, gone"\nkill -9 $PPID\nsleep 600\n' });
    home.plugin('b-writes', { commands: '#!/bin/sh\n(while :; do echo "    stray, line"; sleep 0.01; done) &\necho "    b-writes, told"\n' });
    for (let index = 0; index < 12; index++) home.plugin(`hangs-${index}`, { commands: '#!/bin/sh\nsleep 600\n' });
    for (let index = 0; index < 12; index++) home.plugin(`well-${index}`, { commands: `#!/usr/bin/env bash\necho "    well-\${0//[!0-9]/}, $0 $1"\n` });
    const { stdout, stderr, status } = await home.run(['help'], { env: { TOOL_HELP_TIMEOUT: '0.3' } });
    for (const pid of processesOf(home.root)) process.kill(Number(pid), 'SIGKILL');
    expect(status).toBe(0);
    expect(stdout.match(/^ {4}well-.* help$/gm)).toHaveLength(12);
    expect(stdout).toMatch(/ {4}b-writes +told\n/);
    expect(lines(stderr).map((line) => /enabled\/(\S+?)-?\d*\/commands help (.*?)[;,]/.exec(line)?.slice(1))).toEqual([
      ['a-kills', 'ended with status 137'],
      ...Array.from({ length: 12 }, () => ['hangs', 'was ended after 0.3 s']),
    ]);
  });

  test('help is told where nothing can be written', async () => {
    using home = Sandbox.prepared();
    home.plugin('fine', { commands: '#!/bin/sh\necho "    fine, told"\n' });
    expect(await home.run(['help'], { env: { TMPDIR: home.at('nowhere') } })).toMatchObject({ status: 0, stderr: '', stdout: naming('    fine   told\n') });
  });

  test('commands of other plugins run, and hear nothing of them', async () => {
    expect(await box.run(['motto'], { stdin: 'typed\n' })).toEqual({ stdout: 'Slow and steady, \n', stderr: '', status: 0, signal: null });
    expect(await box.run(['apps:list'])).toMatchObject({ status: 0, stderr: expect.not.stringContaining('commands') });
  });

  test('a script of the commands loop that reads takes nothing from the plugin that the word names', async () => {
    using home = Sandbox.prepared();
    home.plugin('b-reader', { commands: '#!/bin/sh\ncat >/dev/null\nexit 10\n' });
    home.plugin('reads', { commands: '#!/bin/sh\ncase $1 in reads*) cat ;; *) exit 10 ;; esac\n' });
    for (const word of ['reads', 'reads:all']) expect(await home.run([word], { stdin: 'mine\n' })).toMatchObject({ stdout: 'mine\n', stderr: '', status: 0 });
  });

  test('an unknown word is unknown, with a line for the script that could not be asked', async () => {
    const { stdout, stderr, status } = await box.run(['nobody']);
    expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
    expect(lines(stderr)).toEqual([
      naming(`Skipping ${box.at('plugins/enabled/mute-commands/commands')}: it is not executable`),
      naming('`nobody` is not a tool command'),
      naming('See `tool help`'),
    ]);
  });

  test('a trigger passes the hook that cannot be run, with one line that names the plugin', async () => {
    expect(await box.run(['apps:create', 'web'])).toMatchObject({
      status: 0,
      stderr: "Trigger 'post-create' is not executable, skipping plugin (mute-hook)\n",
    });
    expect(existsSync(box.at('root/web'))).toBe(true);
  });

  test('they are updated, disabled and taken away like any other', async () => {
    for (const words of [['plugin:disable', 'hanging-help'], ['plugin:enable', 'hanging-help'], ['plugin:uninstall', 'noisy-help'], ['plugin:list']]) {
      expect(await box.run(words)).toMatchObject({ status: 0, stderr: '' });
    }
  });
});
