import { readKrewDirectory } from '../catalogue/formats/krew-repository.ts';
import type { Brought, Known, Unchanged } from './bring.ts';
import { type LocalPlace, localState } from './local-state.ts';
import { acceptCatalogue, hashOfIndex, readIndex } from './read-index.ts';
import type { RepositorySettings } from './settings.ts';

/** Reads an index on this machine, unless it is still the one that stands. @throws UserError */
export async function bringLocal({ name, type }: RepositorySettings, place: LocalPlace, known: Known | undefined): Promise<Brought | Unchanged> {
  // Asked first: what changes while it is read is read again the next time.
  const state = localState(place) ?? '';
  if (state !== '' && state === known?.state) return { validators: {} };
  const expected = { name, ...(type ? { type } : {}), origin: place.path };
  const came = { state, validators: {}, finalUrl: place.path };
  if (place.kind === 'directory') return { ...came, catalogue: acceptCatalogue(await readKrewDirectory(place.path), expected) };
  const catalogue = await readIndex(place.path, expected);
  const content = hashOfIndex(place.path);
  return { ...came, catalogue, ...(content === undefined ? {} : { content }) };
}
