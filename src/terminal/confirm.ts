import { readSync } from 'node:fs';
import { isatty } from 'node:tty';
import { writeAll } from '../system/file-descriptor.ts';
import { harmlessLine } from '../system/harmless.ts';

/** Whether somebody is at the terminal who can be asked: not where CI is set, whose terminals nobody sits at. */
export const canAsk = (): boolean => !process.env.CI && isatty(0) && isatty(2);

/** Asks somebody at the terminal; nobody there means no. */
export async function confirm(question: string): Promise<boolean> {
  if (!canAsk()) return false;
  writeAll(2, `${harmlessLine(question)} [y/N] `);
  const answer = Buffer.alloc(64);
  const length = readSync(0, answer);
  return /^y(es)?$/i.test(answer.subarray(0, length).toString().trim());
}
