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

/** The words behind the first `count` of this process's, byte for byte. @throws Error of the system's */
export function exactWordsBehind(count: number): readonly Uint8Array[] {
  const words = process.argv.slice(count);
  if (!words.some((word) => word.includes('\uFFFD'))) return words.map((word) => Buffer.from(word));
  return processFields('cmdline').slice(-words.length);
}

/** The arguments or the variables that this process was started with, byte for byte, each of which ends with NUL (proc(5)). @throws Error of the system's */
export function processFields(file: 'cmdline' | 'environ'): Buffer[] {
  const bytes = readFileSync(`/proc/self/${file}`);
  const fields: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0, at);
    const stop = end < 0 ? bytes.length : end;
    fields.push(bytes.subarray(at, stop));
    at = stop + 1;
  }
  return fields;
}
