import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { expand } from '../../src/plugins/helm/expand.ts';
import type { HelmMetadata, PlatformCommand } from '../../src/plugins/helm/metadata.ts';
import { prepareCommand } from '../../src/plugins/helm/platform-command.ts';
import { stubsOf } from '../../src/plugins/helm/stub.ts';
import { PACKAGE } from '../support/sandbox.ts';

/** contract helm §3.1, §3.2, and what `PrepareCommands` is tried with in contract helm §9. */

const HOST = { os: 'linux', arch: 'amd64' };
const entry = (os: string, arch: string, command = 'pwsh', args: readonly string[] = ['-c', 'echo "error"']): PlatformCommand => ({ os, arch, command, args });
const wanted = (os: string, arch: string): PlatformCommand => entry(os, arch, 'sh', ['-c', 'echo "test"']);

describe('the entry for a platform', () => {
  test.each<[string, PlatformCommand[]]>([
    ['with both', [entry('other', 'other'), entry('linux', 'other'), entry('linux', ''), wanted('linux', 'amd64')]],
    ['with both, in front of others', [entry('other', 'other'), wanted('linux', 'amd64'), entry('linux', 'other'), entry('linux', '')]],
    ['with the system alone', [entry('other', 'other'), wanted('linux', ''), entry('linux', 'other')]],
    ['with neither', [entry('other', 'other'), wanted('', ''), entry('linux', 'other')]],
    ['in capital letters', [wanted('Linux', 'AMD64')]],
  ])('%s is used', (_, commands) => {
    expect(prepareCommand(commands, true, ['--debug', 'bar'], {}, HOST)).toEqual({ main: 'sh', argv: ['-c', 'echo "test"', '--debug', 'bar'] });
  });
  test.each<[string, PlatformCommand[]]>([
    ['of other platforms', [entry('other', 'other'), entry('linux', 'other'), entry('other', 'amd64')]],
    ['with an architecture alone', [entry('', 'amd64')]],
    ['without a program', [entry('linux', 'amd64', '')]],
    ['that begins with a space', [entry('', '', ' sh')]],
    ['at all', []],
  ])('none %s', (_, commands) => {
    expect(prepareCommand(commands, true, [], {}, HOST)).toBeUndefined();
  });
  test('variables are expanded in its program always, in its arguments where that is wanted, and in what the user typed never', () => {
    const commands = [entry('', '', '$D/sh  x', ['$D', 'echo "${D}${E}"'])];
    const env = { D: 'a b', E: '' };
    expect(prepareCommand(commands, true, ['$D'], env, HOST)).toEqual({ main: 'a b/sh', argv: ['', 'x', 'a b', 'echo "a b"', '$D'] });
    expect(prepareCommand(commands, false, [], env, HOST)).toEqual({ main: 'a b/sh', argv: ['', 'x', '$D', 'echo "${D}${E}"'] });
  });
});

const ENVIRONMENT = { A: 'va', HELM_X: 'h', DIR: '/d e', 'A:-d': 'odd' };
const EXPANSIONS: [string, string][] = [
  ['$A', 'va'],
  ['${A}x', 'vax'],
  ['$A$A', 'vava'],
  ['$AB', ''],
  ['$$ $@ $1 $?', '   '],
  ['$12', '2'],
  ['${}x', 'x'],
  ['${A', 'A'],
  ['$(cmd)', '$(cmd)'],
  ['$ A', '$ A'],
  ['a$', 'a$'],
  ['\\$A', '\\va'],
  ["'$A'", "'va'"],
  ['$DIR\\x.ps1', '/d e\\x.ps1'],
  ['${*}', ''],
  ['${DIR}/x', '/d e/x'],
  ['', ''],
  ['plain', 'plain'],
];

test.each(EXPANSIONS)('%j becomes %j', (word, expected) => {
  expect(expand(word, ENVIRONMENT)).toBe(expected);
});

test('a variable with any name at all is looked up by its whole text', () => {
  expect(expand('${A:-d} ${B:-d}', ENVIRONMENT)).toBe('odd ');
});

describe('the executable that stands for a command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'helm-stub-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What the stub of a plugin with this command runs, as the program that shows its arguments sees it. */
  function run(command: Partial<PlatformCommand>, typed: readonly string[], shell = 'sh'): string[] {
    const show = join(folder, 'show');
    writeFileSync(show, '#!/bin/sh\nfor word; do printf "%s\\0" "$word"; done\n');
    chmodSync(show, 0o755);
    const metadata: HelmMetadata = {
      apiVersion: 'v1',
      name: 'a',
      type: 'cli/v1',
      runtime: 'subprocess',
      version: '1.0.0',
      sourceURL: '',
      config: { usage: '', shortHelp: '', longHelp: '', ignoreFlags: false, protocols: [] },
      subprocess: {
        platformCommand: [{ os: '', arch: '', command: show, args: [], ...command }],
        platformHooks: new Map(),
        protocolCommands: [],
        expandsHookArgs: false,
      },
    };
    const [stub] = stubsOf(metadata, HOST);
    const file = join(folder, 'bare/default');
    mkdirSync(join(folder, 'bare'), { recursive: true });
    writeFileSync(file, stub?.text ?? '');
    const env = { PATH: process.env.PATH, TOOL_PACKAGE: PACKAGE, PLUGIN_AVAILABLE_PATH: folder, ...ENVIRONMENT };
    const { stdout, stderr } = spawnSync(shell, [file, ...typed], { env, encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\0').slice(0, -1);
  }

  test('expands what Go does, one word for one word', () => {
    expect(run({ args: EXPANSIONS.map(([word]) => word) }, [])).toEqual(EXPANSIONS.map(([, expected]) => expected));
  });

  test.each(['dash', 'bash'])('under %s any argument reaches the program as it is', (shell) => {
    const words = fc.array(
      fc
        .oneof(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.constantFrom('', '-', '--', '-x', '-xn', '$A', '*', "it's", 'a\nb', '-a=b'))
        .map((word) => word.replaceAll('\0', '')),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(words, words, (args, typed) => {
        const taken = typed.some((word) => /^(-n|--(debug|namespace|kube|registry|repository)\S*)$/.test(word));
        fc.pre(!taken);
        expect(run({ args }, typed, shell)).toEqual([...args.map((word) => expand(word, ENVIRONMENT)), ...typed]);
      }),
      { numRuns: 15 },
    );
  });

  test('takes the flags of Helm from wherever they stand', () => {
    const typed =
      '--debug --foo bar --kubeconfig=/home/foo --kubeconfig /home/foo --kube-context=test1 --kube-context test1 --kube-as-user pikachu --kube-as-group teatime --kube-as-group admins -n=test2 -n test2 --namespace=test2 --namespace test2 --home=/tmp command -- --debug';
    expect(run({}, typed.split(' '))).toEqual(['--foo', 'bar', '--home=/tmp', 'command', '--']);
    const shown = ['DEBUG', 'NAMESPACE', 'KUBECONTEXT', 'KUBEASUSER', 'KUBEASGROUPS'].map((name) => `HELM_${name}`);
    const print = `printf '%s\\0' ${shown.map((name) => `"$${name}"`).join(' ')} "$KUBECONFIG"`;
    // Variables are expanded before the shell sees them, so their names are given to it another way.
    expect(run({ command: 'sh', args: ['-c', print] }, typed.split(' '))).toEqual(['true', 'test2', 'test1', 'pikachu', 'teatime,admins', '/home/foo']);
  });
});
