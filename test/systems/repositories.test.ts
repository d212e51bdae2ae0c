import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Repository } from '../support/git.ts';
import { indexOf, krewManifest } from '../support/indexes.ts';
import { Sandbox } from '../support/sandbox.ts';
import { serving } from '../support/serving.ts';
import { asOrdinaryUser } from '../support/unprivileged.ts';

const INDEX = indexOf(
  { name: 'deploy', version: 'v1.0.0', description: 'Rolls out to clusters' },
  { name: 'deploy', version: 'v1.1.0', description: 'Rolls out to clusters' },
  { name: 'greet', version: 'v0.1.0', type: 'source', description: 'Says hello' },
);

const toml = (box: Sandbox): string => readFileSync(box.at('tool.toml'), 'utf8');
const cached = (box: Sandbox): string[] =>
  existsSync(box.at('plugins/repositories')) ? readdirSync(box.at('plugins/repositories')).filter((name) => !name.startsWith('.')) : [];

test('a repository is added once its index has been read, listed, updated and removed', async () => {
  using box = Sandbox.prepared();
  writeFileSync(box.at('tool.toml'), '# mine\n[alias]\n"s" = "plugin:search"\n');
  let index = INDEX;
  await using server = await serving((request, response) => (request.url === '/index.yaml' ? response.end(index) : response.writeHead(404).end()));
  const url = `${server.url}/index.yaml`;
  const added = await box.run(['repository:add', 'acme', url]);
  expect(added).toMatchObject({ status: 0, stdout: '-----> Repository acme added: 2 plugins (botkube)\n', stderr: '' });
  expect(toml(box)).toBe(`# mine\n[alias]\n"s" = "plugin:search"\n\n[repositories.acme]\nurl = "${url}"\n`);
  expect(server.asked).toEqual(['/index.yaml']);

  const taken = await box.run(['repository:add', 'acme', url]);
  expect(taken).toMatchObject({
    status: 1,
    stderr: ' !     There is already a repository acme; choose another name, or remove it with `tool repository:remove acme`\n',
  });
  const wrong = await box.run(['repository:add', 'other', `${server.url}/nothing`]);
  expect(wrong).toMatchObject({ status: 1, stderr: ` !     Cannot download ${server.url}/nothing: the server answered 404; check the address\n` });
  expect([toml(box).includes('other'), cached(box)]).toEqual([false, ['acme']]);
  for (const name of ['../x', '.x', 'a/b', '']) expect(await box.run(['repository:add', name, url])).toMatchObject({ status: 2 });

  const listed = await box.run(['repository:list']);
  expect(listed.stdout).toMatch(new RegExp(`^NAME   TYPE      PLUGINS   UPDATED +URL\nacme   botkube   2         \\d+ seconds? ago   ${url}\n$`));
  expect(server.asked).toHaveLength(2);

  expect(await box.run(['repository:update'])).toMatchObject({ status: 0, stdout: 'acme: unchanged, 2 plugins, 3 releases\n' });
  index = `${indexOf({ name: 'deploy', version: 'v2.0.0' }, { name: 'new', version: 'v1.0.0' })}- name: broken\n  version: v1.0.0\n`;
  const updated = await box.run(['repository:update', 'acme']);
  expect(updated).toMatchObject({ status: 0, stdout: '-----> acme: 2 plugins, 2 releases (1 new, 1 changed, 1 removed)\n' });
  expect(updated.stderr).toMatch(/^ ! {5}acme: entries\[2\] \(broken\), line \d+ is skipped: field type cannot be empty/);
  index = '<!doctype html>';
  const failed = await box.run(['repository:update', '--json']);
  expect(JSON.parse(failed.stdout)).toMatchObject([{ name: 'acme', outcome: 'failed', plugins: 2, error: expect.stringContaining('is an HTML page') }]);
  expect(failed).toMatchObject({ status: 1, stderr: ' !     1 of 1 not updated: acme\n' });
  expect(await box.run(['repository:update', 'acmee'])).toMatchObject({
    status: 1,
    stderr: ' !     There is no repository "acmee"; did you mean acme? The repositories are "acme"\n',
  });

  expect((await box.run(['repository:remove', 'acme', '--dry-run'])).stdout).toContain('would remove the repository acme from tool.toml\n');
  expect(await box.run(['repository:remove', 'acme'])).toMatchObject({ status: 0, stdout: '-----> Repository acme removed\n' });
  expect(toml(box)).toBe('# mine\n[alias]\n"s" = "plugin:search"\n');
  expect(cached(box)).toEqual([]);
  expect((await box.run(['plugin:search'])).stderr).toBe(' !     There are no repositories; add one with `tool repository:add NAME URL`\n');
});

test('a dry run changes nothing, and --no-update asks nobody', async () => {
  using box = Sandbox.prepared();
  await using server = await serving((_request, response) => response.end(INDEX));
  const dry = await box.run(['repository:add', 'acme', server.url, '--dry-run']);
  expect(dry.stdout).toBe(`would add the repository acme to tool.toml: ${server.url}\n-----> acme: 2 plugins, 3 releases\n`);
  expect([existsSync(box.at('tool.toml')), cached(box), server.asked]).toEqual([false, [], ['/']]);
  expect(await box.run(['repository:add', 'acme', server.url, '--no-update'])).toMatchObject({ status: 0, stdout: '-----> Repository acme added\n' });
  expect(server.asked).toHaveLength(1);
  expect((await box.run(['repository:list'])).stdout).toContain('acme   -      -         never     ');
});

test('a header is kept with its variable, and its value is shown nowhere', async () => {
  using box = Sandbox.prepared();
  await using server = await serving((request, response) =>
    request.headers.authorization === 'Bearer s3cr3t' && request.headers['x-team'] === 'platform' ? response.end(INDEX) : response.writeHead(401).end(),
  );
  const header = ['--header', 'Authorization: Bearer ${TOKEN}', '--header', 'X-Team: platform'];
  const literal = await box.run(['repository:add', 'acme', server.url, '--header', 'Authorization: Bearer s3cr3t']);
  expect(literal.stderr).toMatch(/^ ! {5}--header: the header Authorization holds a secret, and everyone can read tool\.toml; /);
  const unset = await box.run(['repository:add', 'acme', server.url, ...header]);
  expect(unset.stderr).toBe(' !     The environment variable TOKEN is not set, and the header Authorization of the repository acme needs it; export TOKEN\n');
  const refused = await box.run(['repository:add', 'acme', server.url, ...header], { env: { TOKEN: 'wr0ng' } });
  expect(refused.stderr).toContain('the server answered 401');
  const added = await box.run(['repository:add', 'acme', server.url, ...header], { env: { TOKEN: 's3cr3t' } });
  expect(added).toMatchObject({ status: 0, stderr: '' });
  expect(toml(box)).toContain('headers = { Authorization = "Bearer ${TOKEN}", X-Team = "platform" }\n');
  const listed = await box.run(['repository:list', '--json'], { env: { TOKEN: 's3cr3t' } });
  expect(JSON.parse(listed.stdout)).toMatchObject([{ name: 'acme', headers: ['Authorization', 'X-Team'] }]);
  for (const { stdout, stderr } of [literal, unset, refused, added, listed]) expect(stdout + stderr).not.toMatch(/s3cr3t|wr0ng/);
});

test('a search looks through all repositories, and says what is installed and what suits this platform', async () => {
  using box = Sandbox.prepared();
  box.file('acme.yaml', INDEX).file('krew/plugins/deployer.yaml', krewManifest('deployer', 'v3.0.0').replace('os: linux', 'os: darwin'));
  for (const [name, path] of [
    ['acme', './acme.yaml'],
    ['krew', './krew'],
  ])
    expect(await box.run(['repository:add', name ?? '', path ?? ''], { cwd: box.root })).toMatchObject({ status: 0 });
  expect(toml(box)).toContain(`url = "${box.root}/acme.yaml"\n`);
  box.plugin('greet', { 'plugin.toml': '[plugin]\ndescription = "d"\nversion = "0.0.9"\n[plugin.config]\n' });
  const { stdout } = await box.run(['plugin:search', 'deploy']);
  expect(stdout.split('\n').map((line) => line.replace(/ {3,}/g, ' | '))).toEqual([
    'NAME | VERSION | TYPE | STATUS | DESCRIPTION',
    'acme/deploy | v1.1.0 | executor | available | Rolls out to clusters',
    expect.stringMatching(/^krew\/deployer \| v3\.0\.0 \| - \| not for linux\/\w+ \| deployer for clusters$/),
    '',
  ]);
  const found = JSON.parse((await box.run(['plugin:search', 'says', 'hello', '--json'])).stdout);
  expect(found).toEqual([
    {
      repository: 'acme',
      name: 'greet',
      type: 'source',
      version: 'v0.1.0',
      description: 'Says hello',
      platforms: ['linux/amd64', 'linux/arm64', 'darwin/arm64'],
      available: true,
      installed: '0.0.9',
    },
  ]);
  expect((await box.run(['plugin:search', '--type', 'source'])).stdout).toContain('acme/greet');
  expect((await box.run(['plugin:search', '--limit', '1'])).stdout).toContain('-----> 2 more; add words to the term, or --limit 0 for all\n');
  expect((await box.run(['plugin:search', 'zzz'])).stdout).toBe('-----> No plugin matches "zzz"\n');
  for (const words of [
    ['--limit', 'x'],
    ['--refresh', '--offline'],
  ])
    expect(await box.run(['plugin:search', ...words])).toMatchObject({ status: 2 });
});

test('an index that is older than before is refused where signatures are required, until it is accepted', async () => {
  using box = Sandbox.prepared();
  const publish = (version: string): void => void box.file('index.yaml', indexOf({ name: 'ship', version }));
  publish('1.1.0');
  await box.run(['repository:add', 'acme', join(box.root, 'index.yaml')]);
  writeFileSync(box.at('tool.toml'), `[trust]\npolicy = "require"\n${readFileSync(box.at('tool.toml'), 'utf8')}`);
  publish('1.0.0');
  const why = 'nothing in it is newer; ship is at 1.0.0, and was at 1.1.0';
  expect(await box.run(['repository:update'])).toMatchObject({
    stdout: '',
    stderr: [
      ` !     acme: acme has an older index now than the one before it: ${why}; ask its publisher; \`tool repository:update acme --accept-older\` takes it`,
      ' !     1 of 1 not updated: acme\n',
    ].join('\n'),
    status: 1,
  });
  expect(await box.run(['plugin:search', 'ship'])).toMatchObject({ stdout: expect.stringContaining('1.1.0') });
  const accepted = await box.run(['repository:update', 'acme', '--accept-older', '--json']);
  expect([JSON.parse(accepted.stdout), accepted.status]).toEqual([[expect.objectContaining({ name: 'acme', outcome: 'updated', older: why })], 0]);
});

test('who may not write the home reads what is there, and is told in one line', async () => {
  using box = Sandbox.prepared();
  let index = INDEX;
  await using server = await serving((_request, response) => response.end(index));
  expect(await box.run(['repository:add', 'acme', server.url])).toMatchObject({ status: 0 });
  writeFileSync(box.at('tool.toml'), `${toml(box)}ttl = "0"\n`);
  const { command, uid } = asOrdinaryUser(box);
  await box.run(['version'], { command, uid });
  const close = await box.run(['-R', 'a-w', box.home], { command: 'chmod' });
  expect(close.status).toBe(0);
  index = '';
  const found = await box.run(['plugin:search', 'deploy'], { command, uid });
  expect(found.stdout).toContain('acme/deploy');
  expect(found.stderr).toMatch(
    /^ ! {5}The index of acme is \d+ seconds? old: only the owner of .* can update it; the owner runs `tool repository:update acme`\n$/,
  );
  await box.run(['-R', 'u+w', box.home], { command: 'chmod' });
});

test('killed at any instant, an update leaves an index that is whole', async () => {
  using box = Sandbox.prepared();
  let version = 0;
  await using server = await serving((_request, response) => {
    version++;
    response.end(indexOf(...Array.from({ length: 300 }, (_, index) => ({ name: `p${index}`, version: `v${version}.0.0` }))));
  });
  await box.run(['repository:add', 'acme', server.url]);
  for (let attempt = 0; attempt < Number(process.env.KILLS ?? 12); attempt++) {
    const child = box.start(['repository:update']);
    await sleep(20 + Math.random() * 300);
    child.kill('SIGKILL');
    const { stdout, stderr, status } = await box.run(['plugin:search', '--offline', '--json']);
    expect([status, stderr]).toEqual([0, '']);
    const versions = new Set(JSON.parse(stdout).map((row: { version: string }) => row.version));
    expect([JSON.parse(stdout).length, versions.size]).toEqual([300, 1]);
  }
  expect(await box.run(['repository:update'])).toMatchObject({ status: 0 });
  expect(readdirSync(box.at('plugins/repositories/acme'))).toHaveLength(2);
});

test('killed at any instant, an update of an index in git leaves one that the next update goes on with', async () => {
  using box = Sandbox.prepared();
  const repository = new Repository(`${box.root}/krew`);
  const publish = (version: number) => repository.commit({ 'plugins/ctx.yaml': krewManifest('ctx', `v${version}.0.0`) });
  publish(0);
  expect(await box.run(['repository:add', 'krew', './krew'], { cwd: box.root })).toMatchObject({ status: 0 });
  const kills = Number(process.env.KILLS ?? 6);
  for (let attempt = 1; attempt <= kills; attempt++) {
    publish(attempt);
    const child = box.start(['repository:update']);
    await sleep(50 + Math.random() * 400);
    child.kill('SIGKILL');
    const { stdout, stderr, status } = await box.run(['plugin:search', '--offline']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^krew\/ctx {3}v\d+\.0\.0 /m);
  }
  expect(await box.run(['repository:update'])).toMatchObject({ status: 0, stderr: '' });
  expect((await box.run(['plugin:search', '--offline'])).stdout).toContain(`v${kills}.0.0`);
  expect(readdirSync(box.at('plugins/repositories/krew')).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('a values.yaml of Botkube is taken over, and what is not is told', async () => {
  using box = Sandbox.prepared();
  box.file(
    'values.yaml',
    `
plugins:
  cacheDir: /tmp
  repositories:
    acme: { url: "https://example.org/plugins-index.yaml" }
    private:
      url: https://plugins.example.org/index.yaml
      headers: { X-API-Key: "{{ .Remote.APIKey }}", Authorization: Bearer s3cr3t, X-Team: platform, X-Odd: "{{ if .Remote.Endpoint }}x{{ end }}" }
executors:
  plugin-based:
    acme/helm@v1.0.0: { enabled: true, config: { defaultNamespace: default, replicas: 3, extra: { a: 1 } } }
    acme/kubectl: { enabled: false }
    kubectl: { enabled: true }
    nope/thing@v1: { enabled: true }
  other:
    acme/helm@v2.0.0: { enabled: true }
sources:
  clusters:
    displayName: Clusters
    acme/kubernetes: { enabled: yes }
`,
  );
  const dry = await box.run(['repository:import', 'values.yaml', '--dry-run'], { cwd: box.root });
  expect(dry.stdout).toBe(
    [
      'would add the repository acme to tool.toml',
      'would add the repository private to tool.toml',
      'would add the executor acme/helm v1.0.0 to [plugins] of tool.toml',
      'would add the source acme/kubernetes latest to [plugins] of tool.toml',
      'would set defaultNamespace of helm in config.toml',
      'would set replicas of helm in config.toml',
      '',
    ].join('\n'),
  );
  expect(existsSync(box.at('tool.toml'))).toBe(false);
  const done = await box.run(['repository:import', 'values.yaml'], { cwd: box.root });
  expect(done.stdout).toBe('-----> 2 repositories, 2 plugins and 2 values of their configuration added; install the plugins with `tool plugin:sync`\n');
  expect(toml(box)).toBe(`[repositories.acme]
url = "https://example.org/plugins-index.yaml"

[repositories.private]
url = "https://plugins.example.org/index.yaml"
headers = { X-API-Key = "\${CONFIG_PROVIDER_API_KEY}", Authorization = "\${PRIVATE_AUTHORIZATION}", X-Team = "platform" }

[plugins]
helm = { catalogue = "acme/helm", version = "v1.0.0", type = "executor" }
kubernetes = { catalogue = "acme/kubernetes", version = "latest", type = "source" }
`);
  expect(readFileSync(box.at('plugins/config.toml'), 'utf8')).toBe('[helm]\ndefaultNamespace = "default"\nreplicas = "3"\n');
  expect(done.stderr.replaceAll(' !     ', '').split('\n')).toEqual([
    'plugins: cacheDir is not used here',
    'plugins.repositories.private: the header Authorization is a secret; set the environment variable PRIVATE_AUTHORIZATION to its value',
    'plugins.repositories.private: the header X-Odd is a template that cannot be converted; add the header to tool.toml by hand',
    'executors.plugin-based.acme/helm@v1.0.0: the config of extra is skipped; config.toml has plain values only',
    'executors.plugin-based.acme/kubectl is skipped: it is not enabled',
    'executors.plugin-based.kubectl is skipped: plugin key "kubectl" doesn\'t follow the required {repo_name}/{plugin_name} syntax',
    'executors.other.acme/helm@v2.0.0 is skipped: executors.plugin-based.acme/helm@v1.0.0 asks for another version of acme/helm',
    'nope/thing is skipped: repository "nope" is not defined',
    '',
  ]);
  expect(dry.stderr).toBe(done.stderr);
  const again = await box.run(['repository:import', '-', '--json'], { stdin: readFileSync(`${box.root}/values.yaml`) });
  expect(JSON.parse(again.stdout)).toMatchObject({ repositories: [], plugins: {}, config: [] });
  const removed = await box.run(['repository:remove', 'acme']);
  expect(removed.stderr).toBe(' !     The repository acme is in use (in tool.toml: acme/helm, acme/kubernetes); remove these first, or use --force\n');
  expect(await box.run(['--force', 'repository:remove', 'acme'])).toMatchObject({ status: 0 });
});

test.each([
  ['hello\n', 'values.yaml is not a values.yaml of Botkube; it has none of the keys plugins, executors, sources'],
  ['a: &a 1\nplugins: *a\n', 'values.yaml:1: anchors, aliases and merge keys are not supported; expand them first, for example with `yq "explode(.)"`'],
  ['plugins: [\n', 'values.yaml:'],
])('what is no values.yaml is refused: %j', async (text, line) => {
  using box = Sandbox.prepared();
  box.file('values.yaml', text);
  expect((await box.run(['repository:import', 'values.yaml'], { cwd: box.root })).stderr).toContain(line);
});
