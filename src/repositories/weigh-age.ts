import { byKey } from '../catalogue/order.ts';
import { toSearchRows } from '../catalogue/search-rows.ts';
import { UserError } from '../errors.ts';
import type { Brought } from './bring.ts';
import type { CachePaths } from './cache-paths.ts';
import { standAt } from './clone-index.ts';
import type { CopyWorld, Standing } from './copy.ts';
import type { KeptAge, Meta } from './meta.ts';
import { type IndexAge, pastOf, type StandingAge, whyOlder } from './older.ts';
import type { RepositorySettings } from './settings.ts';
import { signedPart } from './signed-index.ts';

/** What an index is held against that has come. */
interface Before {
  /** Of the copy, whether or not it can still be looked into; undefined where there was none. */
  readonly meta: Meta | undefined;
  readonly standing: Standing | undefined;
}

/** What is kept of its age, and why it is older than the one before it, where it is. */
export interface WeighedAge {
  readonly age: KeptAge;
  readonly older?: string;
}

/**
 * Whether an index that has come may take the place of the one before it: an older one is refused where the policy is `require` or the one before was signed by
 * a trusted key, and warned of elsewhere (decision 031).
 * @throws UserError index-older
 */
export async function weighAge(settings: RepositorySettings, paths: CachePaths, came: Brought, before: Before, world: CopyWorld): Promise<WeighedAge> {
  const { name, place } = settings;
  const file = place.kind === 'file' ? place.path : (came.raw ?? '');
  const part = signedPart({ kind: place.kind, file, clone: paths.clone, commit: came.state });
  const signed = part && (await world.signerOf?.(name, part));
  const now = { ...ageOf(settings, came), signedAt: signed?.at, rows: () => toSearchRows(byKey(came.catalogue.releases)) };
  const stood = before.meta && standingAge(settings, before.meta, before.standing);
  const older = stood && whyOlder(stood, now, came.order);
  const does = world.onOlder?.(name) ?? 'warn';
  if (older !== undefined && does !== 'accept') {
    const told = `${name} has an older index now than the one before it: ${older}`;
    if (does === 'refuse' || before.meta?.age?.signer !== undefined) {
      if (place.kind === 'git' && before.meta) await standAt(place.url, paths, before.meta.state);
      throw new UserError('index-older', told, { hint: `ask its publisher; \`${world.brand} repository:update ${name} --accept-older\` takes it` });
    }
    world.warn(told);
  }
  const { signer, signedAt } = older !== undefined && does === 'accept' ? {} : (before.meta?.age ?? ({} as Partial<KeptAge>));
  const kept = signed === undefined ? { signer, signedAt } : { signer: signed.key, signedAt: signed.at };
  const { content, committedAt } = came;
  const past = stood ? pastOf(stood, now.state, older !== undefined) : [];
  return { age: { content, ...came.catalogue.age, ...kept, committedAt, past }, ...(older === undefined ? {} : { older }) };
}

const ageOf = ({ place }: RepositorySettings, { catalogue, content, state, validators }: Brought): Omit<IndexAge, 'rows'> => ({
  state: identity(place, state, content),
  stated: catalogue.age,
  lastModified: validators.lastModified,
});

const standingAge = ({ place }: RepositorySettings, { state, age, validators }: Meta, standing: Standing | undefined): StandingAge => ({
  state: identity(place, state, age?.content),
  stated: age,
  signedAt: age?.signedAt,
  lastModified: validators.lastModified,
  rows: () => standing?.rows.rows,
  past: age?.past ?? [],
});

/** What tells a state by its bytes: that of an index on this machine is one of sizes and times. */
function identity({ kind }: RepositorySettings['place'], state: string, content: string | undefined): string | undefined {
  if (kind === 'file') return content;
  return kind === 'directory' ? undefined : state;
}
