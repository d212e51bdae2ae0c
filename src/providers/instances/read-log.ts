import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { errnoOf } from '../../errors.ts';

const CHUNK = 64 << 10;
const LOOKED_AT_EVERY_MS = 200;

/** The last lines of a log, and where it ends; none for a log that is not there. */
export function lastLines(file: string, number: number): { readonly lines: string[]; readonly end: number } {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { lines: [], end: 0 };
    throw error;
  }
  try {
    const end = fstatSync(fd).size;
    const parts: Buffer[] = [];
    let [start, ends] = [end, 0];
    while (start > 0 && ends <= number) {
      const length = Math.min(CHUNK, start);
      start -= length;
      const part = Buffer.alloc(length);
      readSync(fd, part, 0, length, start);
      for (const byte of part) if (byte === 10) ends++;
      parts.unshift(part);
    }
    const lines = Buffer.concat(parts).toString().split('\n');
    lines.pop();
    return { lines: number === 0 ? [] : lines.slice(-number), end };
  } finally {
    closeSync(fd);
  }
}

/** Tells of each line that is added to a log behind a place, also when it is put aside and begun anew. */
export function followLog(file: string, from: number, onLine: (line: string) => void): { stop(): void } {
  let [at, rest] = [from, ''];
  let known: number | undefined;
  const look = (): void => {
    let fd: number;
    try {
      fd = openSync(file, 'r');
    } catch {
      return;
    }
    try {
      const { size, ino } = fstatSync(fd);
      if (size < at || (known !== undefined && ino !== known)) [at, rest] = [0, ''];
      known = ino;
      for (let length = Math.min(CHUNK, size - at); length > 0; length = Math.min(CHUNK, size - at)) {
        const part = Buffer.alloc(length);
        readSync(fd, part, 0, length, at);
        at += length;
        const lines = (rest + part.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      }
    } finally {
      closeSync(fd);
    }
  };
  // Not by `watchFile`, which tells of no change that came before its own first look.
  const looking = setInterval(look, LOOKED_AT_EVERY_MS);
  return { stop: () => clearInterval(looking) };
}
