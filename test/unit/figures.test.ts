import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PACKAGE } from '../support/sandbox.ts';

const read = (file: string): string => readFileSync(join(PACKAGE, file), 'utf8');

const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
/** `50,000`, `Three` or `1 << 20` as a number. */
function numberIn(text: string): number {
  const spelled = WORDS.indexOf(text.toLowerCase());
  if (spelled >= 0) return spelled;
  return text
    .replaceAll(/[,_\s]/g, '')
    .split('*')
    .map((factor) =>
      factor
        .split('<<')
        .map(Number)
        .reduce((value, shift) => value * 2 ** shift),
    )
    .reduce((product, factor) => product * factor);
}

function figureIn(file: string, pattern: RegExp): number {
  const found = pattern.exec(read(file))?.[1];
  if (found === undefined) throw new Error(`${file} has nothing like ${pattern}`);
  return numberIn(found);
}

const KB = 1024;
const MB = 1024 * KB;

describe('a figure on a page is the one in the code', () => {
  const pages: readonly [string, RegExp, number, string, RegExp][] = [
    // [page, the figure there, its unit, source, the figure there]
    ['docs/managing-plugins.md', /more than ([\d,]+) entries/, 1, 'src/sources/archive/policy.ts', /entries: ([\d_]+)/],
    ['docs/managing-plugins.md', /^entries = (\d+)/m, 1, 'src/sources/archive/policy.ts', /entries: ([\d_]+)/],
    ['docs/managing-plugins.md', /more than (\d+) MiB/, MB, 'src/sources/archive/policy.ts', /bytes: ([\d *]+)/],
    ['docs/managing-plugins.md', /^bytes = (\d+)/m, 1, 'src/sources/archive/policy.ts', /bytes: ([\d *]+)/],
    ['docs/managing-plugins.md', /more than (\d+) times its size/, 1, 'src/sources/archive/policy.ts', /ratio: (\d+)/],
    ['docs/managing-plugins.md', /^ratio = (\d+)/m, 1, 'src/sources/archive/policy.ts', /ratio: (\d+)/],
    ['docs/managing-plugins.md', /at most (\d+) directories deep/, 1, 'src/plugins/depth-limit.ts', /DEFAULT_DEPTH = (\d+)/],
    ['docs/managing-plugins.md', /^depth = (\d+)/m, 1, 'src/plugins/depth-limit.ts', /DEFAULT_DEPTH = (\d+)/],
    ['docs/managing-plugins.md', /and ([\d,]+) bytes long/, 1, 'src/system/tree-hash.ts', /LONGEST_PATH = (\d+)/],
    ['docs/managing-plugins.md', /regular files of at most (\d+) MiB/, MB, 'src/system/small-file.ts', /SETTINGS_BYTES = ([\d <]+)/],
    ['docs/managing-plugins.md', /has at most ([\d,]+) keys/, 1, 'src/config/render-exports.ts', /MOST_KEYS = (\d+)/],
    ['docs/managing-plugins.md', /(\w+) are kept \|/, 1, 'src/store/generations.ts', /KEPT_GENERATIONS = (\d+)/],
    ['docs/managing-plugins.md', /up to (\w+) attempts/, 1, 'src/http/retry.ts', /ATTEMPTS = (\d+)/],
    ['docs/managing-plugins.md', /a stall of (\d+) seconds/, 1000, 'src/http/connect.ts', /STALLED_AFTER_MS = ([\d_]+)/],
    ['docs/managing-plugins.md', /Up to (\w+) redirects/, 1, 'src/http/follow.ts', /MOST_REDIRECTS = (\d+)/],
    ['docs/plugins.md', /finish within (\d+) seconds/, 1, 'src/help/ask-commands.ts', /HELP_SECONDS = (\d+)/],
    ['docs/plugins.md', /at most (\d+) KB/, KB, 'src/help/ask-commands.ts', /HELP_BYTES = ([\d <]+)/],
    ['docs/testing-plugins.md', /(\d+) seconds for a help call/, 1, 'src/testing/test-limits.ts', /help: (\d+)/],
    ['docs/testing-plugins.md', /(\d+) minutes for the `install` hook/, 60, 'src/testing/test-limits.ts', /install: (\d+)/],
    ['docs/server.md', /a line over (\d+) KB/, KB, 'libexec/forced-command', /-gt (\d+)/],
  ];
  test.each(pages)('%s %s', (page, there, unit, source, here) => {
    expect(figureIn(page, there) * unit).toBe(figureIn(source, here));
  });
});

describe('a version on a page is the one in the code', () => {
  const pages = ['README.md', 'docs/plugn.md', 'docs/server.md', 'docs/testing-plugins.md', 'docs/dokku-compatibility.md', 'docs/contracts/dokku.md'];
  const versions = (pattern: RegExp): Set<string> => new Set(pages.flatMap((page) => [...read(page).matchAll(pattern)].map((match) => match[1] as string)));

  test('of Node', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    expect(versions(/\bNode (\d+\.\d+)/g)).toEqual(new Set([engines.node.replace('>=', '')]));
  });
  test('of plugn', () => {
    expect(versions(/\bplugn (\d+\.\d+\.\d+)/g)).toEqual(new Set([/PLUGN_VERSION=(\S+)/.exec(read('libexec/plugn'))?.[1]]));
  });
  test('of Dokku', () => {
    const release = /DOKKU_COMPATIBILITY = '(\d+\.\d+)/.exec(read('src/home/prepare.ts'))?.[1];
    expect(versions(/\bDokku (\d+\.\d+)/g)).toEqual(new Set([release]));
  });
});

describe('the tests of Dokku', () => {
  /** File → what real Dokku passes, and what passes here: the table's row. */
  const rows = [...read('docs/dokku-suites.md').matchAll(/^\| (\S+) \| (\d+) \| (\d+|–) \| (\d+) \|/gm)].map(([, file = '', , dokku = '', here = '']) => ({
    file,
    dokku: dokku === '–' ? 0 : Number(dokku),
    here: Number(here),
  }));
  const expected = [...read('test/dokku/expected').matchAll(/^(dokku|here) ([^:]+): /gm)].map(([, by, file]) => ({ by, file }));

  test.each(rows.filter(({ file }) => file !== 'all'))('$file: the row counts what test/dokku/expected lists', ({ file, dokku, here }) => {
    const listed = expected.filter((line) => line.file === file);
    expect({ dokku: listed.filter(({ by }) => by === 'dokku').length, here: listed.length }).toEqual({ dokku, here });
  });

  test('the sums are those of the rows, and those that other pages give', () => {
    const listed = { dokku: expected.filter(({ by }) => by === 'dokku').length, here: expected.length };
    expect(rows.find(({ file }) => file === 'all')).toMatchObject(listed);
    expect(figureIn('docs/dokku-compatibility.md', /all (\d+) tests that a real Dokku passes/)).toBe(listed.dokku);
  });
});

test('as many published plugins are spoken of as the table has', () => {
  const table = /## What ran\n([\s\S]*?)\n## /.exec(read('docs/real-plugins.md'))?.[1] ?? '';
  const plugins = [...table.matchAll(/^\| [\w-]+ \| [\d.]+ \(/gm)].length;
  for (const [page, pattern] of [
    ['docs/real-plugins.md', /^(\d+) plugins, /m],
    ['docs/real-plugins.md', /With all (\d+) in one home/],
    ['docs/dokku-compatibility.md', /\[(\d+) published plugins\]/],
  ] as const) {
    expect(figureIn(page, pattern)).toBe(plugins);
  }
});
