import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type CommandName, specs } from '../../src/commands/specs.ts';
import { Sandbox } from '../support/sandbox.ts';

const TOML = '[plugin]\ndescription = "d"\nversion = "1"\n[plugin.config]\n';
const CHATTY = '#!/bin/sh\necho chatty\n';

/** A line for each command, in an order in which each has something to do; server: as root is in server-page.test.ts. */
const CALLS: readonly (readonly [command: CommandName, ...words: string[]])[] = [
  ['plugin:install', 'greet'],
  ['plugin:install'],
  ['plugin:install-dependencies'],
  ['plugin:list'],
  ['plugin:info', 'greet'],
  ['plugin:history', 'greet'],
  ['plugin:path'],
  ['plugin:path', 'greet'],
  ['plugin:check'],
  ['plugin:outdated'],
  ['plugin:lock', '--save'],
  ['plugin:lock', '--check'],
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
  ['plugin:search', 'deploy'],
  ['repository:import', 'values.yaml'],
  ['repository:page', 'index.yaml', '--output', 'site'],
  ['repository:remove', 'acme'],
  ['repository:index', '-binaries-path', 'dist', '-url-base-path', 'https://example.org', '-use-archive=false'],
  ['repository:package', 'greet'],
  ['repository:lint', './index.yaml'],
  ['repository:yank', 'index.yaml', 'deploy@v1.0.0', '--reason', 'broken'],
  ['completion:install', 'bash'],
  ['completion:uninstall', 'bash'],
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
  box.file('dist/executor_deploy_linux_amd64', 'x').file('dist/deploy.toml', TOML);
  return box.file('index.yaml', INDEX).file('values.yaml', 'plugins: { repositories: { other: { url: "https://example.org/i.yaml" } } }\n');
}

/** What can be asked twice. */
const ASKING: ReadonlySet<CommandName> = new Set(['plugin:list', 'plugin:info', 'plugin:check', 'plugin:path', 'repository:list']);

test('--json and --format json are one thing: stdout is a line of JSON, whatever the command and its hooks', { timeout: 180_000 }, async () => {
  using box = prepared();
  const called = new Set(CALLS.map(([command]) => command));
  expect(specs.map(({ name }) => name).filter((name) => !called.has(name) && !name.startsWith('server:'))).toEqual(['plugin:test', 'repository:serve']);
  for (const [index, words] of CALLS.entries()) {
    const argv = words.map((word, place) => (place > 0 && words[0] === 'plugin:install' ? `./${word}` : word));
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
  expect(await box.run(['plugin:list', '--json', '--format', 'stdout'])).toMatchObject({
    status: 2,
    stdout: '',
    stderr: ' !     --json and --format stdout cannot be used together\n',
  });
});

test('a failure is told when the data is printed', async () => {
  using box = Sandbox.prepared();
  writeFileSync(box.at('tool.toml'), '[plugins]\nbad = { path = "/no/such/place" }\n');
  const { stdout, stderr, status } = await box.run(['plugin:sync', '--json']);
  expect(JSON.parse(stdout)).toMatchObject([{ name: 'bad', step: 'failed' }]);
  expect({ stderr, status }).toEqual({ stderr: ' !     1 of 1 plugins failed: bad\n', status: 1 });
});
