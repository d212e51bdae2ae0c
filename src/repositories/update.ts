import type { Problem } from '../catalogue/release.ts';
import type { SearchRow } from '../catalogue/search.ts';
import { isUserError, type UserError } from '../errors.ts';
import { mapAtOnce } from '../system/at-once.ts';
import { bringCopy, type Copy, type CopyWorld } from './copy.ts';
import type { Meta } from './meta.ts';
import type { Rows } from './rows.ts';
import type { RepositorySettings } from './settings.ts';
import { isDamaged, readProblems } from './snapshot.ts';

/** What became of one repository when it was asked. */
export interface UpdatedRepository {
  readonly name: string;
  readonly outcome: 'added' | 'updated' | 'unchanged' | 'failed';
  /** What is known of the copy; undefined where there is none. */
  readonly meta?: Meta;
  /** How many names and types are there that were not, have another version, or are gone. */
  readonly changes?: Changes;
  /** Why it is older than the one before it, where it is. */
  readonly older?: string;
  readonly problems: readonly Problem[];
  /** Why it failed; the copy that stood before stands. */
  readonly error?: UserError;
}

export interface Changes {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** Indexes that are fetched at a time. */
const AT_ONCE = 4;

/**
 * Fetches indexes, whatever the age of their copies; a failure keeps none of the others from it.
 * @returns in the order of the settings
 */
export const updateRepositories = (all: readonly RepositorySettings[], world: CopyWorld): Promise<UpdatedRepository[]> =>
  mapAtOnce(all, AT_ONCE, (settings) => updateRepository(settings, world));

async function updateRepository(settings: RepositorySettings, world: CopyWorld): Promise<UpdatedRepository> {
  const { name } = settings;
  try {
    const copy = await bringCopy(settings, { ...world, refresh: true, isImpatient: false });
    return copy.failure ? { name, outcome: 'failed', meta: copy.meta, problems: [], error: copy.failure } : updatedTo(name, copy);
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { name, outcome: 'failed', problems: [], error };
  }
}

function updatedTo(name: string, { came, meta, paths, before, rows, older }: Copy): UpdatedRepository {
  const outcome = came === 'new' ? 'added' : came === 'changed' ? 'updated' : 'unchanged';
  const told = { ...(before ? { changes: changesBetween(before, rows) } : {}), ...(older === undefined ? {} : { older }) };
  return { name, outcome, meta, ...told, problems: problemsOf(paths, meta) };
}

function problemsOf(paths: Copy['paths'], { snapshot }: Meta): readonly Problem[] {
  try {
    return readProblems(paths, snapshot);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    return [];
  }
}

function changesBetween(before: Rows, after: Rows): Changes {
  const keyOf = ([name, type]: SearchRow): string => `${type}/${name}`;
  const old = new Map(before.rows.map((row) => [keyOf(row), row]));
  let [added, changed] = [0, 0];
  for (const row of after.rows) {
    const was = old.get(keyOf(row));
    if (!was) added++;
    else if (was.some((field, index) => field !== row[index])) changed++;
  }
  return { added, changed, removed: before.rows.length - (after.rows.length - added) };
}
