import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';

const box = Sandbox.prepared();
const INDEX = [
  'entries:',
  '- name: motto',
  '  type: executor',
  '  version: 1.0.0',
  '  description: prints a motto that was chosen with care by many people',
  '  urls:',
  '  - url: https://plugins.invalid/motto.tar.gz',
  '    platform:',
  '      os: linux',
  '      architecture: amd64',
  '',
];
beforeAll(async () => {
  box.plugin('greet', {
    'plugin.toml': '[plugin]\ndescription = "says hello to whoever it is told of, in words that go on and on"\nversion = "1.0.0"\n[plugin.config]\n',
    'subcommands/world': '#!/bin/sh\n# Summary: Greet the world, politely and at some length\n# Usage: greet:world <name>\n',
  });
  box.file('index.yaml', INDEX.join('\n'));
  expect(await box.run(['repository:add', 'acme', join(box.root, 'index.yaml')])).toMatchObject({ status: 0 });
});
afterAll(() => box[Symbol.dispose]());

/** What a terminal of a width shows of a command. */
async function shown(words: readonly string[], width: number, env: Record<string, string> = {}): Promise<string> {
  const under = ['python3', join(PACKAGE, 'test/fixtures/terminal.py'), '[]'];
  const { stdout } = await box.run(words, { under, env: { TERM: 'xterm', TERMINAL_COLUMNS: String(width), TOOL_PAGER: 'cat', ...env } });
  return JSON.parse(stdout).output;
}

/** Lines that are wider than a terminal and could be broken: a path, a hash or an address is as wide as it is, and so is a line to type. */
const tooWide = (output: string, width: number): string[] =>
  stripVTControlCharacters(output)
    .split('\r\n')
    .filter((line) => line.length > width && line.trim().split(' ').length > 1 && !/[<[]|--|^ {4}tool /.test(line));

const LISTS: readonly (readonly [width: number, words: string])[] = [
  ...['help', 'help greet:world', 'help plugin:install', 'plugin:list', 'plugin:info greet', 'repository:list', 'plugin:search motto'].map(
    (words) => [20, words] as const,
  ),
  ...['plugin:list', 'plugin:info greet', 'plugin:search motto'].map((words) => [40, words] as const),
  ...['help', 'plugin:info greet'].map((words) => [60, words] as const),
];

testNeeding('python3')('no list is wider than the terminal, down to twenty columns', async () => {
  const found = await Promise.all(
    LISTS.map(async ([width, words]) => {
      const output = await shown(words.split(' '), width, { NO_COLOR: '1' });
      return { width, words, lines: output.split('\n').length > 2, tooWide: tooWide(output, width) };
    }),
  );
  expect(found).toEqual(LISTS.map(([width, words]) => ({ width, words, lines: true, tooWide: [] })));
});

testNeeding('python3')('an error is coloured at a terminal, and plain for NO_COLOR, for a dumb one, and where there is none', async () => {
  const words = ['plugin:info', 'gret'];
  const plain = ' !     No repository has gret';
  expect(await shown(words, 60)).toContain(`\x1b[31m${plain}`);
  for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
    const output = await shown(words, 60, env);
    expect(output).toContain(plain);
    expect(output).toBe(stripVTControlCharacters(output));
  }
  expect((await box.run(words)).stderr).toContain(plain);
  expect(await shown(['greet:wrld'], 60, { CI: 'true' })).toContain('Did you mean `tool greet:world`?');
});

testNeeding('python3')('what is no terminal has one line for each plugin, and JSON is whole at any width', async () => {
  expect((await box.run(['plugin:list'])).stdout).toMatch(
    /^ {2}greet {16}1\.0\.0 enabled {4}says hello to whoever it is told of, in words that go on and on$/m,
  );
  expect(JSON.parse(await shown(['plugin:list', '--format', 'json'], 20))).toContainEqual(expect.objectContaining({ name: 'greet' }));
});
