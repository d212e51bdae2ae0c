import { addressProblem } from '../../catalogue/formats/address.ts';
import { isReleaseName, NAME_RULE } from '../../catalogue/names.ts';
import { readCatalogue } from '../../catalogue/read-catalogue.ts';
import type { Catalogue } from '../../catalogue/release.ts';
import { UserError } from '../../errors.ts';
import { INDEX_NAME } from '../../publishing/index-file.ts';
import { DEFAULT_REPOSITORY, renderPage } from '../../publishing/page/render-page.ts';
import { planPages, writePages } from '../../publishing/page-directory.ts';
import { type ReadContents, readContents } from '../../publishing/read-contents.ts';
import { indexText } from '../../repositories/read-index.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { withInterrupts } from '../../system/interrupts.ts';
import { statOrNothing } from '../../system/links.ts';
import { plural } from '../../system/word-list.ts';
import type { Line } from '../../terminal/lines.ts';
import { fetchProgress } from '../../terminal/progress.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { archiveLimits } from '../plugin/stage-options.ts';
import { problemLines } from './report.ts';

type Context = CommandContext<'repository:page'>;

/** Names that are listed where an archive is missing. */
const LISTED = 5;

/** Writes a static catalogue of an index. */
export async function run(context: Context): Promise<Outcome> {
  const { layout, env, args, options } = context;
  const [index = `./${INDEX_NAME}`] = args;
  const { output, name = DEFAULT_REPOSITORY, title = 'Plugins', binariesPath, url } = options;
  if (output === undefined) throw new UserError('missing-flag', '--output is missing', { hint: 'give it the directory to write, like --output ./site' });
  refuseUnusable(name, url, binariesPath);
  const catalogue = await readCatalogue(indexText(index, { origin: index, name }), { origin: index, name });
  const read = binariesPath === undefined ? undefined : await readBinaries(catalogue, binariesPath, context);
  const { brand: command } = layout;
  const files = renderPage(catalogue, { title, repository: name, indexUrl: url, command, contents: read?.contents });
  const kept = [layout.home, index, ...(binariesPath === undefined ? [] : [binariesPath])];
  const plan = planPages({ output, files, kept, isForced: env.DOKKU_APPS_FORCE_DELETE === '1' });
  if (!options.dryRun) await withInterrupts('the catalogue was written', async () => writePages(plan));
  const { directory, state } = plan;
  const plugins = [...files.keys()].filter((path) => path.startsWith('p/')).length;
  return {
    data: {
      output: directory,
      changed: !options.dryRun && state !== 'unchanged',
      state,
      plugins,
      releases: catalogue.releases.length,
      files: plan.files.size,
      archives: read?.contents.size ?? 0,
      problems: catalogue.problems,
    },
    lines: (): Line[] => {
      const told = `${plural(plan.files.size, 'file')} for ${plural(plugins, 'plugin')}`;
      const problems = problemLines(index, catalogue.problems);
      if (state === 'unchanged') return [{ info: `${directory} is up to date: ${told}` }, ...problems];
      if (options.dryRun) return [`would ${state === 'new' ? 'write' : 'replace'} ${directory}: ${told}`, ...problems];
      return [{ info: `${directory} ${state === 'new' ? 'written' : 'replaced'}: ${told}` }, ...problems];
    },
  };
}

/** @throws UserError for what cannot stand in the pages */
function refuseUnusable(name: string, url: string | undefined, binaries: string | undefined): void {
  if (!isReleaseName(name)) throw new UserError('bad-repository-name', `"${harmlessLine(name)}" cannot be the name of a repository`, { hint: NAME_RULE });
  const problem = url === undefined ? undefined : addressProblem(url);
  if (problem !== undefined)
    throw new UserError('bad-repository-url', `--url ${harmlessLine(url ?? '')} ${problem}`, { hint: 'give the address of the index' });
  if (binaries !== undefined && !statOrNothing(binaries)?.isDirectory())
    throw new UserError('not-a-directory', `${binaries} is not a directory`, { hint: 'give --binaries-path the directory with the archives' });
}

async function readBinaries({ releases }: Catalogue, directory: string, { layout, warn }: Context): Promise<ReadContents> {
  const { onProgress, onEnd } = fetchProgress('Reading archives');
  try {
    const read = await readContents(releases, directory, archiveLimits(layout.home), onProgress);
    const { missing, problems } = read;
    for (const problem of problems) warn(`${problem}; its page is without README and commands`);
    const others = missing.length > LISTED ? ` and ${missing.length - LISTED} more` : '';
    const whose = missing.length === 1 ? 'its page is' : 'their pages are';
    if (missing.length > 0) warn(`${directory} has no file of ${missing.slice(0, LISTED).join(', ')}${others}; ${whose} without README and commands`);
    return read;
  } finally {
    onEnd();
  }
}
