import { afterAll, describe, expect } from 'vitest';
import { testNeeding } from '../support/needs.ts';
import { addProbe, probeEveryWay } from '../support/probe.ts';
import { fileOf, watchNode } from '../support/routes.ts';
import { type Bytes, Sandbox } from '../support/sandbox.ts';

const box = new Sandbox(`a "home" of $HOME's; \`x\` \\n`);
addProbe(box);
await watchNode(box);
afterAll(() => box[Symbol.dispose]());

const everyByte = Buffer.from(Array.from({ length: 255 }, (_, index) => index + 1));
const shellControls = Buffer.from([0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x9f, 0xff]);

const CASES: Record<string, readonly Bytes[]> = {
  'no arguments': [],
  'an empty argument, first, last and alone': ['', 'x', '', ''],
  'spaces, tabs and newlines, in front and behind': [' a  b ', '\ta\t', '\n', 'a\nb\n\n', '\r\n', '\v\f'],
  globs: ['*', '?', '[a]', '[!a]*', '/*', '{a,b}', '**', '~', '~root'],
  quotes: [`'`, `"`, `''`, `""`, `'"'"'`, '`', '$(echo x)', '`echo x`', `it's`, '«»', '“x”'],
  backslashes: ['\\', '\\\\', '\\n', 'a\\', '\\$HOME', '\\0', '%s', '%n%d', '\\c'],
  expansions: ['$HOME', '${HOME}', '$1', '$@', '$$', '$((1+1))', '!', '!!', '$'],
  operators: [';', '|', '&', '&&', '||', '<', '>', '>>', '<<EOF', '(', ')', '# x', 'a=b', 'exit', 'shift 1'],
  'dashes of its own': ['-', '--', '-x', '--x', '--x=y', '-', '---', '--', '--app', '--quiet'],
  'words of the plan': ['# end of plan', '# end of plan\n', "'; exit 9; '", '${1}', '"${2}"', '\n# end of plan'],
  'the command word again': ['probe:it', 'probe:it'],
  'what is not ASCII': ['ä', '日本語', '🙂', 'e\u0301', '\u202e', '\ufeff', '\u2028'],
  'bytes that are not UTF-8': [Buffer.from([0xff]), Buffer.from([0xc3]), Buffer.from('a\x80b', 'latin1'), Buffer.from([0xed, 0xa0, 0x80])],
  'every byte but NUL': [everyByte, Buffer.concat([everyByte, everyByte])],
  'bytes that shells use inside': [shellControls, Buffer.concat([shellControls, Buffer.from('*')]), Buffer.from([0x81])],
  'a thousand arguments': Array.from({ length: 1000 }, (_, index) => `${index} '*'`),
  'one of 100 kB': ['x'.repeat(100_000)],
  'one of 100 kB, quotes and newlines alone': [`'"\n\\$`.repeat(20_000)],
};

describe.concurrent('arguments reach a plugin byte for byte', () => {
  for (const [name, args] of Object.entries(CASES)) {
    testNeeding('gcc')(name, async () => {
      const { argv } = await probeEveryWay(box, { args });
      expect(argv).toEqual([fileOf(box, 'probe:it'), 'probe:it', ...args.map((word) => Buffer.from(word).toString('latin1'))]);
    });
  }
});
