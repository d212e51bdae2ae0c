import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { readManifest } from '../../src/registries/manifest.ts';
import { compareImage } from '../../src/sources/oci/compare.ts';
import { highestTag } from '../../src/sources/oci/find-image.ts';
import { pluginLayers } from '../../src/sources/oci/plugin-layers.ts';
import type { OciSource } from '../../src/sources/oci/source.ts';
import { serving } from '../support/serving.ts';

const HELM = 'application/vnd.helm.plugin.v1+json';
const OURS = 'application/vnd.tool.plugin.v1+json';
const DIGEST = `sha256:${'ab'.repeat(32)}`;

const layer = (title?: string) => ({ mediaType: 'm', digest: DIGEST, size: 3, ...(title ? { annotations: { 'org.opencontainers.image.title': title } } : {}) });
const manifest = (words: object = {}) => ({ artifactType: HELM, config: { mediaType: 'c' }, layers: [layer('greet-1.0.0.tgz')], ...words });
const layersOf = (value: unknown) => pluginLayers(readManifest(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))), 'greet');

test.each<[value: object, archive: string, provenance?: string]>([
  [manifest(), 'greet-1.0.0.tgz'],
  [manifest({ artifactType: OURS }), 'greet-1.0.0.tgz'],
  [manifest({ artifactType: undefined, config: { mediaType: HELM } }), 'greet-1.0.0.tgz'],
  [manifest({ artifactType: '', config: { mediaType: OURS } }), 'greet-1.0.0.tgz'],
  [
    manifest({ layers: [layer(), layer('README.md'), layer('greet-2.tgz.prov'), layer('greet-2.tgz'), layer('greet-1.tgz')] }),
    'greet-2.tgz',
    'greet-2.tgz.prov',
  ],
])('the layers of %o', (value, archive, provenance) => {
  const found = layersOf(value);
  expect([found.archive.title, found.provenance?.title]).toEqual([archive, provenance]);
});

test.each<[value: unknown, problem: string]>([
  [manifest({ artifactType: 'application/x' }), `expected artifact type ${HELM}, got application/x`],
  [manifest({ artifactType: 'a\n\u001b[31mb' }), `expected artifact type ${HELM}, got a b`],
  [
    manifest({ artifactType: undefined, config: { mediaType: 'application/vnd.oci.image.config.v1+json' } }),
    `expected config media type ${HELM} for legacy compatibility, got application/vnd.oci.image.config.v1+json`,
  ],
  [manifest({ layers: [layer('other-1.0.0.tgz'), layer()] }), 'required layer matching pattern greet-VERSION.tgz not found in manifest'],
  [manifest({ layers: [] }), 'required layer matching pattern greet-VERSION.tgz not found in manifest'],
  ['{"manifests": []}', 'is an index of several images, not a plugin'],
  ['{', 'has a manifest that is not JSON'],
  ['null', 'has a manifest that is not one of an image'],
  ['{"schemaVersion": 1, "fsLayers": []}', 'has a manifest that is not one of an image'],
  [manifest({ layers: [{ ...layer('greet-1.tgz'), digest: 'sha256:../..' }] }), 'has a manifest that is not one of an image'],
  [manifest({ layers: [{ ...layer('greet-1.tgz'), size: -1 }] }), 'has a manifest that is not one of an image'],
  [manifest({ layers: [{ ...layer('greet-1.tgz'), annotations: [] }] }), 'has a manifest that is not one of an image'],
])('%o is no plugin: %s', (value, problem) => {
  expect(() => layersOf(value)).toThrow(problem);
});

test.each<[tags: string[], range: string, tag: string | undefined]>([
  [['1.0.0', 'latest', 'v1.2', '1.10.0-rc.1'], '*', 'v1.2'],
  [['1.0.0', '1.2.0', '2.0.0'], '^1', '1.2.0'],
  [['1.0.0_build.1', '0.9.0'], '*', '1.0.0_build.1'],
  [['latest', 'main'], '*', undefined],
  [['1.0.0'], '1.0.0', '1.0.0'],
])('of %o the highest in %s is %s', (tags, range, tag) => {
  expect(highestTag(tags, range)).toBe(tag);
});

const NOW = JSON.stringify(manifest());
const current = `sha256:${createHash('sha256').update(NOW).digest('hex')}`;
const outdated = `sha256:${'0'.repeat(64)}`;

test.each<[tags: string | number, source: Partial<OciSource>, isHeld: boolean, found: object]>([
  ['["1.0.0","2.0.0"]', { tag: '1.0.0', digest: current }, false, { wanted: '1.0.0', latest: '2.0.0', state: 'current' }],
  ['["1.0.0","2.0.0"]', { tag: '1.0.0', digest: current }, true, { wanted: '1.0.0', latest: '2.0.0', state: 'outdated' }],
  ['["1.0.0","2.0.0"]', { tag: '1.0.0', digest: outdated }, false, { wanted: '1.0.0', latest: '2.0.0', state: 'outdated' }],
  ['["stable"]', { tag: 'stable', digest: current }, true, { wanted: 'stable', latest: '', state: 'current' }],
  ['["1.0.0","1.1.0","2.0.0"]', { version: '^1', tag: '1.0.0', digest: outdated }, false, { wanted: '1.1.0', latest: '2.0.0', state: 'outdated' }],
  ['["1.1.0"]', { version: '*', tag: '1.1.0', digest: current }, false, { wanted: '1.1.0', latest: '1.1.0', state: 'current' }],
  [
    '["1.1.0"]',
    { version: '*', tag: '1.1.0', digest: outdated },
    false,
    { wanted: '1.1.0', latest: '1.1.0', state: 'outdated', remark: '1.1.0 has another digest now than when it was installed' },
  ],
  ['["1.0.0","2.0.0"]', { tag: '1.0.0', digest: outdated, exact: true }, true, { wanted: '1.0.0', latest: '2.0.0', state: 'outdated' }],
  ['["1.0.0","2.0.0-rc.1"]', { tag: '1.0.0', digest: outdated, exact: true }, true, { wanted: '1.0.0', latest: '1.0.0', state: 'current' }],
  ['["2.0.0"]', { digest: outdated, exact: true }, true, { wanted: 'sha256:000000000000', latest: '2.0.0', state: 'current' }],
  // A registry may give no list.
  [405, { tag: '1.0.0', digest: current }, false, { wanted: '1.0.0', latest: '', state: 'current' }],
])('where there are the tags %s, %o (held: %s) is %o', async (tags, source, isHeld, found) => {
  await using server = await serving((request, response) => {
    if (!request.url?.includes('/tags/')) response.end(NOW);
    else if (typeof tags === 'number') response.writeHead(tags).end();
    else response.end(`{"tags":${tags}}`);
  });
  const url = `oci://127.0.0.1:${server.port}/greet`;
  const world = { scratch: '/nowhere', address: url, isHeld, sourceHash: undefined };
  expect(await compareImage({ kind: 'oci', url, digest: '', exact: false, ...source }, world)).toEqual(found);
});

test('nothing is known of what is pinned to a digest where the registry gives no list', async () => {
  await using server = await serving((_request, response) => void response.writeHead(405).end());
  const url = `oci://127.0.0.1:${server.port}/greet`;
  const world = { scratch: '/nowhere', address: url, isHeld: true, sourceHash: undefined };
  await expect(compareImage({ kind: 'oci', url, digest: current, exact: true }, world)).rejects.toThrow('the registry answered 405');
});
