import { errorLine, isUserError, UserError } from '../../errors.ts';
import { isShipped } from '../../home/core-names.ts';
import { installedPlugins } from '../../plugins/installed.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import type { Line } from '../../terminal/lines.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { sourceRequest } from './source-request.ts';
import { type Updated, type UpdateWish, updatePlugin } from './update-one.ts';

type Context = CommandContext<'plugin:update'>;

/** Brings plugins to what their source holds now, to a branch, tag, commit or range, or to another source (contract dokku §2.2, §3 `plugin:update`). */
export async function run(context: Context): Promise<Outcome> {
  const { layout, args, options, progress } = context;
  refuseNested(context.env);
  const [name, word] = args;
  const dryRun = options.dryRun === true;
  const wish = await wishFrom(word, options);
  if (name !== undefined) {
    if (options.all) throw new UserError('conflicting-flags', '--all and the name of a plugin cannot be used together');
    const updated = await updatePlugin(context, name, wish);
    return { data: [updated], lines: () => [lineOf(updated, dryRun)] };
  }
  const flag = (['from', 'version', 'committish', 'checksum', 'platform', 'type', 'link', 'save'] as const).find((one) => options[one] !== undefined);
  if (flag !== undefined)
    throw new UserError('missing-argument', `--${flag} needs the name of a plugin`, { hint: `see \`${layout.brand} plugin:update --help\`` });
  const all: Updated[] = [];
  for (const plugin of installedPlugins(layout).plugins.filter(({ name, enabled }) => enabled && !isShipped(layout, name))) {
    const updated = await updatePlugin(context, plugin.name, { link: false }).catch((error: unknown): Updated => {
      if (!isUserError(error)) throw error;
      return { name: plugin.name, outcome: 'failed', text: errorLine(error) };
    });
    all.push(updated);
    progress(lineOf(updated, dryRun));
  }
  return { data: all, ...sumUp(all, dryRun) };
}

/** No name of a branch or a tag has one of the first; one with the others may be a range. */
const SIGNS_OF_A_RANGE = /[\^~*\s<>=|]/;

/**
 * What the words behind a plugin's name ask for.
 * @throws UserError for flags that cannot be used together
 */
async function wishFrom(word: string | undefined, options: Context['options']): Promise<UpdateWish> {
  const source = options.from;
  if (word !== undefined && (options.committish ?? options.version) !== undefined)
    throw new UserError('conflicting-flags', `"${word}" and --${options.version === undefined ? 'committish' : 'version'} cannot be used together`);
  if (options.link && source === undefined) throw new UserError('flag-does-not-apply', '--link needs --from and a directory');
  const wish = sourceRequest('', options);
  if (word === undefined) return { ...wish, source };
  const isRange = SIGNS_OF_A_RANGE.test(word) && (await import('../../sources/git/best-tag.ts')).isRange(word);
  return { ...wish, source, ...(isRange ? { version: word } : { committish: word }) };
}

function lineOf({ outcome, text }: Updated, dryRun: boolean): Line {
  if (outcome === 'failed') return { error: text };
  return outcome === 'updated' && !dryRun ? { info: text } : text;
}

/** How many were updated, or not; a failure when any failed. */
function sumUp(all: readonly Updated[], dryRun: boolean): Pick<Outcome, 'lines' | 'failure'> {
  const failed = all.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
  const outcomes = [...new Set(all.map(({ outcome }) => outcome))].filter((outcome) => outcome !== 'failed');
  const counts = outcomes.map((outcome) => {
    const count = all.filter((updated) => updated.outcome === outcome).length;
    return `${count} ${outcome === 'updated' && dryRun ? 'to be updated' : outcome}`;
  });
  if (failed.length > 0)
    return { lines: () => [], failure: new UserError('some-failed', [...counts, `${failed.length} not updated: ${failed.join(', ')}`].join(', ')) };
  return { lines: () => (counts.length > 0 ? [{ info: counts.join(', ') }] : []) };
}
