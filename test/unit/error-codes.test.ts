import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorsPage } from '../../src/error-codes/page.ts';
import { statusOf } from '../../src/error-codes/statuses.ts';
import { errorCodes, sections } from '../../src/error-codes/table.ts';
import { PACKAGE } from '../support/sandbox.ts';

const codes = Object.keys(errorCodes);
const textsIn = (folder: string): string[] =>
  readdirSync(join(PACKAGE, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('src/error-codes'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
const sources = textsIn('src').join('\n');
const shell = ['bin', 'libexec', 'plugins', 'compat'].flatMap(textsIn).join('\n');

test('docs/errors.md is what the table says; `make errors-page` writes it', () => {
  expect(readFileSync(join(PACKAGE, 'docs/errors.md'), 'utf8')).toBe(errorsPage());
});

test('every code has its place, a status, a meaning and a remedy', () => {
  expect(sections.flatMap(({ rows }) => Object.keys(rows)).sort()).toEqual(codes.toSorted());
  for (const [code, { meaning, remedy }] of Object.entries(errorCodes)) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect([code, meaning]).toEqual([code, expect.stringMatching(/^[A-Z].*\.$/)]);
    expect([code, remedy]).toEqual([code, expect.stringMatching(/^[a-z].*[^.]$/)]);
    expect(statusOf(code)).toBeGreaterThan(0);
  }
});

test('every code is thrown somewhere, and what shell throws is in the table', () => {
  const thrown = [...shell.matchAll(/(?:\bcommon_fail|\b_command_misused \d|_FAIL_CODE:=|"code":") ?([a-z]+(?:-[a-z]+)*)\b/g)].map(
    ([, code]) => code as string,
  );
  expect(codes.filter((code) => !sources.includes(`'${code}'`) && !thrown.includes(code))).toEqual([]);
  expect(thrown.filter((code) => !codes.includes(code))).toEqual([]);
  expect(thrown.length).toBeGreaterThan(100);
});
