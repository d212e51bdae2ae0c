import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bind } from '../../src/arguments/bind.ts';
import { readDeclared } from '../../src/arguments/read-declared.ts';
import { settle } from '../../src/arguments/settle.ts';
import { shellText } from '../../src/arguments/shell-text.ts';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';

const DECLARED = [
  '#USAGE flag "-f --force" help="Ask nothing"',
  '#USAGE flag "--level <level>" env="LEVEL" { choices "low" "high"; }',
  '#USAGE arg "<app>"',
  '#USAGE arg "[rest]..."',
].join('\n');
const SHOWN = `printf '%s/%s/%s/%s' "\${usage_force-unset}" "\${usage_level-unset}" "$usage_app" "\${usage_rest-unset}"\nprintf '[%s]' "$@"\n`;

const box = new Sandbox();
beforeAll(() => {
  box.plugin('ship', {
    'plugin.toml': '[plugin]\ndescription = "d"\nversion = "1"\n[plugin.config]\n',
    'bare/app': `#!/bin/sh\n${DECLARED}\neval "$(tool args "$0" "$@")"\n${SHOWN}`,
    'bare/library': `#!/bin/sh\n${DECLARED}\n. "$PLUGIN_CORE_AVAILABLE_PATH/common/argument-functions"\neval "$(args_read "$0" "$@")"\n${SHOWN}`,
    'bare/arrays': `#!/usr/bin/env bash\n# @describe Send things\n# @option --to*[\`_places\`] <NAME> where to\n# @arg what=\`_usual\`\n_places() { printf 'here\\tnear\\nthere\\n'; }\n_usual() { echo all; }\neval "$(tool args "$0" "$@")"\nprintf '%s:%s' "\${#argc_to[@]}" "$argc_what"\nprintf '[%s]' "$@" "\${argc_to[@]}"\n`,
    'bare/wrong': '#!/bin/sh\n#USAGE flag "--x"\n#USAGE cmd "y"\neval "$(tool args "$0" "$@")"\necho not reached\n',
    'bare/none': '#!/bin/sh\neval "$(tool args "$0" "$@")"\necho not reached\n',
  });
});
afterAll(() => box[Symbol.dispose]());

test.each<[string, readonly (string | Buffer)[], string, string, number, Record<string, string>?]>([
  ['ship:app', ['web'], 'unset/unset/web/unset[web]', '', 0],
  ['ship:app', ['-f', '--level=low', "it's", '', '--', '--x', 'a\nb\n'], "true/low/it's/'' --x 'a\nb\n'[it's][][--x][a\nb\n]", '', 0],
  ['ship:app', [Buffer.from([0x61, 0xff, 0x88]), Buffer.from([0x81])], `unset/unset/a\xff\x88/'\x81'[a\xff\x88][\x81]`, '', 0],
  ['ship:app', ['web'], 'unset/high/web/unset[web]', '', 0, { LEVEL: 'high', usage_force: 'inherited' }],
  ['ship:app', ['--forc', 'x'], '', ' !     ship:app: --forc is not one of its flags; did you mean --force?\n', 2],
  ['ship:app', ['--level', '\u001b[31m', 'x'], '', ' !     ship:app: --level cannot be ""; choose low or high\n', 2],
  ['ship:library', ['web', 'a b'], "unset/unset/web/'a b'[web][a b]", '', 0],
  ['ship:library', [], '', ' !     ship:library: <app> is missing; see `tool ship:library --help`\n', 2],
  ['ship:arrays', ['--to', 'here', '--to', 'there'], '2:all[all][here][there]', '', 0],
  ['ship:arrays', ['--to', 'nowhere'], '', ' !     ship:arrays: --to cannot be nowhere\n', 2],
  ['ship:wrong', [], '', ` !     ${box.at('plugins/enabled/ship/bare/wrong')}, line 3: cmd is not supported here; docs/arguments.md lists what is\n`, 1],
  ['ship:none', [], '', ` !     ${box.at('plugins/enabled/ship/bare/none')} declares no arguments; docs/arguments.md has how to\n`, 1],
])('%s %j', async (word, words, stdout, stderr, status, env = {}) => {
  expect(await box.run([word, ...words], { env })).toMatchObject({ stdout, stderr, status });
});

test('--help is the page of the command, on the stdout of the script', async () => {
  expect(await box.run(['ship:app', 'web', '--help'])).toMatchObject({
    stdout: `Usage: tool ship:app <app> [rest]... [flags]\n\nArguments:\n    <app>\n    [rest]...\n\nFlags:\n    -f, --force       Ask nothing\n    --level <level>   (one of low, high; environment: LEVEL)\n`,
    stderr: '',
    status: 0,
  });
});

test('a completion has a declared function called, and no other', async () => {
  const env = { TOOL_ARGS_PRINT: '_places' };
  expect(await box.run(['ship:arrays'], { env })).toMatchObject({ stdout: 'here\tnear\nthere\n', status: 0 });
  expect(await box.run(['ship:arrays'], { env: { TOOL_ARGS_PRINT: 'id' } })).toMatchObject({ stdout: '0:all[all]', status: 0 });
});

test('what is no file is neither waited for nor read', async () => {
  execFileSync('mkfifo', [box.at('pipe')]);
  expect(await box.run(['args', box.at('pipe')])).toMatchObject({ stdout: 'exit 1\nexit 1\n', stderr: ` !     ${box.at('pipe')} is not a file\n`, status: 1 });
  expect(await box.run(['args', '/dev/zero'])).toMatchObject({ stderr: ' !     /dev/zero is not a file\n', status: 1 });
});

test('a remote user has no file of the server read', async () => {
  const answer = await box.run([], { env: { SSH_ORIGINAL_COMMAND: `args ${box.at('plugins/enabled/ship/bare/app')} web` } });
  expect(answer).toMatchObject({ stdout: '', stderr: ' !     args reads a file of the server, which a remote user cannot name\n', status: 1 });
  // What a remote user may run gets its arguments all the same.
  expect(await box.run([], { env: { SSH_ORIGINAL_COMMAND: 'ship:app web' } })).toMatchObject({ stdout: 'unset/unset/web/unset[web]', status: 0 });
});

test('the name is free for a plugin, and core-args is there then', async () => {
  using own = new Sandbox();
  own.plugin('args', {
    'plugin.toml': '[plugin]\ndescription = "d"\nversion = "1"\n[plugin.config]\n',
    commands: '#!/bin/sh\n[ "$1" = args ] && echo mine || exit 10\n',
  });
  own.file('script', `#!/bin/sh\n${DECLARED}\n`);
  expect(await own.run(['args', join(own.root, 'script')])).toMatchObject({ stdout: 'mine\n', status: 0 });
  expect((await own.run(['core-args', join(own.root, 'script'), 'web'])).stdout).toContain("usage_app='web'");
});

/** Words that break quoting which is not quite right. */
const nasty = fc.oneof(
  fc.constantFrom("'", '"', '$(touch PWNED)', '`touch PWNED`', '\\', "'; touch PWNED #", '\n', '-', '--', '=', '*', '~', '!', '${x}', "\\'", '\u0081', ' '),
  fc.string({ unit: 'binary', maxLength: 8 }).filter((text) => !text.includes('\0') && text.isWellFormed()),
);
const word = fc.array(nasty, { maxLength: 4 }).map((parts) => parts.join(''));

test.each(['dash', 'bash'] as const)('nothing in a value or a declaration is run by %s, and every byte arrives', (program) => {
  const cases = fc.sample(fc.record({ values: fc.array(word, { maxLength: 4 }), fallback: word, choice: word }), 150);
  const texts = cases.map(({ values, fallback, choice }) => {
    const kdl = (text: string): string =>
      `"${text
        .replaceAll('\\', '\\\\')
        .replaceAll('"', '\\"')
        .replaceAll(/[^ -~]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)}"`;
    const declared = readDeclared(
      `#!/bin/sh\n#USAGE flag "--other <other>" default=${kdl(fallback)}\n#USAGE flag "--one <x>" { choices ${kdl(choice)}; }\n#USAGE arg "[rest]..."`,
    );
    if (declared === undefined) throw new Error('nothing is declared');
    const bound = bind(declared, [`--one=${choice}`, '--', ...values]);
    const settled = 'flags' in bound ? settle(declared, bound, {}) : bound;
    if (!('flags' in settled) || 'fault' in settled) throw new Error(JSON.stringify(settled));
    return `(${shellText(declared, settled, 'sh', () => 'exit 9')}printf '%s\\0' "$usage_other" "$usage_one" "$#" "$@"\neval "set -- \${usage_rest-}"\nprintf '%s\\0' "$@")\n`;
  });
  const got = execFileSync(program, ['-c', `eval "$(cat)"`], { input: texts.join(''), encoding: 'utf8', cwd: box.root, maxBuffer: 1 << 26 });
  // A format without words prints once.
  const expected = cases.map(({ values, fallback, choice }) => [fallback, choice, String(values.length), ...values, ...(values.length === 0 ? [''] : values)]);
  expect(got.split('\0').slice(0, -1)).toEqual(expected.flat());
});

test('what steers any Node is kept from the one that reads arguments, however it is started, and stays the script\u2019s own', async () => {
  const named = (file: string, pattern: RegExp): string[] =>
    (pattern.exec(readFileSync(join(PACKAGE, file), 'utf8'))?.[1] ?? '').match(/[A-Z][A-Z\d_]+/g) ?? [];
  expect(named('plugins/common/argument-functions', /case (\$\{NODE_OPTIONS.*) in/)).toEqual(named('libexec/plain-node', /unset (.*)/));
  box.plugin('steered', {
    'bare/it': `#!/bin/sh\n#USAGE arg "<app>"\n. "$PLUGIN_CORE_AVAILABLE_PATH/common/argument-functions"\neval "$(args_read "$0" "$@")"\necho "$usage_app $NODE_OPTIONS"\n`,
  });
  expect(await box.run(['steered:it', 'web'], { env: { NODE_OPTIONS: '--no-such-option' } })).toMatchObject({
    stdout: 'web --no-such-option\n',
    stderr: '',
    status: 0,
  });
});
