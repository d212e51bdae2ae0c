import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readTree, treeHash } from '../../src/system/tree-hash.ts';
import { testNeeding } from '../support/needs.ts';
import { pluginTest } from '../support/plugin-test.ts';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';

const TOML = '[plugin]\ndescription = "is tested"\nversion = "1.0.0"\n[plugin.config]\n';

/** Runs bats text as a plugin's only test file; everything in it must pass, and as many tests as are told. */
async function batsPasses(box: Sandbox, count: number, bats: string, files: Record<string, string> = {}, env: Record<string, string> = {}): Promise<void> {
  for (const [path, text] of Object.entries({ 'plugin.toml': TOML, 'tests/x.bats': bats, ...files })) box.file(`src/dokku-probe/${path}`, text);
  const { stdout, stderr, status } = await pluginTest(box, [join(box.root, 'src/dokku-probe')], { env });
  expect(stdout).not.toContain('not ok');
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(stdout).toContain(`\n1..${2 + count}\n`);
}

testNeeding('bats')('stubs note their calls so that a test can compare them, and answer as they are told', async () => {
  using box = Sandbox.prepared();
  await batsPasses(
    box,
    9,
    String.raw`
setup() { calls --clear; }

@test "calls are words that bash reads back" {
  docker run --name=web '' "a b" "it's" $'two\nlines' '*' $'\303\251'
  docker ps -q
  [ "$(calls docker)" = "run --name=web '' 'a b' 'it'\''s' \$'two\nlines' '*' \$'\303\251'
ps -q" ]
  sudo -n true
  [ "$(calls | tail -n 1)" = "sudo -n true" ]
  [ "$(<"$TOOL_TEST_CALLS/docker")" = "$(calls docker)" ]
}

@test "docker is silent, and reads nothing unless told" {
  run docker inspect x
  [ "$status" -eq 0 ] && [ -z "$output" ]
  [ "$(echo data | { docker load; cat; })" = data ]
  echo kept | TOOL_TEST_STDIN="ssh docker" docker load
  [ "$(<"$TOOL_TEST_CALLS/docker.stdin.3")" = kept ]
}

@test "a stub answers with the script that it is given" {
  stub docker <<<'echo "id-$2"; exit 3'
  run docker run x
  [ "$status" -eq 3 ] && [ "$output" = id-x ]
  rm "$TOOL_TEST_STUBS/docker"
  [ -z "$(docker run x)" ]
  printf '#!/bin/sh\necho sh $1\n' | stub no-such-program
  [ "$(no-such-program 5)" = "sh 5" ] && [ "$(calls no-such-program)" = 5 ]
  echo x >"$TOOL_TEST_STUBS/docker"
  run docker run x
  [ "$status" -eq 126 ]
  rm "$TOOL_TEST_STUBS/docker"
}

@test "sudo drops its own flags and keeps the command's" {
  [ "$(sudo printf '%s,' -u -E)" = -u,-E, ]
  [ "$(sudo -u dokku -E -H -n printf %s a)" = a ]
  [ "$(sudo -nu dokku -- printf %s b)" = b ]
  [ "$(sudo -udokku --preserve-env=A --user root X=1 sh -c 'printf %s $X')" = 1 ]
  [ "$(sudo -i -g www id -u)" = "$(id -u)" ]
  sudo -v
  run sudo -n sh -c 'exit 7'
  [ "$status" -eq 7 ]
}

@test "crontab keeps a table for each user" {
  run crontab -l
  [ "$status" -eq 1 ]
  echo "@daily x" | crontab
  echo "@daily y" >table
  crontab -u other table
  [ "$(crontab -l)" = "@daily x" ] && [ "$(crontab -l -u other)" = "@daily y" ]
  crontab -r
  run crontab -l
  [ "$status" -eq 1 ]
  run crontab -u ../../x -l
  [ "$status" -eq 1 ]
}

@test "ssh to dokku@ is the forced command, to others nothing" {
  [ "$(ssh dokku@dokku.me probe:words "'a b'" c)" = "<probe:words><a b><c>" ]
  [ "$(ssh -tt -o StrictHostKeyChecking=no -p 22 dokku@dokku.me probe:words --quiet)" = "<probe:words><--quiet>" ]
  [ "$(ssh -l dokku -p22 dokku.me -- probe:words x)" = "<probe:words><x>" ]
  [ -z "$(ssh root@dokku.me rm -rf /)" ]
  [ "$(calls ssh | tail -n 1)" = "root@dokku.me rm -rf /" ]
}

@test "a plugin's calls are noted as well, through every door" {
  dokku probe:docker
  tool probe:docker
  plugn trigger probe-hook
  "$PLUGIN_ENABLED_PATH/probe/subcommands/docker"
  [ "$(calls docker | sort | uniq -c | tr -s ' ')" = " 4 from a plugin" ]
}

@test "dokku answers as dokku, tool as tool" {
  run dokku no-such-command
  [[ $output == *"is not a dokku command"* ]]
  run tool no-such-command
  [[ $output == *"is not a tool command"* ]]
  [ "$(dokku probe:nested)" = "dokku dokku tool" ]
}

@test "the current directory is a copy of the plugin" {
  [ "$PWD" = "$PLUGIN_AVAILABLE_PATH/probe" ]
  source ./functions
  [ "$(probe_function)" = sourced ]
  [ -x "$BATS_TEST_DIRNAME/../subcommands/words" ]
}
`,
    {
      'subcommands/words': '#!/bin/sh\nprintf \'<%s>\' "$@"\n',
      'subcommands/docker': '#!/bin/sh\n"$DOCKER_BIN" from a plugin\n',
      'probe-hook': '#!/bin/sh\nsudo -u dokku docker from a plugin\n',
      'subcommands/brand': '#!/bin/sh\necho "${TOOL_ABI%%:*}"\n',
      'subcommands/nested': '#!/bin/sh\necho "${TOOL_ABI%%:*} $(dokku probe:brand) $(tool probe:brand)"\n',
      functions: 'probe_function() { echo sourced; }\n',
    },
  );
});

testNeeding('bats')('the whole ABI is there, and nothing of the caller that leads elsewhere', async () => {
  using box = Sandbox.prepared();
  await batsPasses(
    box,
    2,
    `
@test "every variable leads into the temporary directory" {
  for name in HOME TMPDIR TOOL_HOME DOKKU_ROOT DOKKU_HOST_ROOT DOKKU_LIB_ROOT DOKKU_LOGS_DIR DOKKU_EVENTS_LOGFILE PLUGIN_PATH PLUGIN_AVAILABLE_PATH \\
    PLUGIN_ENABLED_PATH PLUGIN_CORE_PATH PLUGIN_CORE_AVAILABLE_PATH PLUGIN_CORE_ENABLED_PATH TOOL_PACKAGE TOOL_TEST_CALLS TOOL_TEST_STUBS; do
    [[ \${!name} == "$TOOL_TEST_ROOT"/* ]] || { echo "$name is \${!name-unset}" && false; }
  done
  [ "$DOKKU_NOT_IMPLEMENTED_EXIT" = 10 ] && [ "$DOKKU_API_VERSION" = 1 ] && [ -n "$DOKKU_SYSTEM_USER" ]
  source "$PLUGIN_CORE_AVAILABLE_PATH/common/functions"
}

@test "the caller's are gone, but for those that mean nothing to it" {
  for name in DOKKU_EVENTS DOKKU_QUIET_OUTPUT DOCKER_HOST SSH_AUTH_SOCK XDG_DATA_HOME GIT_DIR KUBECONFIG SUDO_USER NAME BASH_ENV; do
    [[ -z \${!name+x} ]] || { echo "$name is \${!name}" && false; }
  done
  [ "$MY_OWN" = kept ] && [ "$DOKKU_IMAGE" != x ]
}
`,
    {},
    {
      ...{
        DOKKU_EVENTS: '1',
        DOKKU_IMAGE: 'x',
        DOKKU_QUIET_OUTPUT: '1',
        DOKKU_ROOT: '/srv/x',

        DOCKER_HOST: 'tcp://x',
        SSH_AUTH_SOCK: '/s',
        GIT_DIR: '/g',
      },
      ...{ XDG_DATA_HOME: '/srv/data', KUBECONFIG: '/k', SUDO_USER: 'x', NAME: 'x', BASH_ENV: '/dev/null', MY_OWN: 'kept' },
    },
  );
});

testNeeding('bats')('a helper written for a server, or for a clone of Dokku, does not lead out of the home', async () => {
  using box = Sandbox.prepared();
  await batsPasses(
    box,
    3,
    `
load test_helper

@test "a root inside the plugin's copy is taken" {
  dokku apps:create web
  [ -d "$BATS_TEST_DIRNAME/dokku/web" ]
  [ "$(dokku probe:show)" = "$BATS_TEST_DIRNAME/dokku|$TOOL_TEST_ROOT/home|$TOOL_TEST_ROOT/home/plugins|$TOOL_TEST_ROOT/home/services/probe" ]
}

@test "plugn and ssh stay as well" {
  [ "$(plugn trigger probe-hook)" = "$BATS_TEST_DIRNAME/dokku|$TOOL_TEST_ROOT/home|$TOOL_TEST_ROOT/home/plugins|$TOOL_TEST_ROOT/home/services/probe" ]
  [[ "$(ssh dokku@dokku.me probe:show)" == "$TOOL_TEST_ROOT/home/root|$TOOL_TEST_ROOT/home|$TOOL_TEST_ROOT/home/plugins|"* ]]
}

@test "any other root is not" {
  DOKKU_ROOT=/home/dokku run dokku probe:show
  [[ $output == "$TOOL_TEST_ROOT/home/root|"* ]]
  DOKKU_ROOT=/srv/elsewhere run dokku probe:show
  [[ $output == "$TOOL_TEST_ROOT/home/root|"* ]]
  DOKKU_ROOT="$TOOL_TEST_ROOT/../elsewhere" run dokku probe:show
  [[ $output == "$TOOL_TEST_ROOT/home/root|"* ]]
}
`,
    {
      'tests/test_helper.bash': [
        'export DOKKU_ROOT="$BATS_TEST_DIRNAME/dokku" DOKKU_LIB_PATH=/srv/lib DOKKU_LIB_ROOT=/var/lib/dokku',
        'export PLUGIN_PATH="$DOKKU_ROOT/plugins" PLUGIN_ENABLED_PATH="$DOKKU_ROOT/plugins" PLUGIN_CORE_AVAILABLE_PATH=/srv/core',
        'export PLUGIN_DATA_ROOT="$DOKKU_LIB_ROOT/services/probe"',
        'export PATH="$BATS_TEST_DIRNAME/bin:$PATH"\n',
      ].join('\n'),
      'tests/bin/id': '#!/bin/sh\necho dokku\n',
      'subcommands/show': '#!/bin/sh\necho "$DOKKU_ROOT|$DOKKU_LIB_ROOT|$PLUGIN_PATH|$PLUGIN_DATA_ROOT"\n',
      'probe-hook': '#!/bin/sh\necho "$DOKKU_ROOT|$DOKKU_LIB_ROOT|$PLUGIN_PATH|$PLUGIN_DATA_ROOT"\n',
    },
  );
});

testNeeding('bats')("the caller's home, programs and plugin are never touched", async () => {
  using box = Sandbox.prepared();
  box.plugin('other', {
    'plugin.toml': TOML,
    'probe-hook': `#!/bin/sh\necho other >>${box.root}/touched\n`,
    install: `#!/bin/sh\necho other >>${box.root}/touched\n`,
  });
  for (const program of ['docker', 'sudo', 'ssh', 'crontab']) box.file(`bin/${program}`, `#!/bin/sh\necho ${program} >>${box.root}/touched\n`);
  await box.run(['version']);
  const use = 'docker ps\nsudo -u dokku true\nssh dokku@dokku.me version\necho x | crontab -\n';
  const files = {
    install: `#!/bin/sh\n${use}echo x >"$HOME/written"\ntool apps:create by-install\n>"$(dirname "$0")/installed"\n`,
    'subcommands/use': `#!/bin/sh\n${use}`,
    'probe-hook': `#!/bin/sh\n${use}`,
  };
  for (const [path, text] of Object.entries({ 'plugin.toml': TOML, ...files })) box.file(`src/dokku-probe/${path}`, text);
  box.file(
    'src/dokku-probe/tests/x.bats',
    '@test "uses" {\n  [ -f installed ]\n  dokku probe:use\n  plugn trigger probe-hook\n  tool apps:create by-test\n  >written\n}\n',
  );
  const seen = () => ({
    home: treeHash(readTree(box.home)),
    source: treeHash(readTree(join(box.root, 'src'))),
    files: readdirSync(box.root).filter((name) => !name.startsWith('tmp-')),
  });
  const before = seen();
  const result = await pluginTest(box, [join(box.root, 'src/dokku-probe')], { env: { PATH: `${box.root}/bin:${process.env.PATH}` } });
  expect(result).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('ok 3 - uses\n1..3\n') });
  expect(seen()).toEqual(before);
});

testNeeding('bats')('the example in the documentation works', async () => {
  using box = Sandbox.prepared();
  const documentation = readFileSync(join(PACKAGE, 'docs/testing-plugins.md'), 'utf8');
  const [, bats = ''] = /```bash\n(# tests\/create\.bats\n[^`]*)```/.exec(documentation) ?? [];
  await batsPasses(box, 1, bats, { 'subcommands/create': '#!/bin/sh\ndocker run -d --name "dokku.ledger.$2" "ledger image" >/dev/null\n' });
});
