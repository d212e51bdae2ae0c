import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { nodeDecided, watchNode } from '../support/routes.ts';
import { type Bytes, ending, type RunOptions, Sandbox, SHELLS, type ShellName, TOOL } from '../support/sandbox.ts';

/** Tells its file, its arguments and the command that it is told it is. */
const TELLS = '#!/bin/sh\nprintf "%s" "${0#*/enabled/}"\n[ $# = 0 ] || printf "[%s]" "$@"\nprintf "(%s %s)" "$DOKKU_COMMAND" "$TOOL_COMMAND"\n';

const box = new Sandbox();
box.plugin('ops', {
  'subcommands/backup': TELLS,
  'bare/dump': TELLS,
  'bare/db:copy': TELLS,
  'bare/deploy': TELLS,
  'bare/backup-all': TELLS,
  'bare/help': TELLS,
});
box.plugin('net', { 'subcommands/up': TELLS, 'bare/down': TELLS, 'bare/a:b': TELLS });
box.plugin('whole', { 'subcommands/default': TELLS, 'bare/part': TELLS });
box.plugin('same', { 'subcommands/same': TELLS, 'bare/part': TELLS });
box.plugin('broken', { 'bare/default': 'not a program', 'bare/part': TELLS });
box.plugin('dump-site', { 'bare/default': TELLS });
box.plugin('scripted', { commands: '#!/bin/sh\ncase $1 in scripted:*) echo mine ;; *) exit 10 ;; esac\n' });
symlinkSync(TOOL, join(box.root, 'dokku'));
symlinkSync(TOOL, join(box.root, 'acme'));

const SETTINGS = `[dispatch]
default = "ops"
spaces = true
[aliases]
n = "net"
u = "net:up"
d = "dump"
args = "net:up"
whole = "net"
dump = "net:down"
"net:fast" = "net:up"
"net:up" = "net:down"
"scripted:fast" = "net:up"
bad = "../x"
nowhere = "gone:x"
`;

/** Writes tool.toml as it was a while ago: what has just been changed is rendered anew again and again. */
function configure(home: Sandbox, text: string, time = 1e9): void {
  writeFileSync(home.at('tool.toml'), text);
  utimesSync(home.at('tool.toml'), time, time);
}
mkdirSync(box.home, { recursive: true });
configure(box, SETTINGS);
await watchNode(box);
afterAll(() => box[Symbol.dispose]());

/** A call on both routes, which must end alike. @returns what came of it, and whether the first was hot */
async function bothWays(argv: readonly Bytes[], options: RunOptions = {}): Promise<{ stdout: string; hot: boolean }> {
  const child = box.start(argv, options);
  const result = await ending(child, options.stdin);
  const hot = !nodeDecided(box, child.pid ?? 0);
  const other = box.start(argv, { ...options, env: { ...options.env, TOOL_FAST: '0' } });
  expect(await ending(other, options.stdin)).toEqual(result);
  // A pid comes round again, so no mark may stay behind.
  expect(nodeDecided(box, other.pid ?? 0)).toBe(true);
  expect(result).toMatchObject({ stderr: '', status: 0 });
  return { stdout: result.stdout, hot };
}

const told = (file: string, args: readonly string[], command: string): string => `${file}${args.map((arg) => `[${arg}]`).join('')}(${command} ${command})`;

/** The cases of docs/front-door.md: what is typed, the file that runs, its arguments, its DOKKU_COMMAND. */
const CASES: readonly (readonly [line: string, file: string, args: readonly string[], command: string])[] = [
  // default
  ['backup db', 'ops/subcommands/backup', ['ops:backup', 'db'], 'ops:backup'],
  ['backup-all', 'ops/bare/backup-all', [], 'ops:backup-all'],
  ['db:copy x', 'ops/bare/db:copy', ['x'], 'ops:db:copy'],
  ['ops:backup db', 'ops/subcommands/backup', ['ops:backup', 'db'], 'ops:backup'],
  ['dump-site x', 'dump-site/bare/default', ['x'], 'dump-site'],
  // A word of Dokku's, where Dokku's set is not enabled.
  ['deploy web', 'ops/bare/deploy', ['web'], 'ops:deploy'],
  // spaces
  ['net up x', 'net/subcommands/up', ['net:up', 'x'], 'net:up'],
  ['net down', 'net/bare/down', [], 'net:down'],
  ['net a:b', 'net/bare/a:b', [], 'net:a:b'],
  ['ops backup db', 'ops/subcommands/backup', ['ops:backup', 'db'], 'ops:backup'],
  ['ops help', 'ops/bare/help', [], 'ops:help'],
  ['whole part x', 'whole/subcommands/default', ['whole', 'part', 'x'], 'whole'],
  // aliases
  ['n:up x', 'net/subcommands/up', ['net:up', 'x'], 'n:up'],
  ['n up x', 'net/subcommands/up', ['net:up', 'x'], 'net:up'],
  ['u x', 'net/subcommands/up', ['net:up', 'x'], 'u'],
  ['net:fast x', 'net/subcommands/up', ['net:up', 'x'], 'net:fast'],
  ['net:up x', 'net/subcommands/up', ['net:up', 'x'], 'net:up'],
  ['dump x', 'net/bare/down', ['x'], 'dump'],
  ['d x', 'ops/bare/dump', ['x'], 'ops:dump'],
  // A word that the launcher otherwise answers without a plan.
  ['args x', 'net/subcommands/up', ['net:up', 'x'], 'args'],
];

describe.concurrent('a word of the front door runs, hot, what its whole word runs', () => {
  test.each(CASES)('%s', async (line, file, args, command) => {
    expect(await bothWays(line.split(' '))).toEqual({ stdout: told(file, args, command), hot: true });
  });

  test.each(Object.keys(SHELLS) as ShellName[])('under %s', async (shell) => {
    for (const [line, file, args, command] of [CASES[0], CASES[7], CASES[13], CASES[18]] as typeof CASES) {
      expect(await bothWays(line.split(' '), { shell })).toEqual({ stdout: told(file, args, command), hot: true });
    }
  });

  test('with a brand of its own, and every byte of its arguments', async () => {
    const bytes = Buffer.from([0xff, 0x0a, 0x27]);
    const acme = { command: join(box.root, 'acme'), env: { ACME_HOME: box.home, TOOL_HOME: undefined } };
    expect(await bothWays(['--quiet', 'net', 'down', bytes, '', '--'], acme)).toEqual({
      stdout: told('net/bare/down', [bytes.toString('latin1'), '', '--'], 'net:down'),
      hot: true,
    });
    expect(await bothWays(['backup', bytes, ''])).toEqual({
      stdout: told('ops/subcommands/backup', ['ops:backup', bytes.toString('latin1'), ''], 'ops:backup'),
      hot: true,
    });
  });

  test.each([
    ['a plugin whose default is another file', ['same', 'part'], told('same/subcommands/same', ['same', 'part'], 'same')],
    ['an app', ['--app', 'web', 'backup'], told('ops/subcommands/backup', ['ops:backup'], 'ops:backup')],
  ])('%s takes the Node route', async (_, argv, stdout) => {
    expect(await bothWays(argv)).toEqual({ stdout, hot: false });
  });
});

describe.concurrent('what is not of the front door stays what it is', () => {
  test.each([
    ['help', ['help'], '\n    backup\n'],
    ['version', ['version'], 'tool version '],
    ['a family', ['completion', 'bash'], 'complete -F'],
    ["a plugin's own script", ['scripted:fast'], 'mine'],
  ])('%s', async (_, argv, stdout) => {
    expect(await box.run(argv, { env: { DOKKU_FORCE_TTY: 'true' } })).toMatchObject({ status: 0, stdout: expect.stringContaining(stdout) });
  });

  test.each([
    ['a file that has to be mended', ['broken', 'part'], 126, 'bare/default cannot be run'],
    ['a flag is no command', ['net', '-x'], 1, 'is not a tool command'],
    ['no second blank', ['n', 'a', 'b'], 1, 'is not a tool command'],
    ['what the default plugin has not', ['nothing'], 1, '`nothing` is not a tool command.'],
    ['the name of the file of a bare word', ['default'], 1, '`default` is not a tool command.'],
    ['a slip of the fingers', ['bakup'], 1, 'Did you mean `tool backup`?'],
    ['an alias for nothing', ['nowhere'], 1, '`gone:x` is not a tool command.'],
    ['an alias that is no command', ['bad'], 1, 'the alias "bad"'],
  ])('%s', async (_, argv, status, stderr) => {
    expect(await box.run(argv)).toMatchObject({ stdout: '', status, stderr: expect.stringContaining(stderr) });
  });

  test('under the brand dokku there is none', async () => {
    using other = Sandbox.with(box.home);
    const dokku = { command: join(box.root, 'dokku'), env: { DOKKU_HOME: other.home, TOOL_HOME: undefined } };
    for (const argv of [['backup-all'], ['net', 'down']]) {
      expect(await other.run(argv, dokku)).toMatchObject({ stdout: '', status: 1, stderr: expect.stringContaining('is not a dokku command') });
    }
  });
});
