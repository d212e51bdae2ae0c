import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTree, treeHash } from '../../src/system/tree-hash.ts';
import { onPath, testNeeding } from '../support/needs.ts';
import { pluginTest, processesOf } from '../support/plugin-test.ts';
import { PACKAGE, type RunResult, Sandbox } from '../support/sandbox.ts';
import { asOrdinaryUser } from '../support/unprivileged.ts';

const FIXTURES = join(PACKAGE, 'test/fixtures/plugins');
const TOML = '[plugin]\ndescription = "is tested"\nversion = "1.0.0"\n[plugin.config]\n';
const failures = ({ stdout }: RunResult): string[] => stdout.split('\n').filter((line) => line.startsWith('not ok'));

/** A plugin's directory outside the home. */
function source(box: Sandbox, name: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries({ 'plugin.toml': TOML, ...files })) box.file(`src/${name}/${path}`, text);
  return join(box.root, 'src', name);
}

test('a plugin without tests gets a smoke test, told in TAP', async () => {
  using box = Sandbox.prepared();
  const { stdout, stderr, status } = await pluginTest(box, [], { cwd: join(FIXTURES, 'dokku-motto') });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(stdout.replace(/ # SKIP shellcheck is not installed$/m, '')).toBe(
    `${[
      'TAP version 13',
      'ok 1 - plugin.toml can be read',
      'ok 2 - plugin installs',
      'ok 3 - has commands, subcommands or triggers',
      'ok 4 - commands can be run',
      'ok 5 - nothing else is called commands',
      'ok 6 - ShellCheck finds no errors',
      'ok 7 - commands help prints lines for the list of commands',
      'ok 8 - commands motto:help prints how the plugin is used',
      'ok 9 - commands no-such says that it is not its own',
      '1..9',
    ].join('\n')}\n`,
  );
});

testNeeding('bats')('plugins in every idiom pass: datastore, multi-call, compiled, relative paths', async () => {
  using box = Sandbox.prepared();
  const run = (name: string) => pluginTest(box, [join(FIXTURES, name)]);
  const [ledger, beacon, abacus, almanac] = [await run('dokku-ledger'), await run('beacon'), await run('abacus'), await run('almanac')];
  for (const result of [ledger, beacon, abacus, almanac]) {
    expect(failures(result), result.stdout).toEqual([]);
    expect(result).toMatchObject({ stderr: '', status: 0 });
  }
  expect(ledger.stdout).toContain('ok 10 - (functions) can be sourced from beside the tests\n1..10\n');
  expect(beacon.stdout).toContain('- subcommands/on can be run\n');
  expect(beacon.stdout).toContain("# main is not a trigger of Dokku's");
  expect(abacus.stdout).toContain('ok 4 - knows its version\n1..4\n');
  expect(almanac.stdout).toContain('ok 10 - commands no-such says that it is not its own\n');
});

test('ill-behaved plugins fail at the very point, which says why', async () => {
  using box = Sandbox.prepared();
  const run = (name: string) => pluginTest(box, [join(FIXTURES, name)]);
  const [ten, stray, mute] = await Promise.all([run('ten-to-help'), run('stray-commands'), run('mute-hook')]);
  for (const [result, point, reason] of [
    [ten, /commands help prints/, "# exit status 10, not 0: Dokku's own help ends there"],
    [stray, /nothing else is called commands/, '# src/commands breaks dokku help'],
    [mute, /post-create can be run/, '# it is not executable; chmod +x post-create'],
  ] as const) {
    expect(failures(result)).toEqual([expect.stringMatching(point)]);
    expect(result.stdout).toContain(reason);
    expect(result.status).toBe(1);
  }
  expect(mute.stdout).toContain("# post-craete is not a trigger of Dokku's");
});

testNeeding('bats')('what hangs is ended when its time is up, with all that it started', async () => {
  using box = Sandbox.prepared();
  const hook = source(box, 'hook', { install: '#!/bin/sh\necho waiting\nsleep 600\n' });
  const tests = source(box, 'tests', { 'test/x.bats': '@test "slow" {\n  sleep 600\n}\n' });
  const [help, install, bats] = await Promise.all(
    [join(FIXTURES, 'hanging-help'), hook, tests].map((directory) => pluginTest(box, [directory], { env: { TOOL_TEST_TIMEOUT: '4' } })),
  );
  for (const [result, text] of [
    [help, 'commands help prints lines for the list of commands\n# it was ended after 4 s\n'],
    [install, /not ok 2 - plugin installs\n# it was ended after 4 s.*\n(#.*\n)*# waiting\n/],
    [bats, 'not ok 3 - bats ends in time\n# it was ended after 4 s'],
  ] as const) {
    expect(result?.stdout).toEqual(typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text));
    expect(result?.status).toBe(1);
  }
});

test('what a plugin may get wrong in its files is found without running them', async () => {
  using box = Sandbox.prepared();
  const directory = source(box, 'wrong', {
    'subcommands/syntax': '#!/usr/bin/env bash\nif true; then\n',
    'subcommands/crlf': '#!/bin/sh\r\n',
    'subcommands/tool': '#!/usr/bin/env no-such-interpreter\n',
    'subcommands/danger': `#!/bin/sh\ntouch ${box.root}/danger\n`,
    'post-delete': `#!/bin/sh\ntouch ${box.root}/danger\n`,
    functions: 'f() {\n',
    commands: '#!/bin/sh\nexit 0\n',
  });
  const result = await pluginTest(box, [directory]);
  const names = failures(result).map((line) => line.replace(/^not ok \d+ - /, ''));
  expect(names.filter((name) => !name.startsWith('ShellCheck'))).toEqual([
    'subcommands/crlf can be run',
    'subcommands/syntax can be run',
    'subcommands/tool can be run',
    'functions has no syntax error',
    'commands help prints lines for the list of commands',
    'commands wrong:help prints how the plugin is used',
    'commands no-such says that it is not its own',
  ]);
  if (onPath('shellcheck')) expect(result.stdout).toMatch(/# functions:1:\d+: error: /);
  expect(existsSync(join(box.root, 'danger'))).toBe(false);
});

testNeeding('shellcheck')('Dokku’s documented sample passes: what ShellCheck finds is told, and fails with --strict alone', async () => {
  using box = Sandbox.prepared();
  const directory = source(box, 'hello', {
    'subcommands/default':
      '#!/usr/bin/env bash\nset -eo pipefail\nlocal_argv=("$@")\n[[ ${local_argv[0]} == hello ]] && shift 1\nset -- hello $@\necho "Hello $2"\n',
    commands:
      '#!/usr/bin/env bash\ncase "$1" in\n  help | hello:help) echo \'    hello <app>, Says "Hello <app>"\' ;;\n  *) exit $DOKKU_NOT_IMPLEMENTED_EXIT ;;\nesac\n',
  });
  const [told, strict, pretty] = await Promise.all([
    pluginTest(box, [directory]),
    pluginTest(box, [directory, '--strict']),
    pluginTest(box, [directory, '--format', 'pretty']),
  ]);
  const finding = 'subcommands/default:5:14: error: ';
  expect(failures(told), told.stdout).toEqual([]);
  expect(told).toMatchObject({ stderr: '', status: 0 });
  expect(told.stdout).toContain(`- ShellCheck finds errors, which fail with --strict alone\n# ${finding}`);
  expect(pretty.stdout).toContain(finding);
  expect(failures(strict)).toEqual([expect.stringMatching(/- ShellCheck finds no errors$/)]);
  expect(strict).toMatchObject({ status: 1, stdout: expect.stringContaining(finding) });
});

testNeeding('bats')("a failed test's lines are told, a skipped one's reason, and the status is 1", async () => {
  using box = Sandbox.prepared();
  const directory = source(box, 'bad', {
    'tests/unit/deep.bats': '@test "fails # here" {\n  echo because\n  false\n}\n@test "waits" {\n  skip "not today"\n}\n@test "works" {\n  true\n}\n',
    'tests/clone/.git': 'gitdir: elsewhere\n',
    'tests/clone/x.bats': '@test "of somebody else" {\n  false\n}\n',
  });
  const [tap, pretty, one, none] = await Promise.all([
    pluginTest(box, [directory]),
    pluginTest(box, [directory, '--format', 'pretty']),
    pluginTest(box, [directory, '--filter', '^wor']),
    pluginTest(box, [directory, '--filter', 'no such test']),
  ]);
  expect(tap.status).toBe(1);
  expect(tap.stdout.split('\n').slice(3)).toEqual([
    'not ok 3 - fails \\# here',
    '# (in test file tests/unit/deep.bats, line 3)',
    "#   `false' failed",
    '# because',
    'ok 4 - waits # SKIP not today',
    'ok 5 - works',
    '1..5',
    '',
  ]);
  expect(pretty.status).toBe(1);
  expect(pretty.stdout).toContain(`-----> Testing plugin bad from ${directory}\n       ok       plugin.toml can be read\n`);
  expect(pretty.stdout).toContain('       FAILED   fails # here\n');
  expect(pretty.stdout).toContain('       skipped  waits (not today)\n       ok       works\n-----> 3 passed, 1 failed, 1 skipped\n');
  expect(one).toMatchObject({ status: 0, stdout: expect.stringContaining('ok 3 - works\n1..3\n') });
  expect(none).toMatchObject({ status: 1, stdout: expect.stringContaining('# no test has a name that matches no such test\n') });
});

test('tests that bats does not run to their end are a failure', async () => {
  using box = Sandbox.prepared();
  const directory = source(box, 'probe', { 'test/x.bats': '@test "one" {\n  true\n}\n' });
  const run = (name: string, script: string) => {
    box.file(`${name}/bats`, `#!/bin/sh\n${script}`);
    return pluginTest(box, [directory], { env: { PATH: `${box.root}/${name}:${process.env.PATH}` } });
  };
  const [cut, empty, broken, failing] = await Promise.all([
    run('cut', 'printf "1..2\\nok 1 one\\n"\n'),
    run('empty', 'echo 1..0\n'),
    run('broken', 'echo no such option >&2\nexit 2\n'),
    run('failing', 'printf "1..1\\nok 1 one\\n"\nexit 1\n'),
  ]);
  for (const [result, text] of [
    [cut, 'ok 3 - one\nnot ok 4 - bats runs every test\n# it planned 2 and told of 1, exit status 0\n'],
    [empty, 'not ok 3 - bats runs every test\n# it planned 0 and told of 0, exit status 0\n'],
    [broken, 'not ok 3 - bats runs every test\n# it planned none and told of 0, exit status 2\n# no such option\n'],
    [failing, 'ok 3 - one\nnot ok 4 - bats succeeds\n# exit status 1, though no test failed\n'],
  ] as const) {
    expect(result.stdout).toContain(text);
    expect(result.status).toBe(1);
  }
});

testNeeding('bats')('a bats file with a syntax error is a failure', async () => {
  using box = Sandbox.prepared();
  const result = await pluginTest(box, [source(box, 'broken', { 'test/x.bats': '@test "never ends" {\n' })]);
  expect(result.status, result.stdout).toBe(1);
  expect(failures(result).length).toBeGreaterThan(0);
});

test('what makes no sense is status 2, and a directory that is no plugin is not copied', async () => {
  using box = Sandbox.prepared();
  box.file('empty/README', 'x');
  const cases: [string[], string][] = [
    [['nowhere'], ' !     nowhere is neither a directory nor an installed plugin; see `tool plugin:list`\n'],
    [['apps'], ' !     apps is a core plugin, which is in every home already\n'],
    [['empty', '--format', 'junit'], ' !     Invalid output format specified, supported formats: tap, pretty\n'],
    [['empty', '--filter', '('], ' !     --filter takes a regular expression, and "(" is none\n'],
    [['empty', '--name', '../x'], ' !     "../x" cannot be a plugin\'s name'],
    [['empty', 'more'], ' !     too many arguments'],
  ];
  for (const [argv, text] of cases) expect(await pluginTest(box, argv)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(text) });
  expect(await pluginTest(box, ['empty'], { env: { TOOL_TEST_TIMEOUT: 'soon' } })).toMatchObject({ status: 2, stdout: '' });
  const { stdout, status } = await pluginTest(box, ['empty']);
  expect({ stdout, status }).toEqual({
    stdout: `TAP version 13\nnot ok 1 - plugin.toml can be read\n# ${box.root}/empty/plugin.toml is missing; write one with [plugin], description, version and [plugin.config]\n1..1\n`,
    status: 1,
  });
});

test('bats files without bats are an error that names the remedy', async () => {
  using box = Sandbox.prepared();
  const bin = join(box.root, 'bin');
  mkdirSync(bin);
  for (const program of ['node', 'bash', 'sh', 'readlink', 'env', 'cat']) {
    const where = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
    execFileSync('ln', ['-s', where, join(bin, program)]);
  }
  const result = await pluginTest(box, [join(FIXTURES, 'abacus')], { env: { PATH: bin } });
  expect(result).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(/^ ! {5}abacus has tests for bats .* bats is not on PATH; install it: apt-get install bats/),
  });
});

test('an install hook that fails is a failed point with what it said', async () => {
  using box = Sandbox.prepared();
  const directory = source(box, 'bad', { install: '#!/bin/sh\necho no compiler\nexit 3\n' });
  expect(await pluginTest(box, [directory])).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/\nnot ok 2 - plugin installs\n# exit status 3\n(#.*\n)*# no compiler\n/),
  });
});

test('an installed plugin is tested by its name, in a copy', async () => {
  using box = Sandbox.prepared();
  box.plugin('mine', { 'plugin.toml': TOML, install: '#!/bin/sh\n>"$(dirname "$0")/written"\n', 'subcommands/hi': '#!/bin/sh\necho hi\n' });
  const before = treeHash(readTree(box.at('plugins/available/mine')));
  expect(await pluginTest(box, ['mine'])).toMatchObject({ status: 0, stdout: expect.stringContaining('subcommands/hi can be run') });
  expect(treeHash(readTree(box.at('plugins/available/mine')))).toBe(before);
});

test('--keep leaves a home that can be entered', async () => {
  using box = Sandbox.prepared();
  const { stdout, status } = await pluginTest(box, [join(FIXTURES, 'dokku-motto'), '--keep', '--filter', 'no-such']);
  expect(status).toBe(0);
  const [, root = ''] = /^# kept in (\S+): /m.exec(stdout) ?? [];
  expect(await box.run(['dokku', 'motto', 'web'], { command: join(root, 'enter') })).toEqual({
    stdout: 'Slow and steady, web\n',
    stderr: '',
    status: 0,
    signal: null,
  });
  expect(await box.run(['pwd'], { command: join(root, 'enter') })).toMatchObject({ stdout: `${root}/home/plugins/available/motto\n` });
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends the test, with all that it started and made`, async () => {
    using box = Sandbox.prepared();
    const tmp = join(box.root, 'tmp');
    mkdirSync(tmp);
    const directory = source(box, 'long', { install: `#!/bin/sh\nmkdir -m 555 "$HOME/cache"\nsetsid sleep 600 &\n>${box.root}/started\nsleep 600\n` });
    const child = box.start(['plugin:test', directory], { env: { TMPDIR: tmp } });
    const ended = new Promise<NodeJS.Signals | null>((done) => child.on('exit', (_, by) => done(by)));
    while (!existsSync(join(box.root, 'started'))) await new Promise((done) => setTimeout(done, 20));
    child.kill(signal);
    expect(await ended).toBe(signal);
    expect(readdirSync(tmp)).toEqual([]);
    expect(processesOf(tmp)).toEqual([]);
  });
}

testNeeding('bats', 'root')('an ordinary user can test as well, and leaves no folder that was made read-only', async () => {
  using box = Sandbox.prepared();
  cpSync(join(FIXTURES, 'dokku-ledger'), join(box.root, 'dokku-ledger'), { recursive: true });
  const closed = source(box, 'closed', { install: '#!/bin/sh\nmkdir "$HOME/cache" && >"$HOME/cache/module" && chmod 555 "$HOME/cache"\n' });
  const user = asOrdinaryUser(box);
  const result = await pluginTest(box, [join(box.root, 'dokku-ledger')], user);
  expect(failures(result), result.stdout).toEqual([]);
  expect(result).toMatchObject({ status: 0, stderr: '' });
  expect(await pluginTest(box, [closed], user)).toMatchObject({ status: 0, stderr: '' });
});

test('the workflow in examples/ci runs a command that there is', () => {
  const workflow = readFileSync(join(PACKAGE, 'examples/ci/github-workflow.yml'), 'utf8');
  const [, command = ''] = /run: (tool plugin:test.*)$/m.exec(workflow) ?? [];
  expect(execFileSync('sh', ['-c', `PATH="${PACKAGE}/bin:$PATH"; ${command}`], { cwd: join(FIXTURES, 'dokku-motto'), encoding: 'utf8' })).toContain('\n1..9\n');
});
