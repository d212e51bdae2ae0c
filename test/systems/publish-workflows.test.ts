import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCatalogue } from '../../src/catalogue/read-catalogue.ts';
import { testNeeding } from '../support/needs.ts';
import { PACKAGE, Sandbox, TOOL } from '../support/sandbox.ts';
import { freePort, listens } from '../support/web-servers.ts';
import { readWorkflow, type ShellStep } from '../support/workflows.ts';

const WORKFLOWS = [
  'examples/publish/release.yml',
  'examples/publish/pages.yml',
  'examples/ci/github-workflow.yml',
  'examples/addon/release.yml',
  'examples/addon/promote.yml',
];

test.each(WORKFLOWS)('%s is a workflow as GitHub reads it', async (file) => {
  const { errors, steps } = await readWorkflow(join(PACKAGE, file));
  expect(errors).toEqual([]);
  expect(steps.length).toBeGreaterThan(2);
});

test('a workflow with a mistake is told from one without', async () => {
  using box = new Sandbox();
  const text = readFileSync(join(PACKAGE, 'examples/publish/pages.yml'), 'utf8');
  for (const [good, bad] of [
    ['runs-on:', 'run-on:'],
    ['permissions:\n  contents: write', 'permissions:\n  content: write'],
    ['path: site', 'path: ${{ github.nothing( }}'],
  ] as const) {
    box.file('bad.yml', text.replace(good, bad));
    expect((await readWorkflow(join(box.root, 'bad.yml'))).errors).not.toEqual([]);
  }
});

let box: Sandbox;
beforeEach(() => {
  box = Sandbox.prepared();
  mkdirSync(join(box.root, 'bin'));
  symlinkSync(TOOL, join(box.root, 'bin/tool'));
  plugin('1.0.0');
});
afterEach(() => box[Symbol.dispose]());

const plugin = (version: string): void => {
  box.file('checkout/plugins/ship/plugin.toml', `[plugin]\ndescription = "Ships"\nversion = "${version}"\n[plugin.config]\n`);
  box.file('checkout/plugins/ship/bare/default', `#!/bin/sh\necho ${version}\n`).file('checkout/plugins/ship/LICENSE', 'MIT');
};

/** Runs the shell of a workflow as GitHub's runner does, but for the step that fetches tool. */
async function runSteps(file: string, env: Record<string, string>): Promise<string> {
  const { steps } = await readWorkflow(join(PACKAGE, file));
  let output = '';
  for (const { name, script } of steps.filter((step: ShellStep) => step.name !== 'Install tool')) {
    const options = {
      command: 'bash',
      cwd: join(box.root, 'checkout'),
      env: { PATH: `${join(box.root, 'bin')}:${box.env.PATH}`, GITHUB_REPOSITORY: 'acme/tools', GITHUB_REPOSITORY_OWNER: 'acme', ...env },
    };
    const { stdout, stderr, status } = await box.run(['-e', '-o', 'pipefail', '-c', script], options);
    if (status !== 0) throw new Error(`${name} ends with ${status}: ${stdout}${stderr}`);
    output += stdout + stderr;
  }
  return output;
}

/** What an index lists: version and address. */
async function listed(file: string): Promise<string[]> {
  const { releases, problems } = await readCatalogue(readFileSync(file, 'utf8'), { origin: file, name: 'x' });
  expect(problems.filter(({ disables }) => disables)).toEqual([]);
  return releases.flatMap(({ version, platforms }) => platforms.map(({ url }) => `${version} ${url}`));
}

/** A program that keeps releases in a directory, as GitHub keeps them. */
const GH = `#!/bin/bash -e
cd "\${0%/*}/.." && mkdir -p releases
case "$1 $2" in
  'release list') ls -t releases ;;
  'release download')
    while (($# > 0)); do case $1 in --pattern) pattern=$2 ;; --dir) dir=$2 ;; esac; shift; done
    latest=$(ls releases | sort -V | tail -n 1)
    cp releases/$latest/$pattern checkout/$dir/ ;;
  'release create')
    tag=$3; mkdir "releases/$tag"; shift 3
    for word; do case $word in --*) ;; *) cp "checkout/$word" "releases/$tag/" ;; esac; done ;;
  'release view') ls releases | sort -V | tail -n 1 ;;
  'release upload') cp "checkout/$4" "releases/$3/" ;;
  *) exit 64 ;;
esac
`;

test('a release has the archives of its tag, and an index with those of the releases before', async () => {
  box.file('bin/gh', GH);
  await runSteps('examples/publish/release.yml', { GITHUB_REF_NAME: 'v1.0.0' });
  expect(readdirSync(join(box.root, 'releases/v1.0.0')).sort()).toEqual(['plugin_ship_any_any.tar.gz', 'plugins-index.yaml']);
  rmSync(join(box.root, 'checkout/dist'), { recursive: true });
  plugin('1.1.0');
  await runSteps('examples/publish/release.yml', { GITHUB_REF_NAME: 'v1.1.0' });
  expect(await listed(join(box.root, 'releases/v1.1.0/plugins-index.yaml'))).toEqual([
    '1.1.0 https://github.com/acme/tools/releases/download/v1.1.0/plugin_ship_any_any.tar.gz',
    '1.0.0 https://github.com/acme/tools/releases/download/v1.0.0/plugin_ship_any_any.tar.gz',
  ]);
});

test('an add-on is released as a prerelease of its tag, beside the versions before, and promoted', async () => {
  box.file('bin/gh', GH);
  const offered = (tag: string): unknown[] =>
    (JSON.parse(readFileSync(join(box.root, 'releases', tag, 'versions.json'), 'utf8')) as Record<string, unknown>[]).map(({ version, url, isPrerelease }) => [
      version,
      url,
      isPrerelease,
    ]);
  const environment = { HOST_RANGE: '>= v2022.10.05-0', HOST_VERSION: 'v2022.10.05-0' };
  for (const version of ['1.0.0', '1.1.0-rc.1']) {
    box.file(`checkout/addons/hello-world/${version}/install.sh`, 'hello-world() { hello_there; }\nhello_there() { kubectl get nodes; }\n');
    box
      .file(`checkout/addons/hello-world/${version}/Manifest`, 'asset notes.txt ./notes.txt\n')
      .file(`checkout/addons/hello-world/${version}/notes.txt`, version);
    rmSync(join(box.root, 'checkout/dist'), { recursive: true, force: true });
    await runSteps('examples/addon/release.yml', { ...environment, GITHUB_REF_NAME: `hello-world-${version}` });
  }
  const url = (version: string): string => `https://github.com/acme/tools/releases/download/hello-world-${version}/hello-world-${version}.tar.gz`;
  expect(readdirSync(join(box.root, 'releases/hello-world-1.0.0')).sort()).toEqual(['hello-world-1.0.0.tar.gz', 'versions.json']);
  expect(offered('hello-world-1.1.0-rc.1')).toEqual(['1.1.0-rc.1', '1.0.0'].map((version) => [version, url(version), true]));
  rmSync(join(box.root, 'checkout/dist'), { recursive: true });
  mkdirSync(join(box.root, 'checkout/dist'));
  await runSteps('examples/addon/promote.yml', { VERSION: '1.0.0' });
  expect(offered('hello-world-1.1.0-rc.1')).toEqual([
    ['1.1.0-rc.1', url('1.1.0-rc.1'), true],
    ['1.0.0', url('1.0.0'), false],
  ]);
});

test('the branch of Pages gets what is new, and nothing is committed where nothing is', async () => {
  const git = (...words: string[]): string =>
    execFileSync('git', words, { cwd: box.root, encoding: 'utf8', env: { ...box.env, GIT_CONFIG_GLOBAL: '/dev/null' } }).trim();
  git('init', '--quiet', '--bare', '--initial-branch', 'gh-pages', 'origin.git');
  git('clone', '--quiet', join(box.root, 'origin.git'), 'checkout/site');
  git('-C', 'checkout/site', '-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '--quiet', '--allow-empty', '-m', 'first');
  git('-C', 'checkout/site', 'push', '--quiet', 'origin', 'HEAD:gh-pages');
  const publish = (sha: string): Promise<string> => runSteps('examples/publish/pages.yml', { GITHUB_SHA: sha });
  await publish('abc');
  await publish('abd');
  plugin('1.1.0');
  await publish('abe');
  expect(git('-C', 'origin.git', 'log', '--format=%s', 'gh-pages').split('\n')).toEqual(['Publish plugins of abe', 'Publish plugins of abc', 'first']);
  expect(await listed(join(box.root, 'checkout/site/plugins-index.yaml'))).toEqual(
    ['1.1.0', '1.0.0'].map((version) => `${version} https://acme.github.io/tools/ship/${version}/plugin_ship_any_any.tar.gz`),
  );
  expect(readFileSync(join(box.root, 'checkout/site/p/ship/index.html'), 'utf8')).toContain('tools/ship');
  // Whoever changes a version that is out is told, and nothing is published.
  box.file('checkout/plugins/ship/bare/default', '#!/bin/sh\necho other\n');
  await expect(publish('abf')).rejects.toThrow(/holds other contents under the same version/);
});

testNeeding('nginx')(
  'nginx serves what is published as examples/publish/nginx.conf says: types that nobody unpacks, and how long each may be kept',
  async () => {
    await box.run(['repository:package', 'checkout/plugins', '--output', 'srv', '--by-version']);
    box.file('srv/plugins-index.yaml', 'entries: []\n');
    const folder = mkdtempSync(join(box.root, 'nginx-'));
    const port = await freePort();
    const server = readFileSync(join(PACKAGE, 'examples/publish/nginx.conf'), 'utf8')
      .replace('listen 443 ssl', `listen 127.0.0.1:${port}`)
      .replaceAll(/ssl_certificate.*\n/g, '\n')
      .replace('/srv/plugins', join(box.root, 'srv'));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/t;`).join(' ');
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${folder}/pid; error_log stderr; events {}\nhttp { access_log off; ${temporary}\n${server}}\n`,
    );
    const nginx = box.start(['-c', join(folder, 'nginx.conf'), '-e', 'stderr'], { command: 'nginx' });
    const ended = new AbortController();
    nginx.on('exit', () => ended.abort());
    try {
      expect(await listens(port, ended.signal)).toBe(true);
      const head = async (path: string) => {
        const { status, headers } = await fetch(`http://127.0.0.1:${port}/${path}`, { headers: { 'accept-encoding': 'gzip' } });
        return [status, ...['content-type', 'content-encoding', 'cache-control'].map((name) => headers.get(name))];
      };
      expect(await head('ship/1.0.0/plugin_ship_any_any.tar.gz')).toEqual([200, 'application/gzip', null, 'public, max-age=31536000, immutable']);
      expect(await head('plugins-index.yaml')).toEqual([200, 'application/yaml', null, 'no-cache']);
    } finally {
      nginx.kill('SIGKILL');
    }
  },
);
