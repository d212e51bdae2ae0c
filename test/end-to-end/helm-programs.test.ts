import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, renameSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { thisPlatform } from '../../src/plugins/helm/platform-command.ts';
import { ending, Sandbox, TOOL } from '../support/sandbox.ts';

/** What plugins made for Helm do for others: getters and post-renderers (contract helm §3.5, contract helm §3.6). */

const GETTER = 'name: getit\nversion: 1.0.0\ndownloaders:\n- {command: "bin/get  $A", protocols: [x+y, s3]}\n- {command: nothing, protocols: [s3, "../no"]}\n';
const GET = '#!/bin/sh\nprintf "<%s>" "$@" "$HELM_PLUGIN_USERNAME" "$HELM_PLUGIN_NAME" "${HELM_PLUGIN_DIR##*/}"\n[ "$6" != s3://fail ] || exit 7\n';
const renderer = (name: string, args: string): string =>
  `apiVersion: v1\nname: ${name}\nversion: 1.0.0\ntype: postrenderer/v1\nruntime: subprocess\nruntimeConfig:\n  platformCommand: [{command: sed, args: [${args}]}]\n`;
const ended = (stdout: string, stderr = '', status = 0) => ({ stdout, stderr, status, signal: null });

test('a URL is fetched by the getter of its scheme, whole or not at all', async () => {
  using box = Sandbox.prepared();
  box.file('get/plugin.yaml', GETTER).file('get/bin/get', GET);
  expect((await box.run(['plugin:install', join(box.root, 'get')])).status).toBe(0);
  expect(await box.run(['fetch', 's3://b/c', '--username', 'me', '--ca-file', 'ca'])).toEqual(ended('<><$A><><><ca><s3://b/c><me><getit><getit>'));
  const cwd = box.root;
  const failed = ' !     plugin "getit" exited with error; its status is 7\n';
  expect(await box.run(['fetch', 's3://fail', '-o', 'out'], { cwd })).toEqual(ended('', failed, 7));
  expect(readdirSync(cwd).sort()).toEqual(['get', 'sandbox']);
  expect(await box.run(['fetch', 'x+y://z', '-o', 'out'], { cwd })).toEqual(ended(''));
  expect(readFileSync(join(cwd, 'out'), 'utf8')).toBe('<><$A><><><><x+y://z><><getit><getit>');
  expect(await box.run(['fetch', `file://${cwd}/out`])).toEqual(ended('<><$A><><><><x+y://z><><getit><getit>'));
  const hint = 'install and enable a plugin that is a getter for it; see `tool plugin:list`';
  expect(await box.run(['fetch', 'oci2://x'])).toEqual(ended('', ` !     scheme "oci2" not supported; ${hint}\n`, 1));
  expect(await box.run(['fetch', 'x'])).toMatchObject({ status: 1, stderr: expect.stringContaining('x is not a URL') });
  await box.run(['plugin:disable', 'getit']);
  expect((await box.run(['fetch', 's3://b/c'])).stderr).toBe(` !     scheme "s3" not supported; ${hint}\n`);
});

test('plugins come from addresses that a getter fetches, by themselves and from an index', async () => {
  using box = Sandbox.prepared();
  const archive = join(box.root, 'b/greet-1.0.0.tgz');
  const pack = (version: string): string => {
    box.file('greet/plugin.toml', `[plugin]\nversion = "${version}"\ndescription = "x"\n[plugin.config]\n`).file('greet/bare/default', '#!/bin/sh\necho hi\n');
    execFileSync('tar', ['-czf', archive, '-C', box.root, 'greet']);
    return createHash('sha256').update(readFileSync(archive)).digest('hex');
  };
  box.file('b/x', '').file('get/plugin.yaml', 'name: get\ndownloaders: [{command: get, protocols: [s3]}]\n');
  box.file('get/get', `#!/bin/sh\ncat '${box.root}/b'/"\${4#s3://b/}" || exit 7\n`);
  pack('1.0.0');
  const install = async (...words: string[]) => box.run(['plugin:install', ...words]);
  const url = 's3://b/greet-1.0.0.tgz';
  const missing = ' !     scheme "s3" not supported; install and enable a plugin that is a getter for it; see `tool plugin:list`\n';
  expect((await install(url)).stderr).toContain(missing);
  expect((await install(join(box.root, 'get'))).status).toBe(0);
  expect(await install(url, '--checksum', `sha256:${'0'.repeat(64)}`)).toMatchObject({ status: 1, stderr: expect.stringContaining('is wrong: expected 000') });
  expect(await install('s3://b/none.tgz')).toMatchObject({ status: 7, stderr: expect.stringContaining('plugin "get" exited with error; its status is 7') });
  expect(readdirSync(box.at('plugins/available'))).toEqual(expect.not.arrayContaining(['greet', 'none']));
  expect((await install(url, '--save')).status).toBe(0);
  const sha256 = pack('1.1.0');
  expect((await box.run(['plugin:update', 'greet'])).status).toBe(0);
  expect(JSON.parse((await box.run(['plugin:info', 'greet', '--json'])).stdout)).toMatchObject({ version: '1.1.0', source: { kind: 'archive', url, sha256 } });
  expect((await box.run(['plugin:lock'])).status).toBe(0);
  expect(readFileSync(box.at('tool.lock'), 'utf8')).toContain(`archive = "${url}"`);
  await box.run(['plugin:uninstall', 'greet', '--purge']);
  expect((await box.run(['plugin:sync'])).status).toBe(0);
  expect((await box.run(['greet'])).stdout).toBe('hi\n');
  await box.run(['plugin:uninstall', 'greet', '--purge']);
  const entry = `{ name: greet, type: executor, version: 1.1.0, urls: [{ url: '${url}', checksum: ${sha256}, platform: { os: linux, architecture: ${thisPlatform().arch} } }] }`;
  box.file('b/index.yaml', `entries: [${entry}]\n`);
  expect((await box.run(['repository:add', 'acme', 's3://b/index.yaml'])).stderr).toBe('');
  expect((await install('acme/greet')).stderr).toBe('');
  expect((await box.run(['greet'])).stdout).toBe('hi\n');
  // What a getter cannot fetch leaves the copy that stands; a plugin that is gone is told.
  renameSync(join(box.root, 'b/index.yaml'), join(box.root, 'b/moved.yaml'));
  expect(await box.run(['repository:update', 'acme'])).toMatchObject({ stderr: expect.stringContaining('plugin "get" exited with error'), status: 1 });
  expect((await box.run(['plugin:search', 'greet'])).stdout).toContain('acme/greet');
  expect((await box.run(['repository:add', 'other', 's4://b/index.yaml'])).stderr).toBe(missing.replace('s3', 's4'));
});

test('what killed processes left of a fetch is removed by the next one into that folder', async () => {
  using box = Sandbox.prepared();
  box.file('out/.fetch-999999999-abcdef/x', '').file('out/.fetch-999999998-abcdef/x', '').file(`out/.fetch-${process.pid}-abcdef/x`, '').file('from', 'text');
  for (const path of [`.fetch-${process.pid}-abcdef`, '.fetch-999999999-abcdef']) {
    for (const one of [`${path}/x`, path]) utimesSync(join(box.root, 'out', one), 1, 1);
  }
  expect(await box.run(['fetch', `file://${box.root}/from`, '-o', 'out/to'], { cwd: box.root })).toEqual(ended(''));
  expect(readdirSync(join(box.root, 'out')).sort()).toEqual([`.fetch-${process.pid}-abcdef`, '.fetch-999999998-abcdef', 'to'].sort());
});

test('what is fetched is written into a device or a FIFO, and behind a link; a folder, and what is no file of this machine, are refused', async () => {
  using box = Sandbox.prepared();
  box.file('from', 'text').file('to', 'old').file('folder/x', '');
  const cwd = box.root;
  const said = async (url: string, ...words: string[]) => (await box.run(['fetch', url, ...words], { cwd })).stderr;
  const from = `file://${cwd}/from`;
  execFileSync('mkfifo', [join(cwd, 'fifo')]);
  const read = promisify(execFile)('cat', [join(cwd, 'fifo')]);
  expect(await said(from, '-o', 'fifo')).toBe('');
  expect((await read).stdout).toBe('text');
  expect(statSync(join(cwd, 'fifo')).isFIFO()).toBe(true);
  symlinkSync('to', join(cwd, 'link'));
  expect(await said(from, '-o', 'link')).toBe('');
  expect([readFileSync(join(cwd, 'to'), 'utf8'), readlinkSync(join(cwd, 'link'))]).toEqual(['text', 'to']);
  expect(await said('http://127.0.0.1:1/', '-o', 'folder')).toBe(' !     folder is a folder; give a name in it\n');
  for (const url of ['file://other/etc/hosts', 'file:///%00', 'file:%2Fetc']) {
    expect(await said(url)).toBe(` !     ${url} is not the address of a file of this machine; write it as file:///PATH\n`);
  }
});

test('http is fetched by tool itself', async () => {
  using box = Sandbox.prepared();
  const body = Buffer.from([0, 255, 10, 13, 0]);
  let tellAsked = (): void => {};
  const asked = new Promise<void>((tell) => {
    tellAsked = tell;
  });
  const server = createServer((request, answer) => {
    answer.writeHead(request.url === '/no' ? 404 : 200);
    if (request.url !== '/slow') answer.end(body);
    else answer.write(body, tellAsked);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    expect(await box.run(['fetch', `${at}/ok`])).toEqual(ended(body.toString('latin1')));
    expect(await box.run(['fetch', `${at}/no`])).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('404') });
    // Whoever stops it finds nothing of it.
    const slow = box.start(['fetch', `${at}/slow`, '-o', 'out'], { cwd: box.root });
    await asked;
    slow.kill('SIGTERM');
    expect(await ending(slow)).toMatchObject({ signal: 'SIGTERM' });
    expect(readdirSync(box.root)).toEqual(['sandbox']);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('manifests go through one post-renderer after another, and nothing is printed unless all end well', async () => {
  using box = Sandbox.prepared();
  box.file('a/plugin.yaml', renderer('a', '-e, s/FOO/BAR/')).file('b/plugin.yaml', renderer('b', 's/BAR/BAZ/'));
  box.file('fail/plugin.yaml', renderer('fail', '-f, /nonexistent'));
  for (const name of ['a', 'b', 'fail']) expect((await box.run(['plugin:install', join(box.root, name), '--name', `${name}1`])).status).toBe(0);
  expect(await box.run(['postrender', 'a'], { stdin: 'FOO x\n' })).toEqual(ended('BAR x\n'));
  expect(await box.run(['postrender', 'a1', '--then', 'b'], { stdin: 'FOO x\n' })).toEqual(ended('BAZ x\n'));
  expect(await box.run(['postrender', 'a', '--', '-n', '-e', 'p'], { stdin: 'FOO\n' })).toEqual(ended('BAR\n'));
  const empty = ' !     post-renderer "a1" produced empty output; give it manifests on standard input, or tell its author\n';
  expect(await box.run(['postrender', 'a'], { stdin: ' \n' })).toEqual(ended('', empty, 1));
  const fails = await box.run(['postrender', 'a', '--then', 'fail'], { stdin: 'FOO\n' });
  expect(fails).toMatchObject({ stdout: '', status: expect.any(Number), stderr: expect.stringMatching(/nonexistent.*\n.*plugin "fail1" exited with error/) });
  expect(fails.status).not.toBe(0);
  const absent = ' !     plugin: {Name:c Type:postrenderer/v1} not found; see `tool plugin:list`\n';
  expect(await box.run(['postrender', 'a', '--then', 'c'], { stdin: 'FOO\n' })).toEqual(ended('', absent, 1));
  const full = ' !     Cannot write the output (ENOSPC); free some space, or write it elsewhere\n';
  expect(await box.run(['-c', 'echo FOO | "$0" postrender a >/dev/full', TOOL], { command: 'sh' })).toEqual(ended('', full, 1));
});
