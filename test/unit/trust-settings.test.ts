import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { trustSettings } from '../../src/config/trust-settings.ts';
import { openTrust } from '../../src/provenance/trust.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tool-test-trust-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const settings = (text: string): void => writeFileSync(join(home, 'tool.toml'), text);
function key(place: string): void {
  mkdirSync(join(home, 'trust', place), { recursive: true });
  writeFileSync(join(home, 'trust', place, 'minisign-E7620F1842B4E81F.pub'), '');
}
const told = (repository?: string, verify?: boolean) => {
  const trust = openTrust(home, verify);
  return [trust.policy(repository), trust.looks(repository), trustSettings(home, repository).minAgeMs];
};

test('nothing is looked at until a key is trusted, or something is said', () => {
  expect(told()).toEqual(['off', 'nowhere', 0]);
  key('for/acme');
  expect([told(), told('acme'), told('other')]).toEqual([
    ['off', 'nowhere', 0],
    ['warn', 'everywhere', 0],
    ['off', 'nowhere', 0],
  ]);
  key('all');
  expect(told('other')).toEqual(['warn', 'everywhere', 0]);
});

test('tool.toml says it for all, and for one repository', () => {
  settings('[trust]\npolicy = "require"\nmin_age = "24h"\n[trust.repositories.acme]\npolicy = "off"\n[trust.repositories.other]\nmin_age = "0"\n');
  const day = 86_400_000;
  expect([told(), told('acme'), told('other')]).toEqual([
    ['require', 'everywhere', day],
    ['off', 'nowhere', day],
    ['require', 'everywhere', 0],
  ]);
  key('all');
  expect(told('acme')).toEqual(['off', 'at hand', day]);
});

test('--verify goes first', () => {
  key('all');
  expect([told(undefined, true), told(undefined, false)]).toEqual([
    ['require', 'everywhere', 0],
    ['off', 'nowhere', 0],
  ]);
});

test('what was signed is looked at even where no key is trusted any more', () => {
  expect([openTrust(home).ofSigned.policy(), openTrust(home).ofSigned.looks()]).toEqual(['warn', 'everywhere']);
  settings('[trust]\npolicy = "off"\n');
  expect(openTrust(home).ofSigned.looks()).toBe('nowhere');
});

test.each([
  ['[trust]\npolicy = "on"\n', '"policy" under [trust] in HOME/tool.toml is none that there is'],
  ['[trust]\nmin_age = "soon"\n', '"min_age" under [trust] in HOME/tool.toml is not a duration'],
  ['[trust]\nminage = "1h"\n', '"minage" under [trust] in HOME/tool.toml is not a setting'],
  ['trust = 1\n', '"trust" in HOME/tool.toml is not a table'],
  ['[trust.repositories]\nacme = "off"\n', '"acme" under [trust.repositories] in HOME/tool.toml is not a table'],
  ['[trust]\nrepositories = 1\n', '"repositories" under [trust] in HOME/tool.toml is not a table'],
  ['[trust.repositories.acme]\npolicy = 1\n', '"policy" under [trust.repositories.acme] in HOME/tool.toml is none that there is'],
])('%j is refused', (text, message) => {
  settings(text);
  expect(() => openTrust(home).policy()).toThrow(message.replace('HOME', home));
});
