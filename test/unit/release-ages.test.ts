import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { choose } from '../../src/catalogue/choose.ts';
import { hostPlatform } from '../../src/catalogue/platforms.ts';
import { indexOf, Shelf } from '../support/indexes.ts';

const HOUR = 3_600_000;
let shelf: Shelf;
let folder: string;
beforeEach(() => {
  shelf = new Shelf();
  folder = mkdtempSync(join(tmpdir(), 'tool-ages-'));
});
afterEach(() => {
  shelf[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const settings = (text: string): void => writeFileSync(shelf.at('tool.toml'), text);
const publish = (...versions: string[]): void => writeFileSync(join(folder, 'index.yaml'), indexOf(...versions.map((version) => ({ name: 'ship', version }))));

/** What is chosen for a wish, and what was passed over. */
async function chosen(wish = '') {
  const { releases } = await shelf.open().find({ repository: 'acme', name: 'ship', wish });
  const { release, passedOver, ...rest } = choose(releases, wish, { platform: hostPlatform(), hosts: {}, label: 'ship' });
  return release
    ? [release.version, ...passedOver.map(({ version, why }) => `${version} ${why}`)]
    : [(rest as { problem: string }).problem, (rest as { hint: string }).hint];
}

test('a release is passed over until it has been seen for long enough', async () => {
  settings(`[trust]\nmin_age = "24h"\n[repositories.acme]\nurl = "${folder}/index.yaml"\n`);
  publish('1.0.0');
  // What was there at first is taken.
  expect(await chosen()).toEqual(['1.0.0']);
  shelf.now += HOUR;
  publish('1.0.0', '1.1.0');
  const why = (age: string): string => `was first seen ${age} ago, and is taken after 1 day`;
  expect(await chosen()).toEqual(['1.0.0', `1.1.0 ${why('0 seconds')}`]);
  shelf.now += 2 * HOUR;
  expect(await chosen('1.1.0')).toEqual([`ship 1.1.0 ${why('2 hours')}`, 'wait, or change min_age under [trust] in tool.toml']);
  publish('1.1.0', '1.2.0');
  expect(await chosen()).toEqual([
    `ship has no version to choose: 1.2.0 ${why('0 seconds')}, and 1 older are no better`,
    'wait, or change min_age under [trust] in tool.toml',
  ]);
  shelf.now += 22 * HOUR;
  expect(await chosen()).toEqual(['1.1.0', `1.2.0 ${why('22 hours')}`]);
  settings(`[trust]\nmin_age = "24h"\n[trust.repositories.acme]\nmin_age = "0"\n[repositories.acme]\nurl = "${folder}/index.yaml"\n`);
  expect(await chosen()).toEqual(['1.2.0']);
});

test('where it is said later, what the copy had is taken, and what is new since is not', async () => {
  const repository = `[repositories.acme]\nurl = "${folder}/index.yaml"\n`;
  settings(repository);
  publish('1.0.0', '1.1.0');
  expect(await chosen()).toEqual(['1.1.0']);
  settings(`[trust]\nmin_age = "7d"\n${repository}`);
  shelf.now += HOUR;
  publish('1.0.0', '1.1.0', '2.0.0');
  expect(await chosen()).toEqual(['1.1.0', '2.0.0 was first seen 0 seconds ago, and is taken after 7 days']);
});
