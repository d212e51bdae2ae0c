import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tarGz } from '../support/archives.ts';
import { type AuthorServer, authorServer } from '../support/author-server.ts';
import { sha256 } from '../support/digests.ts';
import { krewManifest } from '../support/indexes.ts';
import { type S3Server, s3Environment, s3Server } from '../support/s3-server.ts';
import { Sandbox } from '../support/sandbox.ts';
import { webServer } from '../support/web-servers.ts';

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

const RANGE = '>= v2022.10.05-0';
const packageOf = (text: string): Buffer => tarGz([{ name: `addons/kotsadm/${text}/install.sh`, body: `kotsadm() { echo ${text}; }\n` }]);

/** Runs a command line. @returns all it prints, with its status at the end */
async function run(line: string, env: Record<string, string> = {}): Promise<string> {
  const { stdout, stderr, status } = await box.run(line.split(' '), { env });
  return `${stdout}${stderr}(${status})`.replaceAll(author.url, 'AUTHOR').replaceAll(box.root, 'BOX');
}

/** Has the author list versions of an add-on, the first first. */
function publish(...versions: { version: string; url?: string; isPrerelease?: boolean; range?: string }[]): void {
  const entries = versions.map(({ version, url = `${author.url}/k-${version}.tar.gz`, isPrerelease = false, range = RANGE }) => {
    return { version, url, kurlVersionCompatibilityRange: range, isPrerelease };
  });
  author.files.set('/versions.json', JSON.stringify(entries));
}

const registry = () => JSON.parse(readFileSync(join(box.root, 'm/external/addon-registry.json'), 'utf8'));

describe('add-ons', () => {
  beforeEach(async () => {
    author.files.set('/k-1.0.0.tar.gz', packageOf('1.0.0'));
    publish({ version: '1.0.0', isPrerelease: true });
    await run(`addon:source:add kotsadm ${author.url}/versions.json --no-update`);
  });

  test('are mirrored once; a prerelease becomes a release, and nothing else that is said otherwise is taken over', async () => {
    expect(await run('addon:mirror --to m --dry-run')).toBe('-----> kotsadm: 1 would be added\n       kotsadm 1.0.0 from AUTHOR/k-1.0.0.tar.gz\n(0)');
    expect(existsSync(join(box.root, 'm'))).toBe(false);
    expect(await run('addon:mirror kotsadm --to m')).toBe('-----> kotsadm: 1 added\n       kotsadm 1.0.0 (1 KB)\n(0)');
    const first = registry();
    expect(first).toEqual({
      kotsadm: [
        {
          version: '1.0.0',
          kurlVersionCompatibilityRange: RANGE,
          origin: `${author.url}/k-1.0.0.tar.gz`,
          isPrerelease: true,
          key: 'external/kotsadm-1.0.0.tar.gz',
          sha256Sum: sha256(packageOf('1.0.0')),
          size: packageOf('1.0.0').length,
          etag: expect.any(String),
        },
      ],
    });
    expect(await run('addon:mirror --to m --once')).toBe('-----> kotsadm: 1 unchanged\n(0)');

    publish({ version: '1.0.0' });
    expect(await run('addon:mirror --to m')).toBe('-----> kotsadm: 1 marked\n       kotsadm 1.0.0 is promoted\n(0)');
    expect(registry()).toEqual({ kotsadm: [{ ...first.kotsadm[0], isPrerelease: false }] });

    publish({ version: '1.0.0', isPrerelease: true, range: '>= v2023.01.01-0', url: `${author.url}/other.tar.gz` });
    expect(await run('addon:mirror --to m')).toBe(
      [
        '-----> kotsadm: 1 unchanged, 1 changed at the source',
        ' !     kotsadm: kotsadm 1.0.0 says something else of url, kurlVersionCompatibilityRange, isPrerelease',
        ' !     1 release changed after being mirrored: kotsadm 1.0.0; nothing of it was taken over; ask the publisher why',
        '(3)',
      ].join('\n'),
    );
    // What its author takes away stays.
    author.files.set('/k-2.0.0.tar.gz', packageOf('2.0.0'));
    publish({ version: '2.0.0' });
    expect(await run('addon:mirror --to m')).toContain('kotsadm: 1 added\n');
    expect(registry().kotsadm.map(({ version }: { version: string }) => version)).toEqual(['2.0.0', '1.0.0']);
    expect(readdirSync(join(box.root, 'm/external')).sort()).toEqual(['addon-registry.json', 'kotsadm-1.0.0.tar.gz', 'kotsadm-2.0.0.tar.gz']);
  });

  test('whose bytes change are noticed by ETag and length, and by --verify for sure', async () => {
    await run('addon:mirror --to m');
    author.files.set('/k-1.0.0.tar.gz', packageOf('1.0.1'));
    expect(await run('addon:mirror --to m')).toContain('kotsadm 1.0.0 AUTHOR/k-1.0.0.tar.gz has another ETag now (--verify compares its bytes)\n');
    expect(await run('addon:mirror --to m --verify')).toContain('kotsadm 1.0.0 is another one at its source: AUTHOR/k-1.0.0.tar.gz has the checksum ');
    author.files.set('/k-1.0.0.tar.gz', 'much shorter');
    const told = await run('addon:mirror --to m');
    expect(told).toContain(`has 12 bytes now, and had ${packageOf('1.0.0').length}\n`);
    expect(told).toContain('(3)');
    // So is what somebody changed in the mirror.
    author.files.set('/k-1.0.0.tar.gz', packageOf('1.0.0'));
    expect(await run('addon:mirror --to m --verify')).toBe('-----> kotsadm: 1 unchanged\n(0)');
    writeFileSync(join(box.root, 'm/external/kotsadm-1.0.0.tar.gz'), 'tampered');
    expect(await run('addon:mirror --to m --verify')).toContain('kotsadm 1.0.0 was changed in the mirror: external/kotsadm-1.0.0.tar.gz has the checksum ');
  });

  test('whose addresses have secrets in them are told of without', async () => {
    const url = `${author.url}/k-1.0.0.tar.gz?token=hush`;
    author.files.set('/k-1.0.0.tar.gz?token=hush', packageOf('1.0.0'));
    publish({ version: '1.0.0', url });
    const told = [await run('addon:mirror --to m --dry-run'), await run('addon:mirror --to m --json --report report.json')];
    expect(told[0]).toContain('kotsadm 1.0.0 from AUTHOR/k-1.0.0.tar.gz?token=***\n');
    author.files.set('/k-1.0.0.tar.gz?token=hush', packageOf('1.0.1'));
    for (const more of ['', ' --verify', ' --json']) told.push(await run(`addon:mirror --to m${more}`));
    author.files.set('/k-1.0.0.tar.gz?token=hush', 'shorter');
    told.push(await run('addon:mirror --to m'), await run('addon:mirror --to other'), readFileSync(join(box.root, 'report.json'), 'utf8'));
    expect(told.filter((text) => text.includes('AUTHOR/k-1.0.0.tar.gz?token=***')).length).toBeGreaterThan(5);
    expect(told.join('')).not.toContain('hush');
  });

  test('that are pages, cut short or no archives are refused, and tried again; the others are mirrored', async () => {
    author.files.set('/k-2.0.0.tar.gz', '<!doctype html><html>Sign in</html>');
    author.files.set('/k-3.0.0.tar.gz', packageOf('3.0.0').subarray(0, -20));
    author.files.set('/k-4.0.0.tar.gz', 'plain text');
    author.faults.set('/k-5.0.0.tar.gz', 403);
    publish(...['5.0.0', '4.0.0', '3.0.0', '2.0.0', '1.0.0'].map((version) => ({ version })));
    const told = await run('addon:mirror --to m');
    expect(told).toContain('-----> kotsadm: 1 added, 4 failed\n       kotsadm 1.0.0 (1 KB)\n');
    expect(told).toContain('kotsadm 2.0.0 is not mirrored: AUTHOR/k-2.0.0.tar.gz is an HTML page, not an archive');
    expect(told).toContain('kotsadm 3.0.0 is not mirrored: AUTHOR/k-3.0.0.tar.gz is damaged: ');
    expect(told).toContain('kotsadm 4.0.0 is not mirrored: AUTHOR/k-4.0.0.tar.gz is not an archive');
    expect(told).toContain('kotsadm 5.0.0 is not mirrored: Cannot download AUTHOR/k-5.0.0.tar.gz: the server answered 403');
    expect(told).toContain('(1)');
    expect(registry().kotsadm.length).toBe(1);
    author.faults.clear();
    for (const version of ['2.0.0', '3.0.0', '4.0.0', '5.0.0']) author.files.set(`/k-${version}.tar.gz`, packageOf(version));
    expect(await run('addon:mirror --to m')).toContain('-----> kotsadm: 4 added, 1 unchanged\n');
  });

  test('of one broken source keep none of the others from it; a registry that cannot be read is never taken for an empty one', async () => {
    await run(`addon:source:add broken ${author.url}/gone.json --no-update`);
    expect(await run('addon:mirror broken kotsadm --to m')).toBe(
      [
        '-----> kotsadm: 1 added',
        '       kotsadm 1.0.0 (1 KB)',
        ' !     broken: Cannot download AUTHOR/gone.json: the server answered 404; check the address',
        ' !     1 of 2 not mirrored: broken',
        '(1)',
      ].join('\n'),
    );
    for (const text of ['', '[]', '{"kotsadm": [{"version": 1}]}', '{"kotsadm": ']) {
      writeFileSync(join(box.root, 'm/external/addon-registry.json'), text);
      expect(await run('addon:mirror kotsadm --to m')).toMatch(
        /m\/external\/addon-registry.json is no registry: .*; correct it, or restore it: nothing was mirrored\n\(1\)$/,
      );
      expect(readFileSync(join(box.root, 'm/external/addon-registry.json'), 'utf8')).toBe(text);
    }
    // An object that somebody else wrote stays.
    writeFileSync(join(box.root, 'm/external/addon-registry.json'), '{}');
    writeFileSync(join(box.root, 'm/external/kotsadm-1.0.0.tar.gz'), "somebody's");
    expect(await run('addon:mirror kotsadm --to m')).toContain('has other bytes under external/kotsadm-1.0.0.tar.gz; they stay');
    expect(readFileSync(join(box.root, 'm/external/kotsadm-1.0.0.tar.gz'), 'utf8')).toBe("somebody's");
  });

  test('are mirrored again and again until a signal comes, with a report of each pass; systemd is told', async () => {
    box.file('bin/systemd-notify', `#!/bin/sh\necho "$1" >>${box.root}/notified\n`);
    const env = { NOTIFY_SOCKET: '/nonexistent', PATH: `${box.root}/bin:${process.env.PATH}` };
    const child = box.start(['addon:mirror', '--to', 'm', '--every', '1h', '--report', 'report.json'], { env });
    let told = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      told += chunk;
    });
    const ended = new Promise((done) => child.on('close', (status, signal) => done([status, signal])));
    const notified = (): string => (existsSync(join(box.root, 'notified')) ? readFileSync(join(box.root, 'notified'), 'utf8') : '');
    while (!notified().includes('STATUS=1 passes')) await new Promise((done) => setTimeout(done, 20));
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(told).toBe('-----> kotsadm: 1 added\n       kotsadm 1.0.0 (1 KB)\n-----> Ended by a signal; what was under way is mirrored\n');
    expect(notified()).toMatch(/^READY=1\nSTATUS=1 passes, the last at .*\nSTOPPING=1\n$/);
    expect(JSON.parse(readFileSync(join(box.root, 'report.json'), 'utf8'))).toMatchObject({ to: join(box.root, 'm'), sources: [{ source: 'kotsadm' }] });
  });
});

describe('a bucket', () => {
  let bucket: S3Server;
  beforeEach(async () => {
    bucket = await s3Server();
    author.files.set('/k-1.0.0.tar.gz', packageOf('1.0.0'));
    publish({ version: '1.0.0' });
    await run(`addon:source:add kotsadm ${author.url}/versions.json --no-update`);
  });
  afterEach(() => bucket[Symbol.asyncDispose]());
  const mirror = (more = ''): Promise<string> => run(`addon:mirror --to s3://mirror/all --endpoint ${bucket.url}${more}`, s3Environment());
  const inBucket = () => JSON.parse(bucket.objects.get('all/external/addon-registry.json')?.toString() ?? 'null');

  test('has the object before the registry names it', async () => {
    expect(await mirror()).toBe('-----> kotsadm: 1 added\n       kotsadm 1.0.0 (1 KB)\n(0)');
    expect(bucket.log.filter((line) => line.startsWith('PUT'))).toEqual([
      ...['200', '412', '412'].map((status) => `PUT all/.mirror-probe ${status}`),
      'PUT all/external/kotsadm-1.0.0.tar.gz 200',
      'PUT all/external/addon-registry.json 200',
    ]);
    expect(inBucket().kotsadm[0].sha256Sum).toBe(sha256(packageOf('1.0.0')));
  });

  test.each<[string, (attempt: number) => ReturnType<S3Server['fault']>, string]>([
    ['409 is tried again', (attempt) => (attempt === 1 ? { status: 409, code: 'ConditionalRequestConflict' } : undefined), '(0)'],
    ['a reset is tried again', (attempt) => (attempt === 1 ? 'reset' : undefined), '(0)'],
    ['503 is tried again', (attempt) => (attempt === 1 ? { status: 503, code: 'SlowDown', headers: { 'retry-after': '0' } } : undefined), '(0)'],
    ['an answer that is lost does not count as somebody else', (attempt) => (attempt === 1 ? 'lose the answer' : undefined), '(0)'],
  ])('%s', async (_, fault, ending) => {
    for (const part of ['kotsadm-1.0.0.tar.gz', 'addon-registry.json']) {
      let attempt = 0;
      bucket.objects.clear();
      bucket.fault = ({ method, key }) => (method === 'PUT' && key.endsWith(part) ? fault(++attempt) : undefined);
      const told = await mirror();
      expect(told).toContain('Trying again in ');
      expect(told.slice(-3)).toBe(ending);
      expect(inBucket().kotsadm.length).toBe(1);
    }
    expect(bucket.overwritten).toEqual([]);
  });

  test('that cannot be read is not written either', async () => {
    bucket.fault = ({ method, key }) => (method === 'GET' && key.endsWith('.json') ? { status: 403, code: 'AccessDenied' } : undefined);
    expect(await mirror()).toContain('all/external/addon-registry.json: the server answered 403 AccessDenied; the credentials need ');
    expect(bucket.objects.size).toBe(0);
  });

  test('is read to the end where an answer is cut short', async () => {
    await mirror();
    let cut = 0;
    bucket.fault = ({ method, key }) => (method === 'GET' && key.endsWith('.json') && cut++ === 0 ? 'cut' : undefined);
    expect((await mirror()).slice(-3)).toBe('(0)');
    expect(inBucket().kotsadm.length).toBe(1);
  });

  test('whose server knows no conditions is written to under a lock', async () => {
    bucket.unconditional = true;
    expect(await mirror()).toBe(
      '-----> kotsadm: 1 added\n       kotsadm 1.0.0 (1 KB)\n !     s3://mirror/all knows no conditional writes: mirrors that write there take turns by a lock object\n(0)',
    );
    expect([...bucket.objects.keys()].sort()).toEqual(['all/external/addon-registry.json', 'all/external/kotsadm-1.0.0.tar.gz']);
    expect(bucket.overwritten).toEqual([]);
  });
});

describe('plugins', () => {
  const plugin = (version: string): Buffer =>
    tarGz([
      { name: 'greet/plugin.toml', body: `[plugin]\ndescription = "greets"\nversion = "${version}"\n[plugin.config]\n` },
      { name: 'greet/bare/default', body: `#!/bin/sh\necho ${version}\n`, mode: 0o755 },
    ]);
  const entry = (version: string, more = ''): string =>
    `- {name: greet, kind: plugin, version: ${version}, description: greets, ${more}urls: [{url: "${author.url}/greet-${version}.tar.gz", checksum: ${sha256(plugin(version))}, platform: {os: any, architecture: any}}]}\n`;

  test('are installed from the mirror once their author is gone; marks are taken over, and a tampered object is refused', async () => {
    for (const version of ['1.0.0', '1.1.0']) author.files.set(`/greet-${version}.tar.gz`, plugin(version));
    author.files.set('/greet-1.1.0.tar.gz.prov', '-----BEGIN PGP SIGNED MESSAGE-----\nsigned\n');
    author.files.set('/index.yaml', `entries:\n${entry('1.0.0')}${entry('1.1.0', 'prerelease: true, ')}`);
    author.files.set('/index.yaml.asc', '-----BEGIN PGP SIGNATURE-----\n');
    await run(`repository:add acme ${author.url}/index.yaml`);
    expect(await run('repository:mirror --to m')).toContain('--url-base-path is missing: the index of the mirror says where its files are served');
    await using served = await webServer("Python's http.server", box.root);
    const mirror = `repository:mirror acme --to m --url-base-path ${served.url}/m`;
    expect(await run(mirror)).toBe('-----> acme: 2 added\n       greet 1.0.0 (1 KB)\n       greet 1.1.0 (1 KB)\n(0)');
    const below = join(box.root, 'm/acme/files/greet/1.1.0/any-any');
    expect(readdirSync(below)).toEqual(['greet-1.1.0.tar.gz', 'greet-1.1.0.tar.gz.prov']);
    expect(readdirSync(join(box.root, 'm/acme/upstream')).length).toBe(2);

    author.files.set('/index.yaml', `entries:\n${entry('1.0.0', 'yanked: broken, ')}${entry('1.1.0', 'deprecated: old, ')}`);
    expect(await run(mirror)).toBe(
      [
        '-----> acme: 2 marked, 1 changed at the source',
        '       greet 1.0.0 is yanked',
        '       greet 1.1.0 is promoted',
        ' !     acme: greet 1.1.0 says something else of deprecated',
        ' !     1 release changed after being mirrored: greet 1.1.0; nothing of it was taken over; ask the publisher why',
        '(3)',
      ].join('\n'),
    );
    author.files.clear();
    await run('repository:remove acme');
    expect(await run(`repository:add acme ${served.url}/m/acme/plugins-index.yaml`)).toContain('-----> Repository acme added: 1 plugin');
    expect(await run('plugin:install acme/greet')).toContain('-----> acme/greet 1.1.0');
    expect(await run('greet')).toBe('1.1.0\n(0)');
    // Another host has no copy of it yet.
    const other = { TOOL_HOME: join(box.root, 'other') };
    writeFileSync(join(below, 'greet-1.1.0.tar.gz'), plugin('6.6.6'));
    await run(`repository:add acme ${served.url}/m/acme/plugins-index.yaml`, other);
    expect(await run('plugin:install acme/greet', other)).toMatch(/The checksum of .*greet-1\.1\.0\.tar\.gz is wrong: expected .*\(1\)$/s);
  });

  test('have their signatures compared by --verify', async () => {
    author.files.set('/greet-1.0.0.tar.gz', plugin('1.0.0'));
    author.files.set('/greet-1.0.0.sig', 'signed\n');
    author.files.set('/index.yaml', `entries:\n${entry('1.0.0').replace('urls: [{', `urls: [{signature: "${author.url}/greet-1.0.0.sig", `)}`);
    await run(`repository:add acme ${author.url}/index.yaml`);
    const mirror = 'repository:mirror acme --to m --url-base-path https://mirror.example.org';
    expect(await run(mirror)).toContain('-----> acme: 1 added\n');
    expect(await run(`${mirror} --verify`)).toBe('-----> acme: 1 unchanged\n(0)');
    author.files.set('/greet-1.0.0.sig', 'signed by another\n');
    expect(await run(`${mirror} --verify`)).toContain('greet 1.0.0 is another one at its source: AUTHOR/greet-1.0.0.sig has the checksum ');
    author.files.set('/greet-1.0.0.sig', 'signed\n');
    writeFileSync(join(box.root, 'm/acme/files/greet/1.0.0/any-any/greet-1.0.0.sig'), 'forged\n');
    expect(await run(`${mirror} --verify`)).toContain(
      'greet 1.0.0 was changed in the mirror: acme/files/greet/1.0.0/any-any/greet-1.0.0.sig has the checksum ',
    );
  });

  test("of an index of krew's become an index that is read over HTTP", async () => {
    const archive = tarGz([{ name: 'ctx', body: '#!/bin/sh\necho ctx\n', mode: 0o755 }]);
    author.files.set('/ctx.tar.gz', archive);
    const manifest = krewManifest('ctx', 'v0.9.0')
      .replace(/uri: .*/, `uri: ${author.url}/ctx.tar.gz`)
      .replace(/sha256: .*/, `sha256: ${sha256(archive)}`);
    box.file('krew/plugins/ctx.yaml', manifest);
    await run('repository:add krew krew');
    await using served = await webServer("Python's http.server", box.root);
    expect(await run(`repository:mirror krew --to m --url-base-path ${served.url}/m`)).toContain('-----> krew: 1 added\n       ctx v0.9.0 (1 KB)\n');
    expect(await run(`repository:mirror krew --to m --url-base-path ${served.url}/m`)).toBe('-----> krew: 1 unchanged\n(0)');
    author.files.clear();
    await run(`repository:add mirrored ${served.url}/m/krew/plugins-index.yaml`);
    expect(await run('plugin:install mirrored/ctx')).toContain('(0)');
    expect(await run('ctx')).toBe('ctx\n(0)');
  });
});

test.each<[string, string, string]>([
  ['no place', 'repository:mirror', '--to is missing; give a directory, or s3://bucket/prefix\n(2)'],
  ['no bucket', 'repository:mirror --to s3://', '"s3://" is no place in a bucket'],
  ['another server', 'repository:mirror --to https://example.org', '--to takes a directory or s3://bucket/prefix'],
  ['an endpoint for a directory', 'repository:mirror --to m --endpoint http://127.0.0.1', '--endpoint is for --to s3://bucket/prefix\n(2)'],
  ['no duration', 'repository:mirror --to m --every often', '--every takes a duration; write it like 90s, 15m or 1h\n(2)'],
  ['both', 'repository:mirror --to m --every 1h --once', '--every and --once exclude each other\n(2)'],
  ['a query', 'repository:mirror --to m --url-base-path http://a/?b', '--url-base-path takes an http or https URL without a query, user or password\n(2)'],
  ['a repository that is not there', 'repository:mirror akme --to m', 'There is no repository "akme"'],
])('%s is told', async (_, line, message) => {
  box.file('index.yaml', 'entries: []\n');
  await run('repository:add acme index.yaml --no-update');
  expect(await run(line)).toContain(message);
});
