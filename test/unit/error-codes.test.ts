import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorsPage } from '../../src/error-codes/page.ts';
import { statusOf } from '../../src/error-codes/statuses.ts';
import { errorCodes, sections } from '../../src/error-codes/table.ts';
import { PACKAGE } from '../support/sandbox.ts';

const codes = Object.keys(errorCodes);
const sources = readdirSync(join(PACKAGE, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('error-codes/'))
  .map((file) => readFileSync(join(PACKAGE, 'src', file), 'utf8'))
  .join('\n');

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

test('every code is thrown somewhere', () => {
  expect(codes.filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
});
