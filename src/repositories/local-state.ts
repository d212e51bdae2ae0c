import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { statOrNothing } from '../system/links.ts';
import type { Place } from './place.ts';

export type LocalPlace = Extract<Place, { readonly path: string }>;

/**
 * What tells the state of an index on this machine from others, without reading it: sizes and times.
 * @returns undefined where nothing is there
 */
export function localState({ kind, path }: LocalPlace): string | undefined {
  try {
    if (kind === 'file') return statSync(path) && stampOf(path);
    const folder = [join(path, 'plugins'), path].find((one) => statSync(one, { throwIfNoEntry: false })?.isDirectory()) ?? path;
    const stamps = readdirSync(folder).map((name) => `${name} ${stampOf(join(folder, name))}`);
    return createHash('sha256').update(stamps.sort().join('\n')).digest('hex');
  } catch {
    return undefined;
  }
}

function stampOf(path: string): string {
  const stat = statOrNothing(path);
  return stat ? [stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino].join('-') : 'nothing';
}
