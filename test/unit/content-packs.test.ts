import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { documentPack } from '../../src/content/document-pack.ts';
import { goString } from '../../src/content/go-string.ts';
import { META_DEFAULTS, type Pack } from '../../src/content/pack.ts';
import { type ReadPack, readDirectory } from '../../src/content/read-directory.ts';
import { readObject } from '../../src/content/read-object.ts';
import { packText, packYaml } from '../../src/content/write-pack.ts';
import { isUserError } from '../../src/errors.ts';

/** A directory of a pack, gone when the test is over. */
function within<T>(files: Readonly<Record<string, string | Buffer>>, use: (directory: string) => T): T {
  const root = mkdtempSync(join(tmpdir(), 'tool-content-'));
  const directory = join(root, 'pack');
  try {
    mkdirSync(directory);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    return use(directory);
  } finally {
    rmSync(root, { recursive: true });
  }
}

const read = (files: Readonly<Record<string, string | Buffer>>, given?: Record<string, string>): ReadPack => within(files, (at) => readDirectory(at, given));

function refused(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isUserError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'nothing was refused';
}

test('the fields of a pack: a file goes first, then what is given, then the default; an empty file is none', () => {
  const { pack, warnings } = read(
    { '._Name.meta': '\n incrementer \n', '._Version.meta': '  ', '._Author.meta': 'a', '._Nonsense.meta': 'x' },
    { Author: 'b', License: ' MIT ', Version: 'v2' },
  );
  expect(pack.meta).toEqual({ ...META_DEFAULTS, Name: 'incrementer', Version: 'v2', Author: 'a', License: 'MIT' });
  expect(read({}).pack).toEqual({ meta: META_DEFAULTS, sections: {} });
  expect(META_DEFAULTS).toMatchObject({ Name: 'Unspecified', Version: 'v0.0.0', Type: 'dynamic', Author: '' });
  expect(Object.keys(META_DEFAULTS)).toHaveLength(18);
  expect(warnings).toEqual(['._Nonsense.meta: a content pack has no field Nonsense']);
});

test('objects are called by what is in them, and have all fields of their type', () => {
  const { pack, warnings } = read({
    'params/any.yaml': 'Name: incrementer/step\nschema: { type: integer }\nDescription: null\n',
    'templates/a.tmpl': 'text\n',
    'templates/b.yaml': 'ID: b\nContents: x\n',
    'templates/.gitkeep': '',
    'params/deeper/x.yaml': 'no: [',
    '.hidden/x.yaml': 'no: [',
    'typed-cows/bessie.json': '{"Id": "bessie", "CanMilk": true}',
    'tasks/t.yml': 'Name: t\nCost: 3\n',
    'README.md': 'not an object',
  });
  const common = { Available: false, Bundle: '', Description: '', Endpoint: '', Errors: [], Meta: {}, ReadOnly: false, Validated: false };
  const step = { ...common, Documentation: '', Name: 'incrementer/step', Schema: { type: 'integer' }, Secure: false };
  expect(pack.sections).toEqual({
    params: { 'incrementer/step': step },
    tasks: { t: { ...common, Documentation: '', Name: 't', Cost: 3, Prerequisites: [], Templates: [], OptionalParams: [], RequiredParams: [] } },
    templates: { 'a.tmpl': { ...common, ID: 'a.tmpl', Contents: 'text\n' }, b: { ...common, ID: 'b', Contents: 'x' } },
    'typed-cows': { bessie: { ...common, Documentation: '', Params: {}, Type: 'typed-cows', Id: 'bessie', CanMilk: true } },
  });
  expect(warnings).toEqual(['tasks/t.yml: tasks have no field Cost']);
});

test.each<[files: Record<string, string | Buffer>, message: string]>([
  [{ 'params/x.txt': '' }, 'params/x.txt: is no object: its name does not end in .yaml, .yml or .json'],
  [{ 'params/x.yaml': 'Description: y' }, 'params/x.yaml: has no Name'],
  [{ 'params/x.yaml': 'Name: 3' }, 'params/x.yaml: has a number as its Name, which is a text'],
  [{ 'params/x.yaml': 'Name: x\nSecure: "yes"' }, 'params/x.yaml: has a text as its Secure, which is true or false'],
  [{ 'tasks/x.yaml': 'Name: x\nTemplates: {}' }, 'tasks/x.yaml: has a map as its Templates, which is a list'],
  [{ 'params/x.yaml': 'Name: x\nname: y' }, 'params/x.yaml: has Name and name, which are one field'],
  [{ 'params/x.yaml': 'Name: x\nName: y' }, 'params/x.yaml:2: Map keys must be unique'],
  [{ 'params/x.yaml': '- x' }, 'params/x.yaml:1: is no map of fields'],
  [{ 'params/x.yaml': '' }, 'params/x.yaml:1: is no map of fields'],
  [
    { 'params/x.yaml': 'Name: x\nSchema: { maximum: 9007199254740993 }' },
    'params/x.yaml:2: 9007199254740993 is larger than numbers are kept exactly: write it as a text',
  ],
  [
    { 'params/x.json': '{"Name": "99999999999999999", "Schema": 9007199254740993}' },
    'params/x.json: 9007199254740993 is larger than numbers are kept exactly: write it as a text',
  ],
  [{ 'params/x.json': 'Name: x' }, 'params/x.json: Unexpected token'],
  [{ 'params/a.yaml': 'Name: x', 'params/b.json': '{"Name": "x"}' }, 'params/b.json and params/a.yaml are both x'],
  [{ 'cows/a.yaml': 'Colour: red' }, 'cows/a.yaml: has no Id'],
  [{ 'templates/a.tmpl': Buffer.from([0xff, 0xfe]) }, 'templates/a.tmpl is no UTF-8'],
  [{ 'templates/a.tmpl': Buffer.alloc((4 << 20) + 1) }, 'templates/a.tmpl is larger than 4194304 bytes'],
])('%j is refused', (files, message) => {
  expect(refused(() => read(files))).toContain(`bad-content: ${message}`);
});

test('a link is followed to what is in the directory, and refused where it leads out', () => {
  within({ 'params/x.yaml': 'Name: x', 'shared/text': 'inside' }, (directory) => {
    rmSync(join(directory, 'shared'), { recursive: true });
    mkdirSync(join(directory, 'templates'));
    writeFileSync(join(directory, 'real.tmpl'), 'inside');
    symlinkSync('../real.tmpl', join(directory, 'templates/x.tmpl'));
    expect(readDirectory(directory).pack.sections.templates).toMatchObject({ 'x.tmpl': { Contents: 'inside' } });
    writeFileSync(join(directory, '../secret'), 'outside');
    symlinkSync('../../secret', join(directory, 'templates/y.tmpl'));
    expect(refused(() => readDirectory(directory))).toBe('bad-content: templates/y.tmpl leads out of the directory');
    rmSync(join(directory, 'templates/y.tmpl'));
    symlinkSync('../secret', join(directory, '._Name.meta'));
    expect(refused(() => readDirectory(directory))).toBe('bad-content: ._Name.meta leads out of the directory');
  });
});

test('a word that readers of YAML 1.1 take for something else is told with its line, and stays a text', () => {
  const { pack, warnings } = read({ 'params/x.yaml': 'Name: x\nSchema:\n  enum: [yes, "no", on, 010, "off"]\n' });
  expect(pack.sections.params?.x).toMatchObject({ Schema: { enum: ['yes', 'no', 'on', 10, 'off'] } });
  expect(warnings.map((one) => one.slice(0, 40))).toEqual(
    ['yes', 'on', '010'].map((word) => `params/x.yaml:3: ${word} is a text to some readers`.slice(0, 40)),
  );
});

test('aliases that would grow without end are refused', () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${'bcdefgh'
    .split('')
    .map((name, at) => `${name}: &${name} [${Array(10).fill(`*${'abcdefg'[at]}`).join(', ')}]\n`)
    .join('')}`;
  expect(readObject(bomb, 'yaml')).toMatchObject({ text: expect.stringContaining('alias') });
});

/** A reader of YAML 1.1, and one of YAML 1.2. */
const READERS: readonly ((text: string) => unknown)[] = [
  (text) => parse(text, { version: '1.1', schema: 'yaml-1.1' }),
  (text) => parse(text),
  (text) => load(text),
];

test('whatever the texts of a pack are, readers of YAML 1.1 and 1.2 read the same, and JSON has it too', () => {
  const odd = fc.constantFrom(
    'yes',
    'n',
    '010',
    '1_000',
    '12:30',
    '2001-01-01',
    '<<',
    '=',
    '~',
    '.inf',
    '0b1',
    '---',
    '\u2028',
    '\u0085x',
    '\ufeff',
    'a\tb',
    '\u202e',
    '# x',
    ' lead\nx',
    'trail \nx\n\n',
    'é\u0000',
  );
  const value = fc.oneof(odd, fc.string({ unit: 'binary' }), fc.integer(), fc.boolean(), fc.array(odd, { maxLength: 3 }));
  const object = fc.dictionary(fc.oneof(odd, fc.string()), value, { maxKeys: 5 });
  fc.assert(
    fc.property(object, (params) => {
      const pack: Pack = { meta: META_DEFAULTS, sections: { profiles: { x: params } } };
      const text = packYaml(pack);
      for (const reader of READERS) expect(reader(text)).toEqual(pack);
      expect(JSON.parse(packText(pack, 'x.json'))).toEqual(pack);
    }),
    { numRuns: 300 },
  );
});

test('maps are in order, whatever order they were given in', () => {
  const pack = (objects: Pack['sections']): Pack => ({ meta: {}, sections: objects });
  const [one, other] = [pack({ b: { y: { B: 1, A: 2 } }, a: {} }), pack({ a: {}, b: { y: { A: 2, B: 1 } } })];
  expect(packYaml(one)).toBe(packYaml(other));
  expect(packText(one, 'x.json')).toBe(
    '{\n  "meta": {},\n  "sections": {\n    "a": {},\n    "b": {\n      "y": {\n        "A": 2,\n        "B": 1\n      }\n    }\n  }\n}\n',
  );
});

test.each([
  ['plain', '"plain"'],
  ['a "b" \\ `c` é 漢', '"a \\"b\\" \\\\ `c` é 漢"'],
  ['\n\r\t\b\f\v\x07', '"\\n\\r\\t\\b\\f\\v\\a"'],
  ['\x00\x1b\x7f', '"\\x00\\x1b\\x7f"'],
  ['\u0085\u00a0\u2028\ufeff\u202e', '"\\u0085\\u00a0\\u2028\\ufeff\\u202e"'],
  ['😀\u{e0001}', '"😀\\U000e0001"'],
  ['\ud800', '"\\ufffd"'],
])('%j as a literal of Go', (text, literal) => {
  expect(goString(text)).toBe(literal);
});

test('source files have the YAML as contentYamlString', async () => {
  const { pack } = read({ '._Name.meta': 'x', 'templates/t.sh': 'echo "${x}" `\\n` \u202e\n' });
  expect(packText(pack, 'x.go')).toBe(
    `// Code generated by content:bundle. DO NOT EDIT.\n\npackage main\n\nvar contentYamlString = ${goString(packYaml(pack))}\n`,
  );
  const script = packText(pack, 'x.ts');
  expect(script).not.toContain('\u202e');
  const { contentYamlString } = (await import(`data:text/javascript,${encodeURIComponent(script)}`)) as { contentYamlString: string };
  expect(contentYamlString).toBe(packYaml(pack));
  expect(refused(() => packText(pack, 'x.rb'))).toBe('bad-value: x.rb is no name for a content pack');
});

const DOCUMENTED: Pack = {
  meta: { ...META_DEFAULTS, Name: 'my-pack', DisplayName: 'Mine *é*', Version: 'v1', Documentation: '\n  Indented.\n\nText.\n\n' },
  sections: {
    tasks: { b: { Name: 'b_', Documentation: 'B' }, a: { Name: 'a', Documentation: '' } },
    params: { 'x/y': { Name: 'x/y', Documentation: 'X\nY\n' }, a: { Name: 'a', Documentation: ' A' } },
    empty: { z: { Name: 'z' } },
  },
};

test('documentation in reStructuredText: types and objects in order, underlines by bytes', () => {
  expect(documentPack(DOCUMENTED, 'rst')).toBe(
    `.. index::
  pair: my-pack; Content Packages

.. _rs_cp_my_pack:

my-pack - Mine \\*é\\*
~~~~~~~~~~~~~~~~~~~~~

The following documentation is for Mine \\*é\\* (my-pack) content package at version v1.

  Indented.

Text.

Object Specific Documentation
-----------------------------

params
======

The content package provides the following params.

a
+

A

x/y
+++

X
Y

tasks
=====

The content package provides the following tasks.

b\\_
+++

B
`,
  );
});

test('documentation in Markdown', () => {
  const page = documentPack(DOCUMENTED, 'markdown');
  expect(page).toMatch(/^# my-pack - Mine \\\*é\\\*\n\nThe following documentation is for Mine \\\*é\\\* \(my-pack\) content package at version v1\.\n/);
  expect(page).toContain('\n### params\n\nThe content package provides the following params.\n\n#### a\n\nA\n\n#### x/y\n\nX\nY\n\n### tasks\n');
  expect(documentPack({ meta: META_DEFAULTS, sections: {} }, 'markdown')).toBe(
    '# Unspecified\n\nThe following documentation is for Unspecified content package at version v0.0.0.\n\n## Object Specific Documentation\n',
  );
});
