import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addonPackage } from '../support/addons.ts';
import { tarGz } from '../support/archives.ts';
import { type AuthorServer, authorServer } from '../support/author-server.ts';
import { sha256 } from '../support/digests.ts';
import { Repository } from '../support/git.ts';
import { testNeeding } from '../support/needs.ts';
import { Sandbox } from '../support/sandbox.ts';
import { SshSigner } from '../support/signers.ts';

let box: Sandbox;
let author: AuthorServer;
beforeEach(async () => {
  box = Sandbox.prepared();
  author = await authorServer();
});
afterEach(async () => {
  box[Symbol.dispose]();
  await author[Symbol.asyncDispose]();
});

/** Runs a command line in this home, or in another. @returns all it prints, with its status at the end */
async function run(line: string, home = 'sandbox/home', under: readonly string[] = []): Promise<string> {
  const { stdout, stderr, status } = await box.run(line.split(' '), { env: { TOOL_HOME: join(box.root, home) }, under });
  return `${stdout}${stderr}(${status})`.replaceAll(author.url, 'AUTHOR').replaceAll(box.root, 'BOX');
}
/** Nothing but a loopback that is down. */
const NO_NETWORK = ['unshare', '--net'];

const plugin = (name: string, version = '1.0.0'): Buffer =>
  tarGz([
    { name: `${name}/plugin.toml`, body: `[plugin]\ndescription = "d"\nversion = "${version}"\n[plugin.config]\n` },
    { name: `${name}/bare/default`, body: `#!/bin/sh\necho ${name} ${version}\n`, mode: 0o755 },
    { name: `${name}/lib`, type: '2', link: 'bare' },
  ]);

/** A home with a plugin of each kind of source, and its lock. */
async function lockedHome(): Promise<void> {
  author.files.set('/packed.tar.gz', plugin('packed'));
  author.files.set('/listed.tar.gz', plugin('listed'));
  const entry = `{name: listed, kind: plugin, version: 1.0.0, urls: [{url: "${author.url}/listed.tar.gz", checksum: ${sha256(plugin('listed'))}, platform: {os: any, architecture: any}}]}`;
  author.files.set('/index.yaml', `entries:\n- ${entry}\n`);
  new Repository(join(box.root, 'cloned.git')).publish('1.0.0', 'v1.0.0');
  await run(`plugin:install ${author.url}/packed.tar.gz`);
  await run(`repository:add acme ${author.url}/index.yaml`);
  await run('plugin:install acme/listed');
  await run(`plugin:install file://${box.root}/cloned.git --name cloned`);
  await run('plugin:lock');
}

describe('plugins', () => {
  testNeeding('unshare', 'root')('of all kinds are carried to a machine without a network', async () => {
    await lockedHome();
    const create = (name: string): Promise<string> => run(`bundle:create sandbox/home/tool.lock -o ${name}`);
    expect(await create('a.tar')).toMatch(/^-----> a\.tar written: 3 plugins, 0 add-ons, \d+ KB\n\(0\)$/);
    await create('b.tar');
    expect(readFileSync(join(box.root, 'a.tar')).equals(readFileSync(join(box.root, 'b.tar')))).toBe(true);
    // Its sources are gone.
    author.files.clear();
    rmSync(join(box.root, 'cloned.git'), { recursive: true });
    expect(await run('bundle:install a.tar --dry-run', 'other', NO_NETWORK)).toContain('would install packed 1.0.0\n');
    const told = await run('bundle:install a.tar', 'other', NO_NETWORK);
    expect(told).toMatch(/^-----> Bundle verified: 4 files\n[\s\S]*\(0\)$/);
    for (const name of ['packed', 'listed']) expect(await run(name, 'other')).toBe(`${name} 1.0.0\n(0)`);
    expect(await run('bundle:install a.tar', 'other', NO_NETWORK)).toContain('-----> The plugins are as the bundle has them\n(0)');
    // The other home's lock is this one's.
    await run('plugin:lock', 'other');
    expect(readFileSync(join(box.root, 'other/tool.lock'), 'utf8')).toBe(readFileSync(join(box.root, 'sandbox/home/tool.lock'), 'utf8'));
    expect(readdirSync(join(box.root, 'other/bundles'))).toEqual([]);
  });

  test('are not taken from a source that gives something else than what is locked', async () => {
    await lockedHome();
    author.files.set('/packed.tar.gz', plugin('packed', '6.6.6'));
    expect(await run('bundle:create sandbox/home/tool.lock -o a.tar')).toMatch(/^ ! {5}packed: .*\(1\)$/s);
    expect(existsSync(join(box.root, 'a.tar'))).toBe(false);
  });

  test('of a bundle with one byte changed, cut short, or without a part are refused before anything is unpacked', async () => {
    await lockedHome();
    await run('bundle:create sandbox/home/tool.lock -o a.tar');
    const whole = readFileSync(join(box.root, 'a.tar'));
    const files: [name: string, bytes: Buffer][] = [0, 0.15, 0.3, 0.5, 0.7].map((part) => {
      const changed = Buffer.from(whole);
      const at = Math.floor(changed.length * part);
      changed[at] = (changed[at] ?? 0) ^ 1;
      return [`changed-${part}.tar`, changed];
    });
    for (const [name, bytes] of [...files, ['cut.tar', whole.subarray(0, whole.length >> 1)] as const, ['page.tar', Buffer.from('<html>')] as const]) {
      writeFileSync(join(box.root, name), bytes);
      const told = await run(`bundle:install ${name}`, 'other');
      expect([name, told]).toEqual([name, expect.stringMatching(/^ ! {5}(\S+\.tar |The bundle )[\s\S]*\(1\)$/)]);
      expect(existsSync(join(box.root, 'other/bundles'))).toBe(false);
    }
    author.files.set('/big.tar.gz', tarGz([{ name: 'big/plugin.toml', body: '[plugin]\ndescription = "d"\nversion = "1"\n[plugin.config]\n' }, ...big()]));
    await run(`plugin:install ${author.url}/big.tar.gz`);
    await run('plugin:lock');
    expect(await run('bundle:create sandbox/home/tool.lock -o s.tar --split 64K')).toMatch(/^-----> s\.tar\.001 to s\.tar\.00\d written/);
    renameSync(join(box.root, 's.tar.002'), join(box.root, 'away'));
    expect(await run('bundle:install s.tar', 'other')).toBe(' !     The part s.tar.002 is missing; copy it to s.tar.002\n(1)');
    renameSync(join(box.root, 'away'), join(box.root, 's.tar.002'));
    expect(await run('bundle:install s.tar.001', 'other')).toContain('Plugin big 1 installed\n');
  });

  testNeeding('ssh-keygen')('of a signed bundle are let in by a home that asks for signatures, and others are not', async () => {
    await lockedHome();
    await run('bundle:create sandbox/home/tool.lock -o a.tar');
    const signer = new SshSigner(join(box.root, 'keys'), 'ops');
    box.file('other/tool.toml', '[trust]\npolicy = "require"\n');
    await run(`trust:add ${signer.file}.pub`, 'other');
    expect(await run('bundle:install a.tar', 'other')).toMatch(/3 of 3 plugins failed/);
    const { stdout } = await box.run(['bundle:info', 'a.tar', '--manifest']);
    writeFileSync(join(box.root, 'a.tar.sig'), signer.sign(Buffer.from(stdout, 'latin1')));
    expect(await run('bundle:info a.tar', 'other')).toContain(`verified; signed: ${signer.key}\n`);
    expect(await run('bundle:install a.tar', 'other')).toContain('Plugin packed 1.0.0 installed\n');
    expect(await run('plugin:info packed', 'other')).toContain(signer.key);
    writeFileSync(join(box.root, 'a.tar.sig'), signer.sign('something else'));
    expect(await run('bundle:install a.tar', 'other')).toMatch(/^ ! {5}The signature of a\.tar is bad: .*nothing was unpacked.*\(1\)$/s);
  });
});

/** A file that does not pack well. */
const big = () => [{ name: 'big/noise', body: randomBytes(150_000) }];

describe('add-ons', () => {
  const HOST = '--host-version v2022.10.06-0';
  const released = addonPackage('hello', '1.1.0', 'hello() { echo "hello $HELLO_VERSION" >>"$HOME/calls"; }\n');

  testNeeding('unshare', 'root')('go from their author to the mirror, and from there to a host without a network', async () => {
    author.files.set('/hello.tar.gz', released.bytes);
    const words = ['addon:publish', '--name', 'hello', '--version', '1.1.0', '--url', `${author.url}/hello.tar.gz`, '--range', '>= v2022.10.05-0'];
    expect((await box.run(words)).status).toBe(0);
    author.files.set('/versions.json', readFileSync(join(box.root, 'versions.json')));
    await run(`addon:source:add hello ${author.url}/versions.json`);
    expect(await run('addon:mirror --to mirror')).toContain('-----> hello: 1 added\n');
    author.files.clear();
    box.file('spec.yaml', 'spec:\n  hello: { version: latest } # the newest\n');
    // A host that reaches only the mirror.
    expect(await run(`addon:apply spec.yaml --registry mirror ${HOST}`, 'near')).toContain('-----> 1 add-on applied\n(0)');
    expect(await run(`bundle:create spec.yaml -o site.tar --registry mirror ${HOST}`)).toContain('site.tar written: 0 plugins, 1 add-on, ');
    rmSync(join(box.root, 'calls'));
    const mirrored = join(box.root, 'mirror/external/hello-1.1.0.tar.gz');
    writeFileSync(mirrored, addonPackage('hello', '1.1.0', 'hello() { echo evil; }\n').bytes);
    expect(await run(`addon:apply spec.yaml --registry mirror ${HOST}`, 'third')).toMatch(/checksum.*\(1\)$/s);
    expect(await run(`bundle:create spec.yaml -o evil.tar --registry mirror ${HOST}`)).toMatch(/the checksum of .* is wrong.*\(1\)$/s);
    rmSync(join(box.root, 'mirror'), { recursive: true });

    expect(await run('bundle:install site.tar', 'far', NO_NETWORK)).toMatch(/-----> 1 add-on applied\n\(0\)$/);
    expect(readFileSync(join(box.root, 'calls'), 'utf8')).toBe('hello 1.1.0\n');
    expect(await run('bundle:install site.tar', 'far', NO_NETWORK)).toContain('hello 1.1.0 is applied already\n');
  });

  test('whose packages cannot be had are told with the lines that fetch them, and taken from where they were put', async () => {
    author.files.set('/versions.json', JSON.stringify([{ version: '1.1.0', url: `${author.url}/hello.tar.gz`, kurlVersionCompatibilityRange: '*' }]));
    await run(`addon:source:add hello ${author.url}/versions.json`);
    box.file('spec.yaml', 'spec:\n  hello: { version: latest }\n');
    const told = await run(`bundle:create spec.yaml -o site.tar ${HOST}`);
    expect(told).toContain('1 of 1 packages cannot be had:');
    expect(told).toContain("curl -fLO 'AUTHOR/hello.tar.gz'");
    expect(told).toContain('fetch them where that works, and name their directory with --files\n(1)');
    box.file('by-hand/hello.tar.gz', released.bytes);
    expect(await run(`bundle:create spec.yaml -o site.tar --files by-hand ${HOST}`)).toContain('site.tar written: 0 plugins, 1 add-on, ');
  });
});

test.each<[string, string, string]>([
  ['no output', 'bundle:create tool.lock', '--output is missing; name the bundle: -o bundle.tar\n(2)'],
  ['no lock', 'bundle:create nowhere.lock -o a.tar', 'There is no nowhere.lock; '],
  ['no bundle', 'bundle:install nowhere.tar', 'There is no bundle nowhere.tar; check the path\n(1)'],
  ['no size', 'bundle:create tool.lock -o a.tar --split tiny', '--split takes a size of at least 64K, not "tiny"; write it like 2G or 700M\n(2)'],
])('%s is told', async (_, line, message) => {
  expect(await run(line)).toContain(message);
});
