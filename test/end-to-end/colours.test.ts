import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';

const box = Sandbox.prepared();
box.plugin('greet', { 'plugin.toml': '[plugin]\ndescription = "greets"\nversion = "1.0"\n[plugin.config]\n', 'subcommands/default': '#!/bin/sh\n' });
afterAll(() => box[Symbol.dispose]());

/** What is on the screen after a command, with the terminal's own line ends taken off. */
async function screen(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const under = ['python3', join(PACKAGE, 'test/fixtures/terminal.py'), '[]'];
  const { stdout } = await box.run(argv, { under, env: { TERM: 'xterm', ...env } });
  return (JSON.parse(stdout) as { output: string }).output.replaceAll('\r\n', '\n');
}

const RED = '\x1b[31m';
const BOLD = '\x1b[1m';

testNeeding('python3')('an error is red at a terminal, and what is done is bold', async () => {
  expect(await screen(['plugin:enable', 'greet'], {})).toBe(`${RED} !     Plugin already enabled\x1b[39m\n`);
  expect(await screen(['plugin:check', '--nonsense'], {})).toContain(`${RED} !     unknown option`);
  expect(await screen(['plugin:disable', 'greet'], {})).toBe(`${BOLD}-----> Plugin greet disabled\x1b[22m\n`);
  expect(await screen(['plugin:enable', 'greet'], {})).toBe(`${BOLD}-----> Plugin greet enabled\x1b[22m\n`);
});

testNeeding('python3')('lines of a log have the colour of their level', async () => {
  const instance = {
    format: 1,
    name: 'incr',
    provider: 'incrementer',
    description: '',
    params: {},
    environment: [],
    wanted: true,
    createdAt: '2026-01-01T00:00:00Z',
  };
  const folder = 'sandbox/home/data/provider';
  box.file(`${folder}/instances/incr.json`, JSON.stringify(instance));
  box.file(`${folder}/log/incr.log`, '1 info  fine\n2 error \x1b[32mnot\x1b[0m fine\n3 warn  nearly\n');
  expect(await screen(['instance:logs', 'incr'], {})).toBe(`1 info  fine\n${RED}2 error not fine\x1b[39m\n\x1b[33m3 warn  nearly\x1b[39m\n`);
});

testNeeding('python3')('NO_COLOR and a dumb terminal leave everything plain', async () => {
  for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
    expect(await screen(['plugin:enable', 'greet'], env)).toBe(' !     Plugin already enabled\n');
  }
});

testNeeding('python3')('the code of an error stands below it where it is traced', async () => {
  expect(await screen(['plugin:enable', 'greet'], { TERM: 'dumb', TOOL_TRACE: '1' })).toBe(
    ' !     Plugin already enabled\n !     Error code: plugin-already-enabled\n',
  );
});

testNeeding('python3')('nothing is coloured in a pipe, nor what a program reads', async () => {
  const { stderr } = await box.run(['plugin:enable', 'greet'], { env: { TERM: 'xterm', FORCE_COLOR: '1' } });
  expect(stderr).toBe(' !     Plugin already enabled\n');
  expect(await screen(['plugin:list', '--format', 'json'], {})).not.toContain('\x1b');
});
