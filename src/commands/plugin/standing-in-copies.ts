import { tmpdir } from 'node:os';
import { isUserError } from '../../errors.ts';
import type { Comparison } from '../../sources/kind.ts';
import type { Source } from '../../sources/kinds.ts';
import { kindOf, placeOf } from '../../sources/source.ts';
import type { CommandContext } from '../command.ts';
import { cataloguesOf } from './opened-catalogues.ts';

/** How what came from a repository stands to the copies of indexes that are here; undefined where they do not tell. No server is asked. */
export async function standingInCopies(
  { layout, env, warn }: Pick<CommandContext, 'layout' | 'env' | 'warn'>,
  source: Source,
): Promise<Comparison | undefined> {
  const catalogues = cataloguesOf({ layout, env, warn, options: { offline: true } });
  try {
    return await kindOf(source).compare(source, { address: placeOf(source) ?? '', scratch: tmpdir(), catalogues, isHeld: false, sourceHash: undefined });
  } catch (error) {
    if (!isUserError(error)) throw error;
    return undefined;
  }
}
