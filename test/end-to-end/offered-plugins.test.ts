import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { pluginTest } from '../support/plugin-test.ts';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';

const TOML = '[plugin]\ndescription = "hands out names"\nversion = "1.0.0"\n[plugin.config]\n';
const CALLS = 'calls on domains (domains:report in bare/go:2), ports (the trigger ports-get in bare/go:3)';
const LINE = ` !     The plugin names ${CALLS}, not enabled here; to enable them: tool plugin:enable domains && tool plugin:enable ports\n`;

/** A plugin that calls on two of Dokku's set, from its install hook too. */
function source(box: Sandbox): string {
  const go = '#!/bin/sh\ndokku domains:report --global >/dev/null || exit 3\nplugn trigger ports-get web && echo gone\n';
  box
    .file('src/names/plugin.toml', TOML)
    .file('src/names/bare/go', go)
    .file('src/names/install', '#!/bin/sh\ntool domains:report --global >/dev/null 2>&1 || echo without\n');
  return join(box.root, 'src/names');
}

const SET = readdirSync(join(PACKAGE, 'compat/dokku'));
const inSet = (box: Sandbox): string[] => readdirSync(box.at('plugins/enabled')).filter((name) => SET.includes(name));

test('what a plugin calls on is named, and enabled where that is asked for, before its hook runs', { timeout: 60_000 }, async () => {
  using box = Sandbox.prepared();
  const from = source(box);
  const installed = await box.run(['plugin:install', from]);
  expect(installed).toMatchObject({ stderr: LINE, status: 0 });
  expect(installed.stdout).toContain('without\n');
  expect(inSet(box)).toEqual([]);
  // What is there already is no news.
  expect(await box.run(['plugin:install', from])).toMatchObject({ stderr: '', status: 0 });
  box.file('src/names/plugin.toml', TOML.replace('1.0.0', '1.1.0'));
  expect(await box.run(['plugin:update', 'names', '--from', from, '--dry-run', '--enable-needed'])).toMatchObject({
    stdout: expect.stringContaining('would enable domains\nwould enable ports\n'),
    stderr: '',
  });
  expect(await box.run(['plugin:update', 'names', '--from', from])).toMatchObject({ stderr: LINE, status: 0 });
  await box.run(['plugin:disable', 'names']);
  expect(await box.run(['plugin:enable', 'names', '--enable-needed'])).toMatchObject({
    stdout: '-----> Enabled what names calls on: domains, ports\n-----> Plugin names enabled\n',
    stderr: '',
  });
  expect(inSet(box)).toEqual(['domains', 'ports']);
  expect(await box.run(['names:go'])).toMatchObject({ stdout: 'http:80:5000\ngone\n', stderr: '', status: 0 });

  using other = Sandbox.prepared();
  other.file('sandbox/home/tool.toml', `[plugins]\nnames = { path = "${from}" }\n`);
  expect(await other.run(['plugin:sync'])).toMatchObject({ stderr: LINE, status: 0 });
  await other.run(['plugin:uninstall', 'names']);
  const hooked = await other.run(['plugin:install', from, '--enable-needed']);
  expect(hooked).toMatchObject({ stderr: '', status: 0 });
  expect(hooked.stdout).not.toContain('without');
  expect(inSet(other)).toEqual(['domains', 'ports']);
});

test('what a plugin declares to need is refused as other needs are, and can be enabled in the same step', async () => {
  using box = Sandbox.prepared();
  box.file('src/needs/plugin.toml', `${TOML}[plugin.dependencies]\ndomains = "*"\n`).file('src/needs/bare/go', '#!/bin/sh\n');
  expect(await box.run(['plugin:install', join(box.root, 'src/needs')])).toMatchObject({
    stderr: ' !     The plugin needs needs domains, which is disabled; run `tool plugin:enable domains`\n',
    status: 1,
  });
  expect(await box.run(['plugin:install', join(box.root, 'src/needs'), '--enable-needed'])).toMatchObject({ stderr: '', status: 0 });
  expect(await box.run(['plugin:disable', 'domains'])).toMatchObject({ stderr: expect.stringContaining('needed by needs'), status: 1 });
});

test('plugin:test enables it in its own home', { timeout: 60_000 }, async () => {
  using box = Sandbox.prepared();
  const { stdout, stderr, status } = await pluginTest(box, [source(box)]);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(stdout).not.toMatch(/not enabled|not ok/);
  expect(inSet(box)).toEqual([]);
});

testNeeding('python3')('somebody at a terminal is asked', async () => {
  for (const [answer, enabled] of [
    ['y\n', ['domains', 'ports']],
    ['n\n', []],
  ] as const) {
    using box = Sandbox.prepared();
    const under = ['python3', join(PACKAGE, 'test/fixtures/terminal.py'), JSON.stringify([['[y/N] ', answer]])];
    const { stdout } = await box.run(['plugin:install', source(box)], { under, env: { TERM: 'dumb', TERMINAL_COLUMNS: '500' } });
    const { output, status } = JSON.parse(stdout);
    expect(output).toContain(`The plugin names ${CALLS}. Enable domains, ports? [y/N] `);
    expect(output).not.toContain('plugin:enable');
    expect(status).toBe(0);
    expect(inSet(box)).toEqual(enabled);
  }
});

testNeeding('python3')('nobody is asked where CI is set, though there is a terminal', async () => {
  using box = Sandbox.prepared();
  const under = ['python3', join(PACKAGE, 'test/fixtures/terminal.py'), '[]'];
  const { stdout } = await box.run(['plugin:install', source(box)], { under, env: { TERM: 'dumb', TERMINAL_COLUMNS: '500', CI: 'true' } });
  const { output, status } = JSON.parse(stdout);
  expect({ output, status }).toEqual({ output: expect.not.stringContaining('[y/N]'), status: 0 });
  expect(inSet(box)).toEqual([]);
});
