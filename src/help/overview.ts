import { isatty } from 'node:tty';
import { lookedUpFamilies } from '../home/core-names.ts';
import { dokkusAside } from '../home/core-plugins.ts';
import { type Environment, type Layout, readLayout } from '../home/layout.ts';
import { columns } from '../terminal/columns.ts';
import { logWarn, print, printError } from '../terminal/log.ts';
import { collectHelp, type HelpEntry } from './plugin-help.ts';

/**
 * Prints the commands of every enabled plugin (contract dokku §1.5). A `commands` script that fails, hangs or cannot
 * be run costs a warning and its own lines, never the list (contract dokku §10.1 (2)).
 * @param all every command that can be run; without it core plugins show their bare words only, and families are named behind them
 */
export async function help(all: boolean, env: Environment): Promise<number> {
  const layout = readLayout(env);
  const plugins = await collectHelp(layout, env, all);
  for (const { said, warning } of plugins) {
    if (said) printError(said);
    if (warning) logWarn(warning);
  }
  const core = withOwnWords(plugins.filter((plugin) => plugin.core).flatMap((plugin) => plugin.entries));
  const community = plugins.filter((plugin) => !plugin.core).flatMap((plugin) => plugin.entries);
  const quiet = isQuiet(env);
  if (!quiet) print(header(layout.brand));
  const shown = all ? core : core.filter(({ usage }) => !commandOf(usage).includes(':')).map((entry) => ({ ...entry, usage: commandOf(entry.usage) }));
  printEntries(shown);
  if (community.length > 0 || all) {
    if (!quiet) print('\nCommunity plugin commands:\n');
    printEntries(community);
  }
  const more = env.DOKKU_QUIET_OUTPUT ? undefined : moreLine(layout, all);
  if (more !== undefined) print(`\n${more}`);
  return 0;
}

/** What there is besides: families, whose words work, and Dokku's set, which can be enabled. Dokku's own help has no such line. */
function moreLine(layout: Layout, all: boolean): string | undefined {
  const { brand } = layout;
  if (brand === 'dokku') return undefined;
  const families = all ? [] : lookedUpFamilies(layout);
  const [first, ...others] = dokkusAside(layout);
  const parts = [
    ...(families.length > 0 ? [`Also: ${families.join(', ')} (\`${brand} ${families.length > 1 ? 'NAME' : families[0]}:help\`)`] : []),
    ...(first === undefined ? [] : [`Not enabled: ${others.length > 0 ? "Dokku's plugins" : `Dokku's ${first}`} (\`${brand} plugin:list --all\`)`]),
  ];
  return parts.length > 0 ? parts.join('. ') : undefined;
}

const header = (brand: string): string =>
  [
    `Usage: ${brand} [--quiet|--trace|--force] COMMAND <app> [command-specific-options]`,
    '',
    `Primary help options, type "${brand} COMMAND:help" for more details, or ${brand} help --all to see all commands.`,
    '',
    'Commands:',
    '',
  ].join('\n');

/** Whether the decoration is left out: asked for, or nobody is at the terminal (contract dokku §1.6). */
function isQuiet(env: Environment): boolean {
  if (env.DOKKU_QUIET_OUTPUT) return true;
  if (env.DOKKU_FORCE_TTY === 'true') return false;
  return env.DOKKU_DISABLE_TTY === 'true' || !isatty(0);
}

/** The words that the dispatcher answers by itself, in front of every plugin. */
const OWN_WORDS: readonly HelpEntry[] = [
  { usage: 'help', description: 'Print the list of commands' },
  { usage: 'version', description: 'Print the version' },
];

/** Core plugins' entries, and those of the dispatcher's own words that none of them lists (Dokku's standard words do). */
const withOwnWords = (core: readonly HelpEntry[]): HelpEntry[] => [
  ...core,
  ...OWN_WORDS.filter(({ usage }) => !core.some((entry) => commandOf(entry.usage) === usage)),
];

const commandOf = (usage: string): string => usage.trim().split(/\s/, 1)[0] as string;

function printEntries(entries: readonly HelpEntry[]): void {
  const rows = entries.map(({ usage, description }) => [usage, description]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  for (const line of columns(rows, '    ')) print(line);
}
