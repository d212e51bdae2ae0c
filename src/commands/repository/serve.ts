import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Problem } from '../../catalogue/release.ts';
import { UserError } from '../../errors.ts';
import { buildIndex } from '../../publishing/build-index.ts';
import { INDEX_NAME, readIndexFile } from '../../publishing/index-file.ts';
import { readEarlier } from '../../publishing/index-text.ts';
import { renderPage } from '../../publishing/page/render-page.ts';
import { readContents } from '../../publishing/read-contents.ts';
import type { IndexBuilder } from '../../publishing/serve/served-index.ts';
import { serveDirectory } from '../../publishing/serve/server.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { statOrNothing } from '../../system/links.ts';
import { booleanFlag } from '../boolean-flag.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { archiveLimits } from '../plugin/stage-options.ts';
import { DEFAULT_HOST, portOf, serveHere, whenChanged } from '../serving.ts';

type Context = CommandContext<'repository:serve'>;

/** What the repository is called in the lines to copy. */
const NAME = 'dev';

/** Serves a directory of packed plugins, for development, until a signal comes. */
export async function run(context: Context): Promise<Outcome> {
  const {
    layout,
    args: [word],
    options,
    warn,
  } = context;
  const { brand } = layout;
  const directory = resolve(word);
  if (!statOrNothing(directory)?.isDirectory())
    throw new UserError('not-a-directory', `${directory} is not a directory`, { status: 2, hint: 'give the directory that has the archives' });
  const host = options.host ?? DEFAULT_HOST;
  const told = whenChanged(warn);
  const onProblems = (problems: readonly Problem[]): void =>
    told(problems.map(({ where, text, remedy }) => harmlessLine(`${where}: ${text}${remedy === undefined ? '' : `; ${remedy}`}`)).join('\n'));
  return serveHere(context, {
    host,
    readable: directory,
    listen: (onRequest) => serveDirectory({ directory, host, port: portOf(options.port), build: builder(context, directory), onRequest, onProblems }),
    opening: (url) => [
      { info: `Serving ${relative('', directory) || '.'} at ${url}, until Ctrl-C` },
      `       ${brand} repository:add ${NAME} ${url}/${INDEX_NAME}`,
      `       ${brand} plugin:install ${NAME}/NAME --refresh`,
    ],
  });
}

/** Builds the index with its pages, which are rendered when one of them is first asked for. */
function builder({ layout, options }: Context, directory: string): IndexBuilder {
  const limits = archiveLimits(layout.home);
  const [useArchive, recursive] = [booleanFlag('-use-archive', options.useArchive) ?? true, options.recursive === true];
  return async (address) => {
    const urlBase = options.urlBasePath ?? address;
    // The index that is published has the marks of versions that were taken back.
    const published = join(directory, INDEX_NAME);
    const earlier = existsSync(published) ? await readEarlier(readIndexFile(published), published) : [];
    const { text, problems, catalogue } = await buildIndex({ binaries: directory, urlBase, useArchive, recursive, limits, earlier });
    let pages: Promise<ReadonlyMap<string, string>> | undefined;
    const render = async (): Promise<ReadonlyMap<string, string>> => {
      const { contents } = await readContents(catalogue.releases, directory, limits, () => {});
      return renderPage(catalogue, { repository: NAME, indexUrl: `${address}/${INDEX_NAME}`, command: layout.brand, contents });
    };
    return {
      text,
      problems,
      pages: () => {
        pages ??= render();
        return pages;
      },
    };
  };
}
