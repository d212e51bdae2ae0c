import { expect, test } from 'vitest';
import { plainSpec } from '../../src/addons/plain-spec.ts';
import { readSpecDocument } from '../../src/addons/spec-document.ts';
import type { SpecFile } from '../../src/addons/spec-file.ts';
import { isUserError } from '../../src/errors.ts';

/** All that is to be known of a spec, or why it is refused. */
function told(read: () => SpecFile): unknown {
  try {
    const { text, addons, installerVersion, values } = read();
    return { text, addons, installerVersion, values: values() };
  } catch (error) {
    if (isUserError(error)) return error.code;
    throw error;
  }
}

const byLibrary = (text: string): unknown => told(() => readSpecDocument(text, 'spec.yaml'));

const PLAIN = `# a host
apiVersion: cluster.kurl.sh/v1beta1
kind: Installer   # of kURL
metadata:
  name: "latest"

spec:
  # what comes first
  kubernetes:
    version: 1.29.x
    loadBalancerAddress: ''
    advertiseAddress:
  certManager:   # flow it is not
       version:    'latest'     # the newest
       deep:
         one: https://example.org:8443/a?b
  kurl:
    installerVersion: v2022.10.06-0
  empty:
  kotsadm:
    s3Override: "https://own.example.org/k.tar.gz?x=1&y={2}"
    version: 1.85.0
    sha256: ${'ab'.repeat(32)}
  über: no
`.replace('  über: no\n', '  # über, 漢字\n');

test.each([
  ['ends of lines of Unix', PLAIN],
  ['ends of lines of Windows', PLAIN.replaceAll('\n', '\r\n')],
  ['no end of its last line', PLAIN.trimEnd()],
  ['nothing but a version', 'spec:\n a:\n  version: 1'],
  ['no add-ons', 'spec:\n  a:\n    b: c\n'],
  ['names of what every object has', 'spec:\n  constructor:\n    version: 1\n    toString: x\n'],
])('a plain spec with %s is read as by a reader of all of YAML', (_, text) => {
  const plain = plainSpec(text);
  expect(plain).toBeDefined();
  expect(told(() => plain as SpecFile)).toEqual(byLibrary(text));
});

test.each([
  'spec: {a: {version: 1}}\n',
  'spec:\n  a: &x\n    version: 1\n',
  'spec:\n  a:\n    version: *x\n',
  'spec:\n  a:\n    version: !!str 1\n',
  'spec:\n  a:\n    version: |\n      1\n',
  'spec:\n  a:\n    version: 1\n      .2\n',
  'spec:\n  a:\n    version: 1 2\n',
  'spec:\n  a:\n    version: "1\\u002e0"\n',
  "spec:\n  a:\n    version: 'it''s'\n",
  'spec:\n  a:\n    version: "1\n      2"\n',
  'spec:\n  a:\n    version: 1\n   b: 2\n',
  'spec:\n  a:\n    version: 1\n    version: 2\n',
  'spec:\n  a:\n\tversion: 1\n',
  'spec:\n  a:\n    version: 1#2\n    list:\n    - 1\n',
  'spec:\n  a:\n    version: \n',
  'spec:\n  a_b:\n    version: 1\n',
  'spec:\n  a:\n    version: 1\n---\nspec:\n',
  '---\nspec:\n  a:\n    version: 1\n',
  '  spec:\n    a:\n      version: 1\n',
  'spec:\n  a:\n    version: ä\n',
  'spec:\n  a:\n    version: 1\u2028\n',
  '\ufeffspec:\n  a:\n    version: 1\n',
  'spec:\n  a:\n    version: 1\r    b: 2\n',
  'spec: a\n',
  'spec:\n',
  '',
])('the spec %j is left to a reader of all of YAML', (text) => {
  expect(plainSpec(text)).toBeUndefined();
});

/** Numbers from 0 up to, and without, another: the same ones in each run. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('whatever is taken for a plain spec is read as by a reader of all of YAML', () => {
  const below = numbersFrom(20221005);
  const one = <T>(of: readonly T[]): T => of[below(of.length)] as T;
  const KEYS = ['spec', 'a', 'b', 'kurl', 'version', 's3Override', 'sha256', 'installerVersion', 'certManager', 'a-b', 'a_b', 'true', 'null'];
  const VALUES = [
    '',
    '',
    '',
    '1.0',
    "'x'",
    '"y"',
    'latest',
    'a:b',
    '0x1f',
    '~',
    'true',
    '1.85.x',
    "''",
    'a b',
    '"a\\n"',
    '#',
    'a#b',
    '- x',
    '{}',
    '[a]',
    '&a',
    '"a" b',
    "'a'b",
    ':',
    'a:',
    '-',
    '1e3',
    '@x',
    '%x',
    '=',
    '|',
  ];
  const REST = ['', '', '', ' # c', '  ', ' #', '#c', ' : x'];
  const row = (): string => {
    if (below(12) === 0) return one(['', '   ', '# c', '      # c', '---', '...', '\t', '- a', '? a']);
    return `${' '.repeat(one([0, 2, 2, 2, 4, 4, 4, 4, 6, 1, 3]))}${one(KEYS)}:${one([' ', ' ', ' ', '  ', ''])}${one(VALUES)}${one(REST)}`;
  };
  let plain = 0;
  for (let count = 0; count < 30_000; count++) {
    const text = ['spec:', ...Array.from({ length: 1 + below(7) }, row)].join(one(['\n', '\n', '\r\n'])) + one(['', '\n']);
    const read = plainSpec(text);
    if (!read) continue;
    plain++;
    expect([text, told(() => read)]).toEqual([text, byLibrary(text)]);
  }
  expect(plain).toBeGreaterThan(1000);
});
