import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { type RunResult, Sandbox } from '../support/sandbox.ts';
import { sliceOf } from '../support/slice.ts';

const manifest = (version: string): string => `[plugin]\nversion = "${version}"\n[plugin.config]\ntoken = "what to log in with"\n`;
const TELL = '#!/bin/sh\necho "${0##*/}($*) token=$CONFIG_TOKEN"\n';
const HOOKS = ['install', 'update', 'uninstall', 'dependencies', 'any'] as const;
const warnings = ({ stderr }: RunResult): string[] => stderr.split('\n').filter((line) => line.startsWith(' !     '));

/** A plugin's directory to install from, with the same text for every hook. */
function source(box: Sandbox, hook: string, version = '1'): string {
  const files = { 'plugin.toml': manifest(version), ...Object.fromEntries(HOOKS.map((name) => [name, hook])) };
  for (const [path, text] of Object.entries(files)) box.file(`src/p/${path}`, text, path === 'plugin.toml' ? 0o644 : 0o755);
  return join(box.root, 'src/p');
}

function configured(): Sandbox {
  const box = Sandbox.prepared();
  writeFileSync(box.at('plugins/config.toml'), '[p]\ntoken = "abc"\n');
  return box;
}

describe('the hooks of a change see what every trigger sees', () => {
  test('the plugin’s configuration, enabled or not', async () => {
    using box = configured();
    const from = source(box, TELL);
    expect((await box.run(['plugin:install', from])).stdout).toContain('install() token=abc\n');
    expect((await box.run(['plugin:install'])).stdout).toBe('install() token=abc\n');
    expect((await box.run(['plugin:install-dependencies'])).stdout).toBe('dependencies() token=abc\n');
    expect((await box.run(['plugin:trigger', 'any', 'x'])).stdout).toBe('any(x) token=abc\n');
    source(box, TELL, '2');
    expect((await box.run(['plugin:update', 'p'], { env: { P_TOKEN: 'of the environment' } })).stdout).toContain(
      'install() token=of the environment\nupdate() token=of the environment\n',
    );
    await box.run(['plugin:disable', 'p']);
    expect((await box.run(['plugin:uninstall', 'p'])).stdout).toContain('uninstall(p) token=abc\n');
  });

  test('the same environment, to the last variable', async () => {
    using box = configured();
    const dump = `#!/bin/sh\nenv | grep -vE '^(_|DOKKU_PID|TOOL_PID|SELF|SELF_EXECUTABLE|(DOKKU|TOOL)_COMMAND|TOOL_TRANSACTION)=' | LC_ALL=C sort >'${box.root}'/seen.\${0##*/}\n`;
    const from = source(box, dump);
    expect(await box.run(['plugin:install', from])).toMatchObject({ status: 0, stderr: '' });
    const inChange = readFileSync(join(box.root, 'seen.install'), 'utf8');
    expect(await box.run(['plugin:install'])).toMatchObject({ status: 0, stderr: '' });
    const inTrigger = readFileSync(join(box.root, 'seen.install'), 'utf8');
    expect(inChange).toBe(inTrigger);
    expect(inChange).toContain('PLUGN_VERSION=');
  });

  test('a word of configuration that cannot be read', async () => {
    using box = configured();
    writeFileSync(box.at('plugins/config.toml'), '[p\n');
    const installed = await box.run(['plugin:install', source(box, TELL)]);
    expect(installed).toMatchObject({ status: 0, stdout: expect.stringContaining('install() token=\n') });
    expect(warnings(installed).join()).toContain('config.toml:1:');
  });

  test('the event log, once for each', async () => {
    using box = configured();
    await box.run(['events:on']);
    await box.run(['plugin:install', source(box, TELL)]);
    await box.run(['plugin:uninstall', 'p']);
    const log = readFileSync(box.at('log/events.log'), 'utf8');
    expect(log.match(/INVOKED: (install|uninstall)\([^)]*\)/g)).toEqual(['INVOKED: install( )', 'INVOKED: uninstall( p )']);
  });

  test('a hook that is not executable is skipped with the same words', async () => {
    using box = configured();
    const from = source(box, TELL);
    box.file('src/p/install', 'echo never\n', 0o644);
    expect((await box.run(['plugin:install', from])).stderr).toContain("Trigger 'install' is not executable, skipping plugin (p)\n");
  });

  test('--trace names the hook that failed', async () => {
    using box = configured();
    const { stderr, status } = await box.run(['--trace', 'plugin:install', source(box, '#!/bin/sh\nexit 7\n')]);
    expect(status).toBe(7);
    expect(stderr).toContain(" !     Trigger 'install' failed in plugin p with status 7\n");
  });
});

describe('a failed hook is told', () => {
  const FAILURES: readonly (readonly [name: string, text: string, status: number, told: string])[] = [
    ['a program that is missing', '#!/usr/bin/env bash\nset -e\nno-such-program -f x\n', 127, 'ended with 127: a program that it calls was not found'],
    ['its own 127', '#!/bin/sh\nexit 127\n', 127, 'ended with 127: a program that it calls was not found'],
    ['127 without #!', 'exit 127\n', 127, 'ended with 127: a program that it calls was not found'],
    ['a program that cannot be run', '#!/bin/sh\nset -e\n/etc/passwd\n', 126, 'ended with 126: a program that it calls cannot be run'],
    ['an interpreter that env misses', '#!/usr/bin/env nosuchlang\n', 127, 'its interpreter is not on PATH: install nosuchlang or fix the #! line'],
    ['one behind env -S', '#!/usr/bin/env -S nosuchlang -x\n', 127, 'its interpreter is not on PATH: install nosuchlang or fix the #! line'],
    ['an interpreter that is missing', '#!/no/such/lang\n', 127, 'its interpreter cannot be run: install /no/such/lang or fix the #! line'],
    ['a carriage return', '#!/bin/sh\r\n', 127, 'its #! line ends in a carriage return: save the file with Unix line ends'],
  ];

  test.each(sliceOf(FAILURES, 4))('alike in a change and in a trigger: %s', async (_, text, status, told) => {
    using box = configured();
    const failed = await box.run(['plugin:install', source(box, text)]);
    expect(failed.status).toBe(status);
    expect(warnings(failed).at(-1)).toBe(` !     The install hook of p ended with status ${status}; the plugin was not installed`);
    expect(await box.run(['plugin:install', source(box, text), '--skip-install-trigger'])).toMatchObject({ status: 0 });
    for (const words of [['plugin:uninstall', 'p'], ['plugin:trigger', 'any'], ['plugin:install-dependencies']]) {
      const hook = { 'plugin:uninstall': 'uninstall', 'plugin:trigger': 'any' }[words[0] ?? ''] ?? 'dependencies';
      const result = await box.run(words);
      const subject = told.startsWith('ended') ? `The hook ${hook} of p` : `Cannot run ${box.at('plugins/enabled/p', hook)};`;
      expect({ words, status: result.status, line: warnings(result)[0] }).toEqual({ words, status, line: ` !     ${subject} ${told}` });
    }
    const subject = told.startsWith('ended') ? 'The hook install of p' : `Cannot run ${box.at('plugins/enabled/p/install')};`;
    expect(warnings(failed).filter((line) => line.includes(told))).toEqual([` !     ${subject} ${told}`]);
  });

  testNeeding('gcc')('a program of another machine', async () => {
    using box = configured();
    box.plugin('p', { 'plugin.toml': manifest('1') });
    mkdirSync(box.at('plugins/available/p'), { recursive: true });
    // Its loader is missing, as with a program built for another C library.
    const { execFileSync } = await import('node:child_process');
    box.file('x.c', 'int main(void) { return 0; }\n');
    execFileSync('gcc', ['-o', box.at('plugins/available/p/any'), join(box.root, 'x.c'), '-Wl,--dynamic-linker=/no/such/loader']);
    const { stderr, status } = await box.run(['plugin:trigger', 'any']);
    expect(status).toBe(127);
    expect(stderr).toContain('look whether it was built for this machine');
  });
});
