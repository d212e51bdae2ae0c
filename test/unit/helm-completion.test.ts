import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { completionTable } from '../../src/plugins/helm/completion-table.ts';
import { readHelmManifest } from '../../src/plugins/helm/read-helm-manifest.ts';
import { completionStub } from '../../src/plugins/helm/stub.ts';
import { PACKAGE } from '../support/sandbox.ts';

/** contract helm §3.7. */

test('a completion.yaml becomes a line for each command', () => {
  const text = `name: wrongname
flags: [q, zed, "bad flag", ok]
commands:
- name: empty
- name: full
  other: passed over
  commands:
  - {name: less, flags: [a, all]}
  - {name: more, validArgs: [one, two, "a b", "$(x)"], flags: [b, ball]}
- {flags: [x]}
`;
  expect(completionTable(text).split('\n')).toEqual([
    '|empty full|+|-q --zed --ok|',
    'empty|-|-||',
    'full|less more|+||',
    'full less|-|-|-a --all|',
    'full more|-|-|-b --ball|one two',
    '',
  ]);
});

test.each([
  ['ignoreFlags: false', 'full --x two ty'],
  ['ignoreFlags: true', 'full'],
])('plugin.complete gets what the plugin does, with %s', (line, expected) => {
  const directory = mkdtempSync(join(tmpdir(), 'helm-complete-'));
  const { metadata } = readHelmManifest(`name: a\n${line}\n`);
  writeFileSync(join(directory, 'plugin.complete'), '#!/bin/sh\necho "$*"\n');
  chmodSync(join(directory, 'plugin.complete'), 0o755);
  const { text } = completionStub(metadata as NonNullable<typeof metadata>, completionTable('commands: [{name: full}]\n'), { directory });
  const env = { PATH: process.env.PATH, TOOL_PACKAGE: PACKAGE, PLUGIN_AVAILABLE_PATH: directory };
  const { stdout, stderr } = spawnSync('sh', ['-c', text, 'complete', 'a', 'full', '--x', '-n', 'team', 'two', 'ty'], { env, encoding: 'utf8' });
  rmSync(directory, { recursive: true });
  expect({ stdout, stderr }).toEqual({ stdout: `${expected}\n`, stderr: '' });
});

test.each(['', 'a: [', '[]', 'commands: x', '['.repeat(5000), '---\n'])('%j is no completion', (text) => {
  expect(completionTable(text)).toMatch(/^\|-\|[-+]\|\|\n$/);
});

test('aliases make no table without end', () => {
  const levels = Array.from({ length: 12 }, (_, at) => `l${at + 1}: &l${at + 1} {name: n, commands: [${Array(9).fill(`*l${at}`).join(', ')}]}`);
  expect(completionTable(`l0: &l0 {name: n}\n${levels.join('\n')}\ncommands: [*l12]\n`).length).toBeLessThan(200_000);
});
