import { symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { serveGit } from '../support/git.ts';
import { PLUGN, publishSmoke, serveHttp, smokeArchive } from '../support/plugn.ts';
import { Sandbox } from '../support/sandbox.ts';

/** As people write them around plugn: nothing in it knows of tool. */
const SCRIPT = `#!/usr/bin/env bash
set -euo pipefail
repo=$1 archive=$2
state() { plugn list | awk -v name="$1" '$1 == "plugn:" { next } NF >= 3 && $1 == name { print $2, $3 }'; }

plugn version | grep -q '^plugn: '
plugn init >/dev/null
plugn init >/dev/null

plugn install "$repo" smoke-test-plugin
plugn install "$repo" smoke-test-plugin 2>/dev/null
if plugn install "$archive-nowhere.tar.gz" smoke-test-plugin 2>/dev/null; then exit 90; fi
state smoke-test-plugin
[[ "$(plugn list | grep -c enabled)" == 0 ]] || exit 91
plugn enable smoke-test-plugin
plugn list | grep enabled | grep -q smoke-test-plugin
state smoke-test-plugin

plugn config set smoke-test-plugin testing 'it'"'"'s "on"'
[[ "$(plugn config get smoke-test-plugin testing)" == "it's \\"on\\"" ]]
( eval "$(plugn config export smoke-test-plugin)"; echo "exported $CONFIG_TESTING" )
plugn trigger trigger
SMOKE_TEST_PLUGIN_TESTING=overridden plugn trigger trigger
plugn trigger nobody-listens

plugn update smoke-test-plugin v0.2.0
state smoke-test-plugin
plugn update smoke-test-plugin
plugn update smoke-test-plugin main
state smoke-test-plugin

eval "$(plugn source)"
smoke_test it

plugn install "$archive" second
plugn enable second
for name in $(plugn list | awk '$3 == "enabled" { print $1 }'); do
  echo "enabled: $name"
  plugn disable "$name"
done
plugn disable second 2>/dev/null || echo "already disabled"
plugn uninstall second
plugn uninstall second
plugn uninstall smoke-test-plugin
[[ -z "$(plugn list)" ]]
plugn frobnicate >/dev/null || echo "status $?"
PLUGIN_PATH= plugn list || echo "status $?"
`;

const SAID = `0.9.0 disabled
0.9.0 enabled
exported it's "on"
triggered smoke-test-plugin it's "on"
triggered smoke-test-plugin overridden
Plugin (smoke-test-plugin) updated and pinned to v0.2.0
0.2.0 enabled
Plugin pinned to v0.2.0
Plugin (smoke-test-plugin) updated and pinned to main
0.9.0 enabled
smoked it
enabled: second
enabled: smoke-test-plugin
already disabled
status 2
!! PLUGIN_PATH is not set in environment
status 2
`;

test('a script written for plugn runs unchanged, with no more in its environment than plugn needs', async () => {
  using box = new Sandbox();
  publishSmoke(join(box.root, 'repos/smoke-test-plugin'), 'main');
  await using git = await serveGit(join(box.root, 'repos'));
  await using http = await serveHttp((request, response) =>
    request.url === '/v0.3.0.tar.gz' ? response.end(smokeArchive('0.3.0')) : response.writeHead(404).end(),
  );
  box.file('script', SCRIPT).file('bin/.keep', '');
  symlinkSync(PLUGN, join(box.root, 'bin/plugn'));
  // env -i PATH HOME PLUGIN_PATH.
  const env = [`PATH=${join(box.root, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`, `HOME=${box.root}`, `PLUGIN_PATH=${join(box.root, 'plugins')}`];
  const result = await box.run(['-i', ...env, join(box.root, 'script'), `${git.url}/smoke-test-plugin`, `${http.url}/v0.3.0.tar.gz`], { command: 'env' });
  expect(result).toEqual({ stdout: SAID, stderr: '', status: 0, signal: null });
});
