import type { Catalogue } from '../../catalogue/release.ts';
import type { PluginContents } from '../plugin-contents.ts';
import { ASSETS } from './assets.ts';
import { listPage } from './list-page.ts';
import { notFoundPage } from './not-found-page.ts';
import { pluginPage } from './plugin-page.ts';
import { pluginViews } from './plugin-view.ts';
import type { Site } from './site.ts';

export interface PageOptions {
  /** What the pages are headed with. */
  readonly title?: string | undefined;
  /** What users call the repository, in the lines that they copy. */
  readonly repository?: string | undefined;
  /** The address of the index. */
  readonly indexUrl?: string | undefined;
  /** The command by which plugins are installed. */
  readonly command?: string | undefined;
  /** What archives hold, by `keyOf` a release. */
  readonly contents?: ReadonlyMap<string, PluginContents> | undefined;
}

/** What a repository is called whose publisher has not said. */
export const DEFAULT_REPOSITORY = 'plugins';

/**
 * A catalogue as a static site: a list, a page for each name and type, a page for addresses where nothing is, and what they load. The same catalogue gives
 * the same bytes.
 * @returns texts by path: `index.html`, `404.html`, `style.css`, `p/NAME/index.html`, …
 * @throws UserError for a name that cannot be a path
 */
export function renderPage(catalogue: Pick<Catalogue, 'releases'>, options: PageOptions = {}): ReadonlyMap<string, string> {
  const { title = 'Plugins', repository = DEFAULT_REPOSITORY, indexUrl, command = 'tool', contents = new Map() } = options;
  const site: Site = { title, repository, indexUrl, command, plugins: pluginViews(catalogue.releases, contents) };
  return new Map([
    ['index.html', listPage(site)],
    ['404.html', notFoundPage(site)],
    ...Object.entries(ASSETS),
    ...site.plugins.map((plugin): [string, string] => [plugin.path, pluginPage(site, plugin)]),
  ]);
}
