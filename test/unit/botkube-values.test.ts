import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBotkubeValues } from '../../src/repositories/botkube-values.ts';
import { planImport } from '../../src/repositories/import-plan.ts';

const read = (text: string) => readBotkubeValues(text, 'values.yaml');

test.each<[string, string, { value?: string; note?: string }]>([
  ['plain text', 'platform', { value: 'platform' }],
  ['a variable of Botkube', '"{{ .Remote.APIKey }}"', { value: '${CONFIG_PROVIDER_API_KEY}' }],
  ['several, among text', '"{{.Remote.Identifier}}:{{- .Remote.Endpoint -}}!"', { value: '${CONFIG_PROVIDER_IDENTIFIER}:${CONFIG_PROVIDER_ENDPOINT}!' }],
  ['a field that there is not', '"{{ .Remote.Nothing }}"', { note: 'is a template that cannot be converted' }],
  ['another template', '"{{ env `X` }}"', { note: 'is a template that cannot be converted' }],
  ['a list', '[a]', { note: 'is not a string' }],
])('a header: %s', async (_name, text, { value, note }) => {
  const { repositories, notes } = await read(`plugins: { repositories: { acme: { url: u, headers: { X-Team: ${text} } } } }`);
  expect(repositories).toEqual([{ name: 'acme', url: 'u', headers: value === undefined ? {} : { 'X-Team': value } }]);
  expect(notes).toEqual(note === undefined ? [] : [expect.stringContaining(`plugins.repositories.acme: the header X-Team ${note}`)]);
});

test('a secret that is written out becomes a variable, and is in no note', async () => {
  const { repositories, notes } = await read('plugins: { repositories: { 9-a: { url: u, headers: { X-Api-Key: s3cr3t, Host: s3cr3t } } } }');
  expect(repositories).toMatchObject([{ headers: { 'X-Api-Key': '${_9_A_X_API_KEY}' } }]);
  expect(notes).toEqual([
    'plugins.repositories.9-a: the header X-Api-Key is a secret; set the environment variable _9_A_X_API_KEY to its value',
    'plugins.repositories.9-a: the header Host is skipped: the header Host cannot be set',
  ]);
});

const plugin = { repository: 'acme', name: 'helm', type: 'executor', version: 'latest', config: {} };

test.each<[string, string, object[], string[]]>([
  ['the latest', 'executors: { g: { acme/helm: { enabled: true } } }', [plugin], []],
  ['an empty version', 'executors: { g: { acme/helm@: { enabled: true } } }', [plugin], []],
  ['one version', 'sources: { g: { acme/helm@v1.0.0: { enabled: on } } }', [{ ...plugin, type: 'source', version: 'v1.0.0' }], []],
  ['the same twice', 'executors: { g: { acme/helm: { enabled: true } }, h: { acme/helm: { enabled: true } } }', [plugin], []],
  [
    'off, or not said',
    'executors: { g: { acme/helm: { enabled: false }, acme/x: {} } }',
    [],
    ['g.acme/helm is skipped: it is not enabled', 'g.acme/x is skipped: it is not enabled'],
  ],
  ['a name out of its place', 'executors: { g: { acme/../x: { enabled: true } } }', [], ['g.acme/../x is skipped: "acme/../x" doesn\'t follow']],
  ['a version that is none', 'executors: { g: { acme/helm@a/b: { enabled: true } } }', [], ['g.acme/helm@a/b is skipped: a version is of letters']],
  [
    'other keys',
    'executors: { g: { acme/helm: { enabled: true, context: {}, displayName: x } } }',
    [plugin],
    ['g.acme/helm: context, displayName is not used here'],
  ],
  [
    'both an executor and a source',
    'executors: { g: { acme/helm: { enabled: true } } }\nsources: { g: { acme/helm: { enabled: true } } }',
    [plugin],
    ['sources.g.acme/helm is skipped: acme/helm is in executors too'],
  ],
  [
    'other configuration elsewhere',
    'executors: { g: { acme/helm: { enabled: true } }, h: { acme/helm: { enabled: true, config: { a: 1 } } } }',
    [plugin],
    ['h.acme/helm: its config is skipped; that of executors.g.acme/helm is used'],
  ],
  [
    'configuration',
    'executors: { g: { acme/helm: { enabled: true, config: { a: 1, b: "", c: ~, d: [1] } } } }',
    [{ ...plugin, config: { a: '1' } }],
    ['the config of d is skipped'],
  ],
])('a plugin: %s', async (_name, text, plugins, notes) => {
  const values = await read(text);
  expect(values.plugins).toEqual(plugins);
  expect(values.notes).toEqual(notes.map((note) => expect.stringContaining(note)));
});

test.each<[what: string, there: string, added: string[], note: string]>([
  ['of the same file', '', ['acme/deploy'], 'acme/deploy'],
  ['from elsewhere', '[plugins]\ndeploy = { git = "https://host/deploy" }\n', [], 'another entry'],
  ['of another repository', '[plugins]\n"third/deploy" = "^1"\n', [], 'third/deploy'],
  ['of another repository, as a table', '[plugins]\ndeploy = { catalogue = "third/deploy" }\n', [], 'third/deploy'],
])('a plugin is added once: one %s stands', async (_what, there, added, note) => {
  const home = mkdtempSync(join(tmpdir(), 'tool-import-'));
  try {
    writeFileSync(join(home, 'tool.toml'), there);
    const groups = 'executors: { g: { acme/deploy: { enabled: true, config: { a: x } } }, h: { other/deploy: { enabled: true, config: { b: x } } } }';
    const plan = planImport(home, home, await read(`plugins: { repositories: { acme: { url: /a }, other: { url: /b } } }\n${groups}\n`));
    expect(plan.plugins.map(([key]) => key)).toEqual(added);
    expect(plan.config).toEqual(added.map(() => ['deploy', 'a', 'x']));
    expect(plan.notes.at(-1)).toBe(`other/deploy is skipped: [plugins] of tool.toml has ${note} for it`);
  } finally {
    rmSync(home, { recursive: true });
  }
});

test.each<[there: string, notes: string[]]>([
  ['"acme/deploy" = "v1"', []],
  ['deploy = { catalogue = "acme/deploy", version = "v1" }', []],
  ['deploy = { catalogue = "acme/deploy", version = "v1", type = "source" }', []],
  ['"acme/deploy" = "v2"', ['acme/deploy is skipped: [plugins] of tool.toml has another entry for it']],
  ['deploy = { catalogue = "acme/deploy", version = "v1", type = "executor" }', ['acme/deploy is skipped: [plugins] of tool.toml has another entry for it']],
])('what [plugins] says already stays, and is told where it differs: %s', async (there, notes) => {
  const home = mkdtempSync(join(tmpdir(), 'tool-import-'));
  try {
    writeFileSync(join(home, 'tool.toml'), `[repositories.acme]\nurl = "/a"\n[plugins]\n${there}\n`);
    const plan = planImport(home, home, await read('sources: { g: { acme/deploy@v1: { enabled: true } } }'));
    expect(plan).toMatchObject({ plugins: [], notes });
    expect(plan.edit.edited).toBe(plan.edit.text);
  } finally {
    rmSync(home, { recursive: true });
  }
});
