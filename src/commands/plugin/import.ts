import { UserError } from '../../errors.ts';
import { ON_PATH } from '../../importing/import-plan.ts';
import { isPrefix } from '../../importing/path-programs.ts';
import { wordOf } from '../../plugins/subcommands.ts';
import { importKind } from '../../sources/imported/kind.ts';
import { type PlannedImport, planImport } from '../../sources/imported/stage.ts';
import { absolute } from '../../sources/local-path.ts';
import type { SourceRequest } from '../../sources/request.ts';
import { checkNewName } from '../../store/new-name.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { plural } from '../../system/word-list.ts';
import { columns } from '../../terminal/columns.ts';
import { canAsk, confirm } from '../../terminal/confirm.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { installPlugin, NAME_HINT } from './install-one.ts';
import { installedFacts, installedText } from './installed-text.ts';

type Context = CommandContext<'plugin:import'>;

/** Makes a plugin of what was written for another runner: lists what becomes of it, asks at a terminal, and installs it. */
export async function run(context: Context): Promise<Outcome> {
  const { layout, env, options, progress } = context;
  refuseNested(env);
  const place = placeOf(context);
  const imports = { as: importKind(options.as), name: options.name, isTold: true };
  const planned = await planImport({ source: place, imports, link: false }, place, layout.brand);
  const { path, as, name } = planned.source;
  checkNewName(layout, name, NAME_HINT);
  for (const line of linesOf(planned, options.dryRun === true)) progress(line);
  const facts = { import: factsOf(planned) };
  const asks = options.dryRun !== true && env.DOKKU_APPS_FORCE_DELETE !== '1' && canAsk();
  if (asks && !(await confirm(`Import ${plural(planned.plan.commands.length, 'command')} as the plugin ${name}?`))) {
    return { data: { name, changed: false, ...facts }, lines: () => ['Nothing was imported'], status: 1 };
  }
  const request: SourceRequest = { source: path, imports: { ...imports, as, name }, link: false };
  const installed = await installPlugin(
    {
      ...context,
      args: [path],
      options: { replace: options.replace, save: options.save, dryRun: options.dryRun, verify: options.verify, acceptSigner: options.acceptSigner },
    },
    { name, request, replace: options.replace === true, skipHook: false, underWay: [] },
    { onBegin: () => {}, onBrought: () => {} },
  );
  const text = installedText(installed, layout.brand);
  return {
    data: { ...installedFacts(installed), ...facts },
    lines: () => [installed.placed.outcome === 'planned' ? text : { info: text }],
  };
}

/** What is to be imported: an absolute path, or `path:` and a prefix. @throws UserError for a line that says nothing, or two things */
function placeOf({ args: [place], options: { fromPath }, layout }: Context): string {
  if (fromPath !== undefined) {
    if (place !== undefined) throw new UserError('conflicting-flags', '--from-path and a folder or file cannot be used together');
    if (!isPrefix(fromPath)) throw new UserError('bad-value', `"${fromPath}" is no prefix of names of programs`, { hint: 'give one like acme-' });
    return `${ON_PATH}${fromPath}`;
  }
  if (place === undefined) {
    throw new UserError('missing-argument', 'plugin:import needs a folder or a file, or --from-path and a prefix', {
      hint: `see \`${layout.brand} plugin:import --help\``,
    });
  }
  return absolute(place);
}

/** More are counted. */
const LISTED = 100;

function linesOf({ plan, source: { name } }: PlannedImport, dryRun: boolean): string[] {
  const rows = plan.commands.map((command) => [wordOf(name, command.name), command.header.summary]);
  const more = rows.length - LISTED;
  return [
    harmlessLine(`${plural(rows.length, 'command')} of ${plan.from} ${dryRun ? 'would become' : rows.length === 1 ? 'becomes' : 'become'} the plugin ${name}:`),
    ...columns(rows.slice(0, LISTED), '  '),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...section(
      'Not brought:',
      plan.left.map(({ what, reason }) => [what, reason]),
    ),
    ...section(
      'Notes:',
      plan.notes.map((note) => [note]),
    ),
  ];
}

const section = (title: string, rows: readonly string[][]): string[] => (rows.length === 0 ? [] : [title, ...columns(rows, '  ')]);

const factsOf = ({ plan, source: { path, as, name } }: PlannedImport): object => ({
  path,
  as,
  commands: plan.commands.map((command) => ({ word: wordOf(name, command.name), summary: command.header.summary })),
  left: plan.left,
  notes: plan.notes,
});
