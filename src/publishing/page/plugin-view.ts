import { groupByKey, keyOf, newestFirst, representative } from '../../catalogue/order.ts';
import type { Release } from '../../catalogue/release.ts';
import { inByteOrder } from '../../home/names.ts';
import type { PluginContents } from '../plugin-contents.ts';
import { kindWord } from './labels.ts';
import { pagePath } from './page-path.ts';

/** One name and type, as its page tells it. */
export interface PluginView {
  readonly name: string;
  /** Where the name has another type besides; what is installed then has to be told. */
  readonly typeToTell: string | undefined;
  /** `executor`, `plugin`. */
  readonly kind: string;
  /** Its page: `p/ship/index.html`. */
  readonly path: string;
  /** The release that stands for it in the list. */
  readonly shown: Release;
  /** Newest first. */
  readonly releases: readonly Release[];
  /** What its archive holds; undefined where it was not read. */
  readonly contents: PluginContents | undefined;
}

/**
 * What there is a page of, in byte order of names and types.
 * @param contents by `keyOf` a release
 * @throws UserError for a name that cannot be a path
 */
export function pluginViews(releases: readonly Release[], contents: ReadonlyMap<string, PluginContents>): PluginView[] {
  const groups = [...groupByKey(releases, (release) => release).values()];
  const names = groups.map(([first]) => first?.name);
  const isTwice = (name: string): boolean => names.indexOf(name) !== names.lastIndexOf(name);
  const taken = new Set<string>();
  return groups
    .map(newestFirst)
    .map((ordered) => ({ ordered, shown: representative(ordered) }))
    .sort(({ shown: a }, { shown: b }) => inByteOrder(a.name, b.name) || inByteOrder(a.type ?? '', b.type ?? ''))
    .map(({ ordered, shown }) => ({
      name: shown.name,
      typeToTell: isTwice(shown.name) ? shown.type : undefined,
      kind: kindWord(shown),
      path: pagePath(shown, taken),
      shown,
      releases: ordered,
      contents: contents.get(keyOf(shown)),
    }));
}
