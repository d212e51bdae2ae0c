import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { printBytes } from './log.ts';

/** Writes what is not for people alone to standard output, byte for byte. */
export const passOn = (bytes: Uint8Array): void => printBytes(bytes);

/** The same with all of a file. @param stream the device or FIFO that it is written into; standard output where this is undefined */
export async function passOnFile(file: string, stream?: string): Promise<void> {
  await pipeline(createReadStream(file), stream === undefined ? createWriteStream('', { fd: 1, autoClose: false }) : createWriteStream(stream));
}
