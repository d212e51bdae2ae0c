import { mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorLine, isUserError } from '../../src/errors.ts';
import { findPlugins } from '../../src/publishing/find-plugins.ts';
import { packedTree } from '../../src/publishing/packed-tree.ts';
import { planPackages } from '../../src/publishing/plan-packages.ts';
import { writeArchive } from '../../src/publishing/write-archive.ts';
import { DEFAULT_LIMITS } from '../../src/sources/archive/policy.ts';
import { unpackArchive } from '../../src/sources/archive/unpack.ts';
import { readTree, treeHash } from '../../src/system/tree-hash.ts';
import { Sandbox } from '../support/sandbox.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box[Symbol.dispose]());

const toml = (version = '1.0.0'): string => `[plugin]\ndescription = "d"\nversion = "${version}"\n[plugin.config]\n`;
const at = (path: string): string => join(box.root, path);

/** What is said of something that is refused. */
const problem = (action: Promise<unknown>): Promise<string> =>
  action.then(
    () => 'it was not refused',
    (error: unknown) => {
      if (!isUserError(error)) throw error;
      return errorLine(error).replaceAll(`${box.root}/`, '');
    },
  );

const pack = async (directory: string, file: string, mtime = 0) =>
  writeArchive({ directory: at(directory), entries: await packedTree(at(directory), 'greet'), folder: 'greet', file: at(file), mtime, mayReplace: true });

test('the same files give the same bytes, whatever their times, modes beside the execute bit, and the order in which they were made', async () => {
  const long = `deep/${'name-'.repeat(30)}/file`;
  box.file('one/plugin.toml', toml()).file(`one/${long}`, 'x').file('one/bare/default', '#!/bin/sh\n').file('one/ä', 'umlaut');
  symlinkSync('../plugin.toml', at('one/bare/manifest'));
  box.file('two/ä', 'umlaut').file('two/bare/default', '#!/bin/sh\n', 0o700).file(`two/${long}`, 'x', 0o600).file('two/plugin.toml', toml());
  symlinkSync('../plugin.toml', at('two/bare/manifest'));
  utimesSync(at('two/plugin.toml'), 1e9, 1e9);
  const [one, two] = [await pack('one', 'one.tar.gz'), await pack('two', 'two.tar.gz')];
  expect(one.sha256).toBe(two.sha256);
  const bytes = readFileSync(at('one.tar.gz'));
  expect(bytes.subarray(0, 10).toString('hex')).toBe('1f8b0800000000000203');
  expect(bytes.equals(readFileSync(at('two.tar.gz')))).toBe(true);
  expect(await pack('one', 'one.tar.gz')).toMatchObject({ state: 'unchanged', sha256: one.sha256 });
  expect(await pack('one', 'one.tar.gz', 1e9)).toMatchObject({ state: 'written', sha256: expect.not.stringContaining(one.sha256) });

  expect(await unpackArchive(at('one.tar.gz'), 'one.tar.gz', at('unpacked'), DEFAULT_LIMITS)).toBe('greet');
  expect(treeHash(readTree(at('unpacked')))).toBe(treeHash(readTree(at('one'))));
});

test('leftovers and what .toolignore lists stay out', async () => {
  box.file('p/plugin.toml', toml()).file('p/.toolignore', '# not for users\n/test/\n*.log\n!kept.log\n').file('p/test/a.bats', '').file('p/lib/test/b', '');
  box.file('p/.git/HEAD', '').file('p/sub/.git', 'gitdir: x').file('p/a.log', '').file('p/kept.log', '').file('p/.editorconfig', '');
  for (const left of ['notes~', '.#notes', '#notes#', '.notes.swp', '._notes', '.DS_Store']) box.file(`p/${left}`, '');
  const entries = await packedTree(at('p'), 'p');
  expect(entries.map(({ path }) => path)).toEqual(['.editorconfig', 'kept.log', 'lib', 'lib/test', 'lib/test/b', 'plugin.toml', 'sub']);
});

test('an output within a plugin is no part of it', async () => {
  box.file('p/plugin.toml', toml()).file('p/plugin-dist/plugin_p_any_any.tar.gz', 'old').file('p/lib/plugin-dist/x', '');
  const entries = await packedTree(at('p'), 'p', at('p/plugin-dist'));
  expect(entries.map(({ path }) => path)).toEqual(['lib', 'lib/plugin-dist', 'lib/plugin-dist/x', 'plugin.toml']);
});

test('what could not be installed is refused by name', async () => {
  const refused = async (make: (directory: string) => void): Promise<string> => {
    mkdirSync(at('p'));
    make(at('p'));
    const text = await problem(packedTree(at('p'), 'p'));
    rmSync(at('p'), { recursive: true });
    return text;
  };
  expect(await refused((p) => symlinkSync('/etc/passwd', join(p, 'x')))).toBe(
    'p is refused: the link "p/x" to "/etc/passwd" is absolute; it could not be installed from an archive',
  );
  expect(await refused((p) => symlinkSync('../x', join(p, 'x')))).toContain('the link "p/x" to "../x" leads out of the plugin');
  expect(
    await refused((p) => {
      for (const name of ['Readme', 'README']) writeFileSync(join(p, name), '');
    }),
  ).toContain('are the same name where case or composition do not count');
  expect(await refused((p) => writeFileSync(Buffer.concat([Buffer.from(`${p}/`), Buffer.from([0xff])]), ''))).toContain('is not UTF-8');
  expect(await refused((p) => writeFileSync(join(p, 'a\nb'), ''))).toContain('holds a control character');
  expect(await refused((p) => mkdirSync(join(p, ...Array.from({ length: 101 }, () => 'd')), { recursive: true }))).toContain('is more than 100 names deep');
  const socket = createServer();
  const sockets = await refused((p) => void socket.listen(join(p, 's')));
  socket.close();
  expect(sockets).toContain('"p/s" is a special file; only files, directories and symbolic links are allowed');

  box.file('alike/zeros', Buffer.alloc(3 << 20));
  expect(await problem(pack('alike', 'alike.tar.gz'))).toBe(
    'alike is refused: it unpacks to more than 100 times its size; list the files that are mostly alike in .toolignore',
  );
});

test('a file that changes while it is packed, and an output that cannot be written, leave nothing', async () => {
  box.file('p/plugin.toml', toml());
  const entries = (await packedTree(at('p'), 'p')).map((entry) => ({ ...entry, size: entry.size + 1 }));
  const request = { directory: at('p'), entries, folder: 'p', file: at('out/p.tar.gz'), mtime: 0, mayReplace: true };
  expect(await problem(writeArchive(request))).toMatch(/^Cannot pack p into out\/p.tar.gz \(.+\)$/);
  expect(readTree(at('out'))).toEqual([]);
  box.file('file', '');
  expect(await problem(pack('p', 'file/p.tar.gz'))).toMatch(
    /^Cannot pack p into file\/p.tar.gz \(E(NOTDIR|EXIST): file\); check what is there and who owns it, or choose another --output$/,
  );
});

test('directories are plugins, or folders of them; names are those that an install gives', async () => {
  box.file('all/dokku-greet/plugin.toml', toml()).file('all/my_tool/plugin.toml', toml()).file('all/.hidden/plugin.toml', toml()).file('all/README.md', '');
  expect(findPlugins([at('all')]).map(({ name }) => name)).toEqual(['greet', 'my_tool']);
  expect(findPlugins([at('all/my_tool'), at('all')]).map(({ name }) => name)).toEqual(['greet', 'my_tool']);
  // A link is called as it is typed.
  symlinkSync('all/my_tool', at('linked'));
  expect(findPlugins([at('linked')])).toEqual([{ name: 'linked', directory: at('all/my_tool') }]);
  box.file('other/greet/plugin.toml', toml()).file('empty/x', '').file('a b/plugin.toml', toml());
  for (const [words, said] of [
    [['all', 'other/greet'], 'all/dokku-greet and other/greet are both called greet; rename one of them, or pack it into another output'],
    [['empty'], 'Neither empty nor a directory in it has a plugin.toml or a plugin.yaml; write one with [plugin], description, version and [plugin.config]'],
    [['a b'], /^a b cannot be published under its name; a name is of letters/],
    [['all/README.md'], 'all/README.md is not a directory; give directories of plugins'],
  ] as const) {
    const find = async (): Promise<unknown> => findPlugins(words.map(at));
    expect(await problem(find())).toEqual(said instanceof RegExp ? expect.stringMatching(said) : said);
  }
});

test('a directory with a plugin.yaml is a plugin by the name in it, and is held to what an install asks', async () => {
  const yaml = (more = ''): string => `name: env\nversion: 1.2.3\ncommand: "$HELM_PLUGIN_DIR/env.sh"\n${more}`;
  box.file('all/helm-env/plugin.yaml', yaml()).file('all/helm-env/env.sh', '#!/bin/sh\n').file('all/greet/plugin.toml', toml());
  box.file('all/both/plugin.toml', toml()).file('all/both/plugin.yaml', yaml());
  const found = findPlugins([at('all')]);
  expect(found.map(({ name, helm }) => [name, helm?.version])).toEqual([
    ['both', undefined],
    ['env', '1.2.3'],
    ['greet', undefined],
  ]);
  const warnings: string[] = [];
  const plan = (byVersion = true) => {
    const options = { output: 'out', byVersion, platform: { os: 'any', arch: 'any' }, path: '/bin', warn: (line: string) => void warnings.push(line) };
    return findPlugins([at('all/helm-env')]).length === 0 ? undefined : planPackages(findPlugins([at('all/helm-env')]), options);
  };
  expect(await plan()).toMatchObject([{ name: 'env', version: '1.2.3', file: 'out/env/1.2.3/plugin_env_any_any.tar.gz', entries: [{ path: 'env.sh' }, {}] }]);
  expect(warnings).toEqual([]);
  for (const [file, text, said] of [
    ['plugin.yaml', 'name: env\n', 'env has no version, and --by-version needs one; write version: 1.0.0 into all/helm-env/plugin.yaml'],
    ['plugin.yaml', 'name: a.b\n', 'all/helm-env is not a plugin: plugin.yaml: invalid plugin name "a.b": must contain only a-z, A-Z, 0-9, _ and -; '],
    ['plugin.yaml', yaml('hooks: {install: "true"}\n'), ''],
    ['install', '', 'all/helm-env could not be installed: it has install, which is made from plugin.yaml here'],
  ] as const) {
    box.file(`all/helm-env/${file}`, text);
    if (said !== '') expect(await problem((async () => plan())())).toContain(said);
  }
});

test('a version makes the path with --by-version, and has to be one that an index can list', async () => {
  const warnings: string[] = [];
  const plan = (version: string, byVersion: boolean, mode = 0o755) => {
    box.file('p/plugin.toml', toml(version)).file('p/commands', '#!/bin/sh\n', mode);
    const options = { output: 'out', byVersion, platform: { os: 'linux', arch: 'any' }, path: '/bin', warn: (line: string) => void warnings.push(line) };
    return planPackages([{ name: 'my_p', directory: at('p') }], options);
  };
  expect((await plan('1.0.0', false))[0]?.file).toBe('out/plugin_my_p_linux_any.tar.gz');
  expect((await plan('1.0.0', true))[0]?.file).toBe('out/my_p/1.0.0/plugin_my_p_linux_any.tar.gz');
  expect(warnings).toEqual([]);
  expect(await problem(plan('', true))).toMatch(/^my_p has no version, and --by-version needs one; write version = /);
  expect(await problem(plan('../up', false))).toMatch(/^my_p has the version "\.\.\/up", which no index may have; /);
  await plan('', false);
  expect(warnings.join()).toContain('my_p has no version, and an index needs one');
  await plan('1.0.0', false, 0o644);
  expect(warnings.at(-1)).toContain('commands cannot be run');
});
