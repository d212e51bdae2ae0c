import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';

/** Whether this process was given UTF-8 alone: Node puts a replacement character for what is none, and the bytes are lost. */
export function argvIsUtf8(): boolean {
  if (!process.argv.some((word) => word.includes('\uFFFD'))) return true;
  try {
    return isUtf8(readFileSync('/proc/self/cmdline'));
  } catch {
    return false;
  }
}
