import type { Reference } from '../catalogue/reference.ts';
import type { Release } from '../catalogue/release.ts';
import { UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';
import { hintFor } from '../system/name-hint.ts';
import { type Copies, noRepositories } from './copies.ts';
import { bringCopy, type Copy, type CopyWorld } from './copy.ts';
import { repositoryNamed } from './settings.ts';
import { isDamaged, readReleases } from './snapshot.ts';

/** The releases of one name and type in one repository. */
export interface FoundReleases {
  readonly repository: string;
  readonly name: string;
  readonly type?: string;
  /** As listed; of an index in git also those of its history, where the wish of the reference asks for more than the latest. */
  readonly releases: readonly Release[];
}

/** A row that has the name that is looked for. */
interface Hit {
  readonly copy: Copy;
  readonly index: number;
  readonly type: string;
}

/** The releases that a reference names (`Catalogues.find`). */
export async function findReleases(reference: Reference, type: string | undefined, copies: Copies): Promise<FoundReleases> {
  const { repository, name, wish } = reference;
  const { repositories, world } = copies;
  if (repositories.length === 0) throw noRepositories(world.brand);
  const looked = repository === undefined ? await copies.all() : [await copies.of(repositoryNamed(repository, repositories, world.brand))];
  const hits = looked.flatMap((copy) => hitsIn(copy, name));
  const hit = theOne(hits, reference, type, looked, world.brand);
  const { settings } = hit.copy;
  const found = { repository: settings.name, name, ...(hit.type === '' ? {} : { type: hit.type }) };
  const releases = await oldEnough(await releasesOf(hit, world), hit.copy, world);
  if (settings.place.kind !== 'git' || wish === '' || wish === 'latest' || releases.some(({ version }) => version === wish)) return { ...found, releases };
  const { withHistory } = await import('./history.ts');
  return { ...found, releases: await oldEnough(await withHistory(hit.copy, name, releases, world), hit.copy, world) };
}

/** The same, with why those are not taken that are too new. */
async function oldEnough(releases: readonly Release[], { settings, paths }: Copy, { minAgeMs, now }: CopyWorld): Promise<readonly Release[]> {
  const least = minAgeMs?.(settings.name) ?? 0;
  if (least === 0) return releases;
  const { readAges, withheldByAge } = await import('./ages.ts');
  const ages = readAges(paths);
  return ages === undefined ? releases : withheldByAge(releases, ages, least, now());
}

const hitsIn = (copy: Copy, name: string): Hit[] => copy.rows.rows.flatMap(([own, type], index) => (own === name ? [{ copy, index, type }] : []));

/** @throws UserError where there is none, or more than one */
function theOne(all: readonly Hit[], { repository, name, wish }: Reference, type: string | undefined, copies: readonly Copy[], brand: string): Hit {
  const hits = all.filter((hit) => type === undefined || hit.type === type);
  const [hit, ...others] = hits;
  const text = harmlessLine(name);
  if (!hit) {
    const where = repository === undefined ? 'No repository has' : `${repository} has no`;
    const what = `${type === undefined ? '' : `${repository === undefined ? 'a ' : ''}${harmlessLine(type)} `}${text}`;
    const [other] = all;
    if (other) throw new UserError('plugin-not-in-repository', `${where} ${what}`, { hint: `${text} is of the type ${typesOf(all)}` });
    const names = [...new Set(copies.flatMap(({ rows }) => rows.rows.map(([own]) => own)))];
    throw new UserError('plugin-not-in-repository', `${where} ${what}`, hintFor(name, names, `\`${brand} plugin:search\` lists all`));
  }
  if (others.length === 0) return hit;
  const places = [...new Set(hits.map(({ copy }) => copy.settings.name))];
  const behind = wish === '' ? '' : `@${wish}`;
  if (places.length > 1) {
    throw new UserError('ambiguous-name', `${text} is in ${places.length} repositories`, {
      hint: `use one of ${places.map((one) => `${one}/${text}${behind}`).join(', ')}`,
    });
  }
  throw new UserError('ambiguous-name', `${places[0]}/${text} is of ${hits.length} types`, { hint: `choose one with --type: ${typesOf(hits)}` });
}

const typesOf = (hits: readonly Hit[]): string => [...new Set(hits.map(({ type }) => type || 'none'))].join(', ');

/** The releases of a row; of a copy that turns out to be damaged, once it is made anew. */
async function releasesOf({ copy, index, type }: Hit, world: CopyWorld): Promise<readonly Release[]> {
  try {
    return readReleases(copy.paths, copy.meta.snapshot, copy.rows, index);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    const name = copy.rows.rows[index]?.[0] ?? '';
    const anew = await bringCopy(copy.settings, world, copy.meta.snapshot);
    const again = hitsIn(anew, name).find((hit) => hit.type === type);
    if (!again)
      throw new UserError('plugin-not-in-repository', `${copy.settings.name} has no ${harmlessLine(name)} any more`, {
        hint: 'see what it has with plugin:search',
      });
    return readReleases(anew.paths, anew.meta.snapshot, anew.rows, again.index);
  }
}
