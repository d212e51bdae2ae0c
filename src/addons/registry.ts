import type { Draft } from '../catalogue/formats/drafts.ts';
import { readCatalogue } from '../catalogue/read-catalogue.ts';
import type { Problem, Release } from '../catalogue/release.ts';
import { UserError } from '../errors.ts';

/** A release of an add-on, and where its package is had. */
export interface ExternalRelease {
  readonly release: Release;
  readonly url: string;
}

/** What a mirror's registry says. */
export interface Registry {
  readonly entries: readonly ExternalRelease[];
  readonly problems: readonly Problem[];
}

/** The object that an entry without a `key` is: upstream's file, by its base name, as in the decision that kURL's add-ons follow. */
function keyOf(map: { readonly key?: unknown } | undefined, { platforms: [platform] }: Release): string {
  if (typeof map?.key === 'string' && map.key !== '') return map.key;
  return `external/${new URL(platform?.url ?? '').pathname.replace(/^.*\//, '')}`;
}

/** Whether a key leads to something within its mirror: parts without a leading slash, dots or backslashes that would lead elsewhere. */
const isKey = (key: string): boolean => /^[A-Za-z0-9][\w.+~%-]*(\/[A-Za-z0-9][\w.+~%-]*)*$/.test(key) && !key.includes('..');

/**
 * Reads the registry of a mirror: by add-on, a list of versions with `key`, `sha256Sum`, `size`, the range of host versions, and `isPrerelease`.
 * What is wrong with an entry is a problem, and the entry is left out.
 * @param base the address of the mirror, which keys are below
 * @param origin where the text is from, for messages
 * @throws UserError bad-index, not-an-index where the text as a whole is no registry
 */
export async function readRegistry(text: string, origin: string, base: string): Promise<Registry> {
  if (/^\s*\{\s*\}\s*$/.test(text)) return { entries: [], problems: [] };
  if (/^\s*\[/.test(text)) {
    throw new UserError('not-an-index', `${origin} is a list, and a registry has lists by add-on`, {
      hint: 'a versions.json of an author is added with addon:source:add',
    });
  }
  const maps = new Map<Release, Draft['report']>();
  const onEntry = ({ release, report }: Draft): void => void maps.set(release, report);
  const { releases, problems } = await readCatalogue(text, { origin, name: '', onEntry });
  const root = base.replace(/\/+$/, '');
  const bad: Problem[] = [];
  const entries = releases.flatMap((release): ExternalRelease[] => {
    const report = maps.get(release);
    const key = keyOf(report?.map, release);
    if (isKey(key)) return [{ release, url: `${root}/${key.split('/').map(encodeURIComponent).join('/')}` }];
    const where = report?.place() ?? { where: release.name };
    bad.push({
      ...where,
      text: `field key ${JSON.stringify(key)} leads to no object of the mirror`,
      remedy: `write it as external/NAME.tar.gz`,
      disables: true,
    });
    return [];
  });
  return { entries, problems: [...problems, ...bad] };
}
