import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';
import { command, extism, wasm } from '../support/wasm.ts';

const TOML = '[plugin]\ndescription = "d"\nversion = "1"\n[plugin.config]\n';
/** Gives its standard input back. */
const CAT = command(`(loop $more
  (i32.store (i32.const 0) (i32.const 2048)) (i32.store (i32.const 4) (i32.const 1000))
  (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
  (if (i32.load (i32.const 8)) (then (drop (call $write (i32.const 1) (i32.const 2048) (i32.load (i32.const 8)))) (br $more))))`);
const STATUS = command('(call $exit (i32.const 7))');

test('modules of a plugin.toml plugin are commands and triggers, on the hot route; their limits are those of [plugin.runtime]', async () => {
  using box = Sandbox.prepared();
  box
    .file('p/plugin.toml', `${TOML}[plugin.runtime]\nmemory_pages = 1\ntimeout = "2s"\n`)
    .file('p/subcommands/status.wasm', STATUS)
    .file('p/bare/default.wasm', CAT)
    .file('p/post-thing.wasm', CAT);
  expect(await box.run(['plugin:install', join(box.root, 'p')])).toMatchObject({ status: 0, stderr: '' });
  // Two pages from its start, where one is granted.
  expect(await box.run(['p'], { stdin: 'x' })).toEqual({
    stdout: '',
    stderr: ' !     p needs more memory from its start; it is granted 1 page of 64 KiB: memory_pages under [plugin.runtime] of plugin.toml\n',
    status: 1,
    signal: null,
  });
  box.file('p/plugin.toml', TOML.replace('"1"', '"2"'));
  expect(await box.run(['plugin:update', 'p'])).toMatchObject({ status: 0, stderr: '' });
  expect(await box.run(['p'], { stdin: 'in and out' })).toMatchObject({ stdout: 'in and out', stderr: '', status: 0 });
  expect(await box.run(['p:status'])).toMatchObject({ stdout: '', stderr: '', status: 7 });
  expect(await box.run(['plugin:trigger', 'post-thing'], { stdin: 'x' })).toMatchObject({ status: 0, stderr: '' });
  expect((await box.run(['--explain', 'p:status'])).stdout).toContain('hot');
  const info = JSON.parse((await box.run(['plugin:info', 'p', '--json'])).stdout);
  expect(info).toMatchObject({ commands: ['p', 'p:status'], triggers: ['post-thing'] });
  expect((await box.run(['plugin:outdated', '--json'])).stdout).toContain('"current"');
  expect(await box.run(['plugin:check'])).toMatchObject({ status: 0 });
  expect(existsSync(join(box.root, 'p/bare/default'))).toBe(false);
});

test('a [plugin.runtime] that cannot be understood is refused, and so is a program beside its module', async () => {
  using box = Sandbox.prepared();
  box.file('p/subcommands/status.wasm', STATUS);
  const refusal = async (runtime: string): Promise<string> => {
    box.file('p/plugin.toml', `${TOML}[plugin.runtime]\n${runtime}\n`);
    const { stderr, status } = await box.run(['plugin:install', join(box.root, 'p')]);
    expect(status).toBe(1);
    return stderr.replace(`${box.root}/`, '').trim();
  };
  expect(await refusal('memory_page = 4')).toBe(
    '!     p is not a plugin: [plugin.runtime] has a key "memory_page", which is unknown; did you mean memory_pages?',
  );
  expect(await refusal('timeout = 30')).toBe(
    '!     p is not a plugin: timeout under [plugin.runtime] is not a time such as "500ms", "30s" or "5m", of a day at most',
  );
  expect(await refusal('hosts = ["https://a"]')).toContain('hosts under [plugin.runtime] is not a list of host names such as "api.example.org"');
  box.file('p/subcommands/status', '#!/bin/sh\n');
  expect(await refusal('')).toBe('!     p is not a plugin: it has subcommands/status and subcommands/status.wasm: one of them must have another name');
});

test('a plugin that asks for hosts is installed only where they are allowed; an update that asks for more asks again', async () => {
  using box = Sandbox.prepared();
  const asking = (version: number, hosts: string): void => {
    box.file('p/plugin.toml', `${TOML.replace('"1"', `"${version}"`)}[plugin.runtime]\nhosts = ${hosts}\n`);
  };
  box.file('p/bare/default.wasm', CAT);
  asking(1, '["api.example.org"]');
  const source = join(box.root, 'p');
  expect(await box.run(['plugin:install', source])).toMatchObject({
    status: 1,
    stderr: ' !     The WASM modules of p ask for HTTP to api.example.org, which is not allowed; give --allow api.example.org if you trust them with it\n',
  });
  expect(existsSync(box.at('plugins/available/p'))).toBe(false);
  expect(await box.run(['plugin:install', source, '--dry-run'])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('would need --allow api.example.org'),
  });
  expect(await box.run(['plugin:install', source, '--allow', 'api.example.org'])).toMatchObject({ status: 0, stderr: '' });
  const stub = () => readFileSync(box.at('plugins/available/p/bare/default'), 'utf8');
  expect(stub()).toContain('"hosts":["api.example.org"]');
  asking(2, '["api.example.org", "*.example.net"]');
  expect(await box.run(['plugin:update', 'p'])).toMatchObject({ status: 1, stderr: expect.stringContaining("give --allow '*.example.net' if you trust") });
  expect(await box.run(['plugin:update', 'p', '--allow', 'all'])).toMatchObject({ status: 0 });
  expect(stub()).toContain('"hosts":["api.example.org","*.example.net"]');
  expect(JSON.parse((await box.run(['plugin:info', 'p', '--json'])).stdout)).toMatchObject({
    runtime: { hosts: ['api.example.org', '*.example.net'], limits: { memoryPages: 256 }, temporaryDirectory: false },
  });
  expect((await box.run(['plugin:info', 'p'])).stdout).toMatch(
    /its modules may: +use 30 s, 256 pages of 64 KiB.*; ask api\.example\.org, \*\.example\.net; use no file.*; no limit of time holds while they are compiled/,
  );
});

test('the hosts that were allowed are in the lock: a sync elsewhere allows those, and no others without a word', async () => {
  using box = Sandbox.prepared();
  box.file('p/plugin.toml', `${TOML}[plugin.runtime]\nhosts = ["api.example.org"]\n`).file('p/bare/default.wasm', CAT);
  expect(await box.run(['plugin:install', join(box.root, 'p'), '--allow', 'all'])).toMatchObject({ status: 0 });
  const lock = join(box.root, 'tool.lock');
  expect(await box.run(['plugin:lock', '--file', lock])).toMatchObject({ status: 0 });
  const text = readFileSync(lock, 'utf8');
  expect(text).toContain('allow = [ "api.example.org" ]\n');
  const sync = async (...words: string[]) => {
    using other = Sandbox.prepared();
    const { status, stderr } = await other.run(['plugin:sync', '--file', lock, ...words]);
    const stub = other.at('plugins/available/p/bare/default');
    return { status, stderr, granted: existsSync(stub) ? /"hosts":(\[.*?\])/.exec(readFileSync(stub, 'utf8'))?.[1] : undefined };
  };
  const granted = { status: 0, stderr: '', granted: '["api.example.org"]' };
  expect(await sync('--frozen')).toEqual(granted);
  writeFileSync(lock, text.replace('api.example.org', 'b.example'));
  const why = 'The WASM modules of p ask for HTTP to api.example.org, which';
  expect(await sync()).toMatchObject({ status: 1, stderr: expect.stringContaining(`${why} is not allowed; give --allow`), granted: undefined });
  expect(await sync('--allow', 'api.example.org')).toEqual(granted);
  const frozen = {
    status: 1,
    stderr: expect.stringContaining(`${why} tool.lock does not allow; to allow it, run \`tool plugin:sync\` without --frozen, and \`tool plugin:lock\``),
  };
  expect(await sync('--frozen', '--allow', 'all')).toMatchObject({ ...frozen, granted: undefined });
  // What stands is compared as well.
  expect(await box.run(['plugin:sync', '--file', lock, '--frozen'])).toMatchObject(frozen);
  expect(await box.run(['plugin:lock', '--file', lock, '--check'])).toMatchObject({
    status: 1,
    stdout: 'p: allow is ["api.example.org"], locked as ["b.example"]\n',
  });
});

test('Helm’s plugins whose runtime is extism/v1 run: a command, a getter, a post-renderer', async () => {
  using box = Sandbox.prepared();
  const manifest = (name: string, type: string, config: string): string =>
    `apiVersion: v1\nname: ${name}\nversion: 1.0.0\ntype: ${type}\nruntime: extism/v1\nconfig: ${config}\nruntimeConfig:\n  config: { k: value }\n`;
  const echo = extism('(call $output_set (call $input_offset) (call $input_length)) (i32.const 0)');
  const data = extism(
    '(call $output_set (call $put (i32.const 1024) (i32.const 19)) (i64.const 19)) (i32.const 0)',
    '(data (i32.const 1024) "{\\"data\\":\\"aGVsbG8K\\"}")',
  );
  box.file('say/plugin.yaml', manifest('say', 'cli/v1', '{ usage: say }')).file('say/plugin.wasm', extism('(i32.const 3)'));
  box.file('got/plugin.yaml', manifest('got', 'getter/v1', '{ protocols: [got] }')).file('got/plugin.wasm', data);
  box.file('same/plugin.yaml', manifest('same', 'postrenderer/v1', '{}')).file('same/plugin.wasm', echo);
  for (const name of ['say', 'got', 'same']) expect(await box.run(['plugin:install', join(box.root, name)])).toMatchObject({ status: 0, stderr: '' });
  expect(await box.run(['say', 'x'])).toMatchObject({ stdout: '', stderr: '', status: 3 });
  expect(await box.run(['fetch', 'got://anything'])).toMatchObject({ stdout: 'hello\n', status: 0 });
  expect(await box.run(['postrender', 'same'], { stdin: 'kind: A\n' })).toMatchObject({ stdout: 'kind: A\n', status: 0 });
});

test('the modules of the examples are what their sources make', () => {
  const example = (path: string): Buffer => readFileSync(join(PACKAGE, 'examples/wasm', path));
  expect(example('bare/default.wasm').equals(wasm(example('source/upper.wat').toString()))).toBe(true);
});

test('a program of Node’s that imports the package calls a module as Helm’s hosts do', async () => {
  using box = new Sandbox();
  box.file('p/same/plugin.yaml', 'apiVersion: v1\nname: same\nversion: 1.0.0\ntype: postrenderer/v1\nruntime: extism/v1\nconfig: {}\nruntimeConfig: {}\n');
  box.file('p/same/plugin.wasm', extism('(call $output_set (call $input_offset) (call $input_length)) (i32.const 0)'));
  const { findPlugin } = (await import(join(PACKAGE, 'dist/api/index.js'))) as typeof import('../../src/api/index.ts');
  const plugin = findPlugin([join(box.root, 'p')], { name: 'same' });
  const { data } = await plugin.invoke({ message: { kind: 'postrenderer', manifests: Buffer.from('kind: A\n') } });
  expect(Buffer.from(data).toString()).toBe('kind: A\n');
  await expect(plugin.invoke({ message: { kind: 'cli', extraArgs: [] } })).rejects.toThrow('plugin "same" is of type postrenderer/v1');
});
