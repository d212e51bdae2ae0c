import { fstatSync } from 'node:fs';
import { diskCode, errnoOf, UserError } from '../errors.ts';
import { writeAll } from '../system/file-descriptor.ts';
import { harmless } from '../system/harmless.ts';
import { type Paint, paintFor } from './colour.ts';
import { jsonText } from './json-text.ts';

/** What a shell reports for a process that SIGPIPE ended. */
const READER_IS_GONE = 141;

/** Writes for a reader that may have left (`| head`): then there is nobody to tell, and nothing left to do. */
function write(fd: 1 | 2, text: string | Uint8Array): void {
  try {
    writeAll(fd, text);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOSPC' || code === 'EIO' || code === 'EBADF')
      throw new UserError(diskCode(error), `Cannot write the output (${code})`, { hint: 'free some space, or write it elsewhere', cause: error });
    if (code !== 'EPIPE') throw error;
    process.exit(READER_IS_GONE);
  }
}

/** Text for people on stderr, a mark in front of each line (contract dokku §5.1). */
function logMarked(text: string, paint: (line: string) => string): void {
  const lines = harmless(text).split('\n');
  write(2, `${lines.map((line) => paint(` !     ${line}`)).join('\n')}\n`);
}

/** A warning: ` !     text` on stderr. */
export const logWarn = (text: string): void => logMarked(text, paintFor(2).warning);

/** What ends a command: ` !     text` on stderr. */
export const logError = (text: string): void => logMarked(text, paintFor(2).error);

/** Whether `--quiet` was given: then nobody wants to be told how things go. */
export const isQuiet = (): boolean => Boolean(process.env.DOKKU_QUIET_OUTPUT);

/** Progress for people: `-----> text` on stdout (contract dokku §5.1); nothing when quiet. */
export function logInfo(text: string): void {
  if (isQuiet()) return;
  write(1, `${paintFor(1).heading(`-----> ${harmless(text)}`)}\n`);
}

/** Text on stdout for people and their tools, with a line end. Names and versions in it come from whoever made a plugin, and a pipe ends at a terminal too. */
export function print(text: string): void {
  write(1, `${harmless(text)}\n`);
}

/** Text on stdout in the colour of a warning or an error, or as a heading, whatever its own is. */
export function printPainted(text: string, as: keyof Paint): void {
  write(1, `${paintFor(1)[as](harmless(text))}\n`);
}

/** A value as one line of JSON, complete and harmless. */
export function printJson(value: unknown): void {
  write(1, `${jsonText(value)}\n`);
}

/** What somebody keeps here, byte for byte but at a terminal, with a line end. */
export function printData(text: string): void {
  // isatty would load node:tty, and that the network.
  write(1, `${fstatSync(1).isCharacterDevice() ? harmless(text) : text}\n`);
}

/** What is no text, byte for byte. */
export const printBytes = (bytes: Uint8Array): void => write(1, bytes);

/** A line on stderr without a mark in front: words that another program's users know. */
export function printError(text: string): void {
  write(2, `${harmless(text)}\n`);
}
