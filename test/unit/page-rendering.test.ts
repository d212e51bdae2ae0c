import { expect, test } from 'vitest';
import { readCatalogue } from '../../src/catalogue/read-catalogue.ts';
import type { Release } from '../../src/catalogue/release.ts';
import { findArchive } from '../../src/publishing/find-archive.ts';
import { renderPage } from '../../src/publishing/page/render-page.ts';
import { readSchema } from '../../src/publishing/page/schema-rows.ts';
import { contentsIn } from '../../src/publishing/plugin-contents.ts';

const URLS = [{ url: 'https://example.org/a', platform: { os: 'linux', architecture: 'amd64' } }];
const read = (...entries: object[]) =>
  readCatalogue(JSON.stringify({ entries: entries.map((entry) => ({ version: '1.0.0', description: 'd', urls: URLS, ...entry })) }), {
    origin: 'x',
    name: 'x',
  });
const page = (files: ReadonlyMap<string, string>, path: string): string => files.get(path) ?? '';

test('the same index gives the same bytes, in whatever order it lists its entries', async () => {
  const entries = [
    { name: 'b', kind: 'plugin' },
    { name: 'a', type: 'source' },
    { name: 'a', type: 'executor' },
  ];
  const [one, other] = [renderPage(await read(...entries)), renderPage(await read(...entries.toReversed()))];
  expect([...one]).toEqual([...other]);
  expect([...one.keys()]).toEqual([
    'index.html',
    '404.html',
    'copy.js',
    'icon.svg',
    'search.js',
    'style.css',
    ...['a.executor', 'a.source', 'b'].map((name) => `p/${name}/index.html`),
  ]);
});

test('a name is a path below p, one that cannot be is refused, and two that a file system could take for one are told apart', async () => {
  const { releases } = await read({ name: 'ship', kind: 'plugin' });
  const named = (name: string, type?: string): Release => ({ ...(releases[0] as Release), name, type });
  for (const [name, type] of [['../x'], ['a/b'], ['..'], ['.x'], [''], ['a\0b'], ['x', '../y'], ['x', '/y']] as const)
    expect(() => renderPage({ releases: [named(name, type)] }), name).toThrow('There can be no page of');
  const paths = [...renderPage({ releases: [named('ship'), named('Ship'), named('a', 'source'), named('a.source')] }).keys()].slice(6);
  expect(paths).toEqual(['Ship', 'a.source', 'a.source~2', 'ship~2'].map((name) => `p/${name}/index.html`));
});

test('what an index says is text in its page', async () => {
  const evil = '"><script>alert(1)</script>';
  const { releases } = await read({
    name: 'x',
    kind: 'plugin',
    description: evil,
    license: evil,
    deprecated: evil,
    yanked: evil,
    jsonSchema: { value: JSON.stringify({ properties: { [evil]: { type: evil, default: evil, title: evil, enum: [evil] } } }) },
  });
  const [release] = releases as [Release];
  const files = renderPage(
    { releases: [{ ...release, details: evil, caveats: evil }] },
    {
      title: evil,
      contents: new Map([['/x', { readme: evil, commands: [{ name: evil, text: evil }], triggers: [evil], settings: [{ name: evil, text: evil }] }]]),
    },
  );
  for (const path of ['index.html', '404.html', 'p/x/index.html']) {
    expect(page(files, path).match(/<script.*?>/g) ?? []).toEqual(page(files, path).match(/<script src="[./]*(copy|search)\.js" defer>/g) ?? []);
    expect(page(files, path)).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
  }
});

test('a plugin is installed by the line of its page: with its type where a name has two, with its version where it would not be chosen', async () => {
  const { releases } = await read(
    { name: 'both', type: 'source' },
    { name: 'both', type: 'executor' },
    { name: 'next', kind: 'plugin', version: '2.0.0-rc.1' },
    { name: 'gone', kind: 'plugin', version: '1.0.0', yanked: 'it leaks' },
    { name: 'some', kind: 'plugin', version: '2.0.0', yanked: 'it leaks' },
    { name: 'some', kind: 'plugin', version: '1.0.0' },
  );
  const files = renderPage({ releases }, { repository: 'acme', indexUrl: 'https://example.org/i.yaml?a=1&b=2' });
  const lines = (path: string): string[] =>
    [...page(files, path).matchAll(/<div class="command">\n<code>(.*)<\/code>/g)].map(([, line = '']) =>
      line.replaceAll('&amp;', '&').replaceAll('&#39;', "'"),
    );
  expect(lines('index.html')).toEqual(["tool repository:add acme 'https://example.org/i.yaml?a=1&b=2'"]);
  expect(['both.source', 'both.executor', 'next', 'gone', 'some'].map((name) => lines(`p/${name}/index.html`)[1])).toEqual([
    'tool plugin:install acme/both --type source',
    'tool plugin:install acme/both --type executor',
    'tool plugin:install acme/next@2.0.0-rc.1',
    'tool plugin:install acme/gone@1.0.0',
    'tool plugin:install acme/some',
  ]);
  expect(page(files, 'p/some/index.html')).toContain('<strong>2.0.0 was taken back:</strong> it leaks');
});

test('a JSON schema becomes rows: what is within, what references lead to, and no more than a table takes', () => {
  const rows = (schema: object): string[] => readSchema(JSON.stringify(schema))?.rows.map((row) => Object.values(row).join('|')) ?? [];
  expect(
    rows({
      required: ['token'],
      properties: {
        token: { type: 'string', title: 'Token', description: 'of the service' },
        list: { type: 'array', items: { properties: { a: { enum: ['x', 1], default: 'x' } } } },
        more: { $ref: '#/definitions/m~1ore' },
        odd: true,
      },
      definitions: { 'm/ore': { type: ['string', 'null'], properties: { deep: {} } } },
    }),
  ).toEqual([
    'token|string||Token: of the service|true',
    'list|array|||false',
    'list[].a|"x", 1|"x"||false',
    'more|string or null|||false',
    'more.deep||||false',
    'odd||||false',
  ]);
  expect(rows({ properties: { self: { $ref: '#' }, other: { $ref: '#' } } }).length).toBeLessThanOrEqual(200);
  for (const text of ['', '[]', '{', `{"a":"${'x'.repeat(70_000)}"}`, `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`])
    expect(readSchema(text)).toBeUndefined();
});

test('an archive tells its README, its commands with their summaries, its triggers and its settings', () => {
  const file = (path: string, mode = 0o644) => ({ path, kind: 'file', mode, size: 1 }) as const;
  const entries = [
    file('plugin.toml'),
    file('README'),
    file('readme.md'),
    file('commands', 0o755),
    file('functions', 0o755),
    file('post-deploy', 0o755),
    file('pre-deploy'),
    file('my-trigger', 0o755),
    file('bare/default', 0o755),
    file('bare/both', 0o755),
    { path: 'bare/link', kind: 'link', mode: 0o755, size: 0 } as const,
    file('bare/not-a-program'),
    file('bare/a b', 0o755),
    file('bare/deep/er', 0o755),
    file('subcommands/both', 0o755),
  ];
  const texts = new Map([
    ['plugin.toml', '[plugin]\n[plugin.config]\nport = "of the server"\nother = 1\n'],
    ['README', 'plain'],
    ['readme.md', '# Ship'],
    ['bare/default', '#!/bin/sh\n# Summary: Ship it\n'],
    ['bare/both', '# Summary: never run\n'],
    ['subcommands/both', `${'#'.repeat(2000)}\n# Summary: too late\n`],
  ]);
  expect(contentsIn({ entries, texts }, 'ship')).toEqual({
    readme: '# Ship',
    commands: [
      { name: 'ship', text: 'Ship it' },
      { name: 'ship:both', text: '' },
      { name: 'ship:link', text: '' },
    ],
    triggers: ['my-trigger', 'post-deploy'],
    settings: [
      { name: 'port', text: 'of the server' },
      { name: 'other', text: '' },
    ],
  });
  const program = contentsIn({ entries: entries.slice(1), texts: new Map([['README', 'x'.repeat(300_000)]]) }, 'ship');
  expect(program).toEqual({ readme: undefined, commands: [], triggers: [], settings: [] });
});

test('no address leads out of the directory of the archives', () => {
  expect(findArchive(import.meta.dirname, 'https://example.org/a/b/page-rendering.test.ts?x#y')).toBe(import.meta.filename);
  for (const url of [
    'https://e.org/..%2funit%2fpage-rendering.test.ts',
    'https://e.org/x/%2e%2e/unit/page-rendering.test.tsx',
    'https://e.org/%00',
    'https://e.org/%ff',
    'no address',
    'https://e.org/',
  ])
    expect(findArchive(import.meta.dirname, url), url).toBeUndefined();
});
