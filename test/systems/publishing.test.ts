import { existsSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostPlatform } from '../../src/catalogue/platforms.ts';
import { tarGz } from '../support/archives.ts';
import { ending, Sandbox } from '../support/sandbox.ts';
import { serving } from '../support/serving.ts';

let box: Sandbox;
beforeAll(() => {
  box = Sandbox.prepared();
});
afterAll(() => box[Symbol.dispose]());

const run = async (line: string, env: Record<string, string> = {}): Promise<string> => {
  const { stdout, stderr, status } = await box.run(line.split(' '), { cwd: box.root, env });
  return `${stdout}${stderr}(${status})`;
};
const toml = (version: string, more = ''): string => `[plugin]\nversion = "${version}"\ndescription = "d"\n${more}[plugin.config]\n`;
const packed = (version: string, more = ''): Buffer => tarGz([{ name: 'plugin.toml', body: toml(version, more) }]);

test('the index is written with flags of one dash or two, checked, and left as it is where nothing has changed', async () => {
  box.file('dist/executor_helm_linux_amd64', 'x').file('dist/executor_kubectl_linux_amd64', 'x');
  for (const name of ['helm', 'kubectl']) box.file(`dist/${name}.toml`, toml('v1.0.0'));
  const index = 'repository:index -binaries-path dist -output-path=out/index.yaml --plugin-name-filter helm';
  const url = { PLUGIN_DOWNLOAD_URL_BASE_PATH: 'https://example.com/p' };
  expect(await run(`${index} -use-archive=false`)).toBe(
    ' !     -url-base-path: is not given; give the address below which the files will be served, like https://example.com/plugins\n !     1 error: out/index.yaml was not written\n(1)',
  );
  expect(await run(`${index} -use-archive=false --dry-run`, url)).toBe(
    'would write out/index.yaml: 1 plugin, 1 version, 1 file\n  new: executor helm v1.0.0\n(0)',
  );
  expect(existsSync(`${box.root}/out`)).toBe(false);
  expect(await run(`${index} -use-archive=false`, url)).toBe('-----> out/index.yaml written: 1 plugin, 1 version, 1 file\n(0)');
  const file = `${box.root}/out/index.yaml`;
  expect([statSync(file).mode & 0o777, readFileSync(file, 'utf8')]).toEqual([
    0o644,
    expect.stringContaining('url: https://example.com/p/executor_helm_linux_amd64\n'),
  ]);
  utimesSync(file, 1, 1);
  expect(await run(`${index} --use-archive=F --check`, url)).toBe('-----> out/index.yaml is up to date: 1 plugin, 1 version, 1 file\n(0)');
  expect(await run(`${index} -use-archive=0`, url)).toBe('-----> out/index.yaml is up to date: 1 plugin, 1 version, 1 file\n(0)');
  expect(statSync(file).mtimeMs).toBe(1000);
  expect(await run(`${index}|kube -use-archive=false --check`, url)).toBe(
    '  new: executor kubectl v1.0.0\n !     out/index.yaml is not up to date; write it anew with the same line without --check\n(1)',
  );
  expect(await run(`${index} -use-archive=maybe`, url)).toBe(
    ' !     -use-archive takes true or false, not "maybe"; write -use-archive, or -use-archive=false\n(2)',
  );
  expect(await run(`${index} -plugin-name-filter (`, url)).toBe(' !     -plugin-name-filter "(" is no regular expression\n(2)');
  expect(await run(`${index} -use-archives`, url)).toContain("unknown option '-use-archives'");
  expect(await run(index, url)).toContain('field urls cannot be empty: there is no archive of it, only programs; pack them, or say -use-archive=false');
});

test('interrupted while a program is asked, it leaves neither the program nor a file', async () => {
  const { os, arch } = hostPlatform();
  box.file('tmp/.keep', '').file(`hanging/executor_a_${os}_${arch}`, `#!/bin/sh\necho $$ > ${box.root}/pid\nexec sleep 60\n`);
  const argv = ['repository:index', '-binaries-path', 'hanging', '-url-base-path', 'https://e.org', '-use-archive=false'];
  const child = box.start(argv, { cwd: box.root, env: { TMPDIR: `${box.root}/tmp` } });
  const ended = ending(child);
  while (!existsSync(`${box.root}/pid`) || readFileSync(`${box.root}/pid`, 'utf8') === '') await wait(20);
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ status: null, signal: 'SIGINT' });
  // A watchdog that outlives the command by a moment removes the directory that the program was given.
  await expect.poll(() => readdirSync(`${box.root}/tmp`), { timeout: 10_000 }).toEqual(['.keep']);
  const pid = readFileSync(`${box.root}/pid`, 'utf8').trim();
  while (existsSync(`/proc/${pid}`)) await wait(20);
});

test('versions that are not there any more are told, and kept by --merge; the meta-schemas are in the bundle', async () => {
  const schema = 'schema = { "$schema" = "http://json-schema.org/draft-04/schema#", type = "object" }\n';
  const index = (version: string) => `repository:index -url-base-path https://example.com/${version} --output-path index.json`;
  box.file('plugin-dist/plugin_lights_any_any.tar.gz', packed('1.0.0', schema));
  expect(await run(index('1'))).toContain('index.json written: 1 plugin, 1 version, 1 file\n');
  box.file('plugin-dist/plugin_lights_any_any.tar.gz', packed('1.1.0', schema.replace('draft-04', 'draft-06')));
  expect(await run(`${index('2')} --dry-run`)).toContain('  new: lights 1.1.0\n  gone: lights 1.0.0\n');
  expect(await run(`${index('2')} --merge`)).toContain('index.json written: 1 plugin, 2 versions, 2 files\n');
  const { entries } = JSON.parse(readFileSync(`${box.root}/index.json`, 'utf8'));
  expect(entries.map(({ version }: { version: string }) => version)).toEqual(['1.1.0', '1.0.0']);
  expect(await run(`${index('2')} --merge=nowhere.yaml`)).toContain('/nowhere.yaml cannot be read (ENOENT); name an index file on this machine');
  expect(await run(index('2'))).toContain(' !     1 version of the index before is not there any more; --merge keeps them\n');
  box.file('index.json', 'notes');
  expect(await run(index('2'))).toBe(' !     index.json is no index with "entries"; name an index that repository:index wrote, or one of its form\n(1)');
});

test('three plugins for two platforms in three versions: published twice alike, installed by name elsewhere, and passed over where one was taken back', async () => {
  await using server = await serving((request, response) => {
    const file = `${box.root}/site${request.url}`;
    if (existsSync(file)) response.end(readFileSync(file));
    else response.writeHead(404).end();
  });
  const [plugins, versions] = [
    ['boat', 'lights', 'ship'],
    ['1.0.0', '1.1.0', '1.2.0'],
  ];
  for (const name of plugins) {
    for (const version of versions) {
      for (const arch of ['amd64', 'arm64']) {
        const body = `#!/bin/sh\necho ${name} ${version} ${arch}\n`;
        const bytes = tarGz([
          { name: 'plugin.toml', body: toml(version) },
          { name: 'bare/default', body, mode: 0o755 },
        ]);
        box.file(`site/${name}/${version}/plugin_${name}_linux_${arch}.tar.gz`, bytes);
      }
    }
  }
  const index = `repository:index -binaries-path site -url-base-path ${server.url} -output-path site/index.yaml --recursive`;
  expect(await run(index)).toBe('-----> site/index.yaml written: 3 plugins, 9 versions, 18 files\n(0)');
  const published = readFileSync(`${box.root}/site/index.yaml`);
  expect(await run(index.replace('site/index.yaml', 'again.yaml'))).toContain('(0)');
  expect(readFileSync(`${box.root}/again.yaml`).equals(published)).toBe(true);

  using other = Sandbox.prepared();
  const there = async (line: string): Promise<string> => {
    const { stdout, stderr } = await other.run(line.split(' '));
    return `${stdout}${stderr}`;
  };
  expect(await there(`repository:add acme ${server.url}/index.yaml`)).toBe('-----> Repository acme added: 3 plugins (botkube)\n');
  await there('plugin:install acme/ship');
  expect(await there('ship')).toMatch(/^ship 1\.2\.0 (amd64|arm64)\n$/);

  expect(await run('repository:yank site/index.yaml ship@1.2.0')).toBe(' !     --reason is missing; say why in a few words: users are told\n(2)');
  expect((await box.run(['repository:yank', 'site/index.yaml', 'ship@1.2.0', '--reason', 'it sinks', '--dry-run'], { cwd: box.root })).stdout).toBe(
    'ship 1.2.0 would be taken back\n',
  );
  expect(readFileSync(`${box.root}/site/index.yaml`).equals(published)).toBe(true);
  await box.run(['repository:yank', 'site/index.yaml', 'ship@1.2.0', '--reason', 'it sinks'], { cwd: box.root });
  const deprecate = ['repository:deprecate', 'site/index.yaml', 'boat', '--reason', 'nobody keeps it', '--replacement', 'ship'];
  expect((await box.run(deprecate, { cwd: box.root })).stdout).toBe(
    versions
      .toReversed()
      .map((version) => `-----> boat ${version} is deprecated\n`)
      .join(''),
  );
  const again = await there('plugin:install acme/ship --name second --refresh');
  expect(again).toContain('acme/ship 1.1.0');
  expect(again).toContain('passed over: 1.2.0 was taken back: it sinks\n');
  expect(await there('plugin:install acme/boat')).toContain('1.2.0 is deprecated: nobody keeps it; use ship');

  // The marks stay where the index is made anew, and undone it is what it was.
  expect(await run(`${index} --merge`)).toBe('-----> site/index.yaml is up to date: 3 plugins, 9 versions, 18 files\n(0)');
  expect(await run('repository:yank site/index.yaml ship@1.2.0 --undo')).toBe('-----> ship 1.2.0 is not taken back any more\n(0)');
  await run('repository:deprecate site/index.yaml boat --undo');
  expect(readFileSync(`${box.root}/site/index.yaml`).equals(published)).toBe(true);
});
