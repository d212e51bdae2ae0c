import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quoted, type RunResult, Sandbox, SHELLS, type ShellName } from '../support/sandbox.ts';

const SHOW = '#!/bin/sh\nprintf "[%s]" "$@"\n';
const shells = [undefined, ...(Object.keys(SHELLS) as ShellName[])];

function run(box: Sandbox, command: string, shell?: ShellName): Promise<RunResult> {
  return box.run(['words', 'of', 'the', 'near', 'shell'], { env: { SSH_ORIGINAL_COMMAND: command }, ...(shell ? { shell } : {}) });
}

const home = (): Sandbox => Sandbox.prepared().plugin('show', { 'subcommands/it': SHOW });

describe.each(shells)('under %s', (shell) => {
  test.each([
    ['show:it a  b', '[a][b]'],
    ['show:it -n -e -E --help --version', '[-n][-e][-E][--help][--version]'],
    [`show:it 'a  b' "c 'd'" e\\ f`, "[a  b][c 'd'][e f]"],
    ['show:it "a \\"b\\" \\$c \\\\ \\x \\`"', '[a "b" $c \\ \\x `]'],
    ["show:it 'two\nlines' x", '[two\nlines][x]'],
    ['show:it one\nshow:it two', '[one][show:it][two]'],
    ['show:it \'\' "" x', '[][][x]'],
    ['show:it $HOME `id` ; ls | cat > f & *', '[$HOME][`id`][;][ls][|][cat][>][f][&][*]'],
    ['show:it pre\'mid\'"post"', '[premidpost]'],
    ['  show:it\t a \n', '[a]'],
    ['show:it a\\\nb', '[ab]'],
    ['show:it {a,b} ~ !x #y', '[{a,b}][~][!x][#y]'],
  ])('%j', async (command, expected) => {
    using box = home();
    expect(await run(box, command, shell)).toEqual({ stdout: `[show:it]${expected}`, stderr: '', status: 0, signal: null });
  });

  test.each(["show:it 'open", 'show:it "open', 'show:it "open\\"', 'show:it end\\', "'"])('an unmatched quote runs nothing: %j', async (command) => {
    using box = home();
    expect(await run(box, command, shell)).toEqual({
      stdout: '',
      stderr: ' !     The command has an unmatched quote or ends in a backslash; nothing was run\n',
      status: 2,
      signal: null,
    });
  });
});

describe.each(shells)('every byte but the quotes comes through, under %s', (shell) => {
  const plain = Buffer.from(Array.from({ length: 255 }, (_, index) => index + 1).filter((byte) => !' \t\n\'"\\'.includes(String.fromCharCode(byte))));
  test.each([
    ['plain', Buffer.from('show:it '), plain],
    ['in quotes', Buffer.from("show:it ''"), plain],
  ])('%s', async (_, front, word) => {
    using box = home();
    const line = quoted(Buffer.concat([front, word]));
    const { stdout, status } = await box.run(['x'], {
      before: Buffer.concat([Buffer.from('SSH_ORIGINAL_COMMAND='), line, Buffer.from(' && export SSH_ORIGINAL_COMMAND')]),
      ...(shell ? { shell } : {}),
    });
    expect({ stdout, status }).toEqual({ stdout: `[show:it][${word.toString('latin1')}]`, status: 0 });
  });
});

test('a line of 64 KB is split in one pass, whatever is in it, and a longer one is refused', async () => {
  using box = home();
  const count = 32_000;
  const long: [command: string, length: number][] = [
    [`show:it "${'\\\\'.repeat(count)}"`, count],
    [`show:it ${"''".repeat(count)}`, 0],
    [`show:it "${'\\x'.repeat(count)}"`, 2 * count],
  ];
  for (const [command, length] of long) {
    for (const shell of shells) {
      const { stdout, status } = await run(box, command, shell);
      expect({ length: stdout.length, status }).toEqual({ length: '[show:it][]'.length + length, status: 0 });
    }
  }
  expect(await run(box, `show:it ${'x'.repeat(65_600)}`)).toEqual({
    stdout: '',
    stderr: ' !     The command is longer than 65536 characters; nothing was run\n',
    status: 2,
    signal: null,
  });
});

test('words quoted for a shell come through as they were', async () => {
  using box = home();
  await box.run(['version']);
  const word = fc.string({ unit: fc.constantFrom(...` \t\n'"\\$\`*;|&<>(){}[]~!#=-ab:é\u{1F600}`), maxLength: 12 });
  const quote = (text: string): fc.Arbitrary<string> =>
    fc.constantFrom(
      `'${text.replaceAll("'", "'\\''")}'`,
      `"${text.replace(/[\\"$`]/g, '\\$&')}"`,
      // A backslash in front of a newline joins lines, so newlines are quoted.
      text === '' ? "''" : [...text].map((character) => (character === '\n' ? "'\n'" : `\\${character}`)).join(''),
    );
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        word.chain((text) => fc.tuple(fc.constant(text), quote(text))),
        { maxLength: 8 },
      ),
      async (words) => {
        const { stdout } = await run(box, `show:it ${words.map(([, text]) => text).join(' ')}`);
        expect(Buffer.from(stdout, 'latin1').toString()).toBe(['show:it', ...words.map(([text]) => text)].map((text) => `[${text}]`).join(''));
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 150) },
  );
});

test('it takes the hot route where the words allow it, and Node where they do not', async () => {
  using box = home();
  await box.run(['version']);
  const env = { PATH: '/nonexistent:/usr/bin:/bin' };
  expect(await box.run([], { env: { ...env, SSH_ORIGINAL_COMMAND: 'show:it' } })).toMatchObject({ stdout: '[show:it]' });
  expect(await box.run([], { env: { ...env, SSH_ORIGINAL_COMMAND: '--app x show:it' } })).toMatchObject({ stdout: '[show:it]' });
});

test('what the far end sent of the ABI is forgotten, TOOL_HOME stays, the rest passes', async () => {
  using box = Sandbox.prepared();
  box.plugin('show', { 'subcommands/env': '#!/bin/sh\nexec env\n' });
  const sent = {
    DOKKU_IMAGE: 'evil',
    TOOL_QUIET_OUTPUT: '1',
    DOKKU_APP_NAME: 'evil',
    TOOL_ABI: 'tool:/evil',
    SSH_USER: 'evil',
    TOOL_TRANSACTION: 'evil',
    PLUGIN_PATH: '/evil',
    DOKKU_ROOT: '/evil',
    DOCKER_BIN: 'evil',
  };
  const { stdout } = await box.run([], { env: { ...sent, SSH_ORIGINAL_COMMAND: 'show:env', NAME: 'key', LC_X: 'kept' } });
  expect(stdout).not.toContain('evil');
  expect(stdout).not.toContain('SSH_ORIGINAL_COMMAND');
  expect(stdout).toContain(`\nTOOL_HOME=${box.home}\n`);
  expect(stdout).toMatch(/^LC_X=kept$/m);
  expect(stdout).toMatch(/^SSH_NAME=key$/m);
  expect(stdout).toMatch(/^SSH_USER=tester$/m);
});
