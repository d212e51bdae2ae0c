import { createReadStream, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../errors.ts';
import { statOrNothing } from '../../system/links.ts';

/** How a part of a bundle is called: `bundle.tar.001`. */
export const partName = (file: string, index: number): string => `${file}.${String(index + 1).padStart(3, '0')}`;

/**
 * The files that a bundle is in, in their order: itself, or its parts, whichever of them is named.
 * @throws UserError bad-bundle naming a part that is missing, not-a-file
 */
export function partsOf(word: string): string[] {
  const file = word.replace(/\.\d{3}$/, '');
  if (statOrNothing(word)?.isFile() && word === file) return [word];
  const name = basename(file);
  const numbers = (statOrNothing(dirname(file))?.isDirectory() ? readdirSync(dirname(file)) : [])
    .flatMap((one) => (one.startsWith(`${name}.`) && /^\d{3}$/.test(one.slice(name.length + 1)) ? [Number(one.slice(name.length + 1))] : []))
    .sort((a, b) => a - b);
  if (numbers.length === 0) throw new UserError('not-a-file', `There is no bundle ${word}`, { hint: 'check the path' });
  const parts = Array.from({ length: numbers.at(-1) ?? 0 }, (_, index) => partName(file, index));
  const missing = parts.find((part) => !statOrNothing(part)?.isFile());
  if (missing === undefined) return parts;
  throw new UserError('bad-bundle', `The part ${basename(missing)} is missing`, { hint: `copy it to ${join(dirname(file), basename(missing))}` });
}

/** All bytes of some files, one after another. */
export async function* bytesOf(parts: readonly string[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield* createReadStream(part, { highWaterMark: 256 << 10 });
}

export const sizeOf = (parts: readonly string[]): number => parts.reduce((sum, part) => sum + statSync(part).size, 0);
