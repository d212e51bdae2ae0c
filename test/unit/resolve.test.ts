import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { renderPlan } from '../../src/dispatch/plan.ts';
import { readCall } from '../../src/dispatch/read-call.ts';
import { resolve } from '../../src/dispatch/resolve.ts';
import type { Layout } from '../../src/home/layout.ts';

const home = mkdtempSync(join(tmpdir(), 'tool-resolve-'));
afterAll(() => rmSync(home, { recursive: true }));

const layout: Layout = {
  brand: 'tool',
  home,
  packagePath: home,
  pluginPath: join(home, 'plugins'),
  available: join(home, 'plugins/available'),
  enabled: join(home, 'plugins/enabled'),
  coreAvailable: join(home, 'core/available'),
  coreEnabled: join(home, 'core/enabled'),
};

function file(path: string, mode = 0o755): void {
  const whole = join(layout.enabled, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, '#!/bin/sh\n');
  chmodSync(whole, mode);
}

file('hello/subcommands/default');
file('hello/subcommands/world');
file('hello/subcommands/no-mode', 0o644);
file('hello/bare/world');
file('hello/bare/plain');
file('bare/bare/default');
file('bare/bare/x');
file('bare/subcommands/bare');
file('named/subcommands/named');
file('both/subcommands/default');
file('both/subcommands/both');
file('apps/subcommands/list');
file('scripted/commands');
file('00_dokku-standard/subcommands/url');
symlinkSync('gone', join(layout.enabled, 'lost'));
for (const core of ['apps', '00_dokku-standard']) mkdirSync(join(layout.coreEnabled, core), { recursive: true });
writeFileSync(join(home, 'tool.toml'), '[aliases]\nh = "hello"\nw = "hello:world"\n"go:on" = "hello:world"\nhello = "named"\n');

const routed = (line: string, brand = 'tool', app?: string) =>
  resolve(
    readCall(line === '' ? [] : line.split(' '), brand),
    { ...layout, brand },
    { PATH: '/bin' },
    app ? { name: app, fromSurroundingCommand: false } : undefined,
  );

test.each([
  ['hello', 'hello/subcommands/default'],
  ['hello:world', 'hello/subcommands/world'],
  ['hello:world a b', 'hello/subcommands/world'],
  ['hello:plain', 'hello/bare/plain'],
  ['bare', 'bare/bare/default'],
  ['bare:default', 'bare/bare/default'],
  ['bare:x', 'bare/bare/x'],
  ['bare:bare', 'bare/subcommands/bare'],
  ['named', 'named/subcommands/named'],
  ['both', 'both/subcommands/default'],
  ['apps:list', 'apps/subcommands/list'],
  ['url', '00_dokku-standard/subcommands/url'],
  ['h', 'hello/subcommands/default'],
  ['h:world', 'hello/subcommands/world'],
  ['w', 'hello/subcommands/world'],
  ['go:on', 'hello/subcommands/world'],
  ['--quiet hello', 'hello/subcommands/default'],
  ['-- hello', 'hello/subcommands/default'],
])('%j is the file %s', async (line, expected) => {
  const route = await routed(line);
  expect(route.kind === 'file' && relative(layout.enabled, route.file)).toBe(expected);
});

test.each([
  ['hello:', ['scripted/commands']],
  ['hello:no-mode', ['scripted/commands']],
  ['hello:nothing', ['scripted/commands']],
  ['hello:../world', []],
  ['unknown', ['scripted/commands']],
  ['apps:nothing', ['scripted/commands']],
  ['lost', ['scripted/commands']],
  ['w:more', ['scripted/commands']],
])('%j is not a file, and %j are asked', async (line, candidates) => {
  const route = await routed(line);
  expect(route.kind === 'commands' && route.candidates.map((path) => relative(layout.enabled, path))).toEqual(candidates);
});

test.each([
  ['', { kind: 'help', all: false, flag: false }],
  ['help', { kind: 'help', all: false, flag: false }],
  ['help --all', { kind: 'help', all: true, flag: false }],
  ['--help hello', { kind: 'help', all: false, flag: true }],
  ['version', { kind: 'version', flag: false }],
  ['--version', { kind: 'version', flag: true }],
])('%j is answered by tool', async (line, expected) => {
  expect(await routed(line)).toMatchObject(expected);
});

/** argv as it would be: positions as the words that were typed there. */
async function argvOf(line: string, app?: string): Promise<string[]> {
  const words = line.split(' ');
  const route = await routed(line, 'tool', app);
  if (route.kind !== 'file') throw new Error(`${line} is not a file`);
  const written = (position: number, after = '') => (words[position - 1] as string).slice(after.length);
  return route.argv.map((word) => {
    if (word.kind === 'position') return written(word.position, word.after);
    return word.kind === 'variable' ? `$${word.name}` : word.value;
  });
}

test.each([
  ['hello:world a --app x', undefined, ['hello:world', 'a', '--app', 'x']],
  ['--app x hello:world a', undefined, ['hello:world', 'a']],
  ['h:world a', undefined, ['hello:world', 'a']],
  ['apps:list a --app x', undefined, ['apps:list', 'x', 'a']],
  ['apps:list --app=x a', undefined, ['apps:list', 'x', 'a']],
  ['--app x apps:list a', undefined, ['apps:list', 'x', 'a']],
  ['apps:list a', 'y', ['apps:list', '$DOKKU_APP_NAME', 'a']],
  ['apps:list a --app x', 'y', ['apps:list', 'x', 'a']],
  ['hello:world a', 'y', ['hello:world', 'a']],
])('%j with the app %s inherited: argv is %j', async (line, app, expected) => {
  expect(await argvOf(line, app)).toEqual(expected);
});

test('a word that cannot be run says why', async () => {
  const broken = async (line: string) => {
    const route = await routed(line);
    return route.kind === 'commands' ? route.broken : 'a file';
  };
  expect(await broken('hello:no-mode')).toMatchObject({
    file: join(layout.enabled, 'hello/subcommands/no-mode'),
    remedy: expect.stringMatching(/^chmod \+x /),
  });
  expect(await broken('lost')).toMatchObject({ problem: 'it is a dangling link' });
  expect(await broken('unknown')).toBeUndefined();
});

test('places that were looked at are told in order', async () => {
  const route = await routed('hello:nothing');
  expect(route.kind === 'commands' && route.tried).toEqual([
    { file: join(layout.enabled, 'hello/subcommands/nothing'), found: 'missing' },
    { file: join(layout.enabled, 'hello/bare/nothing'), found: 'missing' },
  ]);
  const bare = await routed('unknown');
  expect(bare.kind === 'commands' && bare.tried.map((place) => relative(layout.enabled, place.file))).toEqual([
    'unknown/subcommands/default',
    'unknown/bare/default',
    'unknown/subcommands/unknown',
  ]);
});

test.each(['hello', 'hello:world --app x', 'apps:list a', 'unknown', 'unknown:word', 'help', '--version', 'lost'])(
  'the plan of %j asks the guards before anything runs, and ends in the sentinel',
  async (line) => {
    const lines = renderPlan(await routed(line), 'tool', line.split(' ').length, { versionLine: 'tool version 1' }).split('\n');
    const asked = lines.findIndex((text) => text.startsWith('tool_ask_guards'));
    const runs = lines.findIndex((text) => /^(tool_exec|tool_try_commands|printf|tool_exec_node)/.test(text));
    expect(asked).toBeGreaterThanOrEqual(0);
    expect(lines[asked + 1]).toBe('case $tool_cleared in 1) ;; *) exit 1 ;; esac');
    expect(runs).toBeGreaterThan(asked);
    expect(lines.at(-1)).toBe('# end of plan');
  },
);
