import { execFileSync, spawn } from 'node:child_process';
import { lstatSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WasmPolicy } from '../../src/plugins/wasm/policy.ts';
import { ending, PACKAGE, type RunResult, Sandbox } from '../support/sandbox.ts';
import { command, extism, policy, wasm } from '../support/wasm.ts';

const HOST = join(PACKAGE, 'dist/wasm.cjs');
/** How long after it a guest is over, bench/wasm.js measures. */
const TIMEOUT_MS = 400;

let box: Sandbox;
/** What is outside of every guest when they begin: no guest here reads, changes or adds to it. */
let outside: readonly string[];
beforeAll(() => {
  box = new Sandbox();
  box.file('secret', 'secret').file('folder/deeper/secret', 'secret', 0o600).file('guest.wasm', '');
  outside = snapshot();
});
afterAll(() => box[Symbol.dispose]());

/** Every file and folder below the root with its mode, what it holds and when it was changed, but for the guest itself. */
const snapshot = (): string[] =>
  readdirSync(box.root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path !== 'guest.wasm')
    .map((path) => {
      const { mode, size, mtimeMs } = lstatSync(join(box.root, path));
      return `${path} ${mode.toString(8)} ${size} ${mtimeMs}`;
    })
    .sort();

/** Runs a guest on the host, as its stub does. */
function run(
  guest: Buffer,
  granted: WasmPolicy,
  { words = [], stdin = '', env = {} }: { words?: string[]; stdin?: string; env?: Record<string, string> } = {},
): Promise<RunResult> {
  const file = join(box.root, 'guest.wasm');
  writeFileSync(file, guest);
  return box.run([HOST, JSON.stringify(granted), file, 'guest:run', ...words], { command: process.execPath, stdin, env: { TMPDIR: box.root, ...env } });
}

const ended = (line: string, status = 1) => ({ stdout: '', stderr: ` !     ${line}\n`, status, signal: null });

/** Asks for one page or element after another until there is none, and ends. */
const GROWING = (grow: string): string => `(loop $more (br_if $more (i32.ge_s ${grow} (i32.const 0)))) unreachable`;
const TABLE = '(table $t 1 funcref)';

test.each<[what: string, guest: Buffer, granted: WasmPolicy, line: string, status?: number]>([
  [
    'memory, page by page',
    command(GROWING('(memory.grow (i32.const 1))')),
    policy({ limits: { memoryPages: 16 } }),
    'guest:run ended with "unreachable", and its memory is full; it is granted 16 pages of 64 KiB: memory_pages under [plugin.runtime] of plugin.toml',
  ],
  [
    'memory, from its start',
    wasm('(module (memory (export "memory") 17) (func (export "_start")))'),
    policy({ limits: { memoryPages: 16 } }),
    'guest:run needs more memory from its start; it is granted 16 pages of 64 KiB: memory_pages under [plugin.runtime] of plugin.toml',
  ],
  [
    'a table, element by element',
    command(GROWING('(table.grow $t (ref.null func) (i32.const 1000))'), TABLE),
    policy({ limits: { tableElements: 10_000 } }),
    'guest:run ended with "unreachable"; if it lacked memory or a larger table: it is granted 256 pages of 64 KiB and 10000 elements: memory_pages and table_elements under [plugin.runtime] of plugin.toml',
  ],
  [
    'a table, from its start',
    command('', '(table 20000 funcref)'),
    policy({ limits: { tableElements: 10_000 } }),
    'guest:run needs a larger table from its start; it is granted 10000 elements: table_elements under [plugin.runtime] of plugin.toml',
  ],
  [
    'output, on stderr as well',
    command(
      '(loop $more (drop (call $write (i32.const 2) (i32.const 70000) (i32.const 0))) (drop (call $write (i32.const 1) (i32.const 1024) (i32.const 60000))) (br $more))',
    ),
    policy({ limits: { outputBytes: 50_000 } }),
    'guest:run printed more than that; it is granted 50000 bytes: output_bytes under [plugin.runtime] of plugin.toml',
  ],
  [
    'output, though it catches what ends it',
    command('(loop $more (try (do (drop (call $write (i32.const 1) (i32.const 1024) (i32.const 60000)))) (catch_all (br $more))))'),
    policy({ limits: { outputBytes: 50_000, timeoutMs: TIMEOUT_MS } }),
    'guest:run printed more than that; it is granted 50000 bytes: output_bytes under [plugin.runtime] of plugin.toml',
  ],
  [
    'an address that is outside its memory',
    command('(drop (call $fd_write (i32.const 1) (i32.const 131068) (i32.const 1) (i32.const 8)))'),
    policy(),
    'guest:run: it gave the host an address that is outside its memory',
  ],
  [
    'a function that there is not',
    wasm('(module (import "env" "system" (func (param i32))) (func (export "_start")))'),
    policy(),
    'guest:run: it imports the function env.system, which there is not here',
  ],
  ['no entry', wasm('(module (memory (export "memory") 1))'), policy(), 'guest:run: it exports no function _start, as a command of WASI does'],
])('a guest that goes beyond its limit is ended, and told of: %s', async (_, guest, granted, line, status) => {
  expect(await run(guest, granted)).toEqual(ended(line, status));
});

test('what is no module is told in one line', async () => {
  for (const bytes of ['', 'no wasm', '\0asm\x01\0\0\0\xff']) {
    expect(await run(Buffer.from(bytes, 'latin1'), policy())).toEqual({
      stdout: '',
      stderr: expect.stringMatching(/^ ! {5}guest:run: .*\n$/),
      status: 1,
      signal: null,
    });
  }
});

const READ =
  '(i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const 8)) (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))';
const SPINNING: readonly (readonly [string, Buffer])[] = [
  ['in a loop', command('(loop $l (br $l))')],
  ['reading what does not come', command(READ)],
  ['writing what nobody reads', command('(loop $l (drop (call $write (i32.const 1) (i32.const 1024) (i32.const 60000))) (br $l))')],
];

test.each(SPINNING)('a guest that does not end is ended when its time is over: %s', async (_, guest) => {
  const file = join(box.root, 'guest.wasm');
  writeFileSync(file, guest);
  const granted = policy({ limits: { timeoutMs: TIMEOUT_MS, outputBytes: 1 << 30 } });
  const child = spawn(process.execPath, [HOST, JSON.stringify(granted), file, 'guest:run'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const started = performance.now();
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  expect(await new Promise((done) => child.on('exit', done))).toBe(124);
  expect(performance.now() - started).toBeGreaterThan(TIMEOUT_MS);
  expect(stderr).toBe(' !     guest:run was ended when its time was over; it is granted 400 ms: timeout under [plugin.runtime] of plugin.toml\n');
});

test('pipes of a shell hold nobody up either', async () => {
  const file = join(box.root, 'guest.wasm');
  // Open on both sides, so that nothing comes and nobody reads, and no other process has to end.
  const pipe = 'mkfifo "$0"; exec 3<>"$0"; rm "$0"; ';
  for (const [guest, line] of [
    [SPINNING[1]?.[1], '"$@" <&3; echo $?'],
    [SPINNING[2]?.[1], '"$@" >&3; echo $?'],
  ] as const) {
    writeFileSync(file, guest ?? '');
    const words = [process.execPath, HOST, JSON.stringify(policy({ limits: { timeoutMs: TIMEOUT_MS, outputBytes: 1 << 30 } })), file, 'guest:run'];
    const { stdout, stderr } = await box.run(['-c', pipe + line, join(box.root, 'pipe'), ...words], { command: 'sh' });
    expect(`${stdout}${stderr}`).toContain('guest:run was ended when its time was over; it is granted 400 ms');
    expect(`${stdout}${stderr}`).toMatch(/^124$/m);
  }
});

test('a status passes through, and so do arguments, bytes that are no UTF-8 among them', async () => {
  expect(await run(command('(call $exit (i32.const 42))'), policy())).toMatchObject({ status: 42, stderr: '' });
  const args = `(import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))`;
  const guest = wasm(`(module ${args}
    (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "_start")
      (drop (call $args_sizes_get (i32.const 16) (i32.const 4)))
      (drop (call $args_get (i32.const 100) (i32.const 1024)))
      (i32.store (i32.const 0) (i32.const 1024))
      (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`);
  const file = join(box.root, 'guest.wasm');
  writeFileSync(file, guest);
  const script = `exec "$1" "$2" "$3" "$4" guest:run "$(printf 'a\\377é')" '' 'b c'`;
  const stdout = execFileSync('sh', ['-c', script, 'sh', process.execPath, HOST, JSON.stringify(policy()), file]);
  expect(stdout.toString('latin1')).toBe(`guest:run\0a\xff${Buffer.from('é').toString('latin1')}\0\0b c\0`);
});

const TEXT = (text: string): string => `(data (i32.const 1024) "${text}")`;

test('a guest has no file of the host’s, whatever path it asks for, and makes no links', async () => {
  const notCapable = 76;
  for (const path of ['../secret', '/etc/passwd', 'a/../../secret', './../secret']) {
    const guest = command(`(call $exit (call $open (i32.const 1024) (i32.const ${path.length}) (i32.const 0)))`, TEXT(path));
    expect(await run(guest, policy({ temporaryDirectory: true }))).toMatchObject({ status: notCapable, stderr: '' });
    // Without a directory there is no descriptor to ask.
    expect(await run(guest, policy())).toMatchObject({ status: 8, stderr: '' });
  }
  const linking = command('(call $exit (call $path_symlink (i32.const 1024) (i32.const 9) (i32.const 3) (i32.const 1033) (i32.const 1)))', TEXT('../secretl'));
  expect((await run(linking, policy({ temporaryDirectory: true }))).status).not.toBe(0);
});

test('its temporary directory is seen while it runs, holds no more than its limit, and is gone at its end', async () => {
  // Makes /tmp/d/f, writes to it, and waits.
  const body = `(drop (call $path_create_directory (i32.const 3) (i32.const 1024) (i32.const 1)))
    (if (call $open (i32.const 1024) (i32.const 3) (i32.const 1)) (then (call $exit (i32.const 9))))
    (drop (call $write (i32.load (i32.const 12)) (i32.const 1024) (i32.const 3)))
    ${READ}`;
  const file = join(box.root, 'guest.wasm');
  writeFileSync(file, command(body, TEXT('d/f')));
  const child = spawn(process.execPath, [HOST, JSON.stringify(policy({ temporaryDirectory: true })), file, 'guest:run'], { env: { TMPDIR: box.root } });
  const seen = () => readdirSync(box.root, { recursive: true, encoding: 'utf8' }).filter((path) => path.startsWith('tool-wasm-'));
  await expect.poll(() => seen().map((path) => path.replace(/^[^/]+/, 'T'))).toEqual(['T', 'T/d', 'T/d/f']);
  expect(await ending(child, 'x')).toMatchObject({ status: 0, stderr: '' });
  expect(seen()).toEqual([]);

  const flood = command(
    `(if (call $open (i32.const 1024) (i32.const 1) (i32.const 1)) (then (call $exit (i32.const 9))))
    (loop $l (drop (call $write (i32.load (i32.const 12)) (i32.const 2048) (i32.const 60000))) (br $l))`,
    TEXT('f'),
  );
  expect(await run(flood, policy({ temporaryDirectory: true, limits: { temporaryBytes: 100_000 } }))).toEqual(
    ended('guest:run filled its temporary directory; it is granted 100000 bytes: temporary_bytes under [plugin.runtime] of plugin.toml'),
  );
  expect(seen()).toEqual([]);
});

test('only the variables of its policy are seen', async () => {
  const guest = wasm(`(module
    (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func (export "_start") (drop (call $sizes (i32.const 0) (i32.const 4))) (call $exit (i32.load (i32.const 0)))))`);
  expect(await run(guest, policy({ environment: ['TOOL_*', 'LANG'] }), { env: { TOOL_A: '1', SECRET: 'x' } })).toMatchObject({ status: 3 });
  expect(await run(guest, policy(), { env: { TOOL_A: '1', SECRET: 'x' } })).toMatchObject({ status: 0 });
});

const HELM = (words: Partial<NonNullable<WasmPolicy['extism']>> = {}, more: Parameters<typeof policy>[0] = {}): WasmPolicy =>
  policy({ ...more, manifest: 'plugin.yaml', extism: { entry: 'helm_plugin_main', message: 'test/v1', config: {}, hostFunctions: [], ...words } });

/** Gives its input back. */
const ECHO = extism('(call $output_set (call $input_offset) (call $input_length)) (i32.const 0)');

test('a guest made for Extism is given its message, and gives its answer, status or error', async () => {
  expect(await run(ECHO, HELM(), { words: ['Phippy'] })).toMatchObject({ stdout: '{"Name":"Phippy"}', status: 0 });
  expect(await run(ECHO, HELM({ message: 'postrenderer/v1' }), { stdin: 'kind: A\n', words: ['x'] })).toMatchObject({ stdout: 'kind: A\n', status: 0 });
  expect(await run(extism('(i32.const 3)'), HELM({ message: 'cli/v1' }))).toMatchObject({ stdout: '', stderr: '', status: 3 });
  const failing = extism('(call $error_set (call $put (i32.const 1024) (i32.const 7))) (i32.const 4)', TEXT('it fell'));
  expect(await run(failing, HELM())).toEqual(ended('guest:run: plugin error: it fell', 4));
  expect(await run(ECHO, HELM({ entry: 'nowhere' }))).toEqual(ended('guest:run: plugin error: unknown function: nowhere'));
  expect(await run(ECHO, HELM({ hostFunctions: ['magic'] }))).toEqual(ended('guest:run: plugin requested host function "magic" not found'));
  const data = extism(`(call $output_set (call $put (i32.const 1024) (i32.const 19)) (i64.const 19)) (i32.const 0)`, TEXT('{\\"DATA\\":\\"aGVsbG8K\\"}'));
  expect(await run(data, HELM({ message: 'getter/v1' }))).toMatchObject({ stdout: 'hello\n', status: 0 });
  const config = extism(
    '(local $at i64) (local.set $at (call $config_get (call $put (i32.const 1024) (i32.const 1)))) (call $output_set (local.get $at) (call $length (local.get $at))) (i32.const 0)',
    TEXT('k'),
  );
  expect(await run(config, HELM({ config: { k: 'value' } }))).toMatchObject({ stdout: 'value' });
});

test('variables beyond their limit end it', async () => {
  const flood = extism(
    '(loop $l (call $var_set (call $put (i32.const 1024) (i32.const 1)) (call $put (i32.const 0) (i32.const 5000))) (br $l)) (i32.const 0)',
    TEXT('k'),
  );
  expect(await run(flood, HELM({}, { limits: { varBytes: 4096 } }))).toEqual(
    ended('guest:run keeps 5001 bytes of variables; it is granted 4096 bytes: memory.maxVarBytes under runtimeConfig of plugin.yaml'),
  );
});

test('HTTP goes to granted hosts alone, also behind a redirect, and no body is longer than its limit', async () => {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const { host, 'x-mine': mine = '', 'content-length': length = '' } = request.headers;
    asked.push(`${request.method} ${host?.replace(/:.*/, '')}${request.url} ${mine} ${length}`);
    const port = (server.address() as AddressInfo).port;
    if (request.url === '/away') response.writeHead(302, { location: `http://127.0.0.2:${port}/secret` }).end();
    else if (request.url === '/here') response.writeHead(302, { location: '/short' }).end();
    else if (request.url === '/long') response.end('x'.repeat(5000));
    else if (request.url?.startsWith('/short')) response.end('short');
  });
  await new Promise<void>((done) => server.listen(0, '0.0.0.0', done));
  try {
    const { port } = server.address() as AddressInfo;
    const asking = (url: string, more: object = {}): Buffer => {
      const request = JSON.stringify({ url, ...more });
      return extism(
        `(local $at i64) (local.set $at (call $http_request (call $put (i32.const 1024) (i32.const ${request.length})) (i64.const 0)))
        (call $output_set (local.get $at) (call $length (local.get $at))) (i32.const 0)`,
        TEXT(request.replaceAll('"', '\\"')),
      );
    };
    const granted = HELM({}, { hosts: ['127.0.0.1'], limits: { httpBytes: 4096, timeoutMs: 3000 } });
    const at = (path: string): string => `http://127.0.0.1:${port}${path}`;
    expect(await run(asking(at('/here')), granted)).toMatchObject({ stdout: 'short', stderr: '', status: 0 });
    expect(await run(asking(at('/away')), granted)).toEqual(
      ended(`guest:run asked http://127.0.0.2:${port}, where it was redirected; it is granted 127.0.0.1: allowedHosts under runtimeConfig of plugin.yaml`),
    );
    expect(await run(asking(at('/short')), HELM())).toEqual(
      ended(`guest:run asked http://127.0.0.1:${port}; it is granted no host: allowedHosts under runtimeConfig of plugin.yaml`),
    );
    expect(await run(asking(at('/long')), granted)).toEqual(
      ended(
        `guest:run was sent a body that is too long by http://127.0.0.1:${port}; it is granted 4096 bytes: memory.maxHttpResponseBytes under runtimeConfig of plugin.yaml`,
      ),
    );
    expect(await run(asking(at('/hanging')), HELM({}, { hosts: ['127.0.0.1'], limits: { timeoutMs: TIMEOUT_MS } }))).toEqual(
      ended('guest:run was ended when its time was over; it is granted 400 ms: timeout under runtimeConfig of plugin.yaml', 124),
    );
    // Nor another host at the same address, by a header or by what stands behind the end of a request.
    const headers = { Host: 'secret.example', 'content-length': '0', 'Transfer-Encoding': 'chunked', 'X-Mine': 'kept' };
    expect(await run(asking(at('/short?mine'), { method: 'put', headers }), granted)).toMatchObject({ stdout: 'short', stderr: '', status: 0 });
    expect(asked.at(-1)).toBe('PUT 127.0.0.1/short?mine kept 0');
    expect(await run(asking(at('/short'), { method: 'connect' }), granted)).toEqual(
      ended('guest:run: it asked with the method CONNECT, which is not possible'),
    );
    expect(asked.filter((line) => /127\.0\.0\.2|secret/.test(line))).toEqual([]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('after all of them what is outside is as it was', () => {
  expect(snapshot()).toEqual(outside);
});
