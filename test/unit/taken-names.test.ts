import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CoreKind, corePlugins } from '../../src/home/core-plugins.ts';
import { RESERVED_NAMES } from '../../src/home/store-paths.ts';
import { PACKAGE } from '../support/sandbox.ts';

/** The rows of the table of names in docs/managing-plugins.md: the names, by the first words of what is said of them. */
function documented(): Map<string, string[]> {
  const page = readFileSync(join(PACKAGE, 'docs/managing-plugins.md'), 'utf8');
  const section = page.slice(page.indexOf('\n## Names\n'), page.indexOf('\n## Plugins that call'));
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return new Map(rows.map((row) => [row.split('|')[2]?.trim() ?? '', [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)]));
}

test('the page names what is taken, and what is free, as it is', () => {
  const shipped = corePlugins(PACKAGE);
  const named = (kind: CoreKind): string[] => shipped.filter((plugin) => plugin.kind === kind).map(({ name }) => name);
  const row = (begin: string): string[] | undefined => [...documented()].find(([text]) => text.startsWith(begin))?.[1];
  expect(row('taken: these core plugins are always enabled')).toEqual(named('always'));
  expect(row('taken: `tool` needs them itself')).toEqual(['help', 'version', ...RESERVED_NAMES]);
  expect(row('free. A family')).toEqual(named('family'));
  expect(row('free, until you enable')).toEqual(named('dokku'));
});
