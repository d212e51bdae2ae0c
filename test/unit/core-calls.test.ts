import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { layoutAround } from '../../src/home/layout.ts';
import { coreCalls } from '../../src/plugins/core-calls.ts';
import { PACKAGE } from '../support/sandbox.ts';

const home = mkdtempSync(join(tmpdir(), 'tool-core-calls-'));
afterAll(() => rmSync(home, { recursive: true }));
const layout = {
  ...layoutAround(join(home, 'plugins')),
  home,
  brand: 'acme',
  coreAvailable: join(home, 'core-plugins/available'),
  coreEnabled: join(home, 'core-plugins/enabled'),
};
for (const folder of [layout.available, layout.enabled, layout.coreAvailable, layout.coreEnabled]) mkdirSync(folder, { recursive: true });
for (const folder of ['plugins', 'compat/dokku']) {
  for (const name of readdirSync(join(PACKAGE, folder))) {
    symlinkSync(join(PACKAGE, folder, name), join(layout.coreAvailable, name));
    symlinkSync(`../../core-plugins/available/${name}`, join(layout.available, name));
  }
}

let plugins = 0;
/** What a plugin with these files calls on: `PLUGIN what file:line`. */
function calls(files: Readonly<Record<string, string>>, name = 'mine'): string[] {
  const tree = join(home, `tree-${plugins++}`);
  for (const [file, text] of Object.entries({ 'plugin.toml': '[plugin]\n', ...files })) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), text);
  }
  return coreCalls(layout, name, tree).map(({ plugin, what, file, line }) => `${plugin} ${what} ${file}:${line}`);
}

test.each([
  ['source "$PLUGIN_CORE_AVAILABLE_PATH/nginx-vhosts/functions"', 'nginx-vhosts nginx-vhosts/functions'],
  ['. "${PLUGIN_AVAILABLE_PATH}/domains/functions"', 'domains domains/functions'],
  ['"$PLUGIN_ENABLED_PATH"/certs/subcommands/add "$APP"', 'certs certs/subcommands/add'],
  ['x=/var/lib/dokku/plugins/available/ports/functions', 'ports ports/functions'],
  ['dokku domains:add "$APP" a.test', 'domains domains:add'],
  ['  urls=$(dokku --quiet --app "$APP" urls)', '00_dokku-standard urls'],
  ['if ! dokku ps:report "$APP"; then', 'ps ps:report'],
  ['tool nginx:validate-config && true', 'nginx-vhosts nginx:validate-config'],
  ['true; acme docker-options:add web deploy "-v x"', 'docker-options docker-options:add'],
  ['/usr/bin/dokku "git:report"', 'git git:report'],
  ['subprocess.run(["dokku", "domains:report", app])', 'domains domains:report'],
  ['plugn trigger domains-list "$APP"', 'domains the trigger domains-list'],
  ['plugn trigger scheduler-is-deployed "$s" "$APP"', 'scheduler-null the trigger scheduler-is-deployed'],
])('%s', (line, expected) => {
  expect(calls({ functions: `#!/usr/bin/env bash\n${line}\n` })).toEqual([`${expected} functions:2`]);
});

test.each([
  '# dokku domains:add "$APP"',
  'dokku_log_info1 "Add one with dokku domains:add"',
  'echo "see dokku url"',
  'dokku apps:create web',
  'dokku deployment:url',
  'dokku url:shorten',
  'source "$PLUGIN_CORE_AVAILABLE_PATH/common/functions"',
  // There to be sourced: enabled it answers nothing more.
  'source "$PLUGIN_CORE_AVAILABLE_PATH/proxy/functions"',
  'plugn trigger post-delete "$APP"',
  'git push dokku main',
  'mydokku domains:add',
])('%s calls on nothing', (line) => {
  expect(calls({ functions: `#!/usr/bin/env bash\n${line}\n` })).toEqual([]);
});

test('programs are looked at wherever they are, each plugin is told once, and what is no program is passed over', () => {
  const add = '#!/bin/sh\ndokku domains:add x\n';
  expect(calls({ 'subcommands/a': add, 'lib/deep/er': add, 'bare/p.py': '\nrun("dokku", "certs:report")\n' })).toEqual([
    'certs certs:report bare/p.py:2',
    'domains domains:add lib/deep/er:2',
  ]);
  expect(calls({ 'README.md': add, 'tests/a.bats': add, '.git/x': add, 'docs/x.sh': add, binary: `\0${add}`, huge: add + ' '.repeat(300_000) })).toEqual([]);
});

test('a need that is declared is one; what is enabled, has its own name, or is answered by another is none', () => {
  expect(calls({ 'plugin.toml': '[plugin]\n[plugin.dependencies]\nports = "*"\nother = "*"\n' })).toEqual(['ports a dependency plugin.toml:0']);
  const text = { functions: 'dokku git:report x\nplugn trigger ports-get x\n' };
  expect(calls(text, 'git')).toEqual(['ports the trigger ports-get functions:2']);
  mkdirSync(join(layout.enabled, 'keeper'));
  writeFileSync(join(layout.enabled, 'keeper/ports-get'), '');
  symlinkSync('../available/git', join(layout.coreEnabled, 'git'));
  expect(calls(text)).toEqual([]);
});
