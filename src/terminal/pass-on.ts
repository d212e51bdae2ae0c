import { createReadStream, createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { writeAll } from '../system/file-descriptor.ts';

/** Writes what is not for people alone to standard output, byte for byte. */
export const passOn = (bytes: Uint8Array): void => writeAll(1, bytes);

/** The same with all of a file. */
export async function passOnFile(file: string): Promise<void> {
  const source = createReadStream(file);
  await finished(source.pipe(createWriteStream('', { fd: 1, autoClose: false })));
}
