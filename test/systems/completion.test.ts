import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { PACKAGE, Sandbox, TOOL } from '../support/sandbox.ts';

const SHOW = '#!/bin/sh\n# Summary: Show the arguments\n# Usage: demo:show <app> [--level low|high] [--file <file>]\nprintf "[%s]" "$@"\necho "[end]"\n';
const OWN = '#!/bin/sh\n# Summary: Spread something\nprintf "[%s]" "$@"\necho "[end]"\n';

const DECLARES = [
  '#!/bin/sh',
  '#USAGE flag "--hurry" help="Now"',
  '#USAGE flag "--how <way>" { choices "up top" "down"; }',
  '#USAGE arg "<place>"',
  '#USAGE complete "place" run="printf \'second\\\\nthird\\\\n\'"',
  'printf "[%s]" "$@"',
  'echo "[end]"',
].join('\n');

const BASH_COMPLETION = '/usr/share/bash-completion/bash_completion';

let box: Sandbox;

beforeAll(async () => {
  box = Sandbox.prepared();
  box.plugin('demo', { 'subcommands/show': SHOW, 'bare/declared': DECLARES });
  box.plugin('toast', { 'bare/spread': OWN, complete: '#!/bin/sh\nprintf "jam\\tsweet\\nbutter\\tsalted\\n"\n' });
  box.plugin('ops', { 'bare/backup': OWN.replace('Spread something', 'Keep a copy').replace('\n', '\n# Usage: backup <app>\n') });
  writeFileSync(box.at('tool.toml'), '[dispatch]\ndefault = "ops"\nspaces = true\n[aliases]\nshow-it = "demo:show"\n');
  mkdirSync(join(box.root, 'bin'));
  for (const name of ['tool', 'acme']) symlinkSync(TOOL, join(box.root, 'bin', name));
  box.file('my file.txt', '');
  expect(await box.run(['apps:create', 'web'])).toMatchObject({ status: 0 });
  for (const shell of ['bash', 'zsh', 'fish']) {
    for (const name of ['tool', 'acme']) {
      expect(await box.run(['completion:install', shell], { command: join(box.root, 'bin', name) })).toMatchObject({ status: 0, stderr: '' });
    }
  }
  // bash-completion finds the scripts; without it they are sourced.
  const sourced = 'for file in ~/.local/share/bash-completion/completions/*; do . "$file"; done';
  box.file('.bashrc', `PS1='READY> '\nif [ -r ${BASH_COMPLETION} ]; then . ${BASH_COMPLETION}; else ${sourced}; fi\nbind 'set enable-bracketed-paste off'\n`);
  box.file('.zshrc', `PROMPT='READY> '\nfpath=(${box.root}/.local/share/zsh/site-functions $fpath)\nautoload -Uz compinit && compinit -u -D\n`);
  box.file('.config/fish/config.fish', 'function fish_prompt; printf "READY> "; end\nset -g fish_greeting\n');
});
afterAll(() => box[Symbol.dispose]());

/** What an interactive shell shows to somebody who waits for texts and types. */
async function atTerminal(shell: string, steps: readonly (readonly [wanted: string, typed: string])[]): Promise<string> {
  const under = ['python3', join(PACKAGE, 'test/fixtures/terminal.py'), JSON.stringify(steps)];
  const env = { PATH: `${join(box.root, 'bin')}:${process.env.PATH}`, TERM: 'xterm', TERMINAL_COLUMNS: '200', SHELL: `/bin/${shell}` };
  const { stdout, stderr } = await box.run(['-i'], { under, command: shell, env });
  expect(stderr).toBe('');
  return JSON.parse(stdout).output;
}

/** Types lines, each of which ends in `[end]` when it was run; gives what each printed. */
async function typed(shell: string, lines: readonly string[]): Promise<string[]> {
  const output = await atTerminal(shell, [...lines.map((line, index) => [index === 0 ? 'READY> ' : '[end]', `${line}\n`] as const), ['[end]', 'exit\n']]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told is no output
  return output.match(/(\[[^\][\x1b\r\n]*\])+\[end\]/g) ?? [output];
}

const LINES: readonly (readonly [line: string, printed: string])[] = [
  ['tool demo:sh\tw\t', '[demo:show][web][end]'],
  ['tool demo:show web --le\thi\t', '[demo:show][web][--level][high][end]'],
  ['tool demo:show web --level=hi\t', '[demo:show][web][--level=high][end]'],
  ['tool demo:show web --file my\t', '[demo:show][web][--file][my file.txt][end]'],
  ['tool --app we\tdemo:sh\t', '[demo:show][end]'],
  ['tool toast:sp\tbu\t', '[butter][end]'],
  ['tool toast\t:spread ja\t', '[jam][end]'],
  ['tool demo:dec\t--hu\t--ho\tu\tse\t', '[--hurry][--how][up top][second][end]'],
  ['acme demo:sh\tw\t', '[demo:show][web][end]'],
  ['acme back\tw\t', '[web][end]'],
  ['acme ops ba\tw\t', '[web][end]'],
  ['acme demo sh\tw\t', '[demo:show][web][end]'],
  ['acme show-\tw\t--le\thi\t', '[demo:show][web][--level][high][end]'],
  ['./bin/tool demo:sh\tw\t', '[demo:show][web][end]'],
];

for (const shell of ['bash', 'zsh', 'fish']) {
  testNeeding(shell, 'python3')(`${shell} completes words, apps, choices, files with blanks, declared arguments and what a plugin tells`, async () => {
    expect(
      await typed(
        shell,
        LINES.map(([line]) => line),
      ),
    ).toEqual(LINES.map(([, printed]) => printed));
  });
}

for (const shell of ['zsh', 'fish']) {
  testNeeding(shell, 'python3')(`${shell} shows what the candidates are for`, async () => {
    const output = await atTerminal(shell, [
      ['READY> ', 'tool toast:spread \t'],
      ['salted', 'jam\n'],
      ['[end]', 'exit\n'],
    ]);
    expect(output).toContain('sweet');
    expect(output).not.toContain('(timed out)');
  });
}
