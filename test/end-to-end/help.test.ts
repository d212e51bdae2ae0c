import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE, Sandbox, TOOL } from '../support/sandbox.ts';

const commands = (...lines: string[]): string => `#!/bin/sh\n[ "$1" = help ] || exit 10\ncat <<'END'\n${lines.map((line) => `    ${line}`).join('\n')}\nEND\n`;

test('help shows every command of yours, then bare core words, sorted and aligned', async () => {
  using box = Sandbox.prepared();
  box.plugin('zed', { commands: commands('zed:two <a>, Second, with a comma: and a colon', 'zed <app> [<b>,<c>], First') });
  const { stdout, stderr, status } = await box.run(['help']);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(stdout).toMatch(/^ {4}zed <app> \[<b>,<c>\] {3}First\n {4}zed:two <a> {11}Second, with a comma: and a colon\n\n {4}apps {6}Manage apps\n/);
  expect(stdout).not.toContain('apps:create');
  expect(stdout).toMatch(/\n\nAlso: .*\n$/);
  const all = await box.run(['help', '--all']);
  expect(all.stdout).toContain('    apps:create <app>');
  expect(all.stdout).toContain('    server:check ');
  expect(await box.run([])).toMatchObject({ stdout });
  expect(await box.run(['--help'])).toMatchObject({ stdout });
});

test('a fresh home has at most ten rows, and one line for what there is besides', async () => {
  using box = Sandbox.prepared();
  const dokkus = "Not enabled: Dokku's plugins (`tool plugin:list --all`)";
  const { stdout } = await box.run(['help']);
  const rows = stdout.split('\n').filter((line) => line.startsWith('    '));
  expect(rows.map((row) => row.trim().split(' ')[0])).toEqual(['apps', 'config', 'events', 'help', 'plugin', 'trace', 'version']);
  expect(stdout.slice(stdout.indexOf('\n\n'))).toBe(
    `\n\nAlso: action, addon, args, bundle, completion, content, docs, event, fetch, instance, postrender, provider, repository, serve, server, store, trust (\`tool NAME:help\`). ${dokkus}\n`,
  );
  expect((await box.run(['help', '--all'])).stdout).toMatch(new RegExp(`\n\n${dokkus.replace(/[()]/g, '\\$&')}\n$`));
  expect((await box.run(['--quiet', 'help'])).stdout).not.toContain('Also');
  symlinkSync(TOOL, join(box.root, 'dokku'));
  expect((await box.run(['help'], { command: join(box.root, 'dokku') })).stdout).not.toContain('Also');
  expect((await box.run(['help'])).stdout).toContain('\n    domains ');
});

test('a header stands above the list when somebody is at the terminal, unless --quiet', async () => {
  using box = Sandbox.prepared();
  box.plugin('zed', { commands: commands('zed, x') });
  const env = { DOKKU_FORCE_TTY: 'true' };
  const { stdout } = await box.run(['help'], { env });
  expect(stdout.split('\n').slice(0, 6)).toEqual([
    'Usage: tool [--quiet|--trace|--force] COMMAND [ARGUMENTS]',
    '',
    '`tool help COMMAND` tells of a command or a plugin, `tool help --all` lists every command.',
    '',
    'Your commands:',
    '    zed   x',
  ]);
  expect(stdout).toContain('\n\nCore commands:\n    apps ');
  expect((await box.run(['--quiet', 'help'], { env })).stdout).not.toContain('Usage');
});

test('a broken commands script costs one line, never the list', async () => {
  using box = Sandbox.prepared();
  box
    .plugin('fails', { commands: '#!/bin/sh\necho "    fails:it, kept"\nexit 3\n' })
    .plugin('ten', { commands: '#!/bin/sh\nexit 10\n' })
    .plugin('plain', { commands: 'echo never\n' })
    .plugin('crlf', { commands: '#!/bin/sh\r\necho never\r\n' })
    .plugin('fine', { commands: commands('fine:it, works') });
  mkdirSync(box.at('plugins/available/gosrc/src/commands'), { recursive: true });
  mkdirSync(box.at('plugins/enabled/folder/commands'), { recursive: true });
  const { stdout, stderr, status } = await box.run(['help', '--all']);
  expect(status).toBe(0);
  expect(stdout).toContain('    fails:it   kept\n    fine:it    works\n');
  expect(stderr.split('\n').filter(Boolean)).toEqual([
    expect.stringContaining('crlf/commands: its #! line ends in a carriage return'),
    expect.stringContaining('fails/commands help ended with status 3'),
    expect.stringContaining('plain/commands: it is not executable'),
    expect.stringContaining('ten/commands says that help is not its own (status 10)'),
  ]);
});

test('commands scripts see LC_ALL=C and a parent whose command line shows --all', async () => {
  using box = Sandbox.prepared();
  box.plugin('zed', {
    commands: '#!/bin/sh\ncase $(ps -o command= $PPID) in *--all*) all=yes ;; *) all=no ;; esac\nprintf "    zed:%s %s, x\\n" "$all" "$LC_ALL"\n',
  });
  expect((await box.run(['help'])).stdout).toContain('    zed:no C   x\n');
  expect((await box.run(['help', '--all'])).stdout).toContain('    zed:yes C   x\n');
});

test('a plugin without a commands script is listed by its files and their summaries', async () => {
  using box = Sandbox.prepared();
  box.plugin('alone', { 'plugin.toml': '[plugin]\ndescription = "does one thing"\n', 'bare/default': '#!/bin/sh\n' });
  box.plugin('files', { 'subcommands/up': '#!/bin/sh\n# Summary: Bring it up\n', 'subcommands/default': '#!/bin/sh\n', 'subcommands/notes.txt': 'x' });
  expect((await box.run(['help'])).stdout).toMatch(/^ {4}alone {6}does one thing\n {4}files\n {4}files:up {3}Bring it up\n\n {4}apps/);
});

test('output into a reader that leaves is quiet', async () => {
  using box = Sandbox.prepared();
  const piped = await box.run(['-c', `"$0" help --all | head -n 1`, box.at('../../../nothing')], { command: 'sh' });
  expect(piped.status).toBe(0);
});

test('the help of the plugin commands is one text, in every way it is asked for, and names every command', async () => {
  using box = Sandbox.prepared();
  const { stdout } = await box.run(['plugin:help']);
  expect(await box.run(['plugin'])).toEqual({ stdout, stderr: '', status: 0, signal: null });
  for (const name of readdirSync(join(PACKAGE, 'plugins/plugin/subcommands'))) if (name !== 'default') expect(stdout).toContain(`    plugin:${name} `);
});

test('a full disk behind stdout is one line and a failure', async () => {
  using box = Sandbox.prepared();
  for (const argv of ['help', 'plugin:list', 'version', '--explain help']) {
    const { status, stderr } = await box.run(['-c', `"$0" ${argv} >/dev/full`, TOOL], { command: 'sh' });
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  }
});

test('version is one line, also as -v and --version', async () => {
  using box = Sandbox.prepared();
  for (const argv of [['version'], ['-v'], ['--version'], ['--quiet', '--version'], ['--version', '--quiet']]) {
    expect(await box.run(argv)).toEqual({ stdout: 'tool version 0.1.0\n', stderr: '', status: 0, signal: null });
  }
});
