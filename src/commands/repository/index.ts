import { resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { type BuiltIndex, buildIndex } from '../../publishing/build-index.ts';
import { changesBetween, type IndexChanges } from '../../publishing/index-changes.ts';
import type { IndexEntry } from '../../publishing/index-entry.ts';
import { INDEX_NAME, readIndexFile, writeIndexFile } from '../../publishing/index-file.ts';
import { indexJson, readEarlier } from '../../publishing/index-text.ts';
import { publishedLine } from '../../publishing/published-line.ts';
import { withSerial } from '../../publishing/serial.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { realFile, statOrNothing } from '../../system/links.ts';
import { plural } from '../../system/word-list.ts';
import type { Line } from '../../terminal/lines.ts';
import { fetchProgress } from '../../terminal/progress.ts';
import { booleanFlag } from '../boolean-flag.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { archiveLimits } from '../plugin/stage-options.ts';

type Context = CommandContext<'repository:index'>;

/** Changes that are listed one a line. */
const LISTED = 20;

/** Writes the index of a directory, or says what is wrong with it. */
export async function run(context: Context): Promise<Outcome> {
  const { options } = context;
  const output = options.outputPath ?? `./${INDEX_NAME}`;
  const file = realFile(resolve(output));
  const before = statOrNothing(file) ? readIndexFile(file) : '';
  const old = await readEarlier(before, output);
  const built = await build(context, old);
  const text = withSerial(file.endsWith('.json') ? indexJson(built.entries) : built.text, before, options.serial === true);
  const errors = built.problems.filter(({ disables }) => disables);
  const changes = changesBetween(old, built.entries);
  const isChanged = text !== before;
  const facts = { output, plugins: new Set(built.catalogue.releases.map(({ name, type }) => `${type}/${name}`)).size, ...countsOf(built), changes };
  const told = built.problems.map((problem): Line => ({ [problem.disables ? 'error' : 'warning']: publishedLine(problem) }) as Line);
  const data = { ...facts, changed: false, problems: built.problems };
  if (errors.length > 0) {
    const failure = new UserError('index-has-errors', `${plural(errors.length, 'error')}: ${output} was not written`);
    return { data, lines: () => told, failure };
  }
  const count = `${plural(facts.plugins, 'plugin')}, ${plural(facts.releases, 'version')}, ${plural(facts.files, 'file')}`;
  if (!isChanged) return { data, lines: () => [...told, { info: `${output} is up to date: ${count}` }] };
  if (options.check) {
    const failure = new UserError('index-out-of-date', `${output} is not up to date`, { hint: 'write it anew with the same line without --check' });
    return { data, lines: () => [...told, ...changeLines(changes)], failure };
  }
  if (options.dryRun) return { data, lines: () => [...told, `would write ${output}: ${count}`, ...changeLines(changes)] };
  writeIndexFile(file, text);
  const dropped: Line[] =
    changes.removed.length > 0
      ? [
          {
            warning: `${plural(changes.removed.length, 'version')} of the index before ${changes.removed.length === 1 ? 'is' : 'are'} not there any more; --merge keeps them`,
          },
        ]
      : [];
  return { data: { ...data, changed: true }, lines: () => [...told, ...dropped, { info: `${output} written: ${count}` }] };
}

const countsOf = ({ entries }: BuiltIndex): { releases: number; files: number } => ({
  releases: entries.length,
  files: entries.reduce((sum, { urls }) => sum + urls.length, 0),
});

async function build({ layout, env, options }: Context, old: readonly IndexEntry[]): Promise<BuiltIndex> {
  const { merge } = options;
  const { onProgress, onEnd } = fetchProgress('Reading files');
  try {
    return await buildIndex({
      binaries: options.binariesPath ?? './plugin-dist',
      urlBase: options.urlBasePath ?? env.PLUGIN_DOWNLOAD_URL_BASE_PATH ?? '',
      nameFilter: filterOf(options.pluginNameFilter),
      useArchive: booleanFlag('-use-archive', options.useArchive) ?? true,
      recursive: options.recursive === true,
      earlier: typeof merge === 'string' ? await readEarlier(readIndexFile(resolve(merge)), merge) : old,
      keepsVersions: merge !== undefined,
      replaceVersion: options.replaceVersion === true,
      limits: archiveLimits(layout.home),
      onProgress,
    });
  } finally {
    onEnd();
  }
}

function filterOf(text: string | undefined): RegExp | undefined {
  try {
    return text === undefined || text === '' ? undefined : new RegExp(text);
  } catch (error) {
    throw new UserError('bad-value', `-plugin-name-filter "${harmlessLine(text ?? '')}" is no regular expression`, { cause: error });
  }
}

function changeLines({ added, changed, removed }: IndexChanges): string[] {
  const all = [...added.map((one) => `  new: ${one}`), ...changed.map((one) => `  changed: ${one}`), ...removed.map((one) => `  gone: ${one}`)];
  if (all.length === 0) return ['  its entries are the same, and it is written in another way'];
  const more = all.length - LISTED;
  return more > 0 ? [...all.slice(0, LISTED), `  and ${more} more; --json lists all`] : all;
}
