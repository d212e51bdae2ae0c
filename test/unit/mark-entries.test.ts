import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readYaml } from '../../src/catalogue/formats/yaml.ts';
import { readCatalogue } from '../../src/catalogue/read-catalogue.ts';
import { indexText } from '../../src/publishing/index-text.ts';
import { type MarkRequest, markEntries } from '../../src/publishing/mark-entries.ts';
import { withNextSerial, withSerial } from '../../src/publishing/serial.ts';

const mark = (text: string, target: string, more: Partial<MarkRequest> = {}) =>
  markEntries(text, 'index.yaml', { target, mark: 'yanked', value: 'it broke', ...more });

const url = 'urls: [{url: "https://e.org/a", platform: {os: linux, architecture: amd64}}]';
const block = (version: string, more = ''): string =>
  `  - name: ship # the ship\n    type: executor\n    version: ${version}\n    urls:\n      - url: https://e.org/ship-${version}\n        platform: {os: linux, architecture: amd64}\n${more}`;

const JSON_INDEX = `{
  "entries": [
    {
      "name": "ship",
      "version": "1.0.0",
      "type": "executor",
      "urls": [{"url": "https://e.org/a,b{", "platform": {"os": "linux", "architecture": "amd64"}}]
    },
    {"name": "boat", "version": "2", "type": "source", "urls": [{"url": "https://e.org/\\"'", "platform": {"os": "linux", "architecture": "amd64"}}]}
  ]
}
`;

test.each<[string, string, string, string, string]>([
  ['in blocks, between others', `entries:\n${block('1.0.0')}${block('1.1.0')}`, 'ship@1.0.0', block('1.0.0'), `${block('1.0.0')}    yanked: it broke\n`],
  ['in blocks, at the end', `entries:\n${block('1.0.0')}${block('1.1.0')}`, 'ship@1.1.0', block('1.1.0'), `${block('1.1.0')}    yanked: it broke\n`],
  [
    'in front of a comment and a blank line',
    `entries:\n${block('1.0.0')}\n# the next\n${block('1.1.0')}`,
    'ship@1.0.0',
    block('1.0.0'),
    `${block('1.0.0')}    yanked: it broke\n`,
  ],
  [
    'behind a block of text that looks like comments',
    `entries:\n${block('1.0.0', '    description: |\n      # a\n      # b\n')}# end\n`,
    'ship',
    '      # b\n',
    '      # b\n    yanked: it broke\n',
  ],
  ['without a line end at the end', `entries:\n${block('1.0.0').trimEnd()}`, 'ship', 'amd64}', 'amd64}\n    yanked: it broke\n'],
  [
    'with line ends of Windows',
    `entries:\n${block('1.0.0')}${block('1.1.0')}`.replaceAll('\n', '\r\n'),
    'ship@1.0.0',
    `1.0.0\r\n        platform: {os: linux, architecture: amd64}\r\n`,
    `1.0.0\r\n        platform: {os: linux, architecture: amd64}\r\n    yanked: it broke\r\n`,
  ],
  ['not indented', `entries:\n- name: ship\n  version: 1.10\n  type: source\n  ${url}\nother: [1]\n`, 'ship@1.10', `${url}\n`, `${url}\n  yanked: it broke\n`],
  [
    'in a line of its own',
    `entries:\n  -\n    name: ship\n    version: 1\n    type: source\n    ${url}\n`,
    'ship@1',
    `${url}\n`,
    `${url}\n    yanked: it broke\n`,
  ],
  ['in braces', `entries:\n  - {name: ship, version: 1.0.0, type: source, ${url}}\n`, 'ship', `${url}}`, `${url}, yanked: "it broke"}`],
  [
    'in braces with quotes and a comma at the end',
    `entries: [{name: ship, description: "it's, {x}", note: it's, version: '1''0', type: source, ${url}, }]\n`,
    'ship',
    ', }]',
    ', yanked: "it broke" }]',
  ],
  ['in JSON', JSON_INDEX, 'ship', `"amd64"}}]\n    },`, `"amd64"}}],\n      "yanked": "it broke"\n    },`],
  ['in JSON on one line', JSON_INDEX, 'boat', `"amd64"}}]}\n`, `"amd64"}}], "yanked": "it broke"}\n`],
])('an entry is marked and unmarked %s, and every other byte stays', async (_name, text, target, was, is) => {
  const { text: marked, entries } = await mark(text.replace("'1''0'", "'10'"), target);
  expect(marked).toBe(text.replace("'1''0'", "'10'").replace(was, is));
  expect(entries.map(({ changed }) => changed)).toEqual([true]);
  expect((await mark(marked, target)).text).toBe(marked);
  const other = (await mark(marked, target, { value: 'another reason: it #broke' })).text;
  expect((await readCatalogue(other, { origin: 'x', name: 'x' })).releases.find(({ yanked }) => yanked !== undefined)?.yanked).toBe(
    'another reason: it #broke',
  );
  const undone = (await mark(other, target, { value: undefined })).text;
  expect(undone.trimEnd()).toBe(text.replace("'1''0'", "'10'").replace(', }]', ' }]').trimEnd());
  expect((await mark(undone, target, { value: undefined })).text).toBe(undone);
});

test('all versions of a name are marked, with a replacement, as the index is written anew', async () => {
  const text = await indexText(
    ['2.0.0', '1.0.0'].map((version) => ({
      name: 'ship',
      version,
      urls: [{ url: `https://e.org/${version}`, platform: { os: 'linux', architecture: 'amd64' } }],
    })),
  );
  const value = { reason: 'no longer kept', replacement: 'boat' };
  const { text: marked, entries } = await mark(text, 'ship', { mark: 'deprecated', value });
  expect(entries.map(({ version, changed }) => [version, changed])).toEqual([
    ['2.0.0', true],
    ['1.0.0', true],
  ]);
  expect(marked).toBe(
    await indexText(
      ['2.0.0', '1.0.0'].map((version) => ({
        name: 'ship',
        version,
        urls: [{ url: `https://e.org/${version}`, platform: { os: 'linux', architecture: 'amd64' } }],
        deprecated: value,
      })),
    ),
  );
  const undone = await mark(marked, 'ship@2.0.0', { mark: 'deprecated', value: undefined });
  expect(undone.text).toBe(marked.replace('    deprecated:\n      reason: no longer kept\n      replacement: boat\n', ''));
});

test.each<[string, string, Partial<MarkRequest>, string]>([
  ['a name that is not there', 'boat', {}, 'index.yaml has no boat'],
  ['a version that is not there', 'ship@3', {}, 'index.yaml has no version 3 of ship'],
  ['no version', 'ship@', {}, '"ship@" names no version'],
  ['a type that is not there', 'ship', { type: 'source' }, 'index.yaml has no source ship'],
])('%s is told', async (_name, target, more, message) => {
  await expect(mark(`entries:\n${block('1.0.0')}`, target, more)).rejects.toThrow(message);
});

test('of a name with two types it is asked which', async () => {
  const both = `entries:\n${block('1.0.0')}${block('1.0.0').replace('executor', 'source')}`;
  await expect(mark(both, 'ship')).rejects.toThrow('ship has the types "executor" and "source"');
  expect((await mark(both, 'ship', { type: 'source' })).text).toBe(`${both}    yanked: it broke\n`);
});

test('what cannot be changed so stays as it is', async () => {
  await expect(mark(`entries:\n  - yanked: x\n    name: ship\n    version: 1\n    type: source\n    ${url}\n`, 'ship')).rejects.toThrow(
    'index.yaml: "yanked" cannot be changed in entries[0], as that is written',
  );
});

test('hundreds of versions are marked together, and one by one where some are written in an unusual way', async () => {
  const versions = Array.from({ length: 400 }, (_, number) => block(`1.0.${number}`));
  const marked = versions.map((entry) => `${entry}    yanked: it broke\n`);
  expect((await mark(`entries:\n${versions.join('')}`, 'ship')).text).toBe(`entries:\n${marked.join('')}`);
  const [comment, note] = ['# end\n', block('2.0.0', '    description: |+\n      # a\n\n')];
  const mixed = await mark(`entries:\n${block('1.0.0')}${comment}${note}`, 'ship');
  expect(mixed.entries.map(({ changed }) => changed)).toEqual([true, true]);
  expect(mixed.text).toContain(`${block('1.0.0')}    yanked: it broke\n${comment}`);
});

test('whatever a reason says, it is what is read again, and taking the mark away gives the bytes from before', async () => {
  const indexes = [`entries:\n${block('1.0.0')}# end`, `entries:\n${block('1.0.0')}`.replaceAll('\n', '\r\n'), JSON_INDEX];
  // Of one line, as the command takes them.
  const piece = fc.constantFrom(
    'a',
    ' ',
    ': ',
    ' #',
    '"',
    "'",
    '\\',
    '{',
    '}',
    ',',
    '- ',
    '|',
    '>',
    '&',
    '*',
    '!',
    '%',
    '@',
    '---',
    '…',
    '\u{1f600}',
    '\u2028',
  );
  const line = fc.array(piece, { minLength: 1, maxLength: 8 }).map((parts) => parts.join('').trim());
  const reasons = line.filter((text) => text !== '');
  await fc.assert(
    fc.asyncProperty(reasons, fc.constantFrom(...indexes), async (value, text) => {
      const { text: marked } = await mark(text, 'ship', { value });
      const { value: read } = await readYaml(marked, 'index.yaml');
      expect(JSON.stringify(read)).toContain(`"yanked":${JSON.stringify(value)}`);
      expect((await mark(marked, 'ship', { value: undefined })).text.trimEnd()).toBe(text.trimEnd());
    }),
    { numRuns: 150 },
  );
});

describe('the serial of an index', () => {
  const YAML = 'entries:\n  - name: a\n    serial: 9\n';
  const JSON_TEXT = '{\n  "entries": [\n    {\n      "serial": 9\n    }\n  ]\n}\n';

  test.each([
    ['YAML', YAML, (serial: number, text = YAML) => `serial: ${serial}\n${text}`],
    ['JSON', JSON_TEXT, (serial: number, text = JSON_TEXT) => text.replace('{', `{\n  "serial": ${serial},`)],
  ])('in %s is begun when it is asked for, kept where nothing changes, and counted up else', (_, text, numbered) => {
    expect(withSerial(text, '', false)).toBe(text);
    expect(withSerial(text, text, false)).toBe(text);
    expect(withSerial(text, '', true)).toBe(numbered(1));
    expect(withSerial(text, numbered(41), false)).toBe(numbered(41));
    expect(withSerial(text, numbered(41, text.replace('9', '8')), true)).toBe(numbered(42));
    const edited = numbered(41, text.replace('9', '8'));
    expect(withNextSerial(edited, numbered(41))).toBe(numbered(42, text.replace('9', '8')));
    expect(withNextSerial(edited, edited)).toBe(edited);
    expect(withNextSerial(text, '')).toBe(text);
  });
});
