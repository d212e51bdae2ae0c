import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as api from '../../src/api/index.ts';
import { PACKAGE } from '../support/sandbox.ts';

/** contract helm §3, contract helm §4, contract helm §9. */

let root: string;
const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  if (text.startsWith('#!')) chmodSync(join(root, path), 0o755);
};

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'helm-api-'));
  put('one/b/plugin.yaml', 'name: echo\ncommand: "$HELM_PLUGIN_DIR/echo.sh"\nhooks:\n  install: "echo hook $HELM_PLUGIN_NAME; exit $CODE"\n');
  put('one/b/echo.sh', '#!/bin/sh\ncat\nprintf "<%s>" "$@" "$HELM_PLUGIN_DIR"\nexit ${CODE:-0}\n');
  put('one/a/plugin.yaml', 'name: get\ndownloaders: [{command: "get.sh x", protocols: [s3]}]\n');
  put('one/a/get.sh', '#!/bin/sh\nprintf "<%s>" "$@" "$HELM_PLUGIN_USERNAME" "$HELM_PLUGIN_PASS_CREDENTIALS_ALL"\n');
  const render =
    'apiVersion: v1\nname: render\nversion: 1.0.0\ntype: postrenderer/v1\nruntime: subprocess\nruntimeConfig: {platformCommand: [{command: sed, args: [-e, s/A/B/]}]}\n';
  put('one/c/plugin.yaml', render);
  put('one/bad/plugin.yaml', 'name: a.b\n');
  put('one/wasm/plugin.yaml', 'apiVersion: v1\nname: w\nversion: 1.0.0\ntype: cli/v1\nruntime: extism/v1\n');
  put('one/file', '');
  put('two/x/plugin.yaml', 'name: twin\n');
  put('two/y/plugin.yaml', 'name: twin\n');
  put('two/z/plugin.yaml', 'name: echo\n');
});
afterAll(() => rmSync(root, { recursive: true }));

describe('plugins are found', () => {
  test('in the order of their directories, those of one name in one directory left out', () => {
    const problems: string[] = [];
    const directories = [join(root, 'one'), '', join(root, 'absent'), join(root, 'one/file'), join(root, 'two')];
    const found = api.findPlugins(directories, {}, { onProblem: (problem) => problems.push(problem.replaceAll(root, '')) });
    expect(found.map(({ dir, metadata }) => [dir.slice(root.length), metadata.name])).toEqual([
      ['/one/a', 'get'],
      ['/one/b', 'echo'],
      ['/one/c', 'render'],
      ['/two/z', 'echo'],
    ]);
    expect(problems).toEqual([
      'failed to load plugin "/one/bad": invalid plugin name "a.b": must contain only a-z, A-Z, 0-9, _ and -',
      'failed to load plugin "/one/wasm": wasm binary missing for extism/v1 plugin: "/one/wasm/plugin.wasm"',
      'two plugins claim the name "twin" at "/two/x" and "/two/y"',
    ]);
  });
  test('by name and type', () => {
    expect(api.findPlugins([join(root, 'one')], { type: 'getter/v1' }).map(({ metadata }) => metadata.name)).toEqual(['get']);
    expect(api.findPlugin([join(root, 'two'), join(root, 'one')], { name: 'echo' }).dir).toBe(join(root, 'two/z'));
    expect(() => api.findPlugin([join(root, 'one')], { name: 'no', type: 'cli/v1' })).toThrow('plugin: {Name:no Type:cli/v1} not found');
  });
});

describe('a plugin is called', () => {
  const plugin = (name: string): api.HelmPlugin => api.findPlugin([join(root, 'one')], { name });
  const printed = (): { stream: PassThrough; text: () => string } => {
    const stream = new PassThrough();
    return { stream, text: () => String(stream.read() ?? '') };
  };

  test('by its command, with streams and environment', async () => {
    const { stream, text } = printed();
    const input: api.PluginInput = { message: { kind: 'cli', extraArgs: ['a b', ''] }, stdin: Readable.from(['in ']), stdout: stream };
    await plugin('echo').invoke(input);
    expect(text()).toBe(`in <a b><><${join(root, 'one/b')}>`);
    await expect(plugin('echo').invoke({ ...input, env: ['CODE=56'] })).rejects.toMatchObject({ exitCode: 56, message: 'plugin "echo" exited with error' });
  });

  test('as a getter, for its protocols alone', async () => {
    const fetch = (href: string) => plugin('get').invoke({ message: { kind: 'getter', href, options: { caFile: 'ca', username: 'me' } } });
    expect(Buffer.from((await fetch('s3://b')).data).toString()).toBe('<x><><><ca><s3://b><me><false>');
    await expect(fetch('s4://b')).rejects.toThrow('no downloader found for protocol "s4"');
    await expect(plugin('get').invoke({ message: { kind: 'cli', extraArgs: [] } })).rejects.toThrow('no plugin command is applicable');
  });

  test('as a post-renderer', async () => {
    const render = (text: string) => plugin('render').invoke({ message: { kind: 'postrenderer', manifests: Buffer.from(text) } });
    expect(Buffer.from((await render('A A')).data).toString()).toBe('B A');
    await expect(render('')).rejects.toThrow('post-renderer "render" produced empty output');
  });

  test('by its hooks', async () => {
    const { stream, text } = printed();
    await plugin('echo').invokeHook('install', { stdout: stream, env: ['CODE=0'] });
    expect(text()).toBe('hook echo\n');
    await plugin('echo').invokeHook('delete');
    await expect(plugin('echo').invokeHook('install', { env: ['CODE=3'] })).rejects.toBeInstanceOf(api.InvokeExecError);
  });

  test('with an environment of the caller alone', async () => {
    const { stream, text } = printed();
    await plugin('echo').invokeWithEnv('/usr/bin/env', [], ['A=1', 'HELM_PLUGIN_NAME=outer'], undefined, stream);
    expect(text().trim().split('\n').sort()).toEqual(['A=1', `HELM_PLUGIN_DIR=${join(root, 'one/b')}`, 'HELM_PLUGIN_NAME=outer']);
  });
});

test('lists of variables', () => {
  expect(api.parseEnv(['KEY=value', 'KEY2=', 'KEY=last=x', '', 'ALONE', '=odd'])).toEqual({ KEY: 'last=x', KEY2: '', ALONE: '' });
  expect(api.formatEnv({ KEY: 'value', '': 'value1' })).toEqual(['KEY=value', '=value1']);
  expect(['a.tgz', 'a.tar.gz', 'a.gz', 'a.tar', 'tgz', ''].map(api.isTarball)).toEqual([true, true, true, false, false, false]);
});

test('the identifiers of Helm’s own package are each one of ours, or have a reason', () => {
  const page = readFileSync(join(PACKAGE, 'docs/helm-api.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, theirs = '', ours = '']) => ({ theirs, ours }));
  expect(rows.map(({ theirs }) => theirs)).toEqual(IDENTIFIERS);
  const exported = new Set(Object.keys(api));
  const types = readFileSync(join(PACKAGE, 'src/api/index.ts'), 'utf8');
  for (const { theirs, ours } of rows) {
    const name = /^`(\w+)/.exec(ours)?.[1];
    if (name === undefined) expect(ours, theirs).toMatch(/^(none|not yet): \w.{10,}/);
    else expect([theirs, exported.has(name) || new RegExp(`\\b${name}\\b`).test(types)]).toEqual([theirs, true]);
  }
});

/** The index of helm.sh/helm/v4/internal/plugin. */
const IDENTIFIERS =
  `Install Delete Update ExtismV1WasmBinaryFilename PluginFileName CreatePluginTarball ExtractTgzPluginMetadata FormatEnv GetPluginSigningInfo GetSigningInfoForPlugins
IsTarball ParseEnv PrepareCommands SignPlugin VerifyPlugin Config Config.Validate Descriptor Downloaders ExtismV1PluginRuntime ExtismV1PluginRuntime.Dir ExtismV1PluginRuntime.Invoke
ExtismV1PluginRuntime.Metadata FindPlugin FindPlugins Hooks Input InvokeExecError InvokeExecError.Error Metadata Metadata.Validate MetadataLegacy MetadataLegacy.Validate MetadataV1
MetadataV1.Validate Output PlatformCommand PlatformHooks Plugin PluginHook Runtime RuntimeConfig RuntimeConfigExtismV1 RuntimeConfigExtismV1.Validate
RuntimeConfigExtismV1FileSystem RuntimeConfigExtismV1Memory RuntimeConfigSubprocess RuntimeConfigSubprocess.GetType RuntimeConfigSubprocess.Validate RuntimeExtismV1
RuntimeExtismV1.CreatePlugin RuntimeSubprocess RuntimeSubprocess.CreatePlugin SigningInfo SubprocessPluginRuntime SubprocessPluginRuntime.Dir SubprocessPluginRuntime.Invoke
SubprocessPluginRuntime.InvokeHook SubprocessPluginRuntime.InvokeWithEnv SubprocessPluginRuntime.Metadata SubprocessProtocolCommand`.split(/\s+/);
