import { join } from 'node:path';
import { isUserError, UserError } from '../errors.ts';
import { addressBeside } from '../http/address-beside.ts';
import { removeTree } from '../system/remove-tree.ts';
import { SETTINGS_BYTES } from '../system/small-file.ts';
import type { BringWorld, Brought, IndexGetters, Known, Unchanged } from './bring.ts';
import { INDEX_BYTES, readIndex } from './read-index.ts';
import type { RepositorySettings } from './settings.ts';
import { Unreached } from './unreached.ts';

/** How long nothing may come where there is a copy that would do. */
const IMPATIENT_MS = 10_000;

/**
 * Has the plugin that is a getter for the scheme of an address fetch an index.
 * @throws UserError when no plugin has the scheme, or what came is too large or no index; an Unreached where the getter fails
 */
export async function bringByGetter(
  { name, type }: RepositorySettings,
  url: string,
  known: Known | undefined,
  { scratch, getters, isImpatient, wantedSignatures, onProgress }: BringWorld,
): Promise<Brought | Unchanged> {
  if (getters === undefined)
    throw new UserError('no-such-scheme', `${url} is fetched by a plugin, and none is asked here`, { hint: 'use an http or https URL' });
  const file = join(scratch, 'index');
  const { sha256 } = await getters
    .fetch(url, file, { maxBytes: INDEX_BYTES, onProgress, ...(isImpatient ? { quietMs: IMPATIENT_MS } : {}) })
    .catch((error: unknown) => {
      throw isUserError(error) && error.code === 'program-failed' ? new Unreached(error) : error;
    });
  const isLacking = wantedSignatures.some((ending) => !known?.signatures?.includes(ending));
  if (sha256 === known?.state && !isLacking) return { validators: {} };
  const catalogue = await readIndex(file, { name, ...(type ? { type } : {}), origin: url });
  for (const ending of wantedSignatures) await fetchBeside(getters, addressBeside(url, ending), `${file}${ending}`);
  return { catalogue, raw: file, state: sha256, validators: {}, signatures: wantedSignatures, finalUrl: url };
}

/** Fetches what may not be there. */
async function fetchBeside(getters: IndexGetters, url: string, file: string): Promise<void> {
  try {
    await getters.fetch(url, file, { maxBytes: SETTINGS_BYTES, isQuiet: true });
  } catch (error) {
    if (!isUserError(error)) throw error;
    removeTree(file);
  }
}
