import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Sandbox, TOOL } from '../support/sandbox.ts';

const DEPLOY = `#!/bin/sh
# Summary: Bring an app to a stage
# Usage: ops:deploy [--stage <stage>] <app>
# Help: Builds it first.
# Example: tool ops:deploy shop
# Exit status: 3 the build failed
echo ran "$@"
`;
const DEPLOY_PAGE = `Usage: tool ops:deploy [--stage <stage>] <app>

Bring an app to a stage.

Builds it first.

Examples:
    tool ops:deploy shop

Exit status:
    3   the build failed
`;
const OPS = {
  'plugin.toml':
    '[plugin]\ndescription = "What operations needs"\n[commands.report]\nsummary = "Tell how things are"\nflags = { "-v, --verbose" = "with all numbers" }\n',
  'bare/deploy': DEPLOY,
  'bare/report': '#!/bin/sh\necho reported "$@"\n',
  'bare/own': '#!/bin/sh\n# Summary: Answers for itself\ncase $1 in --help) echo mine ;; esac\n',
};
const OPS_PAGE = `Usage: tool ops:COMMAND

What operations needs

Commands:
    ops:deploy [--stage <stage>] <app>   Bring an app to a stage
    ops:own                              Answers for itself
    ops:report                           Tell how things are

\`tool help ops:COMMAND\` tells more of one.
`;
const printed = (stdout: string, status = 0) => ({ stdout, stderr: '', status, signal: null });

test('a command and a plugin are told of from what their files say, however they are asked for', async () => {
  using box = Sandbox.prepared();
  box.plugin('ops', OPS);
  for (const line of [
    ['help', 'ops:deploy'],
    ['help', 'ops', 'deploy'],
    ['--help', 'ops:deploy'],
    ['ops:deploy', '--help'],
  ])
    expect(await box.run(line)).toEqual(printed(DEPLOY_PAGE));
  expect(await box.run(['ops:deploy', '--help'], { env: { TOOL_FAST: '0' } })).toEqual(printed(DEPLOY_PAGE));
  for (const line of [['help', 'ops'], ['ops:help'], ['ops', '--help']]) expect(await box.run(line)).toEqual(printed(OPS_PAGE));
  expect(await box.run(['ops'])).toEqual(printed(OPS_PAGE, 1));
  expect((await box.run(['ops:report', '--help'])).stdout).toBe(
    'Usage: tool ops:report [flags]\n\nTell how things are.\n\nFlags:\n    -v, --verbose   with all numbers\n',
  );
});

test('--help goes to a command that may answer it, is not alone, or is Dokku’s', async () => {
  using box = Sandbox.prepared();
  box.plugin('ops', OPS).plugin('other', { 'bare/x': '#!/bin/sh\necho other "$@"\n' });
  expect(await box.run(['ops:own', '--help'])).toEqual(printed('mine\n'));
  expect(await box.run(['ops:deploy', '--help', 'x'])).toEqual(printed('ran --help x\n'));
  expect(await box.run(['ops:deploy', 'x', '--help'])).toEqual(printed('ran x --help\n'));
  expect(await box.run(['other:x', '--help'])).toEqual(printed('other --help\n'));
  symlinkSync(TOOL, join(box.root, 'dokku'));
  expect(await box.run(['ops:deploy', '--help'], { command: join(box.root, 'dokku') })).toEqual(printed('ran --help\n'));
  const { page, route, because } = JSON.parse((await box.run(['--explain', '--format', 'json', 'ops:deploy', '--help'])).stdout);
  expect({ page, route, because }).toEqual({ page: true, route: 'node', because: ['--help is all that follows'] });
});

test('a command that cannot be run is told of, and no page is shown in its place', async () => {
  using box = Sandbox.prepared();
  box.plugin('ops', OPS);
  writeFileSync(box.at('plugins/enabled/ops/bare/default'), '#!/bin/sh\n', { mode: 0o644 });
  const { stdout, status } = await box.run(['ops', '--help']);
  expect({ stdout, status }).toEqual({ stdout: '', status: 126 });
  expect(JSON.parse((await box.run(['--explain', '--format', 'json', 'ops', '--help'])).stdout).page).toBe(false);
});

test('a guard is asked about the command as it was typed', async () => {
  using box = Sandbox.prepared();
  box.plugin('ops', OPS).plugin('guard', { 'user-auth': '#!/bin/sh\nshift 2\necho "asked: $*" >&2\n[ "$2" != --help ]\n' });
  expect(await box.run(['ops:deploy', '--help'])).toEqual({ stdout: '', stderr: 'asked: ops:deploy --help\n !     Access denied\n', status: 1, signal: null });
  expect(await box.run(['help', 'ops:deploy'])).toEqual({ stdout: DEPLOY_PAGE, stderr: 'asked: help ops:deploy\n', status: 0, signal: null });
});

test('a plugin with a commands script answers for itself, and files tell of its commands', async () => {
  using box = Sandbox.prepared();
  const commands =
    '#!/bin/sh\ncase $1 in\n  help) echo "    ops, Mine" && echo "    ops:hidden <x>, Only here" ;;\n  ops:help) echo "a page of my own" ;;\n  *) exit 10 ;;\nesac\n';
  box.plugin('ops', { ...OPS, commands });
  for (const line of [['help', 'ops'], ['ops:help']]) expect(await box.run(line)).toEqual(printed('a page of my own\n'));
  expect((await box.run(['help', 'ops:hidden'])).stdout).toBe('Usage: tool ops:hidden <x>\n\nOnly here.\n');
  expect((await box.run(['help', 'ops:deploy'])).stdout).toBe(DEPLOY_PAGE);
});

test('what is no command gets advice, and a wrong flag too', async () => {
  using box = Sandbox.prepared();
  box.plugin('ops', OPS);
  for (const [line, stderr, status] of [
    [['help', 'ops:deplyo'], '`ops:deplyo` is no command and no plugin; did you mean `tool help ops:deploy`?', 1],
    [['help', 'domains'], "`domains` is no command and no plugin; the plugin domains, one of Dokku's, is not enabled; `tool plugin:enable domains`", 1],
    [['help', '--mann'], 'help has no flag --mann; did you mean --man?', 2],
    [['help', 'a', 'b', 'c'], 'help takes one command; write it as `tool help PLUGIN:COMMAND`', 2],
    [['help', '--format', 'xml'], '--format takes json or text, not "xml"', 2],
  ] as const) {
    expect(await box.run(line)).toEqual({ stdout: '', stderr: ` !     ${stderr}\n`, status, signal: null });
  }
});

test('JSON has everything that is known, of one command and of all', async () => {
  using box = Sandbox.prepared();
  box.plugin('ops', OPS);
  const report = { word: 'ops:report', usage: [], summary: 'Tell how things are', description: [], args: [], examples: [], statuses: [] };
  const flags = [{ flags: '-v, --verbose', text: 'with all numbers' }];
  expect(JSON.parse((await box.run(['help', '--format', 'json', 'ops:report'])).stdout)).toEqual({ ...report, flags });
  const { commands } = JSON.parse((await box.run(['help', '--json'])).stdout);
  expect(commands.find(({ word }: { word: string }) => word === 'ops:report')).toEqual({ plugin: 'ops', group: 'yours', ...report, flags });
  expect(commands.find(({ word }: { word: string }) => word === 'plugin:pin')).toMatchObject({
    plugin: 'plugin',
    group: 'core',
    usage: ['plugin:pin <name> [--dry-run]'],
  });
});

test('a manual page is printed where nobody is at the terminal', async () => {
  using box = Sandbox.prepared();
  box.plugin('ops', OPS);
  expect((await box.run(['help', '--man', 'ops:report'])).stdout).toContain('.SH OPTIONS\n.TP\n\\fB\\-v, \\-\\-verbose\\fR\nwith all numbers\n');
});
