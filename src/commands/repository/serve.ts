import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Problem } from '../../catalogue/release.ts';
import { UserError } from '../../errors.ts';
import { isLoopbackHost } from '../../http/host.ts';
import { buildIndex } from '../../publishing/build-index.ts';
import { INDEX_NAME, readIndexFile } from '../../publishing/index-file.ts';
import { readEarlier } from '../../publishing/index-text.ts';
import { renderPage } from '../../publishing/page/render-page.ts';
import { readContents } from '../../publishing/read-contents.ts';
import type { IndexBuilder } from '../../publishing/serve/served-index.ts';
import { type Answered, serveDirectory } from '../../publishing/serve/server.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { isInterrupted } from '../../system/interrupted.ts';
import { withInterrupts } from '../../system/interrupts.ts';
import { statOrNothing } from '../../system/links.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { archiveLimits } from '../plugin/stage-options.ts';
import { usesArchive } from './use-archive.ts';

type Context = CommandContext<'repository:serve'>;

const DEFAULT_HOST = '127.0.0.1';
/** What the repository is called in the lines to copy. */
const NAME = 'dev';

/** Serves a directory of packed plugins, for development, until a signal comes. */
export async function run(context: Context): Promise<Outcome> {
  const {
    layout,
    args: [word],
    options,
    progress,
    warn,
  } = context;
  const { brand } = layout;
  const directory = resolve(word);
  if (!statOrNothing(directory)?.isDirectory())
    throw new UserError('not-a-directory', `${directory} is not a directory`, { status: 2, hint: 'give the directory that has the archives' });
  const host = options.host ?? DEFAULT_HOST;
  let requests = 0;
  const onRequest = (request: Answered): void => {
    requests++;
    progress(lineOf(request));
  };
  const told = problemTeller(warn);
  const server = await serveDirectory({ directory, host, port: portOf(options.port), build: builder(context, directory), onRequest, onProblems: told });
  if (!isLoopbackHost(host)) warn(`Whoever can reach ${host} can read ${directory}; leave --host out to serve this machine alone`);
  progress({ info: `Serving ${relative('', directory) || '.'} at ${server.url}, until Ctrl-C` });
  progress(`       ${brand} repository:add ${NAME} ${server.url}/${INDEX_NAME}`);
  progress(`       ${brand} plugin:install ${NAME}/NAME --refresh`);
  try {
    await withInterrupts('', ({ aborted }) => once(aborted, 'abort'));
  } catch (error) {
    // It is how a server ends.
    if (!isInterrupted(error)) throw error;
  } finally {
    await server.close();
  }
  return { data: { url: server.url, requests }, lines: () => [] };
}

/** Builds the index with its pages, which are rendered when one of them is first asked for. */
function builder({ layout, options }: Context, directory: string): IndexBuilder {
  const limits = archiveLimits(layout.home);
  const [useArchive, recursive] = [usesArchive(options.useArchive), options.recursive === true];
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

function portOf(text = '0'): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65536) return Number(text);
  throw new UserError('bad-value', `--port takes a number up to 65535, not "${harmlessLine(text)}"`);
}

const lineOf = ({ method, path, status, bytes }: Answered): string => harmlessLine(`${status} ${method} ${path}${bytes === 0 ? '' : ` ${bytes}`}`);

/** Tells problems that are new: the index is asked for again and again. */
function problemTeller(warn: (text: string) => void): (problems: readonly Problem[]) => void {
  let last = '';
  return (problems) => {
    const lines = problems.map(({ where, text, remedy }) => harmlessLine(`${where}: ${text}${remedy === undefined ? '' : `; ${remedy}`}`));
    const now = lines.join('\n');
    if (now !== last && now !== '') warn(now);
    last = now;
  };
}
