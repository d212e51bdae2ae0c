import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkProgram } from '../../src/providers/definition/check-program.ts';
import { readContent } from '../../src/providers/definition/content.ts';
import { readDefinition } from '../../src/providers/definition/definition.ts';
import type { Provider } from '../../src/providers/definition/record.ts';
import { treeProblem } from '../../src/providers/definition/safe-tree.ts';
import { fillIn, instanceFaults, valueFaults } from '../../src/providers/params/check-params.ts';
import { isSecret, knownParams, redactor, shownParams } from '../../src/providers/params/param.ts';
import { readParams } from '../../src/providers/params/read-words.ts';

const read = (value: unknown) => readDefinition(typeof value === 'string' ? value : JSON.stringify(value), 'p define');

test('a definition as Go prints it: what is null or left out is filled in, and what is not known is left alone', () => {
  const printed = {
    Meta: null,
    Name: 'incrementer',
    Version: 'v4.0.0',
    PluginVersion: 4,
    AvailableActions: [
      { Provider: '', Model: 'machines', Command: 'increment', RequiredParams: null, OptionalParams: ['incrementer/step'] },
      { Command: 'status' },
    ],
    StoreObjects: { cows: {}, 'typed-cows': { Spotted: { type: 'boolean' } } },
    IgnoreEvents: true,
  };
  expect(read(printed)).toEqual({
    name: 'incrementer',
    version: 'v4.0.0',
    autoStart: false,
    hasPublish: false,
    actions: [
      { command: 'increment', model: 'machines', required: [], optional: ['incrementer/step'] },
      { command: 'status', model: '', required: [], optional: [] },
    ],
    required: [],
    optional: [],
    storeObjects: { cows: {}, 'typed-cows': { Spotted: { type: 'boolean' } } },
    documentation: '',
    meta: {},
    content: '',
  });
  expect(read({ name: 'lower', pluginversion: 4 })).toMatchObject({ name: 'lower' });
});

test.each([
  ['nothing', '', 'printed no JSON object'],
  ['noise in front', 'starting…\n{"Name":"a1","PluginVersion":4}', 'printed no JSON object'],
  ['a list', '[]', 'printed no JSON object'],
  ['no name', { PluginVersion: 4 }, 'its name is ""'],
  ['a path for a name', { Name: '../etc', PluginVersion: 4 }, 'its name is "../etc"'],
  ['a name of one letter', { Name: 'a', PluginVersion: 4 }, 'its name is "a"'],
  ['another protocol', { Name: 'a1', PluginVersion: 2 }, 'version 2 of the protocol'],
  ['the protocol as a text', { Name: 'a1', PluginVersion: '4' }, 'version "4" of the protocol'],
  ['a flag that is none', { Name: 'a1', PluginVersion: 4, AutoStart: 'yes' }, 'AutoStart is neither true nor false'],
  ['actions that are no list', { Name: 'a1', PluginVersion: 4, AvailableActions: {} }, 'AvailableActions is no list'],
  ['a command with a slash', { Name: 'a1', PluginVersion: 4, AvailableActions: [{ Command: 'a/b' }] }, '"a/b" is the Command'],
  ['a model that is a path', { Name: 'a1', PluginVersion: 4, AvailableActions: [{ Command: 'go', Model: '../x' }] }, '"../x" is the Model'],
  ['parameters that are numbers', { Name: 'a1', PluginVersion: 4, RequiredParams: [1] }, 'RequiredParams has what is no name'],
  ['a store that is a path', { Name: 'a1', PluginVersion: 4, StoreObjects: { '../x': {} } }, 'StoreObjects has "../x"'],
])('refused: %s', (_, printed, message) => {
  expect(() => read(printed)).toThrow(expect.objectContaining({ code: 'bad-definition', message: expect.stringContaining(message) }));
});

const CONTENT = `
meta: { Name: c }
sections:
  params:
    c/step: { Name: c/step, Schema: { type: integer, default: 2, minimum: 1 } }
    c/word: { Schema: { type: string } }
    c/later: { Schema: { type: integer, exclusiveMinimum: 5 } }
    c/bad: { Schema: { type: nonsense } }
    c/async: { Schema: { $async: true, type: integer } }
    c/pass: { Secure: true, Schema: { type: string } }
  cows: { bessie: { Name: bessie, Spotted: true } }
`;
const content = readContent(CONTENT, 'c');
const known = knownParams([content]);

test('content is parameters and whatever else; what is none is refused', () => {
  expect(content.objects.map(({ type, name }) => `${type}/${name}`)).toEqual([
    'params/c/step',
    'params/c/word',
    'params/c/later',
    'params/c/bad',
    'params/c/async',
    'params/c/pass',
    'cows/bessie',
  ]);
  expect(readContent('  ', 'c')).toEqual({ meta: {}, objects: [] });
  expect(content.meta).toMatchObject({ Name: 'c' });
  for (const text of [
    'a: [',
    '- a',
    'sections: [a]',
    'sections: { params: [a] }',
    'sections: { params: { a: 1 } }',
    `a: &a [x,x]\nb: &b [${'*a,'.repeat(99)}*a]\nc: [${'*b,'.repeat(99)}*b]`,
  ])
    expect(() => readContent(text, 'c')).toThrow(expect.objectContaining({ code: 'bad-definition' }));
});

test('values are checked by their schemas, of draft-04 and later, and a schema that cannot be used says so', async () => {
  expect(await valueFaults('c/step', '3', known)).toEqual(['c/step: (root): Invalid type. Expected: integer, given: string']);
  expect(await valueFaults('c/step', 0, known)).toEqual(['c/step: (root): must be >= 1']);
  expect(await valueFaults('c/step', 3, known)).toEqual([]);
  expect(await valueFaults('c/later', 5, known)).toEqual(['c/later: (root): must be > 5']);
  expect(await valueFaults('c/async', 'x', known)).toEqual(['c/async: (root): Invalid type. Expected: integer, given: string']);
  expect(await valueFaults('c/bad', 5, known)).toEqual([expect.stringContaining('its schema cannot be used')]);
  expect(await valueFaults('c/unknown', {}, known)).toEqual([]);
});

test('an instance needs what its provider requires, and defaults do not stand in for it', async () => {
  const definition = { required: ['c/step', 'c/gone'], optional: ['c/word'] };
  expect(await instanceFaults(definition, { 'c/word': 5 }, known)).toEqual([
    'Missing required parameter: c/step',
    'Missing required parameter: c/gone',
    'c/word: (root): Invalid type. Expected: string, given: integer',
  ]);
  expect(await instanceFaults(definition, { 'c/step': 1, 'c/gone': null, other: 1 }, known)).toEqual([]);
});

test('parameters of an action: supplied, the object’s, everybody’s, the default; the rest is missing', async () => {
  const action = { command: 'go', model: 'machines', required: ['c/word'], optional: ['c/step', 'c/none'] };
  expect(await fillIn(action, {}, [], known)).toEqual({ faults: ['Action go Missing Parameter c/word'] });
  expect(await fillIn(action, { 'c/word': 'a', extra: 1 }, [], known)).toEqual({ params: { 'c/word': 'a', 'c/step': 2, extra: 1 } });
  expect(await fillIn(action, {}, [{ 'c/word': 'own' }, { 'c/word': 'all', 'c/step': 9 }], known)).toEqual({ params: { 'c/word': 'own', 'c/step': 9 } });
  expect(await fillIn(action, { 'c/word': 'a', 'c/step': 'x' }, [], known)).toEqual({
    faults: ['Action go: Invalid Parameter: c/step: (root): Invalid type. Expected: integer, given: string'],
  });
  expect(await fillIn(action, { 'c/word': 'a', 'c/pass': 'x' }, [], known)).toEqual({ faults: ['Action go: cannot be passed secure parameter c/pass'] });
});

test('secrets are hidden by what is said of them or by their names, in lists and in texts', () => {
  expect(['c/pass', 'c/word', 'slack/token', 'db_password', 'api-key', 'c/keyboard'].map((name) => isSecret(name, known))).toEqual([
    true,
    false,
    true,
    true,
    true,
    false,
  ]);
  const params = { 'c/pass': 'hunter"22', 'c/word': 'seen', nested: 1, 'x/secret': { a: ['deep-one'] } };
  expect(shownParams(params, known)).toEqual({ 'c/pass': '********', 'c/word': 'seen', nested: 1, 'x/secret': '********' });
  const key = redactor({ 'c/pass': '-----BEGIN KEY-----\nMIIEvQIBADANBgkq\n-----END KEY-----\n' }, known);
  expect(key('out MIIEvQIBADANBgkq')).toBe('out ********');
  const hide = redactor(params, known, ['tok-en']);
  expect(hide('map[c/pass:hunter"22 word:seen] {"p":"hunter\\"22"} deep-one tok-en')).toBe('map[c/pass:******** word:seen] {"p":"********"} ******** ********');
});

test('words are YAML, unless their schema wants a text', () => {
  expect(readParams(['a=3', 'b=[x, y]', 'c/word=1.10', 'd=', 'e=null', 'f=a=b', 'g=true'], undefined, known)).toEqual({
    a: 3,
    b: ['x', 'y'],
    'c/word': '1.10',
    d: '',
    e: null,
    f: 'a=b',
    g: true,
  });
  for (const word of ['a', '=b', 'a=[']) expect(() => readParams([word], undefined, known)).toThrow(expect.objectContaining({ code: 'bad-value' }));
});

test('what is unpacked may have files and directories, and nothing else', () => {
  const root = mkdtempSync(join(tmpdir(), 'tool-test-'));
  try {
    mkdirSync(join(root, 'a/b'), { recursive: true });
    writeFileSync(join(root, 'a/b/c'), 'x');
    expect(treeProblem(root)).toBeUndefined();
    writeFileSync(join(root, 'a/set'), '', { mode: 0o755 });
    symlinkSync('/etc', join(root, 'a/out'));
    expect(treeProblem(root)).toBe('a/out is a symbolic link');
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('a program that could not be read is read again', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tool-test-'));
  try {
    mkdirSync(join(root, 'in'), { mode: 0o700 });
    const program = join(root, 'in/program');
    writeFileSync(program, 'x', { mode: 0o700 });
    const provider = { name: 'a1', program, sha256: createHash('sha256').update('x').digest('hex') } as Provider;
    const checked = checkProgram(provider);
    // It is opened later. The state of the file itself stays the same.
    renameSync(join(root, 'in'), join(root, 'out'));
    await expect(checked).rejects.toThrow('ENOENT');
    renameSync(join(root, 'out'), join(root, 'in'));
    expect(await checkProgram(provider)).toBe(program);
  } finally {
    rmSync(root, { recursive: true });
  }
});
