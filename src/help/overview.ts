import { lookedUpFamilies } from '../home/core-names.ts';
import { dokkusAside } from '../home/core-plugins.ts';
import type { Layout } from '../home/layout.ts';
import { terms } from '../terminal/columns.ts';
import type { Group, HelpEntry, PluginHelp } from './plugin-help.ts';

/** How a list is shown. */
export interface ListForm {
  /** Every command that can be run; without it core plugins show their bare words only, and families are named behind them. */
  readonly all: boolean;
  /** Without headings. */
  readonly plain: boolean;
  /** Without the line of what there is besides. */
  readonly quiet: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

const INDENT = '    ';

/** The list of the commands of every plugin (contract dokku §1.5), in lines. Under the brand dokku it is Dokku's. */
export function overview(plugins: readonly PluginHelp[], layout: Layout, form: ListForm): string[] {
  const { brand } = layout;
  const of = (...groups: readonly Group[]): HelpEntry[] => plugins.filter(({ group }) => groups.includes(group)).flatMap(({ entries }) => entries);
  const core = (entries: readonly HelpEntry[]): HelpEntry[] =>
    form.all ? [...entries] : entries.filter(({ usage }) => !wordIn(usage).includes(':')).map((entry) => ({ ...entry, usage: wordIn(entry.usage) }));
  const yours = of('yours');
  if (brand === 'dokku') {
    const heading = form.plain ? [] : ['', 'Community plugin commands:', ''];
    return [
      ...(form.plain ? [] : [...DOKKUS_HEADER, 'Commands:', '']),
      ...columnsOf(sorted(core(withOwnWords(of('core', 'dokku')))), Number.POSITIVE_INFINITY),
      ...(yours.length > 0 || form.all ? [...heading, ...columnsOf(sorted(yours), Number.POSITIVE_INFINITY)] : []),
    ];
  }
  const groups: readonly (readonly [title: string, entries: readonly HelpEntry[]])[] = [
    ['Your commands:', yours],
    ['Core commands:', core(withOwnWords(of('core'), of('dokku')))],
    ["Dokku's commands:", core(of('dokku'))],
  ];
  const more = form.quiet ? undefined : moreLine(layout, form.all);
  return [
    ...(form.plain ? [] : header(brand)),
    ...groups
      .filter(([, entries]) => entries.length > 0)
      .flatMap(([title, entries], index) => [
        ...(index > 0 || !form.plain ? [''] : []),
        ...(form.plain ? [] : [title]),
        ...columnsOf(sorted(entries), form.width),
      ]),
    ...(more === undefined ? [] : ['', more]),
  ];
}

/** What there is besides: families, whose words work, and Dokku's set, which can be enabled. */
function moreLine(layout: Layout, all: boolean): string | undefined {
  const { brand } = layout;
  const families = all ? [] : lookedUpFamilies(layout);
  const [first, ...others] = dokkusAside(layout);
  const parts = [
    ...(families.length > 0 ? [`Also: ${families.join(', ')} (\`${brand} ${families.length > 1 ? 'NAME' : families[0]}:help\`)`] : []),
    ...(first === undefined ? [] : [`Not enabled: ${others.length > 0 ? "Dokku's plugins" : `Dokku's ${first}`} (\`${brand} plugin:list --all\`)`]),
  ];
  return parts.length > 0 ? parts.join('. ') : undefined;
}

const DOKKUS_HEADER = [
  'Usage: dokku [--quiet|--trace|--force] COMMAND <app> [command-specific-options]',
  '',
  'Primary help options, type "dokku COMMAND:help" for more details, or dokku help --all to see all commands.',
  '',
];

const header = (brand: string): string[] => [
  `Usage: ${brand} [--quiet|--trace|--force] COMMAND [ARGUMENTS]`,
  '',
  `\`${brand} help COMMAND\` tells of a command or a plugin, \`${brand} help --all\` lists every command.`,
];

/** The words that the dispatcher answers by itself, in front of every plugin. */
const OWN_WORDS: readonly HelpEntry[] = [
  { usage: 'help', description: 'Print the list of commands' },
  { usage: 'version', description: 'Print the version' },
];

/** Core plugins' entries, and those of the dispatcher's own words that nobody lists (Dokku's standard words do). */
const withOwnWords = (core: readonly HelpEntry[], others: readonly HelpEntry[] = []): HelpEntry[] => [
  ...core,
  ...OWN_WORDS.filter(({ usage }) => ![...core, ...others].some((entry) => wordIn(entry.usage) === usage)),
];

/** The word that a line of the list is about. */
export const wordIn = (usage: string): string => usage.trim().split(/\s/, 1)[0] as string;

/** In byte order of their usages. */
const sorted = (entries: readonly HelpEntry[]): HelpEntry[] => [...entries].sort((a, b) => (a.usage < b.usage ? -1 : 1));

const columnsOf = (entries: readonly HelpEntry[], width: number): string[] =>
  terms(
    entries.map(({ usage, description }) => [usage, description] as const),
    width,
    INDENT,
  );
