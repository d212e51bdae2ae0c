import { readSync } from 'node:fs';
import { writeAll } from '../system/file-descriptor.ts';
import { harmlessLine } from '../system/harmless.ts';
import { canAsk } from './confirm.ts';

const [ENTER, NEWLINE, INTERRUPT, END, DELETE, BACKSPACE] = [13, 10, 3, 4, 127, 8];

/**
 * Asks somebody at the terminal for a secret, which is not shown.
 * @returns undefined where nobody is there; ends by SIGINT at Ctrl-C
 */
export function askSecret(question: string): string | undefined {
  if (!canAsk()) return undefined;
  writeAll(2, harmlessLine(question));
  process.stdin.setRawMode(true);
  const bytes: number[] = [];
  try {
    const one = Buffer.alloc(1);
    while (readSync(0, one) === 1) {
      const byte = one[0] as number;
      if (byte === INTERRUPT) process.kill(process.pid, 'SIGINT');
      if ([ENTER, NEWLINE, INTERRUPT, END].includes(byte)) break;
      if (byte === DELETE || byte === BACKSPACE) bytes.pop();
      else bytes.push(byte);
    }
  } finally {
    process.stdin.setRawMode(false);
    process.stdin.unref();
    writeAll(2, '\n');
  }
  return Buffer.from(bytes).toString();
}
