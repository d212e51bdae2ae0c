import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { PACKAGE } from '../support/sandbox.ts';

/**
 * Codes whose messages may name no remedy: the message itself says what may be typed (`--to takes a number`, `A and B cannot be used together`), is in Dokku's
 * words, sums up what was told line by line, stands behind the name of a file in another one, which has the remedy, or is
 * that of another program.
 */
const SAY_IT_THEMSELVES = new Set([
  ...['bad-value', 'conflicting-flags', 'flag-does-not-apply', 'unknown-format', 'bad-plugin-name', 'bad-variable', 'not-root', 'missing-argument'],
  ...['core-plugin', 'plugin-already-installed', 'plugin-already-enabled', 'plugin-already-disabled', 'not-a-source', 'package-damaged'],
  ...['some-failed', 'index-has-errors', 'addon-has-errors', 'hook-interrupted', 'changed-meanwhile', 'step-failed', 'file-system-error'],
  ...['too-large', 'unreadable-file', 'not-a-file', 'bad-declaration', 'bad-settings', 'bad-manifest', 'not-a-plugin', 'source-refused', 'executor-failed'],
]);

interface Thrown {
  readonly code: string;
  readonly where: string;
  readonly hasRemedy: boolean;
}

/** Every `new UserError` with a code that can be read. */
function thrownIn(path: string): Thrown[] {
  const text = readFileSync(join(PACKAGE, 'src', path), 'utf8');
  if (!text.includes('new UserError(')) return [];
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const found: Thrown[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText(source) === 'UserError') {
      const [code, message, options] = node.arguments ?? [];
      // Options that are a value of another place bring what was known there.
      const hasRemedy = options !== undefined && (!ts.isObjectLiteralExpression(options) || /\bhint\b|\.\.\./.test(options.getText(source)));
      if (code && ts.isStringLiteral(code)) found.push({ code: code.text, where: `${path}: ${message?.getText(source)}`, hasRemedy });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test('an error that is printed says what to do, in its message or behind it', () => {
  const files = readdirSync(join(PACKAGE, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const thrown = files.flatMap(thrownIn);
  expect(thrown.length).toBeGreaterThan(300);
  expect(thrown.filter(({ code, hasRemedy }) => !hasRemedy && !SAY_IT_THEMSELVES.has(code)).map(({ code, where }) => `${code} ${where}`)).toEqual([]);
  expect([...SAY_IT_THEMSELVES].filter((code) => !thrown.some((one) => one.code === code && !one.hasRemedy))).toEqual([]);
});
