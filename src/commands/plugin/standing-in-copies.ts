import { tmpdir } from 'node:os';
import { isUserError } from '../../errors.ts';
import type { AskWorld, Comparison } from '../../sources/kind.ts';
import type { Source } from '../../sources/kinds.ts';
import { kindOf, placeOf } from '../../sources/source.ts';
import type { CommandContext } from '../command.ts';
import { cataloguesOf } from './opened-catalogues.ts';

/** The copies of indexes that are here; no server is asked for another. */
export const copiesOf = ({ layout, env, warn }: Pick<CommandContext, 'layout' | 'env' | 'warn'>): AskWorld['catalogues'] =>
  cataloguesOf({ layout, env, warn, options: { offline: true } });

/** How what came from a repository stands to the copies of indexes that are here; undefined where they do not tell. */
export async function standingInCopies(catalogues: AskWorld['catalogues'], source: Source): Promise<Comparison | undefined> {
  try {
    return await kindOf(source).compare(source, { address: placeOf(source) ?? '', scratch: tmpdir(), catalogues, isHeld: false, sourceHash: undefined });
  } catch (error) {
    if (!isUserError(error)) throw error;
    return undefined;
  }
}
