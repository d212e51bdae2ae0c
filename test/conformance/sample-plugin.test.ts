import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PACKAGE, type RunOptions, type RunResult, Sandbox, TOOL } from '../support/sandbox.ts';

/** A command in the manner of Dokku's documented sample: it puts its own argv in order before it looks at it. */
const command = (word: string, says: string): string => `#!/usr/bin/env bash
set -eo pipefail; [[ $DOKKU_TRACE ]] && set -x
source "$PLUGIN_CORE_AVAILABLE_PATH/common/functions"

main() {
  declare desc="greets"
  local cmd="${word}"
  local argv=("$@")
  [[ \${argv[0]} == "$cmd" ]] && shift 1
  [[ -n $DOKKU_APP_NAME ]] && set -- $DOKKU_APP_NAME $@
  set -- $cmd $@
  [[ -z $2 ]] && dokku_log_fail "Please specify an app to run the command on"
  verify_app_name "$2"
  local APP="$2"
  echo "${says}"
}

main "$@"
`;

const COMMANDS = `#!/usr/bin/env bash
set -eo pipefail; [[ $DOKKU_TRACE ]] && set -x

case "$1" in
  help | hello:help)
    lines() {
      cat <<text
    hello <app>, Says "Hello <app>"
    hello:world <app>, Says "Hello world"
text
    }
    if [[ $1 = "hello:help" ]]; then
      echo "Usage: dokku hello[:world] <app>"
      echo ''
      echo 'Additional commands:'
      lines | sort | column -c2 -t -s,
    else
      lines
    fi
    ;;
  *)
    exit $DOKKU_NOT_IMPLEMENTED_EXIT
    ;;
esac
`;

const ours = Sandbox.prepared();
const theirs = Sandbox.prepared();
theirs.plugin('hello', {
  'plugin.toml': '[plugin]\ndescription = "greets"\nversion = "0.1.0"\n[plugin.config]\n',
  'subcommands/default': command('hello', 'Hello $APP'),
  'subcommands/world': command('hello:world', 'Hello world'),
  commands: COMMANDS,
});
expect(await ours.run(['plugin:install', join(PACKAGE, 'examples/hello')])).toMatchObject({ status: 0 });
for (const box of [ours, theirs]) {
  expect(await box.run(['apps:create', 'foo'])).toMatchObject({ status: 0 });
  symlinkSync(TOOL, join(box.root, 'dokku'));
}
afterAll(() => {
  ours[Symbol.dispose]();
  theirs[Symbol.dispose]();
});

const said = (stdout: string): RunResult => ({ stdout, stderr: '', status: 0, signal: null });
const refused = (stderr: string, status: number): RunResult => ({ stdout: '', stderr: ` !     ${stderr}\n`, status, signal: null });
const NO_APP = refused('Please specify an app to run the command on', 1);

const CASES: [argv: string[], expected: RunResult][] = [
  [['hello'], NO_APP],
  [['hello', 'foo'], said('Hello foo\n')],
  [['hello', 'nope'], refused('App nope does not exist', 20)],
  [['--app', 'foo', 'hello'], said('Hello foo\n')],
  [['--app=foo', 'hello'], said('Hello foo\n')],
  [['hello', '--app', 'foo'], said('Hello foo\n')],
  [['hello', '--app=foo'], said('Hello foo\n')],
  [['--app', 'foo', 'hello', 'nope'], said('Hello foo\n')],
  [['hello:world', '--app', 'foo'], said('Hello world\n')],
  [['hello:world', 'foo'], said('Hello world\n')],
  [['hello:world'], NO_APP],
  [['--app', 'foo', 'hello:world'], said('Hello world\n')],
  [['--app', 'nope', 'hello:world'], refused('App nope does not exist', 20)],
  [['--quiet', 'hello', 'foo'], said('Hello foo\n')],
];

for (const [whose, box] of [
  ['the example', ours],
  ['a plugin in the manner of the sample', theirs],
] as const) {
  for (const brand of ['tool', 'dokku']) {
    const brandOptions: RunOptions = brand === 'dokku' ? { command: join(box.root, 'dokku') } : {};
    describe.concurrent(`${whose}, under ${brand}`, () => {
      test.each(CASES)('%j', async (argv, expected) => {
        for (const env of [{}, { TOOL_FAST: '0' }]) expect(await box.run(argv, { ...brandOptions, env })).toEqual(expected);
      });

      test('hello:help is its usage and its commands', async () => {
        const { stdout, stderr, status } = await box.run(['hello:help'], brandOptions);
        expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
        expect(stdout).toMatch(/^Usage: (tool|dokku) hello\[:world\] <app>\n/);
        expect(stdout).toMatch(/^ {4}hello <app>\W.*Says "Hello <app>"$/m);
        expect(stdout).toMatch(/^ {4}hello:world <app>\W.*Says "Hello world"$/m);
      });

      test('hello:nope is no command', async () => {
        const { stdout, stderr, status } = await box.run(['hello:nope'], brandOptions);
        expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
        expect(stderr).toContain(` !     \`hello:nope\` is not a ${brand} command.\n`);
      });

      test('help lists it', async () => {
        const { stdout, status } = await box.run(['help'], brandOptions);
        expect(status).toBe(0);
        expect(stdout).toMatch(/^ {4}hello <app> +Says "Hello <app>"$/m);
        expect(stdout).toMatch(/^ {4}hello:world <app> +Says "Hello world"$/m);
      });

      test('trace shows what it does', async () => {
        const { stdout, stderr, status } = await box.run(['--trace', 'hello', 'foo'], brandOptions);
        expect({ stdout, status }).toEqual({ stdout: 'Hello foo\n', status: 0 });
        expect(stderr).toContain('+ ');
      });
    });
  }
}
