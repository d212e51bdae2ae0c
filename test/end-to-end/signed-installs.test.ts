import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Repository } from '../support/git.ts';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';
import { type Serving, serving } from '../support/serving.ts';
import { SshSigner } from '../support/signers.ts';

/** What all homes here are copies of: keys, and signed repositories. */
let world: Sandbox;
let alice: SshSigner;
let bob: SshSigner;
let repository: Repository;

beforeAll(() => {
  world = Sandbox.prepared();
  alice = new SshSigner(join(world.root, 'keys'), 'alice');
  bob = new SshSigner(join(world.root, 'keys'), 'bob');
  repository = new Repository(join(world.root, 'greet'));
  repository.publish('1.0.0', 'unsigned');
  repository.publish('1.0.1', 'unsigned-2');
  repository.publish('1.1.0');
  repository.git(...alice.gitWords, 'tag', '-s', '-m', 'one', 'v1.1.0');
  repository.publish('1.2.0');
  repository.git(...bob.gitWords, 'tag', '-s', '-m', 'two', 'v1.2.0');
  repository.publish('1.3.0');
  repository.git(...alice.gitWords, 'commit', '-q', '-S', '--amend', '-m', 'three');
  repository.git('tag', 'v1.3.0');
  // Somebody else's tag under another name, and one whose message was edited.
  repository.git('update-ref', 'refs/tags/v1.4.0', repository.git('rev-parse', 'v1.1.0'));
  const edited = repository.git('cat-file', 'tag', 'v1.1.0').replace('one', 'eins').replace('tag v1.1.0', 'tag v1.5.0');
  writeFileSync(join(world.root, 'edited'), `${edited}\n`);
  repository.git('update-ref', 'refs/tags/v1.5.0', repository.git('hash-object', '-w', '-t', 'tag', join(world.root, 'edited')));
});
afterAll(() => world[Symbol.dispose]());

let box: Sandbox;
beforeEach(() => {
  box = Sandbox.with(world.home);
  return () => box[Symbol.dispose]();
});

const run = async (...words: string[]) => {
  const { stdout, stderr, status } = await box.run(words, { cwd: box.root });
  return { out: stdout + stderr, status };
};
const trust = (signer: SshSigner) => run('trust:add', `${signer.file}.pub`);
const receipt = (name = 'greet') => JSON.parse(readFileSync(box.at('plugins/store', name, 'current'), 'utf8'));
const install = (tag: string, ...words: string[]) => run('plugin:install', `file://${repository.path}`, '--name', 'greet', '--committish', tag, ...words);

describe('git', () => {
  test('without a key nothing is looked at, and nothing is said', async () => {
    expect(await install('v1.5.0')).toMatchObject({ out: expect.not.stringContaining(' !  '), status: 0 });
    expect(receipt()).not.toHaveProperty('unverified');
    expect(receipt()).not.toHaveProperty('signer');
  });

  test.each([
    ['v1.1.0', 'tag'],
    ['v1.3.0', 'commit'],
  ])('%s is signed by its %s, which its receipt says', async (tag, signedOf) => {
    await trust(alice);
    expect(await install(tag, '--verify')).toEqual({ out: expect.not.stringContaining(' !  '), status: 0 });
    expect(receipt()).toMatchObject({ signer: alice.key, signerNames: ['alice'], signedOf });
  });

  test('what nobody signed is warned of once, and refused where a signature is required', async () => {
    await trust(alice);
    const warning = ' !     greet is not signed: nobody can tell who made it\n';
    expect(await install('unsigned')).toMatchObject({ out: expect.stringContaining(warning), status: 0 });
    expect(receipt()).toMatchObject({ unverified: 'unsigned' });
    expect(await run('plugin:update', 'greet', 'unsigned-2')).toMatchObject({ out: expect.not.stringContaining(' !  '), status: 0 });
    writeFileSync(box.at('tool.toml'), '[trust]\npolicy = "require"\n');
    expect(await run('plugin:update', 'greet', 'unsigned')).toEqual({
      out: ' !     greet is not signed; ask its author to sign it, or install it with --verify=false\n',
      status: 1,
    });
    expect(await run('plugin:update', 'greet', 'unsigned', '--verify=false')).toMatchObject({ status: 0 });
    expect(receipt()).toMatchObject({ version: '1.0.0', unverified: 'skipped' });
  });

  test('who signed it first goes on signing it, until somebody says that another does', async () => {
    await trust(alice);
    await install('v1.1.0');
    expect(await run('plugin:update', 'greet', 'v1.2.0')).toEqual({
      out: ` !     greet was signed by ${alice.key} (alice), and is signed by ${bob.key} now, which is not trusted here; ask its author why; --accept-signer accepts it\n`,
      status: 1,
    });
    await trust(bob);
    expect(await run('plugin:update', 'greet', 'v1.2.0')).toMatchObject({ out: expect.stringContaining(`and is signed by ${bob.key} (bob) now;`), status: 1 });
    expect(await run('plugin:update', 'greet', 'unsigned')).toMatchObject({ out: expect.stringContaining('and is not signed now;'), status: 1 });
    await run('trust:remove', alice.key);
    await run('trust:remove', bob.key);
    expect(await run('plugin:update', 'greet', 'unsigned')).toMatchObject({ out: expect.stringContaining('and is not signed now;'), status: 1 });
    expect(receipt()).toMatchObject({ version: '1.1.0', signer: alice.key });
    await trust(bob);
    expect(await run('plugin:update', 'greet', 'v1.2.0', '--accept-signer')).toMatchObject({ status: 0 });
    expect(receipt()).toMatchObject({ version: '1.2.0', signer: bob.key });
  });

  test('its status is told wherever plugins are, by its key as it is now and its files as they are now', async () => {
    await trust(alice);
    await install('v1.1.0');
    const signer = { key: alice.key, names: ['alice'] };
    const statuses = async () => {
      const [listed, info, checked] = await Promise.all([
        run('plugin:list', '--json'),
        run('plugin:info', 'greet', '--json'),
        run('plugin:check', 'greet', '--json'),
      ]);
      const row = JSON.parse(listed.out).find(({ name }: { name: string }) => name === 'greet');
      const [{ signature }] = JSON.parse(checked.out);
      expect([row.signature, { signer, ...JSON.parse(info.out).signature }]).toEqual([signature, signature]);
      return signature;
    };
    expect(await statuses()).toEqual({ status: 'signed', signer, of: 'tag', why: null });
    expect((await run('plugin:list')).out).toContain('d (signed by alice)\n');
    expect((await run('plugin:check')).out).toContain(`-----> greet: signed by ${alice.key} (alice)\n`);
    expect((await run('plugin:info', 'greet')).out).toMatch(/^signature: +signed$/m);
    const file = box.at('plugins/available/greet/subcommands/default');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, '#!/bin/sh\necho evil\n');
    expect(await statuses()).toEqual({ status: 'mismatched provenance', signer, of: 'tag', why: '1 of its files are not as they were installed' });
    expect((await run('plugin:list')).out).toContain('d (mismatched provenance)\n');
    expect(await run('plugin:check')).toMatchObject({ out: expect.stringContaining(' !     greet: mismatched provenance: signed by'), status: 1 });
    writeFileSync(file, text);
    await run('trust:remove', alice.key);
    expect(await statuses()).toEqual({ status: 'invalid provenance', signer, of: 'tag', why: 'that key is not trusted here any more' });
    expect(await run('plugin:verify', 'greet')).toMatchObject({ out: expect.stringContaining('and that key is not trusted here any more; see'), status: 1 });
    box.file('plain/plugin.toml', '[plugin]\ndescription = "d"\nversion = "1.0.0"\n[plugin.config]\n');
    await run('plugin:install', './plain', '--name', 'copied');
    await run('plugin:install', './plain', '--name', 'linked', '--link');
    const listed: { name: string; signature: { status: string } | null }[] = JSON.parse((await run('plugin:list', '--json')).out);
    expect(
      listed.filter(({ name }) => !/^\d|common|events|apps|trace|config|plugin/.test(name)).map(({ name, signature }) => [name, signature?.status]),
    ).toEqual([
      ['copied', 'unsigned'],
      ['greet', 'invalid provenance'],
      ['linked', 'local dev'],
    ]);
    expect(listed.find(({ name }) => name === 'config')?.signature).toBeNull();
  });

  test.each([
    ['v1.2.0', 'unknown-signer', () => `greet is signed by ${bob.key}, which is not trusted here`],
    ['v1.4.0', 'bad-signature', () => 'greet has a bad signature: the signed tag is called "v1.1.0", not v1.4.0'],
    ['v1.5.0', 'bad-signature', () => 'greet has a bad signature: the signature of the tag: the signature does not verify'],
  ])('%s is refused: %s', async (tag, code, message) => {
    await trust(alice);
    const { out, status } = await install(tag, '--verify', '--json');
    expect([JSON.parse(out.split('\n').find((line) => line.startsWith('{')) ?? '{}').error, status]).toEqual([
      { code, status: 1, message: message(), remedy: expect.any(String) },
      1,
    ]);
    expect(await run('plugin:list', '--json')).not.toContain('greet');
    if (code === 'bad-signature') expect(await install(tag)).toMatchObject({ out: expect.stringContaining(message()), status: 1 });
  });
});

/** Every way in which a plugin is put in place, each where a signature is required and there is none; what stands is by `before`. */
const ROADS: readonly (readonly [road: string, before: string, line: string, status: number, told: string])[] = [
  ['a directory', '', 'plugin:install ./plain', 1, 'plain is not signed'],
  ['a link is its owner’s', '', 'plugin:install ./plain --link', 0, ''],
  ['git', '', 'plugin:install GREET --name plain --committish unsigned', 1, 'plain is not signed'],
  ['what a plugin needs', '', 'plugin:install ./needy --link --with-dependencies', 1, 'plain is signed by'],
  ['over another', 'plugin:install ./plain', 'plugin:install GREET --name plain --committish unsigned --replace', 1, 'plain is not signed'],
  ['an update', 'plugin:install GREET --name plain --committish unsigned', 'plugin:update plain main', 1, 'plain is signed by'],
  ['an update to another source', 'plugin:install ./plain', 'plugin:update plain --from GREET', 1, 'plain is signed by'],
  ['an update of all', 'plugin:install ./plain', 'plugin:update --all', 1, 'plain is not signed'],
  ['sync', 'plugin:install ./plain; plugin:lock; plugin:uninstall plain', 'plugin:sync', 1, 'plain is not signed'],
  ['an import', '', 'plugin:import ./scripts --name plain', 1, 'plain is not signed'],
  ['plugn', '', 'plugn GREET plain', 1, 'plain is signed by'],
  ['a rollback', 'plugin:install ./plain; plugin:uninstall plain', 'plugin:rollback plain', 0, ''],
];

test.each(ROADS)('%s', async (_, before, line, status, told) => {
  const toml = (more: string): string => `[plugin]\ndescription = "d"\nversion = "1.0.0"\n${more}[plugin.config]\n`;
  box.file('plain/plugin.toml', toml('')).file('scripts/hello', '#!/bin/sh\n');
  box.file('needy/plugin.toml', toml(`[plugin.dependencies]\nplain = { version = "*", git = "file://${repository.path}" }\n`));
  const words = (text: string): string[] => text.replace('GREET', `file://${repository.path}`).split(' ');
  for (const one of before.split('; ').filter(Boolean)) expect([one, (await run(...words(one))).status]).toEqual([one, 0]);
  if (line === 'plugin:update --all') box.file('plain/new', 'x');
  writeFileSync(box.at('tool.toml'), '[trust]\npolicy = "require"\n');
  const trees = (): string[] => readdirSync(box.at('plugins/available'));
  const were = trees();
  const [first = '', ...rest] = words(line);
  const {
    stdout,
    stderr,
    status: ended,
  } = first === 'plugn'
    ? await box.run(['install', ...rest], { command: join(PACKAGE, 'bin/plugn'), cwd: box.root, env: { PLUGIN_PATH: box.at('plugins') } })
    : await box.run([first, ...rest], { cwd: box.root });
  expect({ out: stdout + stderr, ended }).toEqual({ out: expect.stringContaining(told), ended: status });
  if (status !== 0) expect(trees()).toEqual(were);
});

describe('an index that is signed', () => {
  const PROGRAM = '#!/bin/sh\necho shipped\n';
  const files = new Map<string, string | Buffer>();
  let server: Serving;
  const minisign = generateKeyPairSync('ed25519');
  const id = Buffer.from('0102030405060708', 'hex');
  const publicKey = Buffer.concat([Buffer.from('Ed'), id, Buffer.from(minisign.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')]);

  /** A signature file of minisign's. */
  function minisig(bytes: string): string {
    const signature = sign(null, createHash('blake2b512').update(bytes).digest(), minisign.privateKey);
    const global = sign(null, Buffer.concat([signature, Buffer.from('c')]), minisign.privateKey);
    return `untrusted comment: x\n${Buffer.concat([Buffer.from('ED'), id, signature]).toString('base64')}\ntrusted comment: c\n${global.toString('base64')}\n`;
  }

  beforeAll(async () => {
    server = await serving((request, response) => {
      const body = files.get((request.url ?? '').replace(/\?.*/, ''));
      response.writeHead(body === undefined ? 404 : 200).end(body);
    });
    files.set('/ship', PROGRAM);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** Publishes an index, and what is beside it. */
  function publish(signatures: (index: string) => Record<string, string>, sum = createHash('sha256').update(PROGRAM).digest('hex')): void {
    const platforms = ['amd64', 'arm64'].map((arch) => `{ url: "${server.url}/ship", checksum: ${sum}, platform: { os: linux, architecture: ${arch} } }`);
    const index = `entries:\n- { name: ship, type: executor, version: 1.0.0, description: d, urls: [${platforms.join(', ')}] }\n`;
    for (const path of files.keys()) if (path.startsWith('/index')) files.delete(path);
    files.set('/index.yaml', index);
    for (const [ending, text] of Object.entries(signatures(index))) files.set(`/index.yaml${ending}`, text);
  }
  const require = (): void => writeFileSync(box.at('tool.toml'), `[trust]\npolicy = "require"\n[repositories.acme]\nurl = "${server.url}/index.yaml"\n`);

  test('by SSH or minisign vouches for what has a checksum in it; a key that is trusted later is asked about then', async () => {
    box.file('m.pub', `${publicKey.toString('base64')}\n`);
    publish((index) => ({ '.sig': alice.sign(index), '.minisig': minisig(index) }));
    require();
    expect(await run('plugin:install', 'acme/ship')).toMatchObject({ out: expect.stringContaining('ship is not signed'), status: 1 });
    await run('trust:add', 'm.pub', '--for', 'acme');
    expect(await run('plugin:install', 'acme/ship')).toMatchObject({ out: expect.not.stringContaining(' !  '), status: 0 });
    expect(receipt('ship')).toMatchObject({ signer: 'minisign:0807060504030201', signedOf: 'index' });
    await run('plugin:uninstall', 'ship');
    await run('trust:remove', 'minisign:0807060504030201');
    await trust(alice);
    expect(await run('plugin:install', 'acme/ship')).toMatchObject({ status: 0 });
    expect(receipt('ship')).toMatchObject({ signer: alice.key, signedOf: 'index' });
    await run('plugin:lock');
    await run('plugin:uninstall', 'ship');
    expect(await run('plugin:sync', '--frozen')).toMatchObject({ out: expect.stringContaining('Plugin ship 1.0.0 installed'), status: 0 });
    expect(receipt('ship')).toMatchObject({ signer: alice.key });
  });

  test.each([
    ['another signer', (index: string) => ({ '.sig': bob.sign(index) }), () => `ship is signed by ${bob.key}, which is not trusted here`],
    [
      'another index',
      () => ({ '.sig': alice.sign('entries: []\n') }),
      () => 'ship has a bad signature: of the index of acme: index.sig: the signature does not verify',
    ],
    ['a signature for git', (index: string) => ({ '.sig': alice.sign(index, 'git') }), () => 'it was made for "git", not for "file"'],
    ['no signature', () => ({ '.sig': '<html></html>' }), () => 'ship is not signed'],
  ])('%s is refused', async (_, signatures, message) => {
    publish(signatures);
    require();
    await trust(alice);
    expect(await run('plugin:install', 'acme/ship')).toEqual({ out: expect.stringContaining(message()), status: 1 });
  });

  test('in git is one whose commit is signed; without a checksum nothing is vouched for', async () => {
    const index = new Repository(join(box.root, 'krew'));
    const manifest = (sum: string) =>
      `apiVersion: krew.googlecontainertools.github.com/v1alpha2\nkind: Plugin\nmetadata: { name: ship }\nspec:\n  version: v1.0.0\n  shortDescription: d\n  platforms:\n  - uri: ${server.url}/ship.tgz\n    sha256: ${sum}\n    bin: ship\n    selector: { matchLabels: { os: linux } }\n`;
    box.file('pack/ship', PROGRAM);
    const archive = execFileSync('tar', ['-cz', '-C', join(box.root, 'pack'), 'ship']);
    files.set('/ship.tgz', archive);
    index.commit({ 'plugins/ship.yaml': manifest(createHash('sha256').update(archive).digest('hex')) });
    index.git(...alice.gitWords, 'commit', '-q', '-S', '--amend', '-m', 'signed');
    writeFileSync(box.at('tool.toml'), `[trust]\npolicy = "require"\n[repositories.krew]\nurl = "${index.path}"\n`);
    await trust(alice);
    expect(await run('plugin:install', 'krew/ship')).toMatchObject({ status: 0 });
    expect(receipt('ship')).toMatchObject({ signer: alice.key, signedOf: 'index' });
  });
});
