import fc from 'fast-check';
import { SemVer, satisfies } from 'semver';
import { describe, expect, test } from 'vitest';
import { calendar } from '../../src/catalogue/versions/calendar.ts';
import { opaque } from '../../src/catalogue/versions/opaque.ts';
import type { VersionScheme } from '../../src/catalogue/versions/scheme.ts';
import { schemesOf } from '../../src/catalogue/versions/schemes.ts';
import { semantic } from '../../src/catalogue/versions/semantic.ts';

const MANY = { numRuns: 10_000 };

describe("kURL's versions", () => {
  // Contract registry §2.2, with the answers that are meant where node-semver gives others.
  for (const [version, range, expected] of [
    ['v2022.10.05-0', '>= v2022.10.05-0', true],
    ['v2022.10.06-0', '>= v2022.10.05-0', true],
    ['v2022.10.04-9', '>= v2022.10.05-0', false],
    ['v2022.10.05-10', '>= v2022.10.05-2', true],
    ['v2022.10.05', '>= v2022.10.05-0', true],
    // A day means all of it.
    ['v2022.10.05-0', '>= v2022.10.05', true],
    ['v2022.10.05-7', '<= v2022.10.05', true],
    ['v2022.10.05-7', '> v2022.10.05', false],
    ['v2022.10.05-7', 'v2022.10.05', true],
    ['v2023.01.01-0', '< v2023.01.01', false],
    ['v2022.12.31-9', '< v2023.01.01', true],
    // A build for staging stands behind its own number, and in front of the next.
    ['v2022.10.05-0-abcdef1', '>= v2022.10.05-5', false],
    ['v2022.10.05-5-abcdef1', '>= v2022.10.05-5', true],
    ['v2022.10.05-5-abcdef1', '<= v2022.10.05-5', false],
    ['v2022.10.05-5-abcdef1', '< v2022.10.05-6', true],
    ['v2022.10.05-0', '*', true],
    ['v2022.10.06-0', '>= v2022.10.05-0, < v2023.01.01-0', true],
    ['v2023.01.01-0', '>= v2022.10.05-0, < v2023.01.01-0', false],
    ['v2022.10.04-0', '>= v2022.10.05-0, < v2023.01.01-0', false],
    ['v2022.11.01-0', '>=v2022.10.05-0,<v2023.01.01-0', true],
    ['v2022.11.01-0', '>= v2022.10.05-0 && < v2023.01.01-0', true],
    ['v2023.11.01-0', '>= v2022.10.05-0 && < v2023.01.01-0', false],
    ['v2022.11.01-0', 'v2022.10.05-0 - v2022.11', true],
    ['v2022.12.01-0', 'v2022.10.05-0 - v2022.11', false],
    ['v2022.12.01-0', 'v2021.x || v2022.12.x', true],
    ['v2022.12.01-0', '^ v2022.10.05-0', true],
    ['v2023.01.01-0', '^v2022.10.05-0', false],
    ['v2022.10.31-0', '~v2022.10.05-0', true],
    ['v2022.11.01-0', '~v2022.10.05-0', false],
    ['v2022.12.31-0', '<v2023', true],
    ['v2023.01.01-0', '<v2023', false],
    ['v2022.12.31-0', '2022', true],
    ['latest', '>= v2022.10.05-0', false],
    ['', '*', false],
    ['v2022.13.45-0', '*', false],
  ] as const) {
    test(`${version || 'nothing'} is ${expected ? '' : 'not '}within ${range}`, () => {
      expect(calendar.range(range).has(version, { withPrereleases: true })).toBe(expected);
    });
  }

  for (const [range, part] of [
    ['garbage', '"garbage" cannot be read'],
    ['', 'it is empty'],
    [' ', 'it is empty'],
    ['>= v2022.10.05-0 junk', '"junk" cannot be read'],
    ['>= v2022.13.05-0', '"v2022.13.05-0" cannot be read'],
    ['>= v2022.02.30', '"v2022.02.30" cannot be read'],
    ['>= v2022.13', '"v2022.13" cannot be read'],
    ['v2022.10.05-01', '"v2022.10.05-01" cannot be read'],
    ['>= v2022.10.05-0,', '"," cannot be read'],
    ['|| v2022', 'nothing stands beside "||"'],
    ['=> v2022', '"=>" cannot be read'],
    ['v2022.x.05', '"v2022.x.05" cannot be read'],
    ['>= *', '"*" cannot be read'],
  ] as const) {
    test(`"${range}" is no range: ${part}`, () => {
      expect(() => calendar.range(range)).toThrow(`"${range}" is not a version range: ${part}`);
    });
  }

  test('dates are of the calendar', () => {
    const versions = ['v2024.02.29-0', 'v2023.02.29-0', 'v2022.13.01-0', 'v2022.00.01', 'v2022.1.05-0', 'v2022.10.05-01', '2022.10.05-0', 'v2022.10.05-0-xyz'];
    expect(versions.filter(calendar.isVersion)).toEqual(['v2024.02.29-0']);
  });

  test('are told what is wrong with them', () => {
    const range = calendar.range('>= v2022.10.05-0 < v2023');
    expect(range.whyOutside('v2022.10.04-0')).toBe('is below >= v2022.10.05-0 < v2023');
    expect(range.whyOutside('v2023.01.01-0')).toBe('is above >= v2022.10.05-0 < v2023');
    expect(range.whyOutside('v2022.11.01-0-abcdef1')).toBe('is a prerelease');
    expect(range.whyOutside('nightly')).toBe('cannot be compared');
    expect(calendar.range('v2021 || v2023').whyOutside('v2022.01.01-0')).toBe('is not within v2021 || v2023');
  });

  test('stand in one order', () => {
    const ordered = [
      'v2022.09.30-3',
      'v2022.10.05-0',
      'v2022.10.05-0-abcdef1',
      'v2022.10.05-0-bbcdef1',
      'v2022.10.05-2',
      'v2022.10.05-10',
      'v2022.10.05',
      'v2022.10.06-0',
    ];
    expect(ordered.toReversed().toSorted(calendar.compare)).toEqual(ordered);
  });
});

describe('semantic versions', () => {
  for (const [version, range, expected] of [
    ['1.2.3', '^1.2', true],
    ['v1.2.3', '^1.2', true],
    ['1.10', '^1.9', true],
    ['1.10', '1.1', false],
    ['1.1', '1.1', true],
    ['2.0.0', '^1.2', false],
    ['0.2.9', '^0.2.3', true],
    ['0.3.0', '^0.2.3', false],
    ['0.0.4', '^0.0.3', false],
    ['0.9.0', '^0', true],
    ['1.3.0', '~1.2.3', false],
    ['1.2.9', '~1.2', true],
    ['1.2.9', '1.2.x', true],
    ['1.2.9', '1.x', true],
    ['1.2.9', '1.*', true],
    ['1.2.9', '>1.2', false],
    ['1.3.0', '>1.2', true],
    ['1.2.9', '<=1.2', true],
    ['1.2.0', '<1.2', false],
    ['1.5.0', '>=1, <2', true],
    ['2.5.0', '>=1, <2', false],
    ['1.5.0', '1.2 - 1.5', true],
    ['3.0.0', '^1 || ^3', true],
    ['1.2.3+build.7', '1.2.3', true],
    // Prereleases are in no range that does not name one of the same version.
    ['1.3.0-rc.1', '^1.2', false],
    ['1.3.0-rc.1', '*', false],
    ['1.3.0-rc.2', '>=1.3.0-rc.1', true],
    ['1.3.1-rc.2', '>=1.3.0-rc.1', false],
    ['nightly', '*', false],
  ] as const) {
    test(`${version} is ${expected ? '' : 'not '}within ${range}`, () => {
      expect(semantic.range(range).has(version)).toBe(expected);
    });
  }

  for (const [range, part] of [
    ['latest', 'latest'],
    ['>=1 <2 x', 'x'],
    ['!=1.2', '!=1.2'],
    ['~>1.2', '~>1.2'],
    ['>=1<2', '>=1<2'],
    ['1.x.3', '1.x.3'],
    ['1.2.3.4', '1.2.3.4'],
    ['^1.2 ; rm', ';'],
    ['99999999999999999999', '99999999999999999999'],
  ] as const) {
    test(`"${range}" is no range, and the part that is not is named`, () => {
      expect(() => semantic.range(range)).toThrow(`"${range}" is not a version range: "${part}" cannot be read`);
    });
  }

  test('one that is told to be held by a host may be a prerelease', () => {
    expect(semantic.range('>=1.2').has('1.3.0-rc.1', { withPrereleases: true })).toBe(true);
    expect(semantic.range('<2').has('2.0.0-rc.1', { withPrereleases: true })).toBe(false);
  });

  test('a date is none', () => {
    expect(['2020-01-25T02-50-51Z', '2020-01', '652e113', 'v', '1.2.3.4', '1.0.0-01', ''].filter(semantic.isVersion)).toEqual([]);
  });

  test('a very long range is refused at once', () => {
    expect(() => semantic.range(`^1${' || ^1'.repeat(1e6)}`)).toThrow('it is too long');
    expect(() => semantic.range(`1${' '.repeat(250)}!`)).toThrow('"!" cannot be read');
  });
});

const number = fc.oneof(fc.nat(3), fc.nat(30));
const release = fc.tuple(number, number, number).map((numbers) => numbers.join('.'));
const suffix = fc.constantFrom('', '', '', '-rc.1', '-rc.2', '-rc.10', '-alpha', '-0', '-1.x', '+7', '-rc.1+b');
const semanticVersion = fc.tuple(fc.constantFrom('', 'v'), release, suffix).map((parts) => parts.join(''));
const partial = fc.oneof(
  semanticVersion,
  fc.tuple(number, number).map((numbers) => numbers.join('.')),
  number.map(String),
  fc.tuple(number, number).map(([a, b]) => `${a}.${b}.x`),
);

const twoDigits = (n: number): string => String(n).padStart(2, '0');
const date = fc.tuple(fc.integer({ min: 2021, max: 2024 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }));
const day = date.map(([y, m, d]) => `v${y}.${twoDigits(m)}.${twoDigits(d)}`);
const calendarVersion = fc.tuple(day, fc.constantFrom('', '-0', '-1', '-2', '-10', '-1-abcdef1', '-1-bcdef12')).map((parts) => parts.join(''));
const calendarBound = fc.oneof(
  calendarVersion,
  day,
  date.map(([y, m]) => `v${y}.${twoDigits(m)}`),
  date.map(([y]) => `v${y}`),
);

for (const [scheme, version, bound] of [
  [semantic, semanticVersion, partial],
  [calendar, calendarVersion, calendarBound],
] as const satisfies readonly (readonly [VersionScheme, fc.Arbitrary<string>, fc.Arbitrary<string>])[]) {
  describe(`${scheme.name}, whatever the versions are`, () => {
    const all = { withPrereleases: true };
    const sign = (a: string, b: string): number => Math.sign(scheme.compare(a, b));

    test('their order is total', () => {
      const isTotal = (a: string, b: string, c: string): boolean =>
        sign(a, a) === 0 &&
        sign(a, b) + sign(b, a) === 0 &&
        (sign(a, b) > 0 || sign(b, c) > 0 || sign(a, c) <= 0) &&
        (sign(a, b) !== 0 || sign(a, c) === sign(b, c));
      fc.assert(fc.property(version, version, version, isTotal), MANY);
    });

    test('what is above one that a lower bound lets in is let in as well, and the other way about', () => {
      const isMonotone = (a: string, b: string, limit: string, operator: string): boolean => {
        const [low, high] = sign(a, b) <= 0 ? [a, b] : [b, a];
        const range = scheme.range(`${operator}${limit}`);
        return operator.startsWith('>') ? !range.has(low, all) || range.has(high, all) : !range.has(high, all) || range.has(low, all);
      };
      fc.assert(fc.property(version, version, bound, fc.constantFrom('>=', '>', '<=', '<'), isMonotone), MANY);
    });

    test('a range has no holes, and each version is below, within or above a bound', () => {
      const isWhole = (versions: readonly string[], one: string, other: string, form: string): boolean => {
        const [low = '', middle = '', high = ''] = versions.toSorted(scheme.compare);
        const range = scheme.range(form.replace('A', one).replace('B', other));
        const hasHole = range.has(low, all) && range.has(high, all) && !range.has(middle, all);
        return !hasHole && ['<', '=', '>'].filter((operator) => scheme.range(operator + one).has(low, all)).length === 1;
      };
      const three = fc.array(version, { minLength: 3, maxLength: 3 });
      fc.assert(fc.property(three, bound, bound, fc.constantFrom('A', '^A', '~A', 'A - B', '>=A, <B'), isWhole), MANY);
    });
  });
}

test('semantic ranges hold what node-semver says they hold', () => {
  const comparator = fc.tuple(fc.constantFrom('', '=', '^', '~', '>', '>=', '<', '<='), partial).map((parts) => parts.join(''));
  // The same text twice: `A - B` is two comparators in our grammar, and node-semver is asked for these, see below.
  const alternative = fc.oneof(
    fc.array(comparator, { minLength: 1, maxLength: 3 }).map((list) => ({ ours: list.join(' '), asked: list.join(' ') })),
    fc.tuple(partial, partial).map(([low, high]) => ({ ours: `${low} - ${high}`, asked: `>=${low} <=${high}` })),
  );
  const textOf = (list: readonly { ours: string; asked: string }[], which: 'ours' | 'asked'): string => list.map((one) => one[which]).join(' || ');
  fc.assert(
    fc.property(
      semanticVersion,
      fc.array(alternative, { minLength: 1, maxLength: 2 }),
      (version, list) =>
        semantic.range(textOf(list, 'ours')).has(version, { withPrereleases: true }) ===
        satisfies(new SemVer(version), textOf(list, 'asked'), { includePrerelease: true }),
    ),
    { numRuns: 3000 },
  );
});

test('prereleases of the lower bound are not within A - B, though node-semver, told to take prereleases, widens it', () => {
  const all = { withPrereleases: true };
  const range = semantic.range('0.1.1 - 0.2.0');
  expect(['0.1.1-rc.10', '0.1.1', '0.2.0-rc.1', '0.2.0', '0.2.1-rc.1'].filter((version) => range.has(version, all))).toEqual(['0.1.1', '0.2.0-rc.1', '0.2.0']);
  expect(satisfies('0.1.1-rc.10', '0.1.1 - 0.2.0', { includePrerelease: true })).toBe(true);
});

test('opaque versions have no ranges, and say so', () => {
  expect(() => opaque.range('^1.2')).toThrow('"^1.2" is a range, and versions that have no order that is known have no ranges');
});

test('the versions of a name tell their scheme', () => {
  expect(schemesOf(['1.0', 'v1.2.3', '1.2.4-rc.1'])).toEqual(['semver', 'semver', 'semver']);
  expect(schemesOf(['v2022.10.05-0', 'v2022.10.15-1'])).toEqual(['calver', 'calver']);
  expect(schemesOf(['v2022.10.15-0', 'v2022.9.1'])).toEqual(['semver', 'semver']);
  expect(schemesOf(['2020-01-25T02-50-51Z', 'nightly'])).toEqual(['opaque', 'opaque']);
  // One that is odd takes the order of the others away from nobody.
  expect(schemesOf(['1.2.0', 'nightly', '1.3.0'])).toEqual(['semver', 'opaque', 'semver']);
  expect(schemesOf(['v2022.10.05-0', 'alpha'])).toEqual(['calver', 'opaque']);
  expect(schemesOf([])).toEqual([]);
});
