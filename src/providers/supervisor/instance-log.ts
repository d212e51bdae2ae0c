import { appendFile, rename, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** Bytes of a log before it is put aside, and how many are kept. */
const ROTATED_AT = 5 << 20;
const KEPT = 3;
/** The most of a line; the rest is another one. */
const LINE_BYTES = 64 << 10;
/** What is written in a second at most: who says more waits, or is counted. */
const BYTES_A_SECOND = 1 << 20;
const MOST_WAITING = 2 << 20;
const WRITTEN_AFTER_MS = 50;

/** The log of one instance: lines of a time, a level and a text, in a file that is put aside when it is long. Writing never holds up anybody but the one who says too much. */
export class InstanceLog {
  readonly file: string;
  /** Takes secrets out of a text. */
  redact: (text: string) => string = (text) => text;
  /** Told of each line. */
  onLine: ((line: string) => void) | undefined;
  #waiting: string[] = [];
  #bytes = 0;
  #dropped = 0;
  #size: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #allowance = BYTES_A_SECOND;
  #refilled = Date.now();

  constructor(file: string) {
    this.file = file;
  }

  /** Adds what was said; several lines are several. What is too much is left out, and counted. */
  write(level: string, text: string): void {
    for (const line of text.replace(/\n+$/, '').split('\n')) this.#line(level, line);
  }

  /** Adds what a program prints, line by line; who prints too fast is read more slowly. */
  follow(stream: Readable, level: string, onLine: (line: string) => void): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      while (rest.length > LINE_BYTES) {
        lines.push(rest.slice(0, LINE_BYTES));
        rest = rest.slice(LINE_BYTES);
      }
      for (const line of lines) {
        onLine(line);
        this.#line(level, line);
      }
      const wait = this.#overdrawn(text.length);
      if (wait > 0) {
        stream.pause();
        setTimeout(() => stream.resume(), wait).unref();
      }
    });
    stream.on('end', () => {
      if (rest !== '') this.#line(level, rest);
    });
    stream.on('error', () => {});
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write()).catch(() => {});
    await this.#writing;
  }

  /** How long whoever said so much has to be quiet, in milliseconds. */
  #overdrawn(bytes: number): number {
    const now = Date.now();
    this.#allowance = Math.min(BYTES_A_SECOND, this.#allowance + ((now - this.#refilled) * BYTES_A_SECOND) / 1000) - bytes;
    this.#refilled = now;
    return this.#allowance >= 0 ? 0 : Math.min(1000, (-this.#allowance * 1000) / BYTES_A_SECOND);
  }

  #line(level: string, text: string): void {
    const line = `${new Date().toISOString()} ${level.padEnd(5)} ${this.redact(text.slice(0, LINE_BYTES)).replace(/[\r\0]/g, '')}`;
    this.onLine?.(line);
    if (this.#bytes > MOST_WAITING) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(line);
    this.#bytes += line.length;
    this.#timer ??= setTimeout(() => void this.flush(), WRITTEN_AFTER_MS).unref();
  }

  async #write(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const lines = this.#waiting.splice(0);
    if (this.#dropped > 0) lines.push(`${new Date().toISOString()} warn  ${this.#dropped} lines were left out, as there were too many`);
    [this.#bytes, this.#dropped] = [0, 0];
    const text = Buffer.from(`${lines.join('\n')}\n`);
    this.#size ??= await stat(this.file).then(
      ({ size }) => size,
      () => 0,
    );
    if (this.#size > 0 && this.#size + text.length > ROTATED_AT) await this.#rotate();
    await appendFile(this.file, text, { mode: 0o600 });
    this.#size += text.length;
  }

  async #rotate(): Promise<void> {
    for (let number = KEPT - 1; number >= 1; number--)
      await rename(number === 1 ? this.file : `${this.file}.${number - 1}`, `${this.file}.${number}`).catch(() => {});
    this.#size = 0;
  }
}
