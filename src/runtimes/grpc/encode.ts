const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...varint(Math.floor(value / 0x80))]);

/** Bytes, a text or a message within, which is written even where it is empty: whether it is there may count. */
const LENGTH_DELIMITED = 2;

/**
 * A field of a message of protocol buffers; messages are put together by `Buffer.concat`.
 * https://protobuf.dev/programming-guides/encoding/
 */
export function field(number: number, value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([...varint(number * 8 + LENGTH_DELIMITED), ...varint(bytes.length)]), bytes]);
}

/** A text, which is left out where it is empty, as that is what it is then. */
export const textField = (number: number, value: string): Buffer => (value === '' ? Buffer.alloc(0) : field(number, value));
