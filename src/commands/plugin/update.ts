import { errorLine, isUserError, UserError } from '../../errors.ts';
import { isCore } from '../../home/layout.ts';
import { installedPlugins } from '../../plugins/installed.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { logError, logInfo, print, printJson } from '../../terminal/log.ts';
import type { CommandContext } from '../command-spec.ts';
import { sourceRequest, text } from './source-request.ts';
import { type Updated, type UpdateWish, updatePlugin } from './update-one.ts';

/** Brings plugins to what their source holds now, to a branch, tag, commit or range, or to another source (contract dokku §2.2, §3 `plugin:update`). */
export async function run(context: CommandContext): Promise<number> {
  const { layout, args, options } = context;
  refuseNested(context.env);
  const [name, word] = args;
  const json = options.format === 'json';
  const wish = await wishFrom(word, options);
  if (name !== undefined) {
    if (options.all) throw new UserError('BAD_USAGE', '--all and the name of a plugin exclude each other');
    const updated = await updatePlugin(context, name, wish);
    if (json) printJson([updated]);
    else tell(updated, options.dryRun === true);
    return 0;
  }
  const flag = ['from', 'version', 'committish', 'checksum', 'link', 'save'].find((one) => options[one] !== undefined);
  if (flag !== undefined) throw new UserError('BAD_USAGE', `--${flag} needs the name of a plugin`, { hint: `see \`${layout.brand} plugin:update --help\`` });
  const all: Updated[] = [];
  for (const plugin of installedPlugins(layout).plugins.filter(({ name, enabled }) => enabled && !isCore(layout, name))) {
    const updated = await updatePlugin(context, plugin.name, { link: false }).catch((error: unknown): Updated => {
      if (!isUserError(error)) throw error;
      return { name: plugin.name, outcome: 'failed', text: errorLine(error) };
    });
    all.push(updated);
    if (!json) tell(updated, options.dryRun === true);
  }
  if (json) printJson(all);
  return sumUp(all, json, options.dryRun === true);
}

/** No name of a branch or a tag has one of the first; one with the others may be a range. */
const SIGNS_OF_A_RANGE = /[\^~*\s<>=|]/;

/**
 * What the words behind a plugin's name ask for.
 * @throws UserError BAD_USAGE for flags that exclude each other
 */
async function wishFrom(word: string | undefined, options: CommandContext['options']): Promise<UpdateWish> {
  const source = text(options.from);
  if (word !== undefined && (options.committish ?? options.version) !== undefined)
    throw new UserError('BAD_USAGE', `"${word}" and --${options.version === undefined ? 'committish' : 'version'} exclude each other`);
  if (options.link && source === undefined) throw new UserError('BAD_USAGE', '--link needs --from and a directory');
  const wish = sourceRequest('', options);
  if (word === undefined) return { ...wish, source };
  const isRange = SIGNS_OF_A_RANGE.test(word) && (await import('../../sources/git/best-tag.ts')).isRange(word);
  return { ...wish, source, ...(isRange ? { version: word } : { committish: word }) };
}

function tell({ outcome, text }: Updated, dryRun: boolean): void {
  if (outcome === 'failed') logError(text);
  else if (outcome === 'updated' && !dryRun) logInfo(text);
  else print(text);
}

/** @throws UserError REFUSED when any failed */
function sumUp(all: readonly Updated[], json: boolean, dryRun: boolean): number {
  const failed = all.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
  const outcomes = [...new Set(all.map(({ outcome }) => outcome))].filter((outcome) => outcome !== 'failed');
  const counts = outcomes.map((outcome) => {
    const count = all.filter((updated) => updated.outcome === outcome).length;
    return `${count} ${outcome === 'updated' && dryRun ? 'to be updated' : outcome}`;
  });
  if (failed.length > 0) throw new UserError('REFUSED', [...counts, `${failed.length} not updated: ${failed.join(', ')}`].join(', '));
  if (counts.length > 0 && !json) logInfo(counts.join(', '));
  return 0;
}
