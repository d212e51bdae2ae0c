import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Repository } from '../support/git.ts';
import { PACKAGE, type RunResult, Sandbox } from '../support/sandbox.ts';

/** Where the package is packed, from a copy of the checkout that was never built, and unpacked again. */
let shelf: Sandbox;
let tarball: string;
/** The one package that it needs, packed. */
let library: string;
let unpacked: string;

/** npm with nothing of the user's, and no network. */
const npm = (box: Sandbox, cwd: string, ...words: string[]): string =>
  execFileSync('npm', [...words, '--offline', '--no-audit', '--no-fund', '--no-update-notifier'], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', HOME: box.root, npm_config_cache: join(box.root, 'npm-cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const everythingBelow = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name));

beforeAll(() => {
  shelf = new Sandbox();
  const copy = join(shelf.root, 'checkout');
  for (const name of ['package.json', 'README.md', 'LICENSE', 'bin', 'compat', 'libexec', 'plugins', 'scripts', 'src']) {
    cpSync(join(PACKAGE, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(PACKAGE, 'node_modules'), join(copy, 'node_modules'));
  npm(shelf, copy, 'pack', '--silent', '--pack-destination', shelf.root);
  // Its own package.json has npm pack it under a newer Node alone.
  library = join(shelf.root, 'openpgp.tgz');
  execFileSync('tar', ['-czf', library, '--transform=s,^openpgp,package,', '-C', join(PACKAGE, 'node_modules'), 'openpgp']);
  tarball = join(shelf.root, 'tool-0.1.0.tgz');
  unpacked = join(shelf.root, 'package');
  execFileSync('tar', ['-xzf', tarball, '-C', shelf.root]);
}, 180_000);
afterAll(() => shelf[Symbol.dispose]());

test('the tarball holds what make install does, in files alone, and needs one other package', () => {
  const { dependencies, os }: { dependencies?: object; os: string[] } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
  expect({ dependencies, os }).toEqual({ dependencies: { openpgp: expect.any(String) }, os: ['linux'] });
  const installed = join(shelf.root, 'installed');
  execFileSync(join(PACKAGE, 'scripts/install.sh'), [installed, ''], { cwd: PACKAGE });
  // Names of shared files are of what is in them.
  const below = everythingBelow(join(installed, 'lib/tool'));
  expect(everythingBelow(unpacked)).toEqual(below.filter((path) => !path.startsWith('node_modules')));
  expect(below.filter((path) => path.startsWith('node_modules/openpgp/'))).toContain('node_modules/openpgp/LICENSE');
  const files = filesBelow(unpacked);
  expect(files.filter((file) => !/^\/(src|test|scripts)\/|\/node_modules\//.test(file.slice(unpacked.length)))).toHaveLength(files.length);
  expect(files.filter((file) => /TOOL_TEST_KILL_AT|sourceMappingURL/.test(readFileSync(file, 'utf8')))).toEqual([]);
  expect(files.filter((file) => readFileSync(file, 'utf8').includes(shelf.root) || readFileSync(file, 'utf8').includes(`${PACKAGE}/`))).toEqual([]);
  expect(execFileSync('tar', ['-tvzf', tarball], { encoding: 'utf8' }).match(/^[^-].*$/gm)).toBeNull();
});

/** What a person does with tool, by its name on PATH. @param directory what is put in front of PATH */
async function walk(box: Sandbox, directory: string): Promise<void> {
  const env = { PATH: `${directory}:${process.env.PATH}` };
  const tool = (line: string): Promise<RunResult> => box.run(line.split(' '), { command: 'tool', env });
  const saying = async (line: string, stdout: string): Promise<void> =>
    expect({ line, ...(await tool(line)) }).toMatchObject({ line, stdout, stderr: '', status: 0 });
  await saying('version', 'tool version 0.1.0\n');
  expect((await tool('help')).stdout).toMatch(/^ {4}apps /m);
  cpSync(join(PACKAGE, 'examples/hello'), join(box.root, 'hello'), { recursive: true });
  await tool('plugin:install hello');
  await saying('apps:create web', '-----> Creating web...\n');
  await saying('hello:world web', 'Hello world\n');
  const repository = new Repository(join(box.root, 'greet'));
  repository.publish('1', undefined, { 'post-config-update': '#!/bin/sh\necho "heard of $1"\n' });
  expect(await tool(`plugin:install file://${repository.path}`)).toMatchObject({ status: 0, stderr: '' });
  await saying('events:on', 'Enabling tool events logger\n');
  expect(await tool('config:set web A=1')).toMatchObject({ status: 0, stdout: expect.stringContaining('heard of web') });
  await saying('config:get web A', '1\n');
  expect(readFileSync(box.at('log/events.log'), 'utf8')).toContain('INVOKED: post-config-update( web set A )');
  repository.publish('2');
  await saying('plugin:update greet', '-----> Plugin (greet) updated\n');
  await saying('greet', '2\n');
  const listed: { name: string; core: boolean; enabled: boolean }[] = JSON.parse((await tool('plugin:list --json')).stdout);
  expect(listed.filter(({ core, enabled }) => !core && enabled).map(({ name }) => name)).toEqual(['greet', 'hello']);
  expect(await tool('plugin:uninstall greet')).toMatchObject({ status: 0 });
  expect(await tool('greet')).toMatchObject({ status: 1 });
  await saying('events:off', 'Disabling tool events logger\n');
  expect(await box.run(['trigger', 'post-config-update'], { command: 'plugn', env: { ...env, PLUGIN_PATH: box.at('plugins') } })).toMatchObject({ status: 0 });
}

test('npm installs it without a network, it does its work, and npm removes it again', { timeout: 180_000 }, async () => {
  using box = new Sandbox();
  const prefix = join(box.root, 'a clean prefix');
  mkdirSync(prefix);
  npm(box, box.root, 'install', '--global', '--prefix', prefix, library, tarball);
  expect(readdirSync(join(prefix, 'bin')).sort()).toEqual(['plugn', 'tool']);
  expect(readdirSync(join(prefix, 'lib/node_modules'))).toEqual(['openpgp', 'tool']);
  const before = everythingBelow(prefix);
  await walk(box, join(prefix, 'bin'));
  expect(everythingBelow(prefix)).toEqual(before);
  // Over itself, as an upgrade.
  npm(box, box.root, 'install', '--global', '--prefix', prefix, library, tarball);
  expect(await box.run(['hello:world', 'web'], { command: join(prefix, 'bin/tool') })).toMatchObject({ stdout: 'Hello world\n', stderr: '', status: 0 });
  npm(box, box.root, 'uninstall', '--global', '--prefix', prefix, 'tool', 'openpgp');
  expect(filesBelow(prefix)).toEqual([]);
  expect(existsSync(box.at('plugins/available/hello'))).toBe(true);
});

test('the unpacked tarball works where it lies', async () => {
  using box = new Sandbox();
  const tool = (...words: string[]): Promise<RunResult> => box.run(words, { command: join(unpacked, 'bin/tool') });
  expect(await tool('plugin:install', join(PACKAGE, 'examples/hello'))).toMatchObject({ status: 0, stderr: '' });
  await tool('apps:create', 'web');
  expect(await tool('hello:world', 'web')).toMatchObject({ stdout: 'Hello world\n', stderr: '', status: 0 });
  expect(await tool('plugin:list')).toMatchObject({ stdout: expect.stringContaining('hello '), stderr: '', status: 0 });
});

test('what programs import of it is there, with its types', () => {
  using box = new Sandbox();
  box.file('p/package.json', '{"type":"module"}').file('plugins/a/plugin.yaml', 'name: a\ncommand: "echo $HELM_PLUGIN_NAME"\n');
  mkdirSync(join(box.root, 'p/node_modules'));
  symlinkSync(unpacked, join(box.root, 'p/node_modules/tool'));
  box.file(
    'p/index.ts',
    `import { findPlugin, type PluginOutput } from 'tool';
const plugin = findPlugin([${JSON.stringify(join(box.root, 'plugins'))}], { name: 'a' });
const output: PluginOutput = await plugin.invoke({ message: { kind: 'cli', extraArgs: ['x'] }, stdout: process.stdout });
const type: 'cli/v1' | 'getter/v1' | 'postrenderer/v1' | 'test/v1' = plugin.metadata.type;
console.log(type, output.data.length);
// @ts-expect-error there is no such message
void (() => plugin.invoke({ message: { kind: 'none' } }));
`,
  );
  const flags = [
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--types',
    'node',
    '--typeRoots',
    join(PACKAGE, 'node_modules/@types'),
  ];
  execFileSync(process.execPath, [join(PACKAGE, 'node_modules/typescript/lib/tsc.js'), ...flags, join(box.root, 'p/index.ts')], {
    cwd: box.root,
    encoding: 'utf8',
  });
  expect(execFileSync(process.execPath, [join(box.root, 'p/index.js')], { encoding: 'utf8' })).toBe('a x\ncli/v1 0\n');
});
