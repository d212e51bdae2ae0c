import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { cycloneDx } from '../../src/sbom/cyclonedx.ts';
import type { BilledPlugin } from '../../src/sbom/installed-bill.ts';
import { packageUrl } from '../../src/sbom/package-url.ts';
import type { Published } from '../../src/sources/kind.ts';

const HASH = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const git = (url: string): Published => ({ form: 'repository', url, commit: COMMIT });

/** By the rules of https://github.com/package-url/purl-spec. */
const PACKAGE_URLS: readonly (readonly [published: Published | undefined, purl: string])[] = [
  [undefined, 'pkg:generic/greet@1.2.0'],
  [{ form: 'archive', url: 'https://host/greet-1.2.0.tgz' }, 'pkg:generic/greet@1.2.0?download_url=https%3A%2F%2Fhost%2Fgreet-1.2.0.tgz'],
  [
    { form: 'archive', url: 'https://host/g?v=1&w', sha256: HASH },
    `pkg:generic/greet@1.2.0?checksum=sha256%3A${HASH}&download_url=https%3A%2F%2Fhost%2Fg%3Fv%3D1%26w`,
  ],
  [git('https://github.com/Acme/greet.git'), `pkg:github/acme/greet@${COMMIT}`],
  [git('git@github.com:acme/greet'), `pkg:github/acme/greet@${COMMIT}`],
  [git('ssh://git@bitbucket.org/acme/greet.git'), `pkg:bitbucket/acme/greet@${COMMIT}`],
  [git('https://github.com/acme/greet/extra'), `pkg:generic/greet@1.2.0?vcs_url=git%2Bhttps%3A%2F%2Fgithub.com%2Facme%2Fgreet%2Fextra%40${COMMIT}`],
  [git('https://toString/acme/greet'), `pkg:generic/greet@1.2.0?vcs_url=git%2Bhttps%3A%2F%2FtoString%2Facme%2Fgreet%40${COMMIT}`],
  [git('git@host:greet.git'), `pkg:generic/greet@1.2.0?vcs_url=git%2Bssh%3A%2F%2Fgit%40host%2Fgreet.git%40${COMMIT}`],
  [
    { form: 'image', url: 'oci://host:5000/team/Greet', digest: `sha256:${HASH}`, tag: '1.2.0' },
    `pkg:oci/greet@sha256:${HASH}?repository_url=host%3A5000%2Fteam%2FGreet&tag=1.2.0`,
  ],
];

test.each(PACKAGE_URLS)('the package URL of what comes from %j', (published, purl) => {
  expect(packageUrl('greet', '1.2.0', published)).toBe(purl);
});

const billed = (name: string, words: Partial<BilledPlugin> = {}): BilledPlugin => ({
  name,
  version: '1.2.0',
  description: '',
  enabled: true,
  sourceText: '/src',
  needs: [],
  programs: [],
  ...words,
});

const PLUGINS: readonly BilledPlugin[] = [
  billed('deploy', {
    description: 'Deploys\u001b[2J',
    published: { form: 'archive', url: 'https://host/deploy', sha256: HASH },
    needs: ['greet'],
    programs: [{ name: 'jq', url: 'https://host/jq', sha256: OTHER }],
  }),
  billed('greet', { published: git('https://github.com/acme/greet'), version: '' }),
  billed('own', { enabled: false }),
];

test('a bill of materials is CycloneDX 1.6, with dependencies, programs, checksums and commits', () => {
  const text = cycloneDx(PLUGINS, { brand: 'acme', time: new Date(0), fixed: true });
  const bom = JSON.parse(text);
  expect(schemaErrors(bom)).toEqual([]);
  expect(bom).toMatchObject({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { timestamp: '1970-01-01T00:00:00.000Z', component: { name: 'acme' }, tools: { components: [{ name: 'tool' }] } },
  });
  const [deploy, greet, own] = bom.components;
  expect(deploy).toMatchObject({
    'bom-ref': 'plugin:deploy',
    description: 'Deploys?[2J',
    hashes: [{ alg: 'SHA-256', content: HASH }],
    externalReferences: [{ type: 'distribution', url: 'https://host/deploy' }],
    components: [{ 'bom-ref': 'plugin:deploy/jq', hashes: [{ content: OTHER }] }],
  });
  expect(greet).not.toHaveProperty('version');
  expect(greet.externalReferences).toEqual([{ type: 'vcs', url: 'https://github.com/acme/greet', comment: `commit ${COMMIT}` }]);
  expect(own).not.toHaveProperty('externalReferences');
  expect(own.properties).toContainEqual({ name: 'tool:enabled', value: 'false' });
  expect(bom.dependencies).toContainEqual({ ref: 'plugin:deploy', dependsOn: ['plugin:deploy/jq', 'plugin:greet'] });
  expect(bom.dependencies).toContainEqual({ ref: 'home', dependsOn: ['plugin:deploy', 'plugin:greet', 'plugin:own'] });
});

test('a fixed bill of materials has the same bytes each time, another one a serial number of its own', () => {
  const options = { brand: 'tool', time: new Date(0) };
  const [one, another] = [1, 2].map(() => cycloneDx(PLUGINS, { ...options, fixed: true }));
  expect(one).toBe(another);
  const [first, second] = [1, 2].map(() => JSON.parse(cycloneDx(PLUGINS, { ...options, fixed: false })).serialNumber);
  expect(first).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
  expect(first).not.toBe(second);
});

/** What the schema that its library ships has to say. */
function schemaErrors(bom: unknown): unknown[] {
  const folder = dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json'));
  const schema = (name: string) => JSON.parse(readFileSync(`${folder}/res/schema/${name}.SNAPSHOT.schema.json`, 'utf8'));
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const name of ['spdx', 'jsf-0.82']) ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  const validate = ajv.compile(schema('bom-1.6'));
  validate(bom);
  return validate.errors ?? [];
}
