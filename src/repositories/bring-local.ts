import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readKrewDirectory } from '../catalogue/formats/krew-repository.ts';
import { statOrNothing } from '../system/links.ts';
import type { Brought, Known, Unchanged } from './bring.ts';
import type { Place } from './place.ts';
import { acceptCatalogue, readIndex } from './read-index.ts';
import type { RepositorySettings } from './settings.ts';

type LocalPlace = Extract<Place, { readonly path: string }>;

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

/** Reads an index on this machine, unless it is still the one that stands. @throws UserError REFUSED */
export async function bringLocal({ name, type }: RepositorySettings, place: LocalPlace, known: Known | undefined): Promise<Brought | Unchanged> {
  // Asked first: what changes while it is read is read again the next time.
  const state = localState(place) ?? '';
  if (state !== '' && state === known?.state) return { validators: {} };
  const expected = { name, ...(type ? { type } : {}), origin: place.path };
  const catalogue = place.kind === 'file' ? await readIndex(place.path, expected) : acceptCatalogue(await readKrewDirectory(place.path), expected);
  return { catalogue, state, validators: {}, finalUrl: place.path };
}
