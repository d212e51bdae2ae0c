import { chmodSync, writeFileSync } from 'node:fs';

/** Writes a file that is not there yet. @param mode its own, whatever the caller's umask is @throws Error EEXIST where something is there */
export function writeNewFile(file: string, text: string, mode: number): void {
  writeFileSync(file, text, { flag: 'wx' });
  chmodSync(file, mode);
}
