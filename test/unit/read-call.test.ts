import { describe, expect, test } from 'vitest';
import { readCall } from '../../src/dispatch/read-call.ts';

const read = (line: string, brand = 'tool') => readCall(line === '' ? [] : line.split(' '), brand);

test.each([
  ['hello', 0, undefined],
  ['--app foo hello', 2, 'foo'],
  ['--app=foo hello', 1, 'foo'],
  ['hello --app foo', 0, 'foo'],
  ['--app foo hello --app=bar', 2, 'bar'],
  ['hello -- --app foo', 0, undefined],
  ['-- hello --app foo', 1, undefined],
  ['--app= hello', 1, undefined],
  ['', 0, undefined],
])('%j: the command stands at %i, the app is %s', (line, start, app) => {
  const call = read(line);
  expect(call.start).toBe(start);
  expect(call.app?.text).toBe(app);
});

test('the app is named by position, so that its bytes stay the caller’s', () => {
  expect(read('--app foo hello').app?.word).toEqual({ kind: 'position', position: 2 });
  expect(read('hello --app=foo').app?.word).toEqual({ kind: 'position', position: 2, after: '--app=' });
});

test('what a core plugin does not get is known by index', () => {
  expect([...read('hello a --app foo b --app=bar').appIndexes]).toEqual([2, 3, 5]);
  expect(read('hello --app')).toMatchObject({ danglingApp: true, app: undefined });
});

describe('leading words', () => {
  test.each([
    ['--help', 'help'],
    ['-h', 'help'],
    ['--version', 'version'],
    ['-v', 'version'],
    ['--explain hello', 'explain'],
  ])('%s asks for %s', (line, leading) => expect(read(line).leading).toBe(leading));

  test.each([
    ['--quite hello', 'unknown flag: --quite', 'did you mean --quiet?'],
    ['--zzz=1 hello', 'unknown flag: --zzz', 'flags in front of a command are'],
    ['-x hello', 'unknown flag: -x', 'flags in front'],
    ['--app', '--app needs the name of an app', 'try: tool --app NAME COMMAND'],
  ])('%s is refused: %s; %s', (line, message, hint) => {
    expect(() => read(line)).toThrow(expect.objectContaining({ message, hint: expect.stringContaining(hint), status: 2 }));
  });

  test('under dokku unknown flags are dropped', () => {
    expect(read('--anything --else=1 hello', 'dokku').start).toBe(2);
  });
});
