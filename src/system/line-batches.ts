/** A line is longer than may be. */
export class LineTooLong extends Error {}

/**
 * The lines of a stream, without their line ends, as many at a time as have come; the last needs no line end.
 * @param mostBytes how long a line may be
 * @throws LineTooLong, and whatever reading throws
 */
export async function* lineBatches(input: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<string[]> {
  let begun: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input) {
    const end = chunk.lastIndexOf(0x0a);
    if (length + (end < 0 ? chunk.length : chunk.indexOf(0x0a)) > mostBytes) throw new LineTooLong();
    if (end >= 0) {
      const lines = Buffer.concat([...begun, chunk.subarray(0, end)])
        .toString()
        .split('\n');
      begun = [];
      length = 0;
      yield lines;
    }
    const rest = chunk.subarray(end + 1);
    begun.push(rest);
    length += rest.length;
  }
  if (length > 0) yield [Buffer.concat(begun).toString()];
}
