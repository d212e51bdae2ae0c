import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expand } from '../../src/plugins/helm/expand.ts';
import type { HelmMetadata, PlatformCommand } from '../../src/plugins/helm/metadata.ts';
import { type HelmHost, prepareCommand, thisHost, thisPlatform } from '../../src/plugins/helm/platform-command.ts';
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

  const show = join(folder, 'show');
  beforeAll(() => {
    writeFileSync(show, '#!/bin/sh\nfor word; do printf "%s\\0" "$word"; done\n');
    chmodSync(show, 0o755);
  });

  /** What the stub of a plugin with this command runs, as the program that shows its arguments sees it. */
  function run(command: Partial<PlatformCommand>, typed: readonly string[], shell = 'sh'): string[] {
    const { stdout, stderr } = runStub([{ os: '', arch: '', command: show, args: [], ...command }], thisHost(), typed, shell);
    expect(stderr).toBe('');
    return stdout.split('\0').slice(0, -1);
  }

  /** @param host where the stub is made */
  function runStub(platformCommand: readonly PlatformCommand[], host: HelmHost, typed: readonly string[] = [], shell = 'sh') {
    const metadata: HelmMetadata = {
      apiVersion: 'v1',
      name: 'a',
      type: 'cli/v1',
      runtime: 'subprocess',
      version: '1.0.0',
      sourceURL: '',
      config: { usage: '', shortHelp: '', longHelp: '', ignoreFlags: false, protocols: [] },
      subprocess: {
        platformCommand,
        platformHooks: new Map(),
        protocolCommands: [],
        expandsHookArgs: false,
      },
    };
    const [stub] = stubsOf(metadata, { host });
    const file = join(folder, 'bare/default');
    mkdirSync(join(folder, 'bare'), { recursive: true });
    writeFileSync(file, stub?.text ?? '');
    const env = { PATH: process.env.PATH, TOOL_PACKAGE: PACKAGE, PLUGIN_AVAILABLE_PATH: folder, ...ENVIRONMENT };
    return spawnSync(shell, [file, ...typed], { env, encoding: 'utf8' });
  }

  test('chooses by the platform that it runs on, as Helm does, wherever it was made', () => {
    const platforms = fc.constantFrom('', '', 'linux', 'Darwin', "o'dd", '*');
    const entries = fc.array(
      fc.record({ os: platforms, arch: fc.constantFrom('', 'amd64', 'ARM64', '$x'), command: fc.constantFrom(show, show, show, '', ' sh') }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(entries, fc.constantFrom('linux', 'darwin'), fc.constantFrom('amd64', 'arm64'), (drawn, os, arch) => {
        const commands = drawn.map((one, index) => ({ ...one, args: [String(index)] }));
        const wanted = prepareCommand(commands, true, [], {}, { os, arch });
        // What is made on this kernel is for the platform that it is told.
        const { stdout, stderr, status } = runStub(commands, { os, arch, kernel: thisHost().kernel });
        if (wanted) expect({ stdout, status }).toEqual({ stdout: `${wanted.argv[0]}\0`, status: 0 });
        else
          expect({ stderr, status }).toEqual({ stderr: ` !     The plugin a has no command for ${os}/${arch}: no plugin command is applicable\n`, status: 1 });
      }),
      { numRuns: 25 },
    );
    const here = thisPlatform();
    const [other, own] = [entry('plan9', 'mips', show, ['other']), entry(here.os, here.arch, show, ['own'])];
    expect(runStub([other, own], { os: 'plan9', arch: 'mips', kernel: 'Plan9 mips' }).stdout).toBe('own\0');
  });

  test.each([
    ['Linux x86_64', 'linux/amd64'],
    ['Linux i686', 'linux/386'],
    ['Linux armv7l', 'linux/arm'],
    ['Linux loongarch64', 'linux/loong64'],
    ['Linux riscv64', 'linux/riscv64'],
    ['Darwin arm64', 'darwin/arm64'],
    ['FreeBSD amd64', 'freebsd/amd64'],
    ['Haiku x86_64', 'Haiku/amd64'],
    ['Linux aarch64', 'linux/arm'],
  ])('knows %s as %s', (kernel, platform) => {
    // A kernel of 64 bits under programs of 32, as the stub found it.
    const text = readFileSync(join(PACKAGE, 'libexec/helm-platform'), 'utf8').replaceAll('/proc/sys/kernel/arch', join(folder, 'none'));
    const script = `uname() { echo '${kernel}'; }\ntool_helm_platform=linux/arm tool_helm_kernel='Linux aarch64'\n${text}\necho "$tool_helm_platform"`;
    expect(spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout).toBe(`${platform}\n`);
  });

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
