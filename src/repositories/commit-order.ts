import { isUserError } from '../errors.ts';
import { commitTime, leadsTo } from '../git/objects.ts';
import type { Known } from './bring.ts';
import type { CachePaths } from './cache-paths.ts';
import { hasHistory, historyHolds } from './clone-index.ts';
import type { Order } from './older.ts';

/** A commit that an index in git is at, and the one that it was at. */
interface Step {
  readonly url: string;
  readonly paths: CachePaths;
  readonly known: Known;
  readonly commit: string;
  readonly made: Date;
}

/**
 * How the commit of an index stands to the one that was there: newer where it comes after that, or was made later. Where only the newest commit is here, and
 * it was not made later, its history is asked for: clocks differ.
 * @returns undefined where nothing is known of the commit that was there
 */
export async function commitOrder({ url, paths, known, commit, made }: Step): Promise<Order | undefined> {
  const isWhole = hasHistory(paths.clone);
  if (isWhole && (await orFalse(leadsTo(paths.clone, known.state, commit)))) return 'newer';
  const before = known.age?.committedAt === undefined ? await orNothing(commitTime(paths.clone, known.state)) : new Date(known.age.committedAt);
  if (before === undefined) return undefined;
  if (made > before) return 'newer';
  if (!isWhole && (await historyHolds(url, paths, known.state))) return 'newer';
  const [is, was] = [commit, known.state].map((id) => id.slice(0, 12));
  return { older: `its commit ${is} is of ${made.toISOString()} and does not come after ${was} of ${before.toISOString()}` };
}

const orNothing = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (!isUserError(error)) throw error;
    return undefined;
  });

const orFalse = async (asked: Promise<boolean>): Promise<boolean> => (await orNothing(asked)) === true;
