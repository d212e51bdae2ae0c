import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.ts';

const line = (text: string) => ` !     ${text}\n`;

function prepared(): Sandbox {
  return Sandbox.prepared()
    .file('content/._Name.meta', 'incrementer\n')
    .file('content/params/step.yaml', 'Name: incrementer/step\nDocumentation: How much.\nSchema: { type: integer, enum: [1, on] }\n');
}

test('content:bundle writes a file whole, once, and checks it', async () => {
  using box = prepared();
  const bundle = (...words: string[]) => box.run(['content:bundle', 'content', ...words], { cwd: box.root });
  const warning = ` !     params/step.yaml:3: on is a text to some readers of YAML, and not to others: put it in quotation marks, or write true or false\n`;
  const stale = line('out/content.go is not what would be written; write it anew with the same line without --check');
  const told = 'incrementer v1.2.0, 1 object\n';
  const go = ['-o', 'out/content.go', 'Version=v1.2.0'];
  expect(await bundle(...go, '--dry-run')).toEqual({ stdout: `would write out/content.go: ${told}`, stderr: warning, status: 0, signal: null });
  expect(await bundle(...go, '--check')).toEqual({ stdout: '', stderr: stale, status: 1, signal: null });
  expect(readdirSync(box.root)).not.toContain('out');
  expect(await bundle(...go)).toEqual({ stdout: `-----> out/content.go written: ${told}`, stderr: warning, status: 0, signal: null });
  expect(readFileSync(join(box.root, 'out/content.go'), 'utf8')).toContain('\npackage main\n\nvar contentYamlString = "meta:\\n');
  const { ino } = statSync(join(box.root, 'out/content.go'));
  expect(await bundle(...go, '--check', '--json')).toMatchObject({ stdout: expect.stringContaining('"types":{"params":1},"changed":false'), status: 0 });
  expect(await bundle(...go)).toMatchObject({ stdout: `out/content.go is up to date: ${told}` });
  expect(statSync(join(box.root, 'out/content.go')).ino).toBe(ino);
  expect(readdirSync(join(box.root, 'out'))).toEqual(['content.go']);
});

test('what is wrong with a line, or with a pack, is told in one line', async () => {
  using box = prepared();
  const run = (...words: string[]) => box.run(words, { cwd: box.root });
  for (const [words, message, status] of [
    [['content:bundle', 'content'], '--output is missing; see content:bundle --help', 2],
    [['content:bundle', 'content', '-o', 'x.rb'], 'x.rb is no name for a content pack; let it end in .yaml, .yml, .json, .ts, .js or .go', 2],
    [['content:bundle', 'content', '-o', 'x.go', 'v1'], '"v1" gives no field; write FIELD=VALUE, like Version=v1.2.0', 2],
    [['content:bundle', 'nope', '-o', 'x.go'], 'nope is not a directory; name the directory of a content pack', 1],
    [['content:bundle', 'content', '-o', 'x.go', 'Verzion=1'], /^ ! {5}A content pack has no field Verzion; did you mean Version\? It has Author, .*\n$/, 2],
    [['content:document', 'content', '--to', 'html'], '--to "html" is not known; it is "rst" or "markdown"', 2],
    [['content:document', 'content', '--check'], '--check needs --output; name the file that is to be checked', 2],
    [['content:document', 'x.yaml'], 'x.yaml cannot be read (ENOENT); name a file that content:bundle wrote', 1],
    [['content:document', 'bad.yaml'], 'bad.yaml has a meta or sections that are no maps; name a file that content:bundle wrote', 1],
  ] as const) {
    writeFileSync(join(box.root, 'bad.yaml'), 'sections: []\n');
    expect(await run(...words)).toMatchObject({ stdout: '', stderr: typeof message === 'string' ? line(message) : expect.stringMatching(message), status });
  }
  expect(readdirSync(box.root).filter((name) => name.startsWith('x.'))).toEqual([]);
});

test('content:document writes the same page of a directory and of what was bundled from it', async () => {
  using box = prepared();
  const run = (...words: string[]) => box.run(words, { cwd: box.root });
  await run('content:bundle', 'content', '-o', 'content.json');
  const { stdout } = await run('content:document', 'content');
  expect(stdout).toContain('\nincrementer\n~~~~~~~~~~~\n');
  expect(await run('content:document', 'content.json')).toEqual({ stdout, stderr: '', status: 0, signal: null });
  expect(await run('content:document', 'content.json', '-o', 'page.md')).toMatchObject({ stdout: '-----> page.md written\n', status: 0 });
  expect(readFileSync(join(box.root, 'page.md'), 'utf8')).toMatch(/^# incrementer\n/);
  expect(await run('content:document', 'content.json', '-o', 'page.md', '--check', '--to', 'rst')).toMatchObject({ status: 1 });
});
