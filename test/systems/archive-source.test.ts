import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tarGz } from '../support/archives.ts';
import { testNeeding } from '../support/needs.ts';
import { PACKAGE, type RunOptions, type RunResult, Sandbox } from '../support/sandbox.ts';
import { type Handler, serving } from '../support/serving.ts';

const plugin = (version: string) => [
  { name: 'greet/plugin.toml', body: `[plugin]\nversion = "${version}"\n` },
  { name: 'greet/subcommands/default', body: `#!/bin/sh\necho ${version}\n`, mode: 0o755 },
];
const PLUGN = join(PACKAGE, 'bin/plugn');
const ARCHIVE = tarGz(plugin('1.0.0'));
const SHA256 = createHash('sha256').update(ARCHIVE).digest('hex');

const whole: Handler = (_request, response) => response.writeHead(200, { 'content-type': 'application/gzip', 'content-length': ARCHIVE.length }).end(ARCHIVE);
const installed = (box: Sandbox): boolean => existsSync(box.at('plugins/available/greet'));

async function install(box: Sandbox, url: string, flags: readonly string[] = [], options: RunOptions = {}): Promise<RunResult> {
  const result = await box.run(['plugin:install', url, ...flags], options);
  if (existsSync(box.at('plugins/store/.staging'))) expect(readdirSync(box.at('plugins/store/.staging'))).toEqual([]);
  return result;
}

test('an archive behind a redirect, with a query and a checksum, is installed, and again is no change', async () => {
  using box = Sandbox.prepared();
  await using server = await serving((request, response, attempt) =>
    request.url?.startsWith('/old') ? response.writeHead(302, { location: '/new/greet-1.0.tar.gz' }).end() : whole(request, response, attempt),
  );
  const url = `${server.url}/old/dokku-greet-1.0.tar.gz?raw=1`;
  expect(await install(box, url, ['--checksum', `sha256:${SHA256}`])).toMatchObject({ status: 0, stderr: '' });
  expect((await box.run(['greet'])).stdout).toBe('1.0.0\n');
  expect(await install(box, url)).toMatchObject({ status: 0, stdout: expect.stringContaining('already installed') });
  const info = JSON.parse((await box.run(['plugin:info', 'greet', '--format', 'json'])).stdout);
  expect(info.source).toEqual({ kind: 'archive', url, sha256: SHA256 });
});

describe('what may pass is tried again', () => {
  const cases: [string, Handler][] = [
    ['503 with Retry-After', (_request, response) => response.writeHead(503, { 'retry-after': '0' }).end()],
    ['429', (_request, response) => response.writeHead(429, { 'retry-after': new Date(Date.now() + 200).toUTCString() }).end()],
    ['a reset', (request) => request.socket.resetAndDestroy()],
    [
      'a body that is cut',
      (_request, response) => {
        response.writeHead(200, { 'content-length': ARCHIVE.length }).write(ARCHIVE.subarray(0, 50));
        setTimeout(() => response.destroy(), 20);
      },
    ],
  ];
  test.each(cases)('%s', async (_name, handler) => {
    using box = Sandbox.prepared();
    await using server = await serving((request, response, attempt) => (attempt === 1 ? handler : whole)(request, response, attempt));
    const result = await install(box, `${server.url}/greet.tgz`);
    expect(result).toMatchObject({ status: 0, stderr: expect.stringMatching(/^ ! {5}Trying again in [\d.]+ s: /) });
    expect(server.asked).toHaveLength(2);
  });

  test('but not for ever', async () => {
    using box = Sandbox.prepared();
    await using server = await serving((_request, response) => response.writeHead(500, { 'retry-after': '0' }).end());
    const { status, stderr } = await install(box, `${server.url}/greet.tgz`);
    expect(status).toBe(1);
    expect(stderr).toContain('the server answered 500, 5 times');
    expect(server.asked).toHaveLength(5);
  });
});

describe('what will not pass is one line, at once', () => {
  const html: Handler = (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><p>log in</p>');
  const cases: [string, Handler, string[], string[]][] = [
    ['404', (_request, response) => response.writeHead(404).end('no'), [], ['the server answered 404', 'check the address']],
    ['401', (_request, response) => response.writeHead(401).end(), [], ['the server answered 401', 'allowed to read']],
    ['an HTML page', html, [], ['is an HTML page, not an archive', 'text/html']],
    ['an HTML page under another name', (_request, response) => response.end('<html>x</html>'), [], ['is an HTML page']],
    [
      'a wrong checksum',
      whole,
      ['--checksum', `sha256:${'0'.repeat(64)}`],
      [`expected ${'0'.repeat(64)}, got ${SHA256}`, `${ARCHIVE.length} bytes, application/gzip, from http`],
    ],
    ['a checksum that is none', whole, ['--checksum', 'md5:1'], ['--checksum takes sha256:']],
    ['nothing', (_request, response) => response.writeHead(200).end(), [], ['is empty']],
    ['more than is allowed', (_request, response) => response.writeHead(200, { 'content-length': 1e12 }).end(), [], ['more than the 268435456']],
    ['a loop of redirects', (_request, response) => response.writeHead(302, { location: '/greet.tgz' }).end(), [], ['Cannot download']],
  ];
  test.each(cases)('%s', async (_name, handler, flags, parts) => {
    using box = Sandbox.prepared();
    await using server = await serving(handler);
    const { status, stderr } = await install(box, `${server.url}/greet.tgz`, flags);
    expect(status).toBeGreaterThan(0);
    const own = stderr.split('\n').filter((line) => line !== '' && !line.includes('Trying again'));
    expect(own).toHaveLength(1);
    for (const part of parts) expect(own[0]).toContain(part);
    expect(installed(box)).toBe(false);
  });

  test('nobody listening', async () => {
    using box = Sandbox.prepared();
    const server = await serving(whole);
    await server[Symbol.asyncDispose]();
    expect(await install(box, `${server.url}/greet.tgz`)).toMatchObject({ status: 1, stderr: expect.stringContaining('ECONNREFUSED, 5 times') });
  });
});

test('credentials in an address are used, and shown or kept nowhere', async () => {
  using box = Sandbox.prepared();
  await using server = await serving((request, response, attempt) =>
    request.url === '/missing.tgz' ? response.writeHead(404).end() : whole(request, response, attempt),
  );
  const secret = server.url.replace('://', '://user:s3cr3t@');
  const results = [
    await install(box, `${secret}/greet.tgz`),
    await install(box, `${secret}/missing.tgz`),
    await box.run(['plugin:info', 'greet', '--format', 'json']),
  ];
  expect(JSON.stringify(results)).not.toContain('s3cr3t');
  expect(results.map(({ status }) => status)).toEqual([0, 1, 0]);
  for (const path of readdirSync(box.at('plugins/store'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))) {
    expect(readFileSync(box.at('plugins/store', path), 'utf8')).not.toContain('s3cr3t');
  }
});

test('a proxy of the environment is used', async () => {
  using box = Sandbox.prepared();
  await using proxy = await serving((request, response, attempt) =>
    request.url === 'http://plugins.invalid/greet.tgz' ? whole(request, response, attempt) : response.writeHead(400).end(),
  );
  expect(await install(box, 'http://plugins.invalid/greet.tgz', [], { env: { http_proxy: proxy.url } })).toMatchObject({ status: 0 });
  expect(installed(box)).toBe(true);
});

testNeeding('python3')('the line of a download fits a narrow pane, and is gone at the end', async () => {
  using box = Sandbox.prepared();
  await using server = await serving((_request, response) => {
    response.writeHead(200, { 'content-length': ARCHIVE.length });
    let sent = 0;
    const sending = setInterval(() => {
      response.write(ARCHIVE.subarray(sent, ++sent));
      if (sent < 15) return;
      clearInterval(sending);
      response.end(ARCHIVE.subarray(sent));
    }, 100);
  });
  const under = ['python3', join(PACKAGE, 'test/fixtures/terminal.py'), '[]'];
  const env = { TERM: 'xterm', NO_COLOR: '1', TERMINAL_COLUMNS: '30' };
  const name = 'a-plugin-with-a-long-name';
  const { output } = JSON.parse((await box.run(['plugin:install', `${server.url}/x.tgz`, '--name', name], { env, under })).stdout);
  const [, ...pieces] = output.split('\r').filter((piece: string) => piece.includes('\x1b[K'));
  const drawn: string[] = pieces.map((piece: string) => piece.slice(0, piece.indexOf('\x1b[K')));
  expect(drawn).toContain('a-plugin-with-~ 0.0 of 0.0 MB');
  expect(drawn.filter((line) => line.length > 29)).toEqual([]);
  expect(drawn.at(-1)).toBe('');
});

test('update fetches again, and rollback goes back', async () => {
  using box = Sandbox.prepared();
  let body = ARCHIVE;
  await using server = await serving((_request, response) => response.end(body));
  await install(box, `${server.url}/greet.tgz`);
  expect(await box.run(['plugin:update', 'greet'])).toMatchObject({ stdout: 'Plugin (greet) is up to date\n' });
  body = tarGz(plugin('2.0.0'));
  expect(await box.run(['plugin:update', 'greet'])).toMatchObject({ status: 0, stdout: '-----> Plugin (greet) updated\n' });
  expect((await box.run(['greet'])).stdout).toBe('2.0.0\n');
  await box.run(['plugin:rollback', 'greet']);
  expect((await box.run(['greet'])).stdout).toBe('1.0.0\n');
});

for (const [ending, program, flags] of [
  ['tar.gz', 'tar', ['czf']],
  ['tar.xz', 'xz', ['cJf']],
  ['tar.zst', 'zstd', ['--zstd', '-cf']],
  ['tar.bz2', 'bzip2', ['-cjf']],
  ['tar', 'tar', ['-cf']],
  ['zip', 'zip', []],
] as const) {
  testNeeding(program)(`what GNU tar and zip write is read: .${ending}`, () => packed(ending, program, [...flags]));
}

async function packed(ending: string, program: string, flags: string[]): Promise<void> {
  using box = Sandbox.prepared();
  box.file('work/greet/plugin.toml', '[plugin]\nversion = "1"\n').file('work/greet/subcommands/default', '#!/bin/sh\necho packed\n');
  const long = `work/greet/${'directory-with-a-long-name/'.repeat(6)}file`;
  box.file(long, 'x');
  const archive = join(box.root, `dokku-greet-1.2.${ending}`);
  const argv = program === 'zip' ? ['-qr', archive, 'greet'] : [...flags, archive, 'greet'];
  execFileSync(program === 'zip' ? 'zip' : 'tar', argv, { cwd: join(box.root, 'work') });
  expect(await install(box, archive)).toMatchObject({ status: 0, stderr: '' });
  expect((await box.run(['greet'])).stdout).toBe('packed\n');
  expect(readFileSync(box.at('plugins/available', long.replace('work/', '')), 'utf8')).toBe('x');
}

test('a decompressor that is missing is named', async () => {
  using box = Sandbox.prepared();
  box.file('greet.tar.xz', 'x');
  await box.run(['version']);
  box.file('bin/flock', `#!/bin/sh\nexec ${execFileSync('which', ['flock'], { encoding: 'utf8' }).trim()} "$@"\n`);
  const { status, stderr } = await install(box, join(box.root, 'greet.tar.xz'), [], { env: { PATH: join(box.root, 'bin') } });
  expect({ status, stderr }).toEqual({ status: 1, stderr: ' !     xz is not on PATH, and this archive needs it; install xz-utils\n' });
});

test('an archive that is named by a version gives its plugin the name of its folder, and asks where there is none', async () => {
  using box = Sandbox.prepared();
  const inFolder = (folder: string) => tarGz(plugin('1.2.3').map((entry) => ({ ...entry, name: entry.name.replace('greet/', folder) })));
  const answers: Record<string, Buffer> = {
    '/team/dokku-greet/archive/refs/tags/v1.2.3.tar.gz': inFolder('dokku-greet-1.2.3/'),
    '/team/wave/archive/refs/heads/feat/x.tar.gz': inFolder('wave-feat-x/'),
    '/files/v2.tar.gz': inFolder(''),
  };
  await using server = await serving((request, response) => response.end(answers[request.url ?? '']));
  const url = (path: string): string => `${server.url}${path}`;
  const [tag, branch, flat] = Object.keys(answers).map(url) as [string, string, string];
  expect(await install(box, tag)).toEqual({
    status: 0,
    signal: null,
    stderr: '',
    stdout: `-----> Installing plugin greet from ${tag}\n-----> Plugin greet enabled\n`,
  });
  expect(await install(box, branch)).toMatchObject({ status: 0, stdout: expect.stringContaining('Plugin wave enabled') });
  expect(await install(box, tag, ['--name', 'other'])).toMatchObject({ status: 0, stdout: expect.stringContaining('Plugin other enabled') });
  expect(await install(box, flat)).toEqual({
    status: 2,
    signal: null,
    stdout: '',
    stderr: ` !     Neither the address ${flat} nor what it holds says what the plugin is called; give its name with --name\n`,
  });
  const plugn = (...words: string[]) => box.run(words, { command: PLUGN, env: { PLUGIN_PATH: box.at('plugins') } });
  expect(await box.run(['plugin:uninstall', 'wave'])).toMatchObject({ status: 0 });
  expect(await plugn('install', branch)).toMatchObject({ status: 0 });
  expect(existsSync(box.at('plugins/available/wave'))).toBe(true);
  expect(await plugn('install', flat)).toMatchObject({ status: 2, stderr: expect.stringContaining('give its name behind the URL') });
});

test('an archive that is no plugin is told what it holds, and one that is not taken which are', async () => {
  using box = Sandbox.prepared();
  const line = (stderr: string) => ({ status: 1, signal: null, stdout: expect.any(String), stderr: ` !     ${stderr}\n` });
  const two = join(box.root, 'two-1.2.0-rc.1.tar.gz');
  box.file('two-1.2.0-rc.1.tar.gz', tarGz([...plugin('1'), { name: 'other/x', body: '' }]));
  expect(await install(box, two)).toEqual({
    ...line(`${two} is not a plugin: it holds greet, other at its top; plugin.toml belongs there, or into the one folder that all is in`),
    stdout: `-----> Installing plugin two from ${two}\n`,
  });
  const taken = 'archives end in .tar.gz .tgz .tar.xz .txz .tar.zst .tzst .tar.bz2 .tbz2 .tar .zip';
  for (const source of [join(box.root, 'x.tar.lz4'), 'https://example.org/x.7z']) {
    box.file('x.tar.lz4', 'x');
    expect(await install(box, source)).toEqual(line(`${source} does not have an archive's extension; ${taken}`));
  }
});
