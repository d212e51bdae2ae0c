import { isUtf8 } from 'node:buffer';

/** The surrogates that stand for bytes which are no UTF-8: U+DC80 to U+DCFF, which no text has by itself. */
const FIRST = 0xdc00;

/** Bytes as a text, without loss: what is not UTF-8 stands in it as lone surrogates, which `bytesOf` turns back. */
export function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find((size) => at + size <= bytes.length && isUtf8(bytes.subarray(at, at + size)));
    text += length === undefined ? String.fromCharCode(FIRST + (bytes[at] ?? 0)) : bytes.toString('utf8', at, at + length);
    at += length ?? 1;
  }
  return text;
}

/** The bytes that `textOf` made a text of. */
export function bytesOf(text: string): Buffer {
  const lost = /[\udc80-\udcff]/u;
  if (!lost.test(text)) return Buffer.from(text);
  return Buffer.concat(
    [...text].map((character) => (lost.test(character) ? Buffer.from([(character.codePointAt(0) ?? FIRST) - FIRST]) : Buffer.from(character))),
  );
}
