import { describe, expect, test } from 'vitest';
import { type ChoiceWorld, choose, chooseOrRefuse, readWish } from '../../src/catalogue/choose.ts';
import { hostPlatform, parsePlatform, platformText } from '../../src/catalogue/platforms.ts';
import { isReference, parseReference } from '../../src/catalogue/reference.ts';
import type { Release } from '../../src/catalogue/release.ts';
import { schemeNamed, schemesOf } from '../../src/catalogue/versions/schemes.ts';
import { VERSION } from '../../src/version.ts';

const world: ChoiceWorld = { platform: { os: 'linux', arch: 'amd64' }, hosts: { tool: '1.5.0' }, label: 'acme/deploy' };

type Part = string | (Partial<Release> & { readonly version: string; readonly on?: string });

/** Releases of one name, as listed: versions, or versions with what is special about them. */
function releases(...parts: readonly Part[]): Release[] {
  const written = parts.map((part) => (typeof part === 'string' ? { version: part } : part));
  const schemes = schemesOf(written.map(({ version }) => version));
  return written.map(({ on = 'linux/amd64 darwin/arm64', ...part }: Exclude<Part, string>, index) => {
    const scheme = schemes[index] ?? 'opaque';
    return {
      name: 'deploy',
      scheme,
      kind: 'binary',
      description: '',
      prerelease: schemeNamed(scheme).isPrerelease(part.version),
      platforms: on.split(' ').map((words) => ({ ...parsed(words), url: `https://example.com/${part.version}` })),
      ...part,
    };
  });
}

const parsed = (words: string): { os: string; arch: string } => {
  const [os = '', arch = ''] = words.split('/');
  return { os, arch };
};

/** What is chosen, what was passed over and what is said of it; or why nothing is. */
function outcome(list: readonly Release[], wish: string, more: Partial<ChoiceWorld> = {}): unknown {
  const choice = choose(list, wish, { ...world, ...more });
  const passed = choice.passedOver.map(({ version, why }) => `${version} ${why}`);
  if (!choice.release) return { problem: choice.problem, hint: choice.hint, passed };
  return { version: choice.release.version, passed, remarks: choice.remarks };
}

describe('the latest', () => {
  test('is the highest, wherever it is listed', () => {
    expect(outcome(releases('v1.9.0', '1.10', '1.2.0'), '')).toEqual({ version: '1.10', passed: [], remarks: [] });
    expect(outcome(releases('v2022.10.05-2', 'v2022.10.05-10', 'v2022.09.30-0'), 'latest')).toMatchObject({ version: 'v2022.10.05-10' });
  });

  test('is the first that is listed where versions have no order', () => {
    expect(outcome(releases('2020-01-25T02-50-51Z', '2019-01-25T02-50-51Z'), 'latest')).toMatchObject({ version: '2020-01-25T02-50-51Z' });
    expect(outcome(releases('nightly', '1.0.0', '1.1.0'), 'latest')).toEqual({ version: '1.1.0', passed: [], remarks: [] });
  });

  test('says why newer ones were passed over', () => {
    const list = releases(
      { version: '3.0.0-rc.1' },
      { version: '2.4.0', yanked: 'loses data' },
      { version: '2.3.0', yanked: '' },
      { version: '2.2.0', requires: { host: 'tool', range: '>=2' } },
      { version: '2.1.0', on: 'windows/amd64' },
      { version: '2.0.0', deprecated: 'use rollout' },
      '1.0.0',
    );
    expect(outcome(list, '')).toEqual({
      version: '2.0.0',
      passed: [
        '3.0.0-rc.1 is a prerelease',
        '2.4.0 was taken back: loses data',
        '2.3.0 was taken back',
        '2.2.0 requires tool >=2, and this is 1.5.0',
        '2.1.0 has nothing for linux/amd64',
      ],
      remarks: ['2.0.0 is deprecated: use rollout'],
    });
  });

  test('is nothing where there is nothing to choose, with what to do', () => {
    expect(outcome(releases('2.0.0-rc.2', '2.0.0-rc.1'), '')).toEqual({
      problem: 'acme/deploy has no version to choose: 2.0.0-rc.2 is a prerelease, like 1 older',
      hint: 'ask for it by its version: acme/deploy@2.0.0-rc.2',
      passed: ['2.0.0-rc.2 is a prerelease', '2.0.0-rc.1 is a prerelease'],
    });
    expect(outcome(releases({ version: '1.0.0', on: 'darwin/arm64 windows/386' }), '')).toMatchObject({
      problem: 'acme/deploy has no version to choose: 1.0.0 has nothing for linux/amd64',
      hint: 'there is darwin/arm64, windows/386',
    });
    expect(outcome(releases({ version: '1.0.0', requires: { host: 'tool', range: '>=2' } }), '')).toMatchObject({
      problem: 'acme/deploy has no version to choose: 1.0.0 requires tool >=2, and this is 1.5.0',
      hint: 'ask for another version, or update the host',
    });
  });

  test('is nothing where all that suits was taken back, with how to have that one nevertheless', () => {
    const hint = 'to install 1.2.0 although it was taken back, ask for exactly that version: acme/deploy@1.2.0';
    const back = releases({ version: '1.3.0', yanked: 'x', on: 'darwin/arm64' }, { version: '1.2.0', yanked: 'it leaks' }, { version: '1.1.0', yanked: '' });
    expect(outcome(back, '')).toMatchObject({ problem: 'acme/deploy has no version to choose: 1.3.0 was taken back: x, and 2 older are no better', hint });
    expect(outcome(releases({ version: '1.2.0', yanked: '' }, { version: '1.0.0', on: 'darwin/arm64' }, '2.0.0'), '^1')).toMatchObject({ hint });
    // What it names is had.
    expect(outcome(back, '1.2.0')).toMatchObject({ version: '1.2.0', remarks: ['1.2.0 was taken back: it leaks'] });
    expect(outcome(releases({ version: '1.0.0', yanked: 'x', on: 'darwin/arm64' }), '')).toMatchObject({ hint: 'there is darwin/arm64' });
    expect(outcome([], '')).toMatchObject({ problem: 'acme/deploy has no versions', hint: 'the index lists no versions of it' });
  });
});

describe('an exact version', () => {
  const list = releases(
    '1.0.0',
    'v1.2.0',
    { version: '1.3.0', yanked: 'loses data' },
    '2.0.0-rc.1',
    { version: '2.0.0', requires: { host: 'tool', range: '^2' } },
    '1.10',
  );

  for (const [wish, version] of [
    ['1.2.0', 'v1.2.0'],
    ['v1.2.0', 'v1.2.0'],
    ['2.0.0-rc.1', '2.0.0-rc.1'],
    ['1.10', '1.10'],
    ['1.10.0', '1.10'],
  ] as const) {
    test(`${wish} is ${version}`, () => {
      expect(outcome(list, wish)).toEqual({ version, passed: [], remarks: [] });
    });
  }

  test('is had when it was taken back, with a remark', () => {
    expect(outcome(list, '1.3.0')).toEqual({ version: '1.3.0', passed: [], remarks: ['1.3.0 was taken back: loses data'] });
  });

  test('is refused where the host or the platform is another', () => {
    expect(outcome(list, '2.0.0')).toMatchObject({ problem: 'acme/deploy 2.0.0 requires tool ^2, and this is 1.5.0' });
    expect(outcome(list, '1.0.0', { platform: { os: 'linux', arch: 'arm64' } })).toMatchObject({
      problem: 'acme/deploy 1.0.0 has nothing for linux/arm64',
      hint: 'there is linux/amd64, darwin/arm64',
    });
  });

  test('that is not there tells the nearest', () => {
    expect(outcome(list, '1.2.5')).toMatchObject({ problem: 'acme/deploy has no version 1.2.5', hint: 'nearest: v1.2.0, 1.3.0; newest: 2.0.0; there are 6' });
    expect(outcome(list, '9.0.0')).toMatchObject({ hint: 'nearest: 2.0.0; newest: 2.0.0; there are 6' });
    expect(outcome(list, 'nightly')).toMatchObject({ problem: 'acme/deploy has no version nightly' });
    expect(outcome(releases('RELEASE.2020-01-25', 'RELEASE.2021-02-01'), 'RELEASE.2020-01-26')).toMatchObject({
      hint: expect.stringContaining('nearest: RELEASE.2020-01-25;'),
    });
    expect(outcome(releases('1.0.0'), '1.0.1')).toMatchObject({ hint: 'nearest: 1.0.0; newest: 1.0.0; it is the only one' });
  });

  test('never stands for another one', () => {
    // Botkube takes the newest for whatever version is asked for (contract registry §1.4).
    const [one, two] = [outcome(releases('1.0.0', '2.0.0'), '1.0.0'), outcome(releases('1.0.0', '2.0.0'), '1.0.1')];
    expect([one, two]).toEqual([expect.objectContaining({ version: '1.0.0' }), expect.objectContaining({ problem: 'acme/deploy has no version 1.0.1' })]);
  });
});

describe('a range', () => {
  const list = releases('1.2.0', '1.3.0', '1.4.0-rc.1', { version: '1.5.0', yanked: 'x' }, '2.0.0', 'nightly');

  for (const [wish, version, passed] of [
    ['^1.2', '1.3.0', ['1.5.0 was taken back: x', '1.4.0-rc.1 is a prerelease']],
    ['1.2', '1.2.0', []],
    ['~1.3', '1.3.0', []],
    ['*', '2.0.0', []],
    ['>=1.4.0-rc.0 <1.5', '1.4.0-rc.1', []],
    ['<=1.3', '1.3.0', []],
  ] as const) {
    test(`${wish} is ${version}`, () => {
      expect(outcome(list, wish)).toEqual({ version, passed, remarks: [] });
    });
  }

  test('that holds nothing tells what there is', () => {
    expect(outcome(list, '^9')).toEqual({
      problem: 'acme/deploy has no version within ^9',
      hint: 'there are 2.0.0, 1.5.0, 1.4.0-rc.1, 1.3.0, 1.2.0, nightly',
      passed: [],
    });
    expect(outcome(list, '1.5.x')).toMatchObject({
      problem: 'acme/deploy has no version within 1.5.x to choose: 1.5.0 was taken back: x',
      hint: 'to install 1.5.0 although it was taken back, ask for exactly that version: acme/deploy@1.5.0',
    });
    expect(outcome(releases(...Array.from({ length: 20 }, (_, minor) => `1.${minor}.0`)), '^9')).toMatchObject({
      hint: expect.stringMatching(/1\.12\.0 and 12 more$/),
    });
  });

  test('that cannot be read is an error of who typed it', () => {
    expect(() => outcome(list, '^1.2 junk')).toThrow('"^1.2 junk" is not a version range: "junk" cannot be read');
    expect(() => outcome(list, '')).not.toThrow();
  });

  test('is refused by name where versions have no order', () => {
    expect(() => outcome(releases('RELEASE.1', 'RELEASE.2'), '^1.2')).toThrow(
      'The versions of deploy have no order that is known, so there is no range "^1.2" of them',
    );
    expect(outcome(releases('RELEASE.1', 'RELEASE.2'), 'RELEASE.2')).toMatchObject({ version: 'RELEASE.2' });
  });

  test('of calendar versions may be a day', () => {
    const days = releases('v2022.10.05-0', 'v2022.10.05-1', 'v2022.10.06-0');
    expect(outcome(days, 'v2022.10.05')).toMatchObject({ version: 'v2022.10.05-1' });
    expect(outcome(days, 'v2022.10.05-0')).toMatchObject({ version: 'v2022.10.05-0' });
  });

  test('takes a version that only looks like a prerelease, where the index says that it is none', () => {
    expect(outcome(releases({ version: '0.57.0-36.2.0', prerelease: false }), '0.57.x')).toMatchObject({ version: '0.57.0-36.2.0' });
  });
});

describe('kURL as the host', () => {
  const list = releases(
    { version: '1.1.0', requires: { host: 'kurl', range: '>= v2022.10.20-0' } },
    { version: '1.0.0', requires: { host: 'kurl', range: '>= v2022.10.05-0' } },
    { version: '1.2.0', requires: { host: 'kurl' } },
  );

  test('takes what its version is in the range of, and nothing that states none', () => {
    expect(outcome(list, '', { hosts: { kurl: 'v2022.10.06-0' } })).toEqual({
      version: '1.0.0',
      passed: ['1.2.0 states no range of versions of kURL, and is offered to none', '1.1.0 requires kURL >= v2022.10.20-0, and this is v2022.10.06-0'],
      remarks: [],
    });
  });

  test('is not asked where it is not known', () => {
    expect(outcome(list, '')).toMatchObject({ version: '1.2.0' });
  });
});

test('who has nothing to do without a release is told in one line', () => {
  expect(() => chooseOrRefuse(releases('1.0.0'), '2.0.0', world)).toThrow(
    expect.objectContaining({ code: 'no-such-version', message: 'acme/deploy has no version 2.0.0', hint: expect.stringContaining('nearest: 1.0.0') }),
  );
  expect(chooseOrRefuse(releases('1.0.0'), '', world)).toMatchObject({
    release: { version: '1.0.0' },
    platform: { url: 'https://example.com/1.0.0' },
    wish: { kind: 'latest' },
  });
});

test('a wish is read by what there is', () => {
  const list = releases('1.2', '1.3.0');
  expect([readWish('1.2', list), readWish('1.3', list), readWish('1.3.0', list), readWish('', list)]).toEqual([
    { kind: 'exact', version: '1.2' },
    { kind: 'range', range: '1.3' },
    { kind: 'exact', version: '1.3.0' },
    { kind: 'latest' },
  ]);
});

test('the version of tool itself can be compared', () => {
  expect(outcome(releases({ version: '1.0.0', requires: { host: 'tool', range: '>=0' } }), '', { hosts: { tool: VERSION } })).toMatchObject({
    version: '1.0.0',
  });
});

describe('platforms', () => {
  for (const [text, platform] of [
    ['linux/amd64', 'linux/amd64'],
    ['macos/x86_64', 'darwin/amd64'],
    ['Darwin/aarch64', 'darwin/arm64'],
    ['win32/ia32', 'windows/386'],
    ['linux/armv7l', 'linux/arm'],
  ] as const) {
    test(`${text} is ${platform}`, () => {
      expect(platformText(parsePlatform(text))).toBe(platform);
    });
  }

  for (const text of ['linux', 'linux/', '/amd64', 'linux/amd64/v2', 'linx/amd64', 'linux/amd65', 'any/any', '../x', '', 'constructor/toString']) {
    test(`"${text}" is none`, () => {
      expect(() => parsePlatform(text)).toThrow(`"${text}" is no platform that is known`);
    });
  }

  test('this machine has one that is known', () => {
    expect(parsePlatform(platformText(hostPlatform()))).toEqual(hostPlatform());
  });

  test('what is for any is for all', () => {
    expect(outcome(releases({ version: '1.0.0', on: 'linux/any' }), '')).toMatchObject({ version: '1.0.0' });
    expect(outcome(releases({ version: '1.0.0', on: 'any/any' }), '')).toMatchObject({ version: '1.0.0' });
    expect(outcome(releases({ version: '1.0.0', on: 'any/arm64' }), '')).toMatchObject({ hint: 'there is any/arm64' });
  });
});

describe('references', () => {
  for (const [text, reference] of [
    ['deploy', { name: 'deploy', wish: '' }],
    ['acme/deploy', { repository: 'acme', name: 'deploy', wish: '' }],
    ['acme/deploy@', { repository: 'acme', name: 'deploy', wish: '' }],
    ['acme/deploy@v1.0.0', { repository: 'acme', name: 'deploy', wish: 'v1.0.0' }],
    ['deploy@>= 1, < 2', { name: 'deploy', wish: '>= 1, < 2' }],
    ['deploy@1@2', { name: 'deploy', wish: '1@2' }],
    ['a.b/c_d@latest', { repository: 'a.b', name: 'c_d', wish: 'latest' }],
  ] as const) {
    test(`"${text}" is taken apart`, () => {
      expect(parseReference(text)).toEqual(reference);
    });
  }

  for (const [text, problem] of [
    ['', 'plugin name is required'],
    ['/', 'repository name is required, plugin name is required'],
    ['acme/', 'plugin name is required'],
    ['/deploy', 'repository name is required'],
    ['acme/@v1', 'plugin name is required'],
    ['acme/a/b', 'plugin name "a/b" is not allowed'],
    ['../deploy', 'repository name ".." is not allowed'],
    ['acme/..', 'plugin name ".." is not allowed'],
    ['a b', 'plugin name "a b" is not allowed'],
  ] as const) {
    test(`"${text}" is none: ${problem}`, () => {
      expect(() => parseReference(text)).toThrow(`"${text}" doesn't follow the [{repo_name}/]{plugin_name}[@{version}] syntax: ${problem}`);
    });
  }

  test('are told from paths and addresses', () => {
    const texts = [
      'deploy',
      'acme/deploy',
      'acme/deploy@^1.2',
      'deploy@>=1 <2',
      './deploy',
      '../deploy',
      '/srv/deploy',
      'a/b/c',
      'https://example.com/x',
      'git@example.com:a/b',
      'deploy.git/',
      '~/deploy',
      '',
    ];
    expect(texts.filter(isReference)).toEqual(['deploy', 'acme/deploy', 'acme/deploy@^1.2', 'deploy@>=1 <2']);
  });
});
