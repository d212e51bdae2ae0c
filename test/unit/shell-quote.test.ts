import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellQuote } from '../../src/system/shell-quote.ts';

// argv and environment hold any character but NUL.
const value = fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => !text.includes('\0') && text.isWellFormed());

test.each(['sh', 'bash'])('%s gives back what was quoted', (shell) => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 40 }), (values) => {
      const out = execFileSync(shell, ['-c', `printf '%s\\0' -- ${values.map(shellQuote).join(' ')}`], { encoding: 'utf8' });
      expect(out.split('\0').slice(1, -1)).toEqual(values);
    }),
    { numRuns: 60 },
  );
});

test('quotes, expansions and newlines are plain text', () => {
  expect(shellQuote(`it's $HOME \`id\`\n*`)).toBe(`'it'\\''s $HOME \`id\`\n*'`);
});
