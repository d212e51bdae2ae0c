import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Bytes, type RunOptions, type RunResult, Sandbox, TOOL } from '../support/sandbox.ts';

const SHOW = `#!/bin/sh
printf '%s|' "$@"
printf ' app=%s,%s' "\${DOKKU_APP_NAME-unset}" "\${TOOL_APP_NAME-unset}"
printf ' %s=%s' flags "$DOKKU_GLOBAL_FLAGS"
[ "$DOKKU_QUIET_OUTPUT$TOOL_QUIET_OUTPUT" != 11 ] || printf ' quiet'
[ "$DOKKU_TRACE$TOOL_TRACE" != 11 ] || printf ' trace'
[ "$DOKKU_APPS_FORCE_DELETE$TOOL_APPS_FORCE_DELETE" != 11 ] || printf ' force'
`;

const box = new Sandbox();
for (const name of ['core', 'mine']) box.plugin(name, { 'subcommands/show': SHOW, 'subcommands/default': SHOW, 'subcommands/x:y': SHOW });
await box.run(['version']);
symlinkSync('../../plugins/available/core', box.at('core-plugins/enabled/core'));
mkdirSync(join(box.root, 'bin'));
const dokku = join(box.root, 'bin/dokku');
symlinkSync(TOOL, dokku);
afterAll(() => box[Symbol.dispose]());

/** Runs with the hot route allowed and forbidden; a plugin must not be able to tell. */
async function call(argv: readonly Bytes[], options: RunOptions = {}): Promise<RunResult> {
  const [free, node] = await Promise.all([box.run(argv, options), box.run(argv, { ...options, env: { ...options.env, TOOL_FAST: '0' } })]);
  expect(node).toEqual(free);
  return free;
}

const shows = (stdout: string) => ({ stdout, stderr: '', status: 0, signal: null });

describe.concurrent('--app in front of the word', () => {
  test.each([
    [['--app', 'a b', 'mine:show', 'x'], 'mine:show|x| app=a b,a b flags=--app'],
    [['--app=a b', 'mine:show', 'x'], 'mine:show|x| app=a b,a b flags=--app'],
    [['--app', 'a', '--app=b', 'mine:show'], 'mine:show| app=b,b flags=--app --app'],
    [['--app', 'a b', 'core:show', 'x'], 'core:show|a b|x| app=a b,a b flags=--app'],
    [['--app=a', 'core', 'x', '-y'], 'core|a|x|-y| app=a,a flags=--app'],
    [['--app', 'a', '--quiet', 'core:x:y'], 'core:x:y|a| app=a,a flags=--app --quiet quiet'],
    [['--app', '--quiet', 'mine:show'], 'mine:show| app=--quiet,--quiet flags=--app'],
    [['--app', 'a', '--', 'mine:show', '--app', 'b'], 'mine:show|--app|b| app=a,a flags=--app'],
    [['--app', 'a', '--', 'core:show', '--app', 'b'], 'core:show|a|--app|b| app=a,a flags=--app'],
    [['--', 'core:show', '--app', 'b', '--quiet'], 'core:show|--app|b|--quiet| app=unset,unset flags='],
    [['--app=', 'mine:show'], 'mine:show| app=unset,unset flags=--app'],
    [['--app', '', 'core:show', 'x'], 'core:show|x| app=unset,unset flags=--app'],
  ])('%j', async (argv, stdout) => expect(await call(argv)).toEqual(shows(stdout)));

  test('with no value is an error, and nothing runs', async () => {
    expect(await call(['--app'])).toEqual({
      stdout: '',
      stderr: ' !     --app needs the name of an app; try: tool --app NAME COMMAND\n',
      status: 2,
      signal: null,
    });
  });
});

describe.concurrent('--app behind the word', () => {
  test.each([
    [['mine:show', '--app', 'a b', 'x'], 'mine:show|--app|a b|x| app=a b,a b flags=--app'],
    [['mine:show', 'x', '--app=a'], 'mine:show|x|--app=a| app=a,a flags=--app'],
    [['mine:show', 'x', '--app'], 'mine:show|x|--app| app=unset,unset flags=--app'],
    [['mine:show', '--', '--app', 'a'], 'mine:show|--|--app|a| app=unset,unset flags='],
    [['core:show', '--app', 'a b', 'x'], 'core:show|a b|x| app=a b,a b flags=--app'],
    [['core:show', 'x', '--app=a', 'y'], 'core:show|a|x|y| app=a,a flags=--app'],
    [['core:show', 'x', '--app', 'a', '--app', 'b'], 'core:show|b|x| app=b,b flags=--app --app'],
    [['core:show', 'x', '--', '--app', 'a'], 'core:show|x|--|--app|a| app=unset,unset flags='],
    [['--app', 'front', 'core:show', '--app', 'behind', '--', '--app=z'], 'core:show|behind|--|--app=z| app=behind,behind flags=--app --app'],
    [['core:show', 'core:show'], 'core:show|core:show| app=unset,unset flags='],
    [['--app', 'a', 'core:show', 'core:show'], 'core:show|a|core:show| app=a,a flags=--app'],
  ])('%j', async (argv, stdout) => expect(await call(argv)).toEqual(shows(stdout)));

  test('with no value is an error of a core command, a word like any other for the rest', async () => {
    expect(await call(['core:show', '--app'])).toMatchObject({ stdout: '', status: 2, stderr: expect.stringContaining('--app needs the name of an app') });
  });

  test('every byte of the others and of the app survives the re-ordering', async () => {
    const odd = Buffer.from([0xff, 0x81, 0x82, 0x88, 0x27, 0x5c, 0x0a, 0xc3]);
    const text = odd.toString('latin1');
    for (const app of [['--app', odd], [Buffer.concat([Buffer.from('--app='), odd])]]) {
      const expected = shows(`core:show|${text}|${text}|*|| app=${text},${text} flags=--app`);
      expect(await call(['core:show', odd, ...app, '*', ''])).toEqual(expected);
      expect(await call([...app, 'core:show', odd, '*', ''])).toEqual(expected);
    }
  });

  test('more than nine words are counted right', async () => {
    const words = Array.from({ length: 30 }, (_, index) => `w${index}`);
    const { stdout } = await call(['core:show', ...words, '--app=a', ...words]);
    expect(stdout).toBe(`${['core:show', 'a', ...words, ...words].join('|')}| app=a,a flags=--app`);
  });
});

describe.concurrent('an app in the environment', () => {
  test.each([
    [['core:show', 'x'], 'core:show|a|x| app=a,a flags='],
    [['core:show', 'a', 'x'], 'core:show|a|x| app=a,a flags='],
    [['core:show', '--app', 'b'], 'core:show|b| app=b,b flags=--app'],
    [['mine:show', 'x'], 'mine:show|x| app=a,a flags='],
  ])('%j', async (argv, stdout) => {
    expect(await call(argv, { env: { DOKKU_APP_NAME: 'a' } })).toEqual(shows(stdout));
    expect(await call(argv, { env: { TOOL_APP_NAME: 'a' } })).toEqual(shows(stdout));
  });
});

describe.concurrent('--quiet, --trace and --force', () => {
  test.each([
    [['--quiet', 'mine:show', 'x'], 'mine:show|x| app=unset,unset flags=--quiet quiet'],
    [['mine:show', 'x', '--quiet'], 'mine:show|x|--quiet| app=unset,unset flags=--quiet quiet'],
    [['--trace', '--force', 'core:show', '--quiet'], 'core:show|--quiet| app=unset,unset flags=--trace --force --quiet quiet trace force'],
    [['core:show', '--', '--quiet', '--force'], 'core:show|--|--quiet|--force| app=unset,unset flags='],
    [['mine:show', '--other', '--x=y', '-z', '---'], 'mine:show|--other|--x=y|-z|---| app=unset,unset flags=--other --x=y ---'],
    [['mine', '--force', '--app', 'a'], 'mine|--force|--app|a| app=a,a flags=--force --app force'],
  ])('%j', async (argv, stdout) => expect(await call(argv)).toEqual(shows(stdout)));

  test('the outermost call’s flags win', async () => {
    const { stdout } = await call(['mine:show', '--x'], { env: { DOKKU_GLOBAL_FLAGS: '--outer' } });
    expect(stdout).toBe('mine:show|--x| app=unset,unset flags=--outer');
  });
});

describe.concurrent('leading flags', () => {
  test.each([
    ['--anything', 'unknown flag: --anything'],
    ['--quite', 'did you mean --quiet?'],
    ['--apps=x', 'did you mean --app?'],
    ['-x', 'unknown flag: -x'],
  ])('%s is an error under tool', async (flag, message) => {
    const { stdout, stderr, status } = await call([flag, 'mine:show']);
    expect({ stdout, status, lines: stderr.split('\n').length }).toEqual({ stdout: '', status: 2, lines: 2 });
    expect(stderr).toContain(message);
  });

  test.each([
    [['--anything', 'mine:show', 'x'], 'mine:show|x| app=unset,unset flags=--anything'],
    [['--any', '--app', 'a', '--other=1', 'core:show'], 'core:show|a| app=a,a flags=--any --app --other=1'],
    [['--', 'mine:show', 'x'], 'mine:show|x| app=unset,unset flags='],
    [['--app=a', 'mine:show'], 'mine:show| app=a,a flags=--app'],
  ])('are dropped under dokku: %j', async (argv, stdout) => expect(await call(argv, { command: dokku })).toEqual(shows(stdout)));

  test('a lone - is a word, and no command', async () => {
    expect(await call(['-', 'x'])).toMatchObject({ status: 1, stderr: expect.stringContaining('`- x` is not a tool command') });
  });

  test.each([[['version']], [['-v']], [['--version']], [['--quiet', '--version']], [['--version', '--quiet']]])('%j is the version', async (argv) => {
    expect(await call(argv)).toMatchObject({ stdout: expect.stringMatching(/^tool version \d+\.\d+\.\d+\n$/), stderr: '', status: 0 });
    expect(await call(argv, { command: dokku })).toMatchObject({ stdout: expect.stringMatching(/^dokku version \d+\.\d+\.\d+\n$/), status: 0 });
  });
});
