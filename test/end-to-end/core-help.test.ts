import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { CommandSpec } from '../../src/commands/command-spec.ts';
import { helpOfSpec, usageOf } from '../../src/commands/spec-help.ts';
import { flagsOf, specs } from '../../src/commands/specs.ts';
import type { CommandHelp } from '../../src/help/command-help.ts';
import { commandPage } from '../../src/help/command-page.ts';
import { GLOBAL_FLAGS, shellCommandHelp } from '../../src/help/shell-command-help.ts';
import { coreCommands } from '../support/core-commands.ts';
import { exampleWords } from '../support/example-words.ts';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';

const commands = coreCommands();
const table: readonly CommandSpec[] = specs;

/** What a shell command asks Node for when it gets `--help`: its flags are those that its code reads. */
interface Asked {
  readonly file: string;
  readonly word: string;
  readonly flags: readonly string[];
  readonly said: readonly string[];
}

const asked = new Map<string, Asked>();

/** Runs all shell commands with `--help` from within a plugin, where a script that notes what it is called with stands for Node. */
beforeAll(async () => {
  using box = Sandbox.prepared();
  const files = commands.filter(({ kind }) => kind === 'shell' || kind === 'refused').map(({ path }) => path);
  box.plugin('walk', {
    note: '#!/bin/sh\nprintf "%s\\037" "$@"\necho\n',
    'subcommands/default': `#!/bin/sh
export TOOL_NODE="\${0%/subcommands/*}/note"
chmod +x "$TOOL_NODE"
while read -r path; do
  rest=\${path#*/subcommands/} plugin=\${path%/subcommands/*}
  file=$PLUGIN_CORE_AVAILABLE_PATH/\${plugin##*/}/subcommands/$rest
  printf '%s\\036' "$path"
  "$file" "\${plugin##*/}:$rest" --help </dev/null || echo "status $?"
done <<'END'
${files.join('\n')}
END
`,
  });
  const { stdout, stderr, status } = await box.run(['walk']);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  for (const line of stdout.split('\n').filter((text) => text.includes('\u001e'))) {
    const [path = '', told = ''] = line.split('\u001e');
    const [, mode, file = '', word = '', flags = '', ...said] = told.split('\u001f');
    if (mode === 'help-of') asked.set(path, { file, word, flags: flags.split(' ').filter(Boolean), said: said.filter(Boolean) });
  }
}, 60_000);

/** The help of every shell command that has a page of its own, by its path. */
const shellHelp = (): [path: string, help: CommandHelp, parsed: readonly string[]][] =>
  commands
    .filter(({ kind }) => kind === 'shell')
    .flatMap(({ path, text }) => {
      const call = asked.get(path);
      return call === undefined ? [] : [[path, shellCommandHelp(text, call.word, call.flags), call.flags]];
    });

test('every command answers --help: with its page, with that of its plugin where it is the bare word, or with why it is refused', () => {
  const without = commands.filter(({ kind, path }) => (kind === 'shell' || kind === 'refused') && !asked.has(path)).map(({ path }) => path);
  // Their --help is the page of the plugin.
  expect(without).toEqual(['apps', 'completion', 'config', 'events'].map((plugin) => `plugins/${plugin}/subcommands/default`));
  for (const { path, kind } of commands.filter((one) => one.kind === 'refused')) {
    expect([path, kind, asked.get(path)?.said]).toEqual([path, kind, [expect.stringMatching(/^Refused: .+\. .+/)]]);
  }
  expect(commands.filter(({ kind }) => kind === 'node')).toHaveLength(table.length);
  expect(shellHelp().length).toBeGreaterThan(60);
});

test('every page has a synopsis, a text for each flag, an example, and the meaning of its exit statuses', () => {
  for (const help of [...table.map(helpOfSpec), ...shellHelp().map(([, one]) => one)]) {
    const page = commandPage(help, 'tool', 80);
    const headings = page.filter((line) => /^[A-Z].*:$/.test(line));
    expect([help.word, page[0]?.split(' ', 3).join(' ')]).toEqual([help.word, `Usage: tool ${help.word}`]);
    expect([help.word, headings]).toEqual([help.word, [...(help.flags.length > 0 ? ['Flags:'] : []), 'Examples:', 'Exit status:']]);
    expect([help.word, help.summary !== '', help.flags.filter(({ text }) => text === '')]).toEqual([help.word, true, []]);
    expect([help.word, help.statuses.map(({ status }) => status).slice(0, 3)]).toEqual([help.word, ['0', '1', '2']]);
    expect([help.word, help.statuses.filter(({ text }) => text === '')]).toEqual([help.word, []]);
    expect([help.word, page.filter((line) => line.length > 80 && !line.startsWith('    tool '))]).toEqual([help.word, []]);
  }
});

test('the flags of a page are those that the command reads', () => {
  for (const [path, help, parsed] of shellHelp()) {
    const told = help.flags.flatMap(({ flags }) => {
      const value = / <[^>]+>(\.\.\.)?$/.test(flags) ? '=' : '';
      return flags
        .replace(/ <.*$/, '')
        .split(', ')
        .map((spelling) => spelling + value);
    });
    expect([path, told.filter((flag) => !GLOBAL_FLAGS.has(flag)).sort()]).toEqual([path, parsed.filter((flag) => flag !== '--app=').sort()]);
  }
});

/** What is wrong with an example's flags, by the page of its command. */
function faultIn(example: string, help: CommandHelp): string | undefined {
  // A line that calls it from within another is its shell's to read.
  if (/^[a-z]+ "\$\(tool /.test(example)) return example.includes(`$(tool ${help.word} `) ? undefined : `has no ${help.word}`;
  const [word, ...words] = exampleWords(example);
  if (word !== help.word) return `${word} is not ${help.word}`;
  // A report has a flag for each of its lines; behind the phases, all words are Docker's.
  const takesAny = help.usage.some((usage) => usage.includes('[<flag>]'));
  const isDockers = help.word.startsWith('docker-options:');
  for (let index = 0; index < words.length; index++) {
    const [name = '', value] = (words[index] ?? '').split('=', 2);
    if (!name.startsWith('-') || name === '-') {
      if (isDockers) return undefined;
      continue;
    }
    const flag = help.flags.find(({ flags }) => flags.split(/,? /).includes(name));
    if (flag === undefined) {
      if (takesAny || GLOBAL_FLAGS.has(name)) continue;
      return `${name} is no flag of it`;
    }
    if (!flag.flags.includes('<')) continue;
    const given = value ?? words[++index];
    if (given === undefined || (flag.choices !== undefined && !flag.choices.includes(given))) return `${given} is no value of ${name}`;
  }
  return undefined;
}

test('every example is understood by its command', () => {
  const faults = shellHelp()
    .flatMap(([path, help]) => help.examples.map((example) => [path, example, faultIn(example, help)]))
    .filter(([, , fault]) => fault);
  expect(faults).toEqual([]);
});

test('lists, completion and the pages of the documentation agree with it', async () => {
  using box = Sandbox.prepared();
  const { stdout } = await box.run(['help', '--all']);
  const rows = stdout.split('\n').map((line) => line.trim().split(/ {3,}/));
  for (const spec of table) {
    expect(rows).toContainEqual([usageOf(spec), spec.summary]);
    const lines = readFileSync(join(PACKAGE, 'dist/completion', spec.name.includes(':') ? spec.name.replace(':', '/') : `${spec.name}/default`), 'utf8').split(
      '\n',
    );
    expect(lines.slice(0, 2)).toEqual([`# Summary: ${spec.summary}`, `# Usage: ${usageOf(spec)}`]);
    expect(lines.flatMap((line) => /^flag\t([^\t]+)/.exec(line)?.[1] ?? [])).toEqual(flagsOf(spec).map(([flag]) => /--[^ ]+/.exec(flag)?.[0]));
  }
});

/** What pages type, in blocks and within lines: a command and what stands behind it. */
function typedIn(page: string): [word: string, rest: string][] {
  const pieces = page
    .split('\n')
    .flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code).concat(/^(?:\$ |[| ]*tool )/.test(line) ? line : []));
  return pieces.flatMap((piece) =>
    [...piece.matchAll(/(?:^|[\s$(])([a-z-]+:[a-z-]+)(?=$|\s)([^|;&#)]*)/g)].map(([, word = '', rest = '']): [string, string] => [word, rest]),
  );
}

test('what the documentation types has flags that there are, and its table of exit statuses has the common ones', () => {
  const helps = new Map([...table.map(helpOfSpec), ...shellHelp().map(([, one]) => one)].map((help) => [help.word, help]));
  const pages = ['README.md', ...readdirSync(join(PACKAGE, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name))].filter((name) =>
    name.endsWith('.md'),
  );
  const typed = pages.flatMap((page) => typedIn(readFileSync(join(PACKAGE, page), 'utf8')).map(([word, rest]) => ({ page, word, rest })));
  const unknown = typed.flatMap(({ page, word, rest }) => {
    const help = helps.get(word);
    if (help === undefined) return [];
    const known = help.flags.flatMap(({ flags }) => flags.split(/,? /));
    const isReport = help.usage.some((usage) => usage.includes('[<flag>]'));
    return [...rest.matchAll(/(?<=^|[\s[(])--[a-z][a-z-]*/g)]
      .map(([flag]) => flag)
      .filter((flag) => !known.includes(flag) && !GLOBAL_FLAGS.has(flag) && !isReport)
      .map((flag) => `${page}: ${word} ${flag}`);
  });
  expect(typed.filter(({ word }) => helps.has(word)).length).toBeGreaterThan(100);
  expect(unknown).toEqual([]);
  for (const status of ['1', '2', '20']) expect(readFileSync(join(PACKAGE, 'docs/commands.md'), 'utf8')).toContain(`\n| ${status} | `);
});

const PIN = `Usage: tool plugin:pin <name> [--dry-run]

Exclude a plugin from updates.

Flags:
    --dry-run           print what would be done, change nothing
    --format <format>   stdout (default) or json
    --json              the same as --format json

Examples:
    tool plugin:pin greet

Exit status:
    0   done
    1   refused or failed; the message says why
    2   the command line is wrong
`;

const CLONE = `Usage: tool apps:clone <old-app> <new-app> [--skip-deploy] [--ignore-existing]

Make a copy of an app.

Flags:
    --skip-deploy       do not deploy the copy
    --ignore-existing   change nothing, and succeed, if the new app exists

Examples:
    tool apps:clone web web-copy
    tool apps:clone web web-copy --skip-deploy

Exit status:
    0    done
    1    refused or failed; an argument is missing or unexpected
    2    a flag is unknown or has no value
    20   the app does not exist
`;

test('a command shows its page for --help and -h, wherever they stand, and does nothing else', async () => {
  using box = Sandbox.prepared();
  for (const words of [['--help'], ['-h'], ['greet', '--help'], ['--dry-run', '--help', 'greet', 'more']])
    expect(await box.run(['plugin:pin', ...words])).toEqual({ stdout: PIN, stderr: '', status: 0, signal: null });
  for (const words of [['--help'], ['web', 'copy', '-h']])
    expect(await box.run(['apps:clone', ...words])).toEqual({ stdout: CLONE, stderr: '', status: 0, signal: null });
  // Beside another plugin of its name, a core plugin is called so.
  const { stdout } = await box.run(['core-repository:list', '--help']);
  expect(stdout).toMatch(/^Usage: tool core-repository:list\n/);
  expect(stdout).toContain('\n    tool core-repository:list --format json\n');
});
