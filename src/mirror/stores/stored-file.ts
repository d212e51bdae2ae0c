import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { StoredFile } from './store.ts';

/** Writes a text into a file of a scratch folder, to become an object or a part of a bundle. */
export function asStoredFile(file: string, text: string | Buffer): StoredFile {
  const bytes = Buffer.from(text);
  writeFileSync(file, bytes);
  return { file, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}
