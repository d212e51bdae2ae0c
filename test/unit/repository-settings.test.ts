// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what stands in tool.toml
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { errorLine, isUserError } from '../../src/errors.ts';
import { withoutRepository, withRepository } from '../../src/repositories/edit-settings.ts';
import { expandHeaders, headerProblem, parseHeader } from '../../src/repositories/headers.ts';
import { placeOf } from '../../src/repositories/place.ts';
import { configuredRepositories } from '../../src/repositories/settings.ts';
import { ageText, readDuration } from '../../src/system/duration.ts';

const home = mkdtempSync(join(tmpdir(), 'tool-repositories-'));
afterAll(() => rmSync(home, { recursive: true }));
mkdirSync(join(home, 'manifests'));
mkdirSync(join(home, 'clone/.git'), { recursive: true });
for (const folder of ['objects', 'refs']) mkdirSync(join(home, 'bare', folder), { recursive: true });
writeFileSync(join(home, 'bare/HEAD'), '');
writeFileSync(join(home, 'index.yaml'), '');
/** What no file can be called. */
const LONG = 'x'.repeat(300);

const lineOf = (action: () => unknown): string => {
  try {
    action();
    return '';
  } catch (error) {
    if (isUserError(error)) return errorLine(error);
    throw error;
  }
};

describe('where an index is', () => {
  test.each<[string, 'krew' | undefined, object]>([
    ['https://example.org/plugins-index.yaml', undefined, { kind: 'http', url: 'https://example.org/plugins-index.yaml' }],
    ['HTTP://example.org/x?y=1', undefined, { kind: 'http', url: 'HTTP://example.org/x?y=1' }],
    ['https://example.org/krew-index.git', undefined, { kind: 'git', url: 'https://example.org/krew-index.git' }],
    ['https://example.org/krew-index', 'krew', { kind: 'git', url: 'https://example.org/krew-index' }],
    ['https://example.org/ctx.yaml', 'krew', { kind: 'http', url: 'https://example.org/ctx.yaml' }],
    ['git@example.org:acme/index', undefined, { kind: 'git', url: 'git@example.org:acme/index' }],
    ['ssh://git@example.org/index', undefined, { kind: 'git', url: 'ssh://git@example.org/index' }],
    ['s3://bucket/index.yaml', undefined, { kind: 'getter', url: 's3://bucket/index.yaml' }],
    ['index.yaml', undefined, { kind: 'file', path: join(home, 'index.yaml') }],
    [`file://${home}/index.yaml`, undefined, { kind: 'file', path: join(home, 'index.yaml') }],
    ['missing.yaml', undefined, { kind: 'file', path: join(home, 'missing.yaml') }],
    [LONG, undefined, { kind: 'file', path: join(home, LONG) }],
    ['manifests', undefined, { kind: 'directory', path: join(home, 'manifests') }],
    ['./clone', undefined, { kind: 'git', url: join(home, 'clone') }],
    [`file://${home}/bare`, undefined, { kind: 'git', url: join(home, 'bare') }],
  ])('%s, of the type %s', (url, type, place) => expect(placeOf(url, type, home)).toEqual(place));

  test.each([
    ['', '"" cannot be the URL of a repository'],
    ['--upload-pack=x', '"--upload-pack=x" cannot be the URL of a repository'],
    ['oci://example.org/x', 'oci://example.org/x is not a URL that an index can be fetched from'],
    ['ext::sh -c id', 'ext::sh -c id is not a URL that an index can be fetched from'],
    ['https://user:s3cr3t@example.org/x', 'The URL https://example.org/x has a secret in it'],
    ['https://s3cr3t@example.org/x', 'The URL https://example.org/x has a secret in it'],
    ['https://example.org/x?token=s3cr3t', 'The URL https://example.org/x?token=*** has a secret in it'],
    ['s3://key:s3cr3t@bucket/x', 'The URL s3://key@bucket/x has a secret in it'],
    ['ssh://git:s3cr3t@example.org/x', 'The URL ssh://git@example.org/x has a secret in it'],
  ])('%s is refused', (url, problem) => {
    const line = lineOf(() => placeOf(url, undefined, home));
    expect(line).toContain(problem);
    expect(line).not.toContain('s3cr3t');
  });
});

describe('headers', () => {
  test.each<[string, [string, string]]>([
    ['Authorization: Bearer ${TOKEN}', ['Authorization', 'Bearer ${TOKEN}']],
    ['X-Team:a:b ', ['X-Team', 'a:b']],
    ['X-Empty:', ['X-Empty', '']],
  ])('%s', (text, header) => expect(parseHeader(text)).toEqual(header));

  test.each([
    ['Authorization', 'a header has a name and a value'],
    ['A B: c', '"A B" cannot be the name of a header'],
    ['Host: x', 'the header Host cannot be set'],
    ['If-None-Match: x', 'the header If-None-Match cannot be set'],
    ['Authorization: Bearer s3cr3t', 'the header Authorization holds a secret, and everyone can read tool.toml'],
    ['X-Api-Key: s3cr3t', 'the header X-Api-Key holds a secret'],
    ['X-A: a\nX-B: b', 'the header X-A has a control character'],
    ['X-A: ${a b}', 'the header X-A has a ${…} that is not a variable'],
    ['X-A: ${A', 'the header X-A has a ${…} that is not a variable'],
  ])('%j is refused', (text, problem) => {
    const line = lineOf(() => parseHeader(text));
    expect(line).toContain(`--header: ${problem}`);
    expect(line).not.toContain('s3cr3t');
  });

  test('variables are put in when they are sent, and named when they cannot be', () => {
    const headers = { Authorization: 'Bearer ${A}', 'X-B': '${B}-${B}', 'X-C': '$A {A}' };
    expect(expandHeaders('acme', headers, { A: '1', B: '2' })).toEqual({ Authorization: 'Bearer 1', 'X-B': '2-2', 'X-C': '$A {A}' });
    expect(lineOf(() => expandHeaders('acme', headers, { A: '1' }))).toBe(
      'The environment variable B is not set, and the header X-B of the repository acme needs it; export B',
    );
    expect(lineOf(() => expandHeaders('acme', headers, { A: 's3cr3t\n' }))).toBe(
      'The environment variable A has a character that a header cannot have, and the header Authorization of the repository acme needs it; check for a line break at its end',
    );
    expect(headerProblem('Authorization', 'Basic ${A}')).toBeUndefined();
  });
});

test.each<[unknown, number | undefined]>([
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['1h', 3_600_000],
  ['7d', 604_800_000],
  [60, 60_000],
  ['0', 0],
  ['-1', undefined],
  ['1w', undefined],
  ['', undefined],
  [1.5, undefined],
])('a duration: %j', (text, milliseconds) => expect(readDuration(text)).toBe(milliseconds));

test.each([
  [0, '0 seconds'],
  [59_999, '59 seconds'],
  [60_000, '1 minute'],
  [3_600_000 * 3, '3 hours'],
  [86_400_000, '1 day'],
  [-5, '0 seconds'],
])('an age: %d', (milliseconds, text) => expect(ageText(milliseconds)).toBe(text));

describe('[repositories] of tool.toml', () => {
  const read = (text: string) => {
    writeFileSync(join(home, 'tool.toml'), text);
    return configuredRepositories(home);
  };

  test('each in its place, whichever way it is written', () => {
    const text = [
      '[repositories]',
      'zebra = { url = "index.yaml" }',
      '[repositories.acme]',
      'url = "https://example.org/i.yaml"',
      'type = "botkube"',
      'ttl = "10m"',
      'headers.Authorization = "Bearer ${T}"',
    ];
    expect(read(text.join('\n'))).toEqual([
      { name: 'zebra', url: 'index.yaml', place: { kind: 'file', path: join(home, 'index.yaml') }, headers: {}, ttlMs: 3_600_000 },
      {
        name: 'acme',
        url: 'https://example.org/i.yaml',
        place: { kind: 'http', url: 'https://example.org/i.yaml' },
        type: 'botkube',
        headers: { Authorization: 'Bearer ${T}' },
        ttlMs: 600_000,
      },
    ]);
  });

  test.each([
    ['[repositories]\n"../x" = { url = "u" }', 'the repository ../x has a name that is not allowed'],
    ['[repositories]\nacme = "u"', 'the repository acme is not a table'],
    ['[repositories.acme]\nurl = 1', 'the repository acme has no "url" that is a string'],
    ['[repositories.acme]\nurl = "u"\nurls = 1', 'the repository acme has a key "urls", which is unknown'],
    ['[repositories.acme]\nurl = "u"\ntype = "helm"', 'the repository acme has an unknown "type"; use "botkube", "krew" or "versions.json"'],
    ['[repositories.acme]\nurl = "u"\nttl = "soon"', 'the repository acme has a "ttl" that is not a duration'],
    ['[repositories.acme]\nurl = "https://e.org/x"\nheaders = 1', 'the repository acme has "headers" that are not a table'],
    ['[repositories.acme]\nurl = "https://e.org/x"\nheaders.Cookie = "a"', 'the repository acme is not usable: the header Cookie holds a secret'],
    ['[repositories.acme]\nurl = "index.yaml"\nheaders.X = "a"', 'the repository acme has headers, but its URL is not an http or https URL of an index file'],
  ])('%s', (text, problem) => expect(lineOf(() => read(text))).toContain(problem));

  test('one is added and taken out again, and all else stays', () => {
    const before = '# mine\n[plugins]\ngreet = { git = "g" } # x\n';
    const added = withRepository(home, { name: 'acme', url: 'https://e.org/x', type: 'botkube', headers: { 'X-A': '${A}', Accept: 'a"b' } }, before).edited;
    expect(added).toBe(`${before}\n[repositories.acme]\nurl = "https://e.org/x"\ntype = "botkube"\nheaders = { X-A = "\${A}", Accept = "a\\"b" }\n`);
    expect(read(added)).toMatchObject([{ name: 'acme', headers: { 'X-A': '${A}', Accept: 'a"b' } }]);
    expect(withoutRepository(home, 'acme').edited).toBe(before);
    expect(lineOf(() => withRepository(home, { name: 'acme', url: 'x', headers: {} }, added))).toContain('in a form that acme cannot be added to');
  });
});
