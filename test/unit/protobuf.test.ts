import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMetadata } from '../../src/runtimes/grpc/metadata.ts';
import { Message } from '../../src/runtimes/grpc/protobuf.ts';

const bytes = (...values: number[]): Buffer => Buffer.from(values);

test('of a field that is there several times the last counts, and what is not known is passed over', () => {
  const message = new Message(bytes(0x0a, 1, 0x61, 0x0a, 1, 0x62, 0x10, 1, 0x19, 0, 0, 0, 0, 0, 0, 0, 0, 0x25, 0, 0, 0, 0, 0x28, 0xac, 0x02));
  expect([message.text(1), message.flag(2), message.text(3), message.flag(5), message.text(9), message.message(9), message.entries(9)]).toEqual([
    'b',
    true,
    '',
    false,
    '',
    undefined,
    [],
  ]);
});

test.each<[string, Buffer, string]>([
  ['a length without its bytes', bytes(0x0a, 5, 0x61), 'field 1 has no end'],
  ['a number that goes on', bytes(0x08, 0xff), 'a number has no end'],
  ['a number that is too long', Buffer.alloc(20, 0xff), 'a number has no end'],
  ['a group', bytes(0x0b), 'field 1 is of the unknown kind 3'],
  ['an enormous length', bytes(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f), 'field 1 has no end'],
])('%s is no message', (_name, message, text) => {
  expect(() => new Message(message)).toThrow(text);
});

test('a field that is there half a million times is read in a moment', () => {
  const message = new Message(Buffer.alloc(1 << 20, bytes(0x0a, 0)));
  expect([message.text(1), message.entries(1).length]).toEqual(['', 1 << 19]);
});

test('whatever a program answers is either metadata or an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom('executor', 'source'), (answer, type) => {
      try {
        expect(readMetadata(Buffer.from(answer), type).details.version).toBeTypeOf('string');
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        expect((error as Error).constructor).toBe(Error);
      }
    }),
  );
});
