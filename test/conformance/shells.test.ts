import { symlinkSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { type Bytes, type RunOptions, type RunResult, Sandbox, SHELLS, type ShellName } from '../support/sandbox.ts';
import { sliceOf } from '../support/slice.ts';

const SHOW = '#!/bin/sh\nprintf "%s|" "$@"\nprintf " %s %s" "${DOKKU_APP_NAME-unset}" "$DOKKU_GLOBAL_FLAGS"\n';

/** A home with one of everything that the launcher itself has to handle. */
async function furnish(box: Sandbox): Promise<Sandbox> {
  box.plugin('p', {
    'subcommands/show': SHOW,
    'subcommands/default': SHOW,
    'subcommands/p': '#!/bin/sh\necho unreachable\n',
    'subcommands/exit': '#!/bin/sh\nexit "$2"\n',
    'subcommands/die': '#!/bin/sh\nulimit -c 0\nkill -s "$2" $$\n',
    'subcommands/cat': '#!/bin/sh\nexec cat\n',
    'subcommands/nested': '#!/bin/sh\nshift\nexec dokku "$@"\n',
    'subcommands/node-options': '#!/bin/sh\nprintf "%s" "$NODE_OPTIONS"\n',
    'subcommands/broken': '#!/no/such/interpreter\n',
    commands:
      '#!/bin/sh\ncase $1 in loop) printf "%s|" "$@"; cat ;; loop-die) ulimit -c 0; kill -s "$2" $$ ;; loop-exit) exit "$2" ;; help) echo "    p, shows" ;; *) exit 10 ;; esac\n',
  });
  box.plugin('same', { 'subcommands/same': SHOW });
  box.plugin('core', { 'subcommands/show': SHOW });
  box.plugin('crlf', { commands: '#!/bin/sh\r\n' });
  await box.run(['version']);
  symlinkSync('../../plugins/available/core', box.at('core-plugins/enabled/core'));
  return box;
}

const odd = Buffer.from([0xff, 0x81, 0x82, 0x88, 0x27, 0x5c, 0x0a, 0xc3]);
const WORDS: readonly Bytes[] = ['', ' a  b ', '*', '$HOME `x` "q" \'s\'', 'two\nlines\n', '\\n', '-n', odd, '--', '--app'];

/** What is typed, and how. Every case must end alike under every shell. */
const CASES: Record<string, [argv: readonly Bytes[], options?: RunOptions]> = {
  'hot, every byte': [['p:show', ...WORDS]],
  'Node, every byte': [['p:show', ...WORDS], { env: { TOOL_FAST: '0' } }],
  'hot, a BASH_VERSION of the caller’s': [['p:show', 'x'], { env: { BASH_VERSION: '5' } }],
  'Node, a BASH_VERSION of the caller’s': [['p:show', 'x'], { env: { BASH_VERSION: '5', TOOL_FAST: '0' } }],
  'from afar, a BASH_VERSION of the caller’s': [['x'], { env: { BASH_VERSION: '5', SSH_ORIGINAL_COMMAND: 'p:show x' } }],
  'a bare word': [['p', 'x']],
  'a word of the same name': [['same', ...WORDS]],
  'an app in front, core': [['--app', odd, 'core:show', ...WORDS]],
  'an app behind, core': [['core:show', 'x', Buffer.concat([Buffer.from('--app='), odd]), ...WORDS]],
  'an app from the environment, core': [['core:show', ...WORDS], { env: { DOKKU_APP_NAME: 'from $HOME' } }],
  'an app, community': [['--quiet', '--app=a b', 'p:show', '--force', ...WORDS]],
  'stdin, hot': [['p:cat'], { stdin: Buffer.concat([odd, Buffer.from([0])]) }],
  'stdin, Node': [['p:cat'], { stdin: Buffer.concat([odd, Buffer.from([0])]), env: { TOOL_FAST: '0' } }],
  'a status, hot': [['p:exit', '10']],
  'a status, Node': [['p:exit', '255'], { env: { TOOL_FAST: '0' } }],
  'a death, hot': [['p:die', 'SEGV']],
  'a death, Node': [['p:die', 'TERM'], { env: { TOOL_FAST: '0' } }],
  'the loop': [['loop', ...WORDS], { stdin: odd }],
  'the loop, a status': [['loop-exit', '3']],
  'the loop, a death': [['loop-die', 'KILL']],
  'the loop, another': [['loop-die', 'HUP']],
  'nested calls': [['p:nested', 'p:nested', 'core:show', ...WORDS], { env: { DOKKU_APP_NAME: 'a' } }],
  'an unknown word': [['nobody', ...WORDS.slice(0, 4)]],
  'an unknown flag': [['--nobody', 'p']],
  'a missing app': [['--app']],
  'a hostile word': [['p:../commands', odd]],
  'a word that is not UTF-8': [[odd, 'x']],
  help: [['help']],
  'no words': [[]],
  version: [['--version']],
  explain: [['--explain', '--format=json', 'core:show', '--app', 'a']],
  'NODE_OPTIONS, Node': [['p:node-options'], { env: { NODE_OPTIONS: '--no-such-flag', TOOL_FAST: '0' } }],
  'no stderr': [['p:exit', '4'], { before: 'exec 2>&- </dev/null', env: { TOOL_FAST: '0' } }],
};

const plain = await furnish(new Sandbox(`$HOME's "home"`));
const withRc = await furnish(new Sandbox(`$HOME's "home"`));
withRc.file(`$HOME's "home"/home/root/dokkurc`, 'export FROM_RC=1\n');
afterAll(() => {
  plain[Symbol.dispose]();
  withRc[Symbol.dispose]();
});

async function outcome(box: Sandbox, name: string, options: RunOptions = {}): Promise<RunResult> {
  const [argv, own = {}] = CASES[name] as [readonly Bytes[], RunOptions?];
  const { stdout, stderr, ...end } = await box.run(argv, { ...own, ...options });
  const withoutRoot = (text: string): string => text.replaceAll(box.root, 'ROOT');
  // A shell tells of the death of a child that it waited for, each in its own words.
  const withoutDeath = (text: string): string => text.replace(/^(.*[ \t])?(Killed|Hangup)\b.*\n/m, '');
  return { stdout: withoutRoot(stdout), stderr: withoutDeath(withoutRoot(stderr)), ...end };
}

const expected = new Map<string, RunResult>();
for (const name of Object.keys(CASES)) expected.set(name, await outcome(plain, name));

test('the cases are what they say', () => {
  const words = WORDS.map((word) => `${Buffer.from(word).toString('latin1')}|`).join('');
  expect(expected.get('hot, every byte')).toEqual({ stdout: `p:show|${words} unset `, stderr: '', status: 0, signal: null });
  for (const how of ['hot', 'Node', 'from afar']) {
    expect(expected.get(`${how}, a BASH_VERSION of the caller’s`)).toEqual({ stdout: 'p:show|x| unset ', stderr: '', status: 0, signal: null });
  }
  expect(expected.get('an app in front, core')?.stdout).toContain(`core:show|${odd.toString('latin1')}|${words}`);
  expect(expected.get('the loop, a death')).toMatchObject({ signal: 'SIGKILL' });
  expect(expected.get('an unknown word')).toMatchObject({ status: 1, stdout: '' });
  expect(expected.get('no stderr')).toMatchObject({ status: 4 });
});

for (const shell of Object.keys(SHELLS) as ShellName[]) {
  describe.concurrent(`under ${shell}`, () => {
    for (const name of sliceOf(Object.keys(CASES), 14)) {
      testNeeding(SHELLS[shell][0])(name, async () => expect(await outcome(plain, name, { shell })).toEqual(expected.get(name)));
    }
  });
}

describe.concurrent('under bash, which has sourced an rc file', () => {
  for (const name of sliceOf(Object.keys(CASES), 14)) {
    testNeeding('bash')(name, async () => expect(await outcome(withRc, name)).toEqual(expected.get(name)));
  }

  for (const fast of ['1', '0']) {
    testNeeding('bash')(`a file that cannot be run is said once (TOOL_FAST=${fast})`, async () => {
      const { stderr, status } = await withRc.run(['p:broken'], { env: { TOOL_FAST: fast } });
      expect(status === 126 || status === 127).toBe(true);
      expect(stderr.match(/^ ! {5}Cannot run /gm)).toHaveLength(1);
      expect(stderr.split('\n').filter((line) => line.includes('bad interpreter') || line.includes('cannot execute'))).toHaveLength(1);
    });
  }
});
