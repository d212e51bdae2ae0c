import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CommandName, specs } from '../../src/commands/specs.ts';
import { errorCodes } from '../../src/error-codes/table.ts';
import { INCREMENTER } from '../support/providers.ts';
import { Sandbox, TOOL } from '../support/sandbox.ts';

const TOML = '[plugin]\ndescription = "d"\nversion = "1"\n[plugin.config]\n';
const CHATTY = '#!/bin/sh\necho chatty\n';

/** A line for each command, in an order in which each has something to do; server: as root is in server-page.test.ts. */
const CALLS: readonly (readonly [command: CommandName, ...words: string[]])[] = [
  ['plugin:install', 'greet'],
  ['plugin:install'],
  ['plugin:link', 'greet', '--dry-run'],
  ['plugin:import', 'scripts', '--dry-run'],
  ['plugin:install-dependencies'],
  ['plugin:list'],
  ['plugin:info', 'greet'],
  ['plugin:history', 'greet'],
  ['plugin:sbom'],
  ['plugin:path'],
  ['plugin:path', 'greet'],
  ['plugin:check'],
  ['plugin:outdated'],
  ['plugin:lock', '--save'],
  ['plugin:lock', '--check'],
  ['bundle:create', 'tool.lock', '--output', 'bundle.tar'],
  ['bundle:info', 'bundle.tar'],
  ['bundle:install', 'bundle.tar'],
  ['store:gc'],
  ['plugin:update'],
  ['plugin:pin', 'greet'],
  ['plugin:unpin', 'greet'],
  ['plugin:sync', '--dry-run'],
  ['plugin:trigger', '--explain', 'install'],
  ['plugin:disable', 'greet'],
  ['plugin:enable', 'greet'],
  ['plugin:uninstall', 'greet'],
  ['plugin:rollback', 'greet'],
  ['repository:add', 'acme', './index.yaml'],
  ['repository:list'],
  ['repository:update'],
  ['repository:mirror', '--to', 'mirror', '--url-base-path', 'https://m.example.org', '--dry-run'],
  ['plugin:search', 'deploy'],
  ['repository:import', 'values.yaml'],
  ['repository:page', 'index.yaml', '--output', 'site'],
  ['repository:remove', 'acme'],
  ['repository:index', '-binaries-path', 'dist', '-url-base-path', 'https://example.org', '-use-archive=false'],
  ['repository:package', 'greet'],
  ['plugin:package', 'greet'],
  ['repository:lint', './index.yaml'],
  ['repository:yank', 'index.yaml', 'deploy@v1.0.0', '--reason', 'broken'],
  ['trust:add', 'alice.pub'],
  ['trust:list'],
  ['trust:remove', 'ssh:SHA256:wu7HfKPQp+ETL6ShSbaUzZto3tfGwtqzKB01nI37YAM'],
  ['addon:source:add', 'kotsadm', './versions.json'],
  ['addon:source:list'],
  ['addon:versions', '--host-version', 'v2022.10.06-0'],
  ['addon:resolve', 'spec.yaml', '--host-version', 'v2022.10.06-0'],
  ['addon:install', 'kotsadm', '--host-version', 'v2022.10.06-0', '--dry-run'],
  ['addon:apply', 'spec.yaml', '--host-version', 'v2022.10.06-0', '--dry-run'],
  ['addon:mirror', '--to', 'mirror', '--dry-run'],
  ['addon:package', 'addons/hello/1.0.0'],
  ['addon:lint', 'addons/hello/1.0.0'],
  ['addon:source:remove', 'kotsadm'],
  ['addon:publish', '--name', 'kotsadm', '--version', '1.86.0', '--url', 'https://example.org/l.tar.gz', '--range', '*', '--prerelease'],
  ['addon:promote', '1.86.0'],
  ['provider:install', 'incrementer'],
  ['provider:list'],
  ['provider:show', 'incrementer'],
  ['provider:verify'],
  ['provider:reload', 'incrementer'],
  ['content:list'],
  ['content:show', 'params', 'incrementer/step'],
  ['instance:create', 'incr', '--provider', 'incrementer'],
  ['instance:list'],
  ['instance:show', 'incr'],
  ['instance:status', 'incr'],
  ['instance:set', 'incr', '--param', 'a=1'],
  ['instance:unset', 'incr', 'a'],
  ['instance:logs', 'incr'],
  ['action:list'],
  ['action:show', 'increment'],
  ['action:run', 'incrstatus', '--oneshot'],
  ['instance:start', 'incr'],
  ['instance:stop', 'incr'],
  ['instance:restart', 'incr'],
  ['event:publish', 'a.b.c'],
  ['event:watch'],
  ['serve:status'],
  ['serve:ui'],
  ['serve:stop'],
  ['serve:unit'],
  ['instance:destroy', 'incr'],
  ['provider:remove', 'incrementer'],
  ['completion:install', 'bash'],
  ['docs:generate', 'reference'],
  ['completion:uninstall', 'bash'],
  ['content:bundle', 'content', '--output', 'content.yaml'],
  ['content:document', 'content.yaml'],
  ['provider:new', 'hello', '--lang', 'bash'],
  ['repository:deprecate', 'index.yaml', 'deploy', '--reason', 'old', '--replacement', 'ship'],
];

const INDEX = `entries:
  - { name: deploy, type: executor, version: v1.0.0, description: Deploy, urls: [{ url: "https://example.org/deploy", platform: { os: linux, architecture: amd64 } }] }
`;

/** A home with the plugin there, whose hooks print. */
function prepared(): Sandbox {
  const box = Sandbox.prepared();
  const files = { 'plugin.toml': TOML, install: CHATTY, dependencies: CHATTY, uninstall: CHATTY };
  for (const [name, text] of Object.entries(files)) box.file(`greet/${name}`, text);
  box.file('scripts/hello', CHATTY).file('dist/executor_deploy_linux_amd64', 'x').file('dist/deploy.toml', TOML);
  box.file('versions.json', JSON.stringify([{ version: '1.85.0', url: 'https://example.org/k.tar.gz', kurlVersionCompatibilityRange: '*' }]));
  box.file('addons/hello/1.0.0/install.sh', 'hello() { :; }\n').file('addons/hello/1.0.0/Manifest', '');
  box.file('spec.yaml', 'spec: { kotsadm: { version: latest } }\n');
  box.file('incrementer', readFileSync(INCREMENTER));
  return box
    .file('index.yaml', INDEX)
    .file('alice.pub', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOXqXKY0ZsCs9vubBw/dpENs/PWwJsKw0L6OIKEuMMGo alice\n')
    .file('values.yaml', 'plugins: { repositories: { other: { url: "https://example.org/i.yaml" } } }\n');
}

/** What can be asked twice. */
const ASKING: ReadonlySet<CommandName> = new Set(['plugin:list', 'plugin:info', 'plugin:check', 'plugin:path', 'repository:list']);

test('--json and --format json are one thing: stdout is a line of JSON, whatever the command and its hooks', { timeout: 180_000 }, async () => {
  using box = prepared();
  const called = new Set(CALLS.map(([command]) => command));
  expect(specs.map(({ name }) => name).filter((name) => !called.has(name) && !name.startsWith('server:'))).toEqual([
    'plugin:test',
    // It needs a registry: oci-push.test.ts.
    'plugin:push',
    // Of what is signed: signed-packages.test.ts.
    'plugin:verify',
    'repository:serve',
    'addon:test',
    'addon:serve',
    // Goes on in the background: supervisor.test.ts.
    'serve',
    'fetch',
    'postrender',
  ]);
  for (const [index, words] of CALLS.entries()) {
    const argv = words.map((word, place) => (place > 0 && (words[0] === 'plugin:install' || words[0] === 'provider:install') ? `./${word}` : word));
    const [form, other] = index % 2 === 0 ? [['--json'], ['--format', 'json']] : [['--format', 'json'], ['--json']];
    const { stdout, stderr, status } = await box.run([...argv, ...form], { cwd: box.root });
    expect([words, stdout]).toEqual([words, expect.stringMatching(/^[{[].*\n$/)]);
    expect(JSON.parse(stdout)).toBeTypeOf('object');
    if (ASKING.has(words[0])) expect(await box.run([...argv, ...other], { cwd: box.root })).toMatchObject({ stdout, stderr, status });
  }
});

test('what had no JSON before: a path, and triggers', async () => {
  using box = prepared();
  const json = async (...words: string[]) => JSON.parse((await box.run([...words, '--json'], { cwd: box.root })).stdout);
  await box.run(['plugin:install', './greet'], { cwd: box.root });
  expect(await json('plugin:path')).toEqual({ directory: box.at('plugins/available') });
  expect(await json('plugin:path', 'greet')).toEqual({ directory: box.at('plugins/available/greet') });
  expect(await json('plugin:install-dependencies')).toEqual({ trigger: 'dependencies', status: 0 });
  box.file('greet/dependencies', '#!/bin/sh\necho loud\nexit 3\n');
  await box.run(['plugin:update', 'greet']);
  const failed = await box.run(['plugin:install-dependencies', '--json']);
  expect(failed).toMatchObject({ stdout: expect.stringMatching(/^\{"trigger":"dependencies","status":\d+\}\n$/), stderr: expect.stringContaining('loud\n') });
  expect(failed.status).toBe(JSON.parse(failed.stdout).status);
});

test('formats that a command has not, and two at once, are refused', async () => {
  using box = Sandbox.prepared();
  expect(await box.run(['plugin:test', 'x', '--json'])).toMatchObject({ status: 2, stderr: expect.stringContaining("unknown option '--json'") });
});

test('a failure is told when the data is printed', async () => {
  using box = Sandbox.prepared();
  writeFileSync(box.at('tool.toml'), '[plugins]\nbad = { path = "/no/such/place" }\n');
  const { stdout, stderr, status } = await box.run(['plugin:sync', '--json']);
  expect(JSON.parse(stdout)).toMatchObject([{ name: 'bad', step: 'failed' }]);
  expect({ stderr, status }).toEqual({ stderr: ' !     1 of 1 plugins failed: bad\n', status: 1 });
});

/** What a line gives: standard output is one document, and standard error the same for people. */
const FAILURES: readonly (readonly [line: string, status: number, code: string, message: string, remedy: string, shown?: string])[] = [
  ['plugin:info nope --json', 1, 'plugin-not-installed', 'Plugin (nope) is not currently installed', 'see `tool plugin:list`'],
  ['plugin:list --jsn --json', 2, 'unknown-flag', "unknown option '--jsn'", 'did you mean --json? See `tool plugin:list --help`'],
  ['plugin:info --format=json', 2, 'missing-argument', "missing required argument 'name'", 'see `tool plugin:info --help`'],
  ['plugin:list --json --format stdout', 2, 'conflicting-flags', '--json and --format stdout cannot be used together', 'leave one of them out', ''],
  [
    'plugin:uninstall nope --format json',
    1,
    'plugin-not-installed',
    'Plugin (nope) is not currently installed',
    'see those that are installed with plugin:list',
    '',
  ],
  ['--quite plugin:list --json', 2, 'unknown-flag', 'unknown flag: --quite', "did you mean --quiet? A command's own flags go behind it"],
];

test('with JSON asked for, an error is one document on stdout, and a line on stderr', async () => {
  using box = Sandbox.prepared();
  for (const [line, status, code, message, remedy, shown = `; ${remedy}`] of FAILURES) {
    const { stdout, ...result } = await box.run(line.split(' '));
    expect([line, JSON.parse(stdout), result]).toEqual([
      line,
      { error: { code, status, message, remedy } },
      { stderr: ` !     ${message}${shown}\n`, status, signal: null },
    ]);
  }
  expect(await box.run(['plugin:info', 'nope', '--', '--json'])).toMatchObject({ stdout: '', status: 2 });
});

test('the commands in shell that have JSON tell their errors in it', async () => {
  using box = Sandbox.prepared();
  const usage = ' !     Usage: tool apps:list [--format json|stdout]\n';
  const failures: readonly (readonly [line: string, status: number, code: string, message: string, remedy: string, more?: string])[] = [
    ['apps:report nope --format json', 20, 'no-such-app', 'App nope does not exist', 'see the apps with apps:list'],
    ['config:export --format=json nope', 20, 'no-such-app', 'App nope does not exist', 'see the apps with apps:list'],
    ['apps:list --format json --nope', 2, 'unknown-flag', 'unknown flag: --nope', 'see the command with --help', usage],
    ['apps:list --format json "x', 1, 'too-many-arguments', 'Unexpected argument(s): ["x]', 'see the command with --help', usage],
  ];
  for (const [line, status, code, message, remedy, more = ''] of failures) {
    const { stdout, ...result } = await box.run(line.split(' '));
    expect([line, JSON.parse(stdout), result]).toEqual([
      line,
      { error: { code, status, message, remedy } },
      { stderr: ` !     ${message}\n${more}`, status, signal: null },
    ]);
  }
  expect(await box.run(['apps:report', 'nope', '--', '--json'])).toMatchObject({ stdout: '' });
});

test('so is a word that nobody answers, and data has its error beside it', async () => {
  using box = Sandbox.prepared();
  const unknown = await box.run(['plugin:lst', '--format', 'json']);
  expect({ ...unknown, stdout: JSON.parse(unknown.stdout) }).toEqual({
    stdout: {
      error: {
        code: 'unknown-command',
        status: 1,
        message: '`plugin:lst --format json` is not a tool command.',
        remedy: 'Did you mean `tool plugin:list`? See `tool help` for a list of available commands.',
      },
    },
    stderr:
      ' !     `plugin:lst --format json` is not a tool command.\n !     Did you mean `tool plugin:list`?\n !     See `tool help` for a list of available commands.\n',
    status: 1,
    signal: null,
  });
  box.plugin('ops', { commands: '#!/bin/sh\n[ "$1" = mine ] || exit 10\necho answered\n' });
  expect(await box.run(['mine', '--json'])).toMatchObject({ stdout: 'answered\n', status: 0 });
  box.plugin('guard', { 'user-auth': '#!/bin/sh\ncase $* in *secret*) exit 1 ;; esac\n' });
  const denied = await box.run(['plugin:info', 'secret', '--json']);
  expect({ ...denied, stdout: JSON.parse(denied.stdout) }).toEqual({
    stdout: { error: { code: 'access-denied', status: 1, message: 'Access denied', remedy: errorCodes['access-denied'].remedy } },
    stderr: ' !     Access denied\n',
    status: 1,
    signal: null,
  });
  expect(await box.run(['plugin:info', 'secret', '--', '--json'])).toMatchObject({ stdout: '', status: 1 });
  expect(JSON.parse((await box.run(['mnie', '--json'])).stdout).error.code).toBe('unknown-command');
  expect(JSON.parse((await box.run(['plugin', 'list', '--json'])).stdout).error.remedy).toContain('`tool plugin:list`');
  box.file('bad.yaml', 'entries:\n  - { name: a }\n');
  const lint = await box.run(['repository:lint', './bad.yaml', '--json'], { cwd: box.root });
  expect(JSON.parse(lint.stdout)).toMatchObject({ error: { code: expect.any(String), status: 1 } });
});

test('under the brand dokku stdout stays as Dokku leaves it', async () => {
  using box = Sandbox.prepared();
  const command = join(box.root, 'dokku');
  symlinkSync(TOOL, command);
  expect(await box.run(['nope', '--json'], { command })).toMatchObject({ stdout: '', status: 1 });
  expect(await box.run(['plugin:info', 'nope', '--json'], { command })).toMatchObject({ stdout: '', status: 1 });
  expect(await box.run(['apps:report', 'nope', '--format', 'json'], { command })).toMatchObject({ stdout: '', status: 20 });
});
