import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER, hasFolder } from '../catalogue/formats/krew-folder.ts';
import { statOrNothing } from '../system/links.ts';
import type { Place } from './place.ts';

export type LocalPlace = Extract<Place, { readonly path: string }>;

/**
 * What tells the state of an index on this machine from others, without reading it: sizes and times.
 * @returns undefined where nothing is there
 */
export function localState({ kind, path }: LocalPlace): string | undefined {
  try {
    if (kind === 'file') return stampOf(path);
    const folder = hasFolder(path) ? join(path, FOLDER) : path;
    const stamps = readdirSync(folder).map((name) => `${name} ${stampOf(join(folder, name)) ?? 'nothing'}`);
    return createHash('sha256').update(stamps.sort().join('\n')).digest('hex');
  } catch {
    return undefined;
  }
}

function stampOf(path: string): string | undefined {
  const stat = statOrNothing(path);
  return stat && [stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino].join('-');
}
