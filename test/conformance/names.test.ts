import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { type Bytes, type RunOptions, Sandbox, SHELLS, type ShellName, TOOL } from '../support/sandbox.ts';
import { sliceOf } from '../support/slice.ts';

const HOSTILE = '#!/bin/sh\necho EXECUTED\n';

const box = new Sandbox();
box.plugin('name', { commands: '#!/bin/sh\nexit 10\n', 'subcommands/fine': HOSTILE, hidden: HOSTILE, 'subcommands/deep/er': HOSTILE });
box.file('evil', HOSTILE).file('evil:evil', HOSTILE);
for (const odd of ['a b', 'x;y', '-x', 'x$y', 'two\nlines', '.hidden', '..x', 'ä', '*']) {
  box.plugin(odd, { 'subcommands/fine': HOSTILE, 'subcommands/default': HOSTILE, commands: HOSTILE });
}
await box.run(['version']);
symlinkSync(TOOL, join(box.root, 'dokku'));
afterAll(() => box[Symbol.dispose]());

const WORDS: readonly Bytes[] = [
  'name:../hidden',
  'name:../commands',
  'name:../../name/hidden',
  'name:.',
  'name:..',
  'name:',
  'name:/',
  'name:./fine',
  'name:deep',
  'name:deep/er',
  'name::fine',
  'name:fine/',
  'name/:fine',
  '../x',
  '..:fine',
  '.:fine',
  '.',
  '..',
  ':fine',
  ':',
  '::',
  '/',
  '/bin/sh',
  join(box.root, 'evil'),
  join(box.root, 'evil:evil'),
  `name:${box.root}/evil`,
  'x;y',
  'x;y:fine',
  'a b',
  'a b:fine',
  ' name:fine',
  'name:fine ',
  'x$y:fine',
  '$(id):fine',
  'name:$(id)',
  '`id`',
  '*:fine',
  '*',
  'n?me:fine',
  'name:f*',
  '[n]ame:fine',
  'name:\\fine',
  'two\nlines:fine',
  'name:fine\n',
  '\nname:fine',
  'name\n:fine',
  'name:\nfine',
  '\tname:fine',
  'ä:fine',
  '.hidden:fine',
  '..x:fine',
  '~:fine',
  '!:fine',
  '#',
  'name=x:fine',
  Buffer.from([0xff]),
  Buffer.from('name:\xff', 'latin1'),
  Buffer.from('name\x81:fine', 'latin1'),
  Buffer.from('\xc3:fine', 'latin1'),
  'x'.repeat(300),
  `name:${'x'.repeat(300)}`,
  `${'x'.repeat(300)}:fine`,
  `name:${'x'.repeat(5000)}`,
  'x'.repeat(100_000),
  `name:${'../'.repeat(1000)}`,
];

const shown = (word: Bytes): string => JSON.stringify(Buffer.from(word).toString('latin1').slice(0, 40));

describe.concurrent('a word that can name no file is never executed, said in one line, and exits 1', () => {
  for (const [index, word] of sliceOf([...WORDS.entries()], 18)) {
    test(shown(word), async () => {
      // What is not hot is Node's already: by turns, the forced route and the other brand are asked besides.
      const another: RunOptions = index % 2 === 0 ? { env: { TOOL_FAST: '0' } } : { command: join(box.root, 'dokku') };
      for (const options of [{}, another]) {
        const { stdout, stderr, status } = await box.run([word, 'x'], options);
        expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
        const lines = stderr.split('\n').filter((line) => !/^ ! {5}(Skipping the plugin directory |Did you mean `tool name:fine`)/.test(line));
        expect(lines).toHaveLength(3);
        expect(lines[0]).toMatch(/^ ! {5}`.{0,310}` is not a (tool|dokku) command\.$/);
        expect(lines[1]).toMatch(/^ ! {5}See `/);
        expect(stderr).not.toContain('EXECUTED');
      }
    });
  }
});

describe.concurrent('nor under', () => {
  for (const shell of Object.keys(SHELLS) as ShellName[]) {
    testNeeding(SHELLS[shell][0])(shell, async () => {
      const some = WORDS.filter((_, index) => index % 4 === 0);
      const ends = await Promise.all(some.map((word) => box.run([word], { shell })));
      expect(ends.map(({ stdout, status }) => ({ stdout, status }))).toEqual(some.map(() => ({ stdout: '', status: 1 })));
    });
  }

  testNeeding('bash')('a locale in which letters are many', async () => {
    for (const word of ['ä:fine', 'é', 'ſ:fine', 'K:fine']) {
      expect(await box.run([word], { shell: 'bash --posix', env: { LC_ALL: 'en_US.UTF-8' } })).toMatchObject({ stdout: '', status: 1 });
    }
  });
});
