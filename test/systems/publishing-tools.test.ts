import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostPlatform } from '../../src/catalogue/platforms.ts';
import { tarGz } from '../support/archives.ts';
import { Sandbox } from '../support/sandbox.ts';
import { type Serving, serving } from '../support/serving.ts';

const publisher = Sandbox.prepared();
const user = Sandbox.prepared();
afterAll(() => {
  publisher[Symbol.dispose]();
  user[Symbol.dispose]();
});

const source = (name: string, version: string): void => {
  publisher.file(`plugins/${name}/plugin.toml`, `[plugin]\ndescription = "The plugin ${name}"\nversion = "${version}"\n[plugin.config]\n`);
  publisher.file(`plugins/${name}/bare/default`, `#!/bin/sh\necho ${name} ${version} "$@"\n`);
};

const run = async (box: Sandbox, ...words: string[]): Promise<string> => {
  const { stdout, stderr, status } = await box.run(words, { cwd: box.root });
  return `${stdout}${stderr}${status === 0 ? '' : `(${status})\n`}`;
};

/** Starts a server on a directory of the publisher. @returns its address, as it prints it, and how to end it */
async function served(...words: string[]): Promise<{ url: string; end: (signal: NodeJS.Signals) => Promise<{ output: string; status: number | null }> }> {
  const child = publisher.start(['repository:serve', ...words], { cwd: publisher.root });
  let output = '';
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const url = await new Promise<string>((done, fail) => {
    const add = (chunk: Buffer): void => {
      output += chunk;
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
      if (address !== undefined && output.includes('plugin:install')) done(address);
    };
    child.stdout?.on('data', add);
    child.stderr?.on('data', add);
    child.on('close', () => fail(new Error(output)));
  });
  return {
    url,
    end: async (signal) => {
      child.kill(signal);
      return { status: await ended, output };
    },
  };
}

test('from three directories of sources to an install in another home, and on to the next version', async () => {
  for (const name of ['ship', 'dokku-boat', 'my_raft']) source(name, '1.0.0');
  expect(await run(publisher, 'repository:package', 'plugins', '--by-version', '--output', 'dist')).toMatch(
    /^-----> dist\/boat\/1\.0\.0\/plugin_boat_any_any\.tar\.gz: boat 1\.0\.0, 2 files, 1 KB\n-----> dist\/my_raft\/.*\n-----> dist\/ship\/.*\n$/,
  );
  expect(
    await run(publisher, 'repository:index', '-binaries-path', 'dist', '-recursive', '-url-base-path', 'https://example.com', '-output-path', 'index.yaml'),
  ).toContain('index.yaml written');
  const server = await served('dist', '--recursive');
  try {
    expect(await run(user, 'repository:add', 'dev', `${server.url}/plugins-index.yaml`)).toContain('Repository dev added: 3 plugins (botkube)');
    expect(await run(user, 'plugin:install', 'dev/ship', 'dev/boat', 'dev/my_raft@^1')).toContain('-----> Plugin my_raft enabled');
    expect(await run(user, 'my_raft', 'a b')).toBe('my_raft 1.0.0 a b\n');
    expect(await (await fetch(`${server.url}/p/my_raft/`)).text()).toContain('dev/my_raft');

    source('ship', '1.1.0');
    expect(await run(publisher, 'repository:package', 'plugins', '--by-version', '--output', 'dist')).toMatch(
      /^dist\/boat\/.*, unchanged\ndist\/my_raft\/.*, unchanged\n-----> dist\/ship\/1\.1\.0\/plugin_ship_any_any\.tar\.gz: ship 1\.1\.0, 2 files, 1 KB\n$/,
    );
    expect(await run(user, 'plugin:update', 'ship', '--refresh')).toContain('dev/ship 1.1.0');
    expect(await run(user, 'ship')).toBe('ship 1.1.0\n');
    publisher.file('plugins/ship/bare/default', '#!/bin/sh\n');
    expect(await run(publisher, 'repository:package', 'plugins/ship', '--by-version', '--output', 'dist')).toContain(
      'holds other contents under the same version',
    );
  } finally {
    const { status, output } = await server.end('SIGINT');
    expect(status).toBe(0);
    expect(output).toContain(`       tool repository:add dev ${server.url}/plugins-index.yaml\n`);
    expect(output).toMatch(/^200 GET \/ship\/1\.1\.0\/plugin_ship_any_any\.tar\.gz \d+$/m);
  }
});

test('plugins made for Helm are packed, listed and had by their names', async () => {
  const yaml = (name: string): string =>
    `apiVersion: v1\nname: ${name}\nversion: 1.0.0\ntype: cli/v1\nruntime: subprocess\nconfig: {usage: ${name}-it, shortHelp: "sails ${name}"}\n` +
    'runtimeConfig: {platformCommand: [{command: "$HELM_PLUGIN_DIR/sail.sh $HELM_PLUGIN_NAME"}]}\n';
  for (const name of ['jib', 'spinnaker']) {
    publisher.file(`helms/helm-${name}/plugin.yaml`, yaml(name)).file(`helms/helm-${name}/sail.sh`, '#!/bin/sh\necho "$@"\n');
  }
  expect(await run(publisher, 'repository:package', 'helms/helm-jib', '--output', 'sails')).toMatch(
    /^-----> sails\/plugin_jib_any_any\.tar\.gz: jib 1\.0\.0, 2 files, \S+ KB\n$/,
  );
  expect(await run(publisher, 'plugin:package', 'helms/helm-spinnaker', '-d', 'sails')).toContain('saved it to: sails/spinnaker-1.0.0.tgz');
  const server = await served('sails');
  try {
    expect(await run(user, 'repository:add', 'sails', `${server.url}/plugins-index.yaml`)).toContain('Repository sails added: 2 plugins (botkube)');
    expect(await run(user, 'plugin:install', 'sails/jib', 'spinnaker')).toContain('-----> Plugin spinnaker-it enabled');
    expect((await run(user, 'jib-it', 'a b')) + (await run(user, 'spinnaker-it'))).toBe('jib a b\nspinnaker\n');
    expect(await (await fetch(`${server.url}/p/jib/`)).text()).toMatch(/Helm plugin(.|\n)*jib-it(.|\n)*sails jib/);
  } finally {
    await server.end('SIGTERM');
  }
});

test('one command makes a directory that can be served, and says what keeps it from it', async () => {
  source('solo', '1.0.0');
  const words = ['repository:package', 'plugins/solo', '--output', 'one', '--index'];
  expect(await run(publisher, ...words)).toBe(
    ' !     --index needs --url-base-path; give the address below which the files will be served, like https://example.com/plugins\n(2)\n',
  );
  expect(await run(publisher, ...words, '-url-base-path', 'https://example.com/p', '--dry-run')).toBe(
    'would write one/plugin_solo_any_any.tar.gz: solo 1.0.0, 2 files\nwould write one/plugins-index.yaml\n',
  );
  expect(await run(publisher, ...words, '-url-base-path', 'https://example.com/p')).toContain('-----> one/plugins-index.yaml written\n');
  expect(readFileSync(join(publisher.root, 'one/plugins-index.yaml'), 'utf8')).toContain('https://example.com/p/plugin_solo_any_any.tar.gz');
  // A version that was taken back stays so when the index is written anew.
  await run(publisher, 'repository:yank', 'one/plugins-index.yaml', 'solo@1.0.0', '--reason', 'breaks');
  await run(publisher, ...words, '-url-base-path', 'https://example.com/p2');
  expect(readFileSync(join(publisher.root, 'one/plugins-index.yaml'), 'utf8')).toMatch(/example\.com\/p2\/(.|\n)*yanked: breaks\n/);
  // What was typed is what the message has.
  expect(await run(publisher, 'repository:package', 'plugins/solo', '--platform', 'linux')).toContain('"linux" is no platform that is known');
  // What is wrong with the directory is the answer of the server.
  publisher.file('one/plugin_bad_any_any.tar.gz', 'no archive');
  // Programs that are not packed are listed where that is asked for; the index has the name of Botkube's own server for development, too.
  publisher.file('raw/executor_go_any_any', '#!/bin/sh\n').file('raw/executor_go.toml', '[plugin]\nversion = "1.0.0"\ndescription = "Goes"\n');
  const raw = await served('raw', '-use-archive=false');
  expect(await (await fetch(`${raw.url}/botkube.yaml`)).text()).toContain(`${raw.url}/executor_go_any_any`);
  await raw.end('SIGTERM');
  const server = await served('one', '--port', '0');
  const answer = await fetch(`${server.url}/plugins-index.yaml`);
  expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining('plugin_bad_any_any.tar.gz')]);
  expect((await server.end('SIGTERM')).status).toBe(0);
  const json = JSON.parse((await publisher.run(['repository:package', 'plugins/solo', '--output', 'one', '--json'], { cwd: publisher.root })).stdout);
  expect(json).toMatchObject({ packages: [{ name: 'solo', version: '1.0.0', platform: 'any/any', files: ['bare/default', 'plugin.toml'], changed: false }] });
});

test('serve refuses what it cannot serve', async () => {
  expect(await run(publisher, 'repository:serve', 'nowhere')).toMatch(/nowhere is not a directory; give the directory that has the archives\n\(2\)\n$/);
  expect(await run(publisher, 'repository:serve', '.', '--host', '203.0.113.1')).toBe(
    ' !     Cannot listen on 203.0.113.1 (EADDRNOTAVAIL); give --host an address of this machine, or leave it out\n(1)\n',
  );
  expect(await run(publisher, 'repository:serve', '.', '--port', '70000')).toBe(' !     --port takes a number up to 65535, not "70000"\n(2)\n');
});

let files: Serving;
beforeAll(async () => {
  files = await serving((request, response) => {
    if (request.url === '/program') response.end('#!/bin/sh\necho hi\n');
    else if (request.url === '/krew.tar.gz')
      response.end(
        tarGz([
          { name: 'ctx', body: '#!/bin/sh\n', mode: 0o755 },
          { name: 'LICENSE', body: 'MIT' },
        ]),
      );
    else response.writeHead(404).end();
  });
});
afterAll(() => files[Symbol.asyncDispose]());

test('lint --try installs what is for this machine, unpacks what is for others, and tells what does not work', async () => {
  const { os, arch } = hostPlatform();
  const sum = createHash('sha256').update('#!/bin/sh\necho hi\n').digest('hex');
  const url = (path: string, platform: string, checksum = sum): string =>
    `{url: "${files.url}${path}", checksum: ${checksum}, size: 18, platform: {os: ${platform.replace('/', ', architecture: ')}}}`;
  publisher.file(
    'try.yaml',
    `entries:
- {name: good, type: executor, version: 1.0.0, description: d, license: MIT, urls: [${url('/program', `${os}/${arch}`)}, ${url('/gone', 'aix/ppc64')}]}
- {name: changed, type: executor, version: 1.0.0, description: d, license: MIT, urls: [${url('/program', `${os}/${arch}`, 'a'.repeat(64))}]}
- {name: moved, type: executor, version: 1.0.0, description: d, license: MIT, urls: [${url('/moved', `${os}/${arch}`)}]}
`,
  );
  const { stdout, stderr, status } = await publisher.run(['repository:lint', 'try.yaml', '--try'], { cwd: publisher.root });
  const lines = stdout
    .replaceAll(files.url, 'URL')
    .split('\n')
    .filter((line) => !line.includes('[https]'));
  expect(lines).toEqual([
    `good 1.0.0 for ${os}/${arch}: installed`,
    'good 1.0.0 for aix/ppc64: not unpacked',
    `changed 1.0.0 for ${os}/${arch}: not installed`,
    `moved 1.0.0 for ${os}/${arch}: not installed`,
    'try.yaml:2: error: entries[0] (good): aix/ppc64: Cannot download URL/gone: the server answered 404; check the address [try]',
    expect.stringMatching(/^try\.yaml:3: error: entries\[1\] \(changed\): \w+\/\w+: The checksum of URL\/program is wrong: expected aaaa.* \[try\]$/),
    `try.yaml:4: error: entries[2] (moved): ${os}/${arch}: Cannot download URL/moved: the server answered 404; check the address [try]`,
    '',
  ]);
  expect({ stderr, status }).toEqual({ stderr: ' !     try.yaml: 3 entries (botkube): 3 errors, 4 remarks\n', status: 1 });
});

test("lint --try wants a licence among the files of a manifest of krew's, and tells what it takes by its address", async () => {
  const archive = Buffer.from(await (await fetch(`${files.url}/krew.tar.gz`)).arrayBuffer());
  const manifest = (name: string, taken: string): string => `apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata: {name: ${name}}
spec:
  version: v0.1.0
  shortDescription: Switches
  platforms:
  - {uri: "${files.url}/krew.tar.gz", sha256: ${createHash('sha256').update(archive).digest('hex')}, bin: ctx, files: [${taken}], selector: {matchLabels: {os: linux}}}
`;
  publisher
    .file('krew/plugins/ctx.yaml', manifest('ctx', '{from: ctx, to: .}'))
    .file('krew/plugins/ns.yaml', manifest('ns', '{from: ctx, to: .}, {from: LICENSE, to: .}'));
  const said = await run(publisher, 'repository:lint', 'krew', '--try');
  expect(said.replaceAll(/^.* \[https\]\n/gm, '')).toBe(
    [
      'ctx v0.1.0 for linux/any: not installed',
      'ns v0.1.0 for linux/any: installed',
      'krew/plugins/ctx.yaml:8: error: ctx: linux/any: no licence file is among the installed files; add LICENSE to the archive, and to files [try]',
      ' !     krew: 2 entries (krew): 1 error, 2 remarks\n(1)\n',
    ].join('\n'),
  );
  expect(await run(publisher, 'repository:lint', 'krew')).toContain('-----> krew: 2 entries (krew): 0 errors, 2 remarks\n');
  expect(await run(publisher, 'repository:lint', 'krew', '--strict')).toContain(' !     krew: 2 entries (krew): 0 errors, 2 remarks\n(1)\n');
});
