import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test, vi } from 'vitest';
import { hostPlatform } from '../../src/catalogue/platforms.ts';
import { type BuiltIndex, buildIndex, type IndexRequest } from '../../src/publishing/build-index.ts';
import { tarGz } from '../support/archives.ts';
import { botkubeSays } from '../support/botkube-checker.ts';
import { botkubePlugin } from '../support/botkube-plugin.ts';

const root = mkdtempSync(join(tmpdir(), 'tool-metadata-'));
// What is put into it and left is found below.
vi.stubEnv('TMPDIR', join(root, 'tmp'));
mkdirSync(tmpdir());
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

const HERE = `${hostPlatform().os}_${hostPlatform().arch}`;
let directories = 0;

/** Builds the index of a directory with these files. */
async function indexOf(files: Readonly<Record<string, string | Buffer>>, request: Partial<IndexRequest> = {}): Promise<BuiltIndex> {
  const directory = join(root, String(directories++));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
    if (text.toString().startsWith('#!')) chmodSync(join(directory, path), 0o755);
  }
  return buildIndex({ binaries: directory, urlBase: 'https://example.com', useArchive: false, recursive: false, ...request });
}

const texts = ({ problems }: BuiltIndex): string[] => problems.map(({ where, text }) => `${where.replaceAll(HERE, 'HERE')}: ${text.replaceAll(HERE, 'HERE')}`);

const SCHEMA = '{"$schema":"http://json-schema.org/draft-07/schema#","type":"object"}';
const HELM = {
  version: 'v1.4.2',
  description: 'Runs helm\n  commands',
  documentation: 'https://docs.example.com',
  schema: SCHEMA,
  recommended: true,
  dependencies: { kubectl: { [`${hostPlatform().os}/${hostPlatform().arch}`]: 'https://example.com/kubectl', 'plan9/386': 'https://example.com/other' } },
};

test.each(['unix', 'tcp'] as const)('an executor is asked as Botkube’s generator asks it, over %s, and sees no token', async (network) => {
  process.env.CI_TOKEN = 'secret';
  const built = await indexOf({ [`executor_helm_${HERE}`]: botkubePlugin('executor', HELM, { network }), executor_helm_windows_386: 'x' });
  delete process.env.CI_TOKEN;
  expect(texts(built)).toEqual([]);
  expect(botkubeSays(built.text)).toEqual([]);
  const { urls, ...entry } = built.entries[0] ?? { urls: [] };
  expect(entry).toEqual({
    name: 'helm',
    type: 'executor',
    description: 'Runs helm commands',
    documentationUrl: 'https://docs.example.com',
    version: 'v1.4.2',
    jsonSchema: { value: SCHEMA },
    recommended: true,
  });
  expect(urls.map(({ url, dependencies }) => [url.replace(HERE, 'HERE'), dependencies])).toEqual([
    ['https://example.com/executor_helm_HERE', { kubectl: { url: 'https://example.com/kubectl' } }],
    ['https://example.com/executor_helm_windows_386', undefined],
  ]);
});

test('a source has its fields at other numbers, and a schema for its webhook', async () => {
  const metadata = { ...HELM, schema: '', schemaUrl: 'https://example.com/schema.json', requestSchema: SCHEMA };
  const built = await indexOf({ [`source_events_${HERE}`]: botkubePlugin('source', metadata) });
  expect(texts(built)).toEqual(['source_events: the schema at https://example.com/schema.json is not fetched, and not checked']);
  expect(built.entries[0]).toMatchObject({
    type: 'source',
    documentationUrl: 'https://docs.example.com',
    jsonSchema: { refURL: 'https://example.com/schema.json' },
    externalRequest: { payload: { jsonSchema: { value: SCHEMA } } },
    recommended: true,
  });
});

const program = botkubePlugin('executor', { version: '1.0.0', description: 'd' });

test.each<[string, Record<string, string | Buffer>]>([
  [
    'beside the archive',
    { [`executor_a_${HERE}`]: program, executor_a_plan9_386: 'x', 'executor_a_plan9_386.tgz': tarGz([{ name: 'a', body: 'x', mode: 0o755 }]) },
  ],
  [
    'in the archive',
    {
      [`executor_a_${HERE}.tgz`]: tarGz([
        { name: 'LICENSE', body: 'l' },
        { name: 'program', body: program, mode: 0o755 },
      ]),
    },
  ],
  ['compressed', { [`executor_a_${HERE}.gz`]: gzipSync(program) }],
])('the program that is asked stands %s', async (_name, files) => {
  const built = await indexOf(files, { useArchive: true });
  expect(built.problems.filter(({ disables }) => disables)).toEqual([]);
  expect(built.entries.map(({ name, version, urls }) => [name, version, urls.length])).toEqual([['a', '1.0.0', 1]]);
});

test('a provider of Digital Rebar is asked for its definition', async () => {
  const definition = { Name: 'incrementer', Version: 'v4.0.0-pre', PluginVersion: 4, Meta: null, Documentation: 'Counts up\n=========\n' };
  const provider = `#!/bin/sh\n[ "$1" = define ] || exit 1\n[ "$RS_TOKEN" = catalog ] || exit 2\necho "local log: x" >&2\nprintf '%s' '${JSON.stringify(definition)}'\n`;
  const built = await indexOf({ [`executor_incrementer_${HERE}`]: provider });
  expect(texts(built)).toEqual([]);
  expect(built.entries[0]).toMatchObject({ version: 'v4.0.0-pre', description: 'Counts up' });
});

test.each<[string, string | Buffer, string]>([
  [
    'prints nothing of use',
    '#!/bin/sh\necho hello\n',
    'it ended with status 0 before it told where it listens; it printed "hello"; `define` printed no JSON object',
  ],
  ['ends', '#!/bin/sh\necho "no way" >&2\nexit 3\n', 'it ended with status 3 before it told where it listens: no way; `define` ended with status 3: no way'],
  ['does not answer', '#!/bin/sh\nexec sleep 9\n', 'it did not tell where it listens within 0.3 s; `define` did not end in time'],
  [
    'is of another version',
    botkubePlugin('executor', HELM, { handshake: '1|2|unix|ADDRESS|grpc|' }),
    "it speaks version 2 of Botkube's protocol, and 3 is asked for",
  ],
  ['speaks net/rpc', botkubePlugin('executor', HELM, { handshake: '1|3|unix|ADDRESS' }), "it speaks netrpc, and Botkube's plugins speak grpc"],
  [
    'is elsewhere',
    botkubePlugin('executor', HELM, { handshake: '1|3|tcp|192.0.2.1:80|grpc|' }),
    'it listens at tcp 192.0.2.1:80, which is no place of this machine',
  ],
  ['listens nowhere', botkubePlugin('executor', HELM, { handshake: '1|3|unix|/nowhere/x|grpc|' }), 'Metadata could not be asked: connect ENOENT /nowhere/x'],
  ['is no executor', botkubePlugin('source', HELM), 'Metadata was refused with UNIMPLEMENTED: unknown method'],
  ['refuses', botkubePlugin('executor', HELM, { grpcStatus: 13 }), 'Metadata was refused with INTERNAL: no idea'],
  [
    'answers with garbage',
    botkubePlugin('executor', HELM, { body: '\x0a\x7fx' }),
    'Metadata was answered with something that is no metadata: field 1 has no end',
  ],
])('a program that %s is no plugin, and what it did is told', async (_name, text, said) => {
  const built = await indexOf({ [`executor_x_${HERE}`]: text }, { patienceMs: text.includes('sleep') ? 300 : 10_000 });
  expect(texts(built)).toEqual([`executor_x: version field cannot be empty, description field cannot be empty; executor_x_HERE was asked: ${said}`]);
  expect(built.problems[0]?.remedy).toContain('put a plugin.toml with [plugin], version and description into the archive, or write executor_x.toml');
});

test('what a plugin answers is held to what Botkube’s generator asks of it', async () => {
  const built = await indexOf({
    [`executor_x_${HERE}`]: botkubePlugin('executor', {
      version: '1',
      description: 'd',
      schema: SCHEMA,
      schemaUrl: 'https://e.org/s',
      dependencies: { kubectl: {}, helm: { 'linux/386': '' } },
    }),
  });
  expect(texts(built)).toEqual([
    'executor_x_HERE: JSONSchema.Value and JSONSchema.RefURL are mutually exclusive. Pick one.',
    'executor_x_HERE: dependency URLs for key "kubectl" cannot be empty',
    'executor_x_HERE: dependency URLs for "helm.linux/386" cannot be empty',
  ]);
});

test('nothing of what was asked is left', async () => {
  await indexOf({ [`executor_a_${HERE}.gz`]: gzipSync(program) }, { useArchive: true });
  expect(readdirSync(tmpdir())).toEqual([]);
});
