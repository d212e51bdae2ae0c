import { describe, expect, test } from 'vitest';
import { isHelmName, isStrictVersion } from '../../src/plugins/helm/names.ts';
import { readHelmManifest } from '../../src/plugins/helm/read-helm-manifest.ts';

/** contract helm §1, contract helm §9: the texts are Helm 4's. */

const V1 = 'apiVersion: v1\nname: a\nversion: 1.0.0\ntype: cli/v1\nruntime: subprocess\n';

describe('a name and a version are what Helm takes them to be', () => {
  test.each(['MixedCase', 'a1', 'a-b_c', 'abcdefghijklmnopqrstuvwxyz0123456789_-ABC'])('the name %j', (name) => {
    expect(isHelmName(name)).toBe(true);
  });
  test.each(['', 'my plugin', 'plugin:', 'my.plugin', 'my/plugin', '$plugin', 'plügîn', 'foo -bar ', 'foo\nbar', 'foo\n'])('not the name %j', (name) => {
    expect(isHelmName(name)).toBe(false);
  });
  test.each(['1.0.0', '1.2.3-alpha.1', '1.2.3+build.123', '1.2.3-alpha.1+build.123', '18446744073709551615.0.0', '1.0.0-0a', '1.0.0+01'])(
    'the version %j',
    (version) => {
      expect(isStrictVersion(version)).toBe(true);
    },
  );
  test.each([
    'v1.0.0',
    '../../../../tmp/evil',
    '1.0.0/../../etc',
    'not-a-version',
    '1.0',
    '01.0.0',
    '1.0.0-01',
    '1.0.0-',
    '1.0.0-a..b',
    '1.0.0+',
    ' 1.0.0',
    '1.0.0\n',
  ])('not the version %j', (version) => {
    expect(isStrictVersion(version)).toBe(false);
  });
  test('a number that no 64 bits hold is none', () => {
    expect(isStrictVersion('18446744073709551616.0.0')).toBe(false);
  });
});

describe('the older form', () => {
  const wrongName = (name: string): string => `invalid plugin name ${JSON.stringify(name)}: must contain only a-z, A-Z, 0-9, _ and -`;
  test.each([
    ['name: my.plugin', wrongName('my.plugin')],
    ['Name: capital', wrongName('')],
    ['---\n', wrongName('')],
    ['name: a\nversion: 1.10', 'invalid plugin version "1.10": must be valid semver'],
    ['name: a\ncommand: x\nplatformCommand: [{command: y}]', 'both platformCommand and command are set'],
    ['name: a\nhooks: {install: x}\nplatformHooks: {install: [{command: y}]}', 'both platformHooks and hooks are set'],
    ['name: a\ndownloaders: [{protocols: [x]}]', 'downloader 0 has empty command'],
    ['name: a\ndownloaders: [{command: x}]', 'downloader 0 has no protocols'],
    ['name: a\ndownloaders: [{command: x, protocols: [a]}, {command: x, protocols: [a, ""]}]', 'downloader 1 has empty protocol at index 1'],
    [
      'name: a\nhooks: {}\nhooks: {}',
      'failed to peek plugin.yaml API version: yaml: unmarshal errors:\n  line 3: mapping key "hooks" already defined at line 2',
    ],
    ['name: a\nignoreFlags: perhaps', 'yaml: unmarshal errors:\n  line 2: cannot unmarshal !!str `perhaps` into bool'],
    [
      'name: [a]\nplatformCommand: x',
      'yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into string\n  line 2: cannot unmarshal !!str `x` into []plugin.PlatformCommand',
    ],
    ['apiVersion: legacy\nname: a', 'invalid plugin apiVersion: "legacy"'],
    ['', 'failed to peek plugin.yaml API version: EOF'],
  ])('%j is refused', (text, problem) => {
    expect(readHelmManifest(text)).toEqual({ problem });
  });

  test('is converted, and keys that it does not know are passed over', () => {
    const text =
      'name: 123\nversion: 0.1.0\nusage: "echo\\thello\\u0007"\ndescription: long\nuseTunnel: true\nignoreFlags: yes\ncommand: "$HELM_PLUGIN_DIR/x  y"\nhooks:\n  install: "echo hi"\n';
    expect(readHelmManifest(text)).toEqual({
      metadata: {
        apiVersion: 'legacy',
        name: '123',
        type: 'cli/v1',
        runtime: 'subprocess',
        version: '0.1.0',
        sourceURL: '',
        config: { usage: '', shortHelp: 'echo hello', longHelp: 'long', ignoreFlags: true, protocols: [] },
        subprocess: {
          platformCommand: [{ os: '', arch: '', command: '$HELM_PLUGIN_DIR/x  y', args: [] }],
          platformHooks: new Map([['install', [{ os: '', arch: '', command: 'sh', args: ['-c', 'echo hi'] }]]]),
          protocolCommands: [],
          expandsHookArgs: false,
        },
      },
    });
  });

  test('with downloaders is a getter that keeps its command', () => {
    const { metadata } = readHelmManifest('name: a\ncommand: c\ndownloaders:\n- {command: bin/get x, protocols: [s3, cm]}\n- {command: g, protocols: [s3]}\n');
    expect(metadata).toMatchObject({ type: 'getter/v1', config: { protocols: ['s3', 'cm', 's3'] } });
    expect(metadata?.subprocess).toMatchObject({
      platformCommand: [{ command: 'c' }],
      protocolCommands: [
        { protocols: ['s3', 'cm'], platformCommand: [{ command: 'bin/get x' }] },
        { protocols: ['s3'], platformCommand: [{ command: 'g' }] },
      ],
      expandsHookArgs: true,
    });
  });
});

describe('the form v1', () => {
  const prefix = 'failed to convert MetadataV1 to Metadata: ';
  test.each([
    ['apiVersion: v1\nName: x', 'yaml: unmarshal errors:\n  line 2: field Name not found in type plugin.MetadataV1'],
    ['apiVersion: v1\nname: x.y', 'invalid plugin `name`'],
    ['apiVersion: v1\nname: a', 'plugin `version` is required'],
    ['apiVersion: v1\nname: a\nversion: v1.0.0', 'invalid plugin `version` "v1.0.0": must be valid semver'],
    ['apiVersion: v1\nname: a\nversion: 1.0.0', '`type` missing'],
    ['apiVersion: v1\nname: a\nversion: 1.0.0\ntype: x', '`runtime` missing'],
    ['apiVersion: v1\nname: a\nversion: 1.0.0\ntype: x\nruntime: y', `${prefix}unknown plugin type "x"`],
    ['apiVersion: v1\nname: a\nversion: 1.0.0\ntype: cli/v1\nruntime: y', `${prefix}unsupported plugin runtime type: "y"`],
    ['apiVersion: v2\nname: a', 'invalid plugin apiVersion: "v2"'],
    [`${V1}config: {nope: 1}`, `${prefix}yaml: unmarshal errors:\n  line 6: field nope not found in type schema.ConfigCLIV1`],
    [`${V1}config: x`, 'yaml: unmarshal errors:\n  line 6: cannot unmarshal !!str `x` into map[string]interface {}'],
    [
      `${V1}runtimeConfig: {platformCommand: 1}`,
      `${prefix}failed to unmarshal runtimeConfig for subprocess runtime: yaml: unmarshal errors:\n  line 6: cannot unmarshal !!int \`1\` into []plugin.PlatformCommand`,
    ],
    [`${V1.replace('cli', 'getter')}`, 'config validation failed: getter has no protocols'],
    [`${V1.replace('cli', 'getter')}config: {protocols: [a, ""]}`, 'config validation failed: getter has empty protocol at index 1'],
    [
      `${V1.replace('cli', 'postrenderer')}config: {usage: x}`,
      `${prefix}yaml: unmarshal errors:\n  line 6: field usage not found in type schema.ConfigPostRendererV1`,
    ],
    [`${V1}name: b`, 'failed to peek plugin.yaml API version: yaml: unmarshal errors:\n  line 6: mapping key "name" already defined at line 2'],
    [
      'bad yaml',
      'failed to peek plugin.yaml API version: yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `bad yaml` into struct { APIVersion string "yaml:\\"apiVersion\\"" }',
    ],
    [`${V1}\tconfig: x`, 'failed to peek plugin.yaml API version: yaml: line 6: Tabs are not allowed as indentation'],
  ])('%j is refused', (text, problem) => {
    expect(readHelmManifest(text)).toEqual({ problem });
  });

  test('that is nested without end is refused', () => {
    expect(readHelmManifest(`${V1}config: ${'['.repeat(20_000)}`)).toEqual({ problem: 'yaml: exceeded max depth' });
  });

  test('is read whole; only the first document counts, and what of runtimeConfig is not known is passed over', () => {
    const text = `${V1}sourceURL: https://example.org\nconfig: &c {usage: 'hello [params]...', shortHelp: s, longHelp: l, ignoreFlags: on}\nruntimeConfig:\n  command: gone\n  platformCommand: [{os: null, arch:, command: c, args: [1, yes]}]\n  platformHooks: {install: [{command: i}], other: []}\n---\nname: [\n`;
    expect(readHelmManifest(text)).toEqual({
      metadata: {
        apiVersion: 'v1',
        name: 'a',
        type: 'cli/v1',
        runtime: 'subprocess',
        version: '1.0.0',
        sourceURL: 'https://example.org',
        config: { usage: 'hello [params]...', shortHelp: 's', longHelp: 'l', ignoreFlags: true, protocols: [] },
        subprocess: {
          platformCommand: [{ os: '', arch: '', command: 'c', args: ['1', 'yes'] }],
          platformHooks: new Map([
            ['install', [{ os: '', arch: '', command: 'i', args: [] }]],
            ['other', []],
          ]),
          protocolCommands: [],
          expandsHookArgs: false,
        },
      },
    });
  });

  test('of a WebAssembly module', () => {
    const text = V1.replace('subprocess', 'extism/v1');
    const zero = {
      memory: { maxPages: 0, maxHttpResponseBytes: 0, maxVarBytes: 0 },
      config: new Map(),
      allowedHosts: [],
      fileSystem: { createTempDir: false },
    };
    expect(readHelmManifest(text).metadata?.extism).toEqual({ ...zero, timeout: 0, hostFunctions: [], entryFuncName: 'helm_plugin_main' });
    const config =
      'runtimeConfig: {memory: {maxPages: 8, maxVarBytes: 8192}, config: {a: 1}, allowedHosts: ["*.x"], fileSystem: {createTempDir: true}, timeout: 5000, entryFuncName: f}';
    expect(readHelmManifest(text + config).metadata?.extism).toEqual({
      memory: { maxPages: 8, maxHttpResponseBytes: 0, maxVarBytes: 8192 },
      config: new Map([['a', '1']]),
      allowedHosts: ['*.x'],
      fileSystem: { createTempDir: true },
      timeout: 5000,
      hostFunctions: [],
      entryFuncName: 'f',
    });
    expect(readHelmManifest(`${text}runtimeConfig: {memory: {maxPages: 4294967296}}`).problem).toContain('cannot unmarshal !!int `4294967296` into uint32');
  });

  test('an alias stands for what it names, and aliases without end are refused', () => {
    const shared = `${V1}config: {usage: &u hi}\nruntimeConfig: {platformCommand: [{command: *u}]}`;
    expect(readHelmManifest(shared).metadata?.subprocess?.platformCommand[0]?.command).toBe('hi');
    const levels = Array.from({ length: 8 }, (_, index) => `l${index + 1}: &l${index + 1} [${Array(9).fill(`*l${index}`).join(', ')}]`);
    const bomb = `name: a\nl0: &l0 [{command: x}]\n${levels.join('\n')}\nplatformCommand: *l8\n`;
    const began = process.cpuUsage().user;
    expect(readHelmManifest(bomb).problem).toMatch(/^yaml: /);
    expect(process.cpuUsage().user - began).toBeLessThan(5_000_000);
  });
});
