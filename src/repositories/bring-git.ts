import { isAbsolute } from 'node:path';
import { readKrewClone } from '../catalogue/formats/krew-repository.ts';
import type { Catalogue } from '../catalogue/release.ts';
import { isUserError } from '../errors.ts';
import { commitTime } from '../git/objects.ts';
import type { BringWorld, Brought, Known, Unchanged } from './bring.ts';
import { fetchIndex, hasHistory, mendIndex } from './clone-index.ts';
import { commitOrder } from './commit-order.ts';
import { acceptCatalogue } from './read-index.ts';
import type { RepositorySettings } from './settings.ts';
import { Unreached } from './unreached.ts';

/**
 * Fetches an index that is a git repository, and reads the commit that its HEAD stands at.
 * @throws UserError when it cannot be had, or is none
 */
export async function bringGit(
  { type }: RepositorySettings,
  url: string,
  known: Known | undefined,
  { paths, before }: BringWorld,
): Promise<Brought | Unchanged> {
  const commit = await fetchIndex(url, paths, 'newest').catch((error: unknown) => {
    throw isUserError(error) && !isAbsolute(url) ? new Unreached(error) : error;
  });
  if (commit === known?.state) return { validators: {} };
  const read = async (state: string): Promise<Catalogue> =>
    acceptCatalogue(await readKrewClone(paths.clone, state), { ...(type ? { type } : {}), origin: url });
  const came = async (catalogue: Catalogue, state: string): Promise<Brought> => {
    const made = await commitTime(paths.clone, state);
    const order = before && (await commitOrder({ url, paths, known: before, commit: state, made }));
    return { catalogue, state, validators: {}, finalUrl: url, committedAt: made.toISOString(), order };
  };
  try {
    return await came(await read(commit), commit);
  } catch (error) {
    if (!isUserError(error)) throw error;
    const mended = await mendIndex(url, paths, hasHistory(paths.clone) ? 'whole' : 'newest');
    if (mended === undefined) throw error;
    return came(await read(mended), mended);
  }
}
