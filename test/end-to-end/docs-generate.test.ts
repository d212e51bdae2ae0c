import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prose } from '../../src/help/markdown-page.ts';
import { Sandbox } from '../support/sandbox.ts';

test('a reference is written as a whole, the same twice, and never over what is not its own', async () => {
  using box = Sandbox.prepared();
  const cwd = box.root;
  box.plugin('ops', {
    'plugin.toml': '[plugin]\ndescription = "keeps <things> running"\nversion = "1"\n',
    'bare/backup':
      '#!/bin/sh\n# Summary: Back up a `database`\n# Usage: ops:backup <database> [--force]\n# Example: ops:backup web\n# Exit status: 4 it is locked\n',
  });
  const generate = (...words: string[]) => box.run(['docs:generate', ...words], { cwd });
  expect(await generate('ref')).toEqual({ stdout: `Wrote 1 command of 1 plugin to ${cwd}/ref\n`, stderr: '', status: 0, signal: null });
  expect(readdirSync(join(cwd, 'ref')).sort()).toEqual(['.docs-generate', 'README.md', 'ops.md']);
  expect(readFileSync(join(cwd, 'ref/README.md'), 'utf8')).toBe('# Commands of tool\n\n- [ops](ops.md): keeps &lt;things&gt; running\n');
  const page = readFileSync(join(cwd, 'ref/ops.md'), 'utf8');
  expect(page).toContain('## tool ops:backup\n\n```\ntool ops:backup <database> [--force]\n```\n\nBack up a \\`database\\`\n');
  expect(page).toContain('| 4 | it is locked |');
  expect((await generate('ref', '--check')).stdout).toBe(`${cwd}/ref is up to date\n`);
  writeFileSync(join(cwd, 'ref/ops.md'), 'x');
  const stale = ` !     ${cwd}/ref is not what would be written; write it with \`tool docs:generate ref\`\n`;
  expect(await generate('ref', '--check')).toEqual({ stdout: '', stderr: stale, status: 1, signal: null });
  expect(await generate('ref', '--man', '--plugin', 'ops')).toMatchObject({ status: 0 });
  expect(readFileSync(join(cwd, 'ref/tool-ops-backup.1'), 'utf8')).toContain('.SH EXIT STATUS\n.TP\n\\fB4\\fR\nit is locked\n');
  box.file('other/file', 'kept');
  expect(await generate('other')).toMatchObject({ status: 1, stderr: expect.stringContaining(`${cwd}/other was not made by docs:generate`) });
  expect(await generate('ref', '--plugin', 'nope')).toMatchObject({ status: 1, stderr: expect.stringContaining('Plugin (nope) is not enabled') });
});

test.each([
  ['a  b\nc', 'a b c'],
  ['<b>x</b> & [y](z)', '&lt;b&gt;x&lt;/b&gt; &amp; \\[y\\](z)'],
  ['# no heading', '\\# no heading'],
  ['1. no list', '\\1. no list'],
  ['a|b `c` *d* e_f', 'a\\|b \\`c\\` \\*d\\* e\\_f'],
])('%j in Markdown is %j', (text, expected) => {
  expect(prose(text)).toBe(expected);
});
