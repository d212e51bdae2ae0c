import type { Catalogue } from '../release.ts';

/** Reads the manifests in `plugins/` of a directory that is like krew's index, or in the directory itself. @throws UserError REFUSED where there are none */
export async function readKrewDirectory(_directory: string): Promise<Catalogue> {
  throw new Error('being written');
}

/**
 * Reads the manifests of a commit of a clone, bare or not.
 * @param commit `HEAD` by default
 * @throws UserError REFUSED where git or the commit cannot be had
 */
export async function readKrewClone(_clone: string, _commit?: string): Promise<Catalogue> {
  throw new Error('being written');
}

/**
 * The versions of one plugin in the history of a clone, newest first, each from the newest commit that states it (`Release.commit`). Needs the whole history.
 * @throws UserError REFUSED where git or the history cannot be had
 */
export async function krewHistory(_clone: string, _name: string): Promise<Catalogue> {
  throw new Error('being written');
}
