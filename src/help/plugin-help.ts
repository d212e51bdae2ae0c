import { join } from 'node:path';
import { lookedUpFamilies } from '../home/core-names.ts';
import { kindOf } from '../home/core-plugins.ts';
import { type Environment, enabledPlugins, isCore, type Layout } from '../home/layout.ts';
import { inspectExecutable } from '../plugins/executable.ts';
import { Plugin } from '../plugins/plugin.ts';
import { mapAtOnce } from '../system/at-once.ts';
import { askCommands } from './ask-commands.ts';
import { type CommandHelp, usageLine } from './command-help.ts';
import { CommandReader } from './read-command.ts';

/** One line of the list of commands. */
export interface HelpEntry {
  readonly usage: string;
  readonly description: string;
}

/** Whose a plugin is: somebody put it here, it comes with the package, or it does and stands in for one of Dokku's. */
export type Group = 'yours' | 'core' | 'dokku';

/** A plugin whose commands are told of. */
export interface HelpedPlugin {
  readonly name: string;
  readonly directory: string;
  readonly group: Group;
}

/** What one plugin has to say in the list, and what is wrong with how it says it. */
export interface PluginHelp extends HelpedPlugin {
  readonly entries: readonly HelpEntry[];
  readonly warning?: string;
  /** What its script said on stderr. */
  readonly said?: string;
}

const AT_ONCE = 8;

/** Every enabled plugin, in byte order. @param families whether those follow whose words are looked up */
export const helpedPlugins = (layout: Layout, families: boolean): HelpedPlugin[] => [
  ...enabledPlugins(layout).names.map((name) => ({ name, directory: join(layout.enabled, name), group: groupOf(layout, name) })),
  ...(families ? lookedUpFamilies(layout).map((name) => ({ name, directory: join(layout.coreAvailable, name), group: 'core' as const })) : []),
];

const groupOf = (layout: Layout, name: string): Group => {
  if (!isCore(layout, name)) return 'yours';
  return kindOf(layout, name.replace(/^core-/, '')) === 'dokku' ? 'dokku' : 'core';
};

/**
 * Asks every enabled plugin for its lines, several at once; in the plugins' order. None can hold up or spoil the list (contract dokku §10.1 (2)).
 * @param families whether those whose words are looked up are asked besides
 * @param names of the plugins that are asked; all where it is not given
 */
export const collectHelp = (layout: Layout, env: Environment, families: boolean, names?: ReadonlySet<string>): Promise<PluginHelp[]> =>
  mapAtOnce(
    helpedPlugins(layout, families).filter(({ name }) => names?.has(name) ?? true),
    AT_ONCE,
    (plugin) => helpOf(plugin, layout.brand, env),
  );

async function helpOf(plugin: HelpedPlugin, brand: string, env: Environment): Promise<PluginHelp> {
  const file = join(plugin.directory, 'commands');
  const runnable = inspectExecutable(file, env.PATH ?? '');
  if (runnable.kind === 'missing') return { ...plugin, entries: entriesFromFiles(plugin, brand) };
  if (runnable.kind === 'broken') {
    return { ...plugin, entries: entriesFromFiles(plugin, brand), warning: `Skipping ${file}: ${runnable.problem}; ${runnable.remedy}` };
  }
  const { lines, fault, said } = await askCommands(file, 'help', env);
  const text = lines.filter((line) => line.trim() !== '');
  const entries = text.length === 0 && fault ? entriesFromFiles(plugin, brand) : text.map(parseEntry);
  return { ...plugin, entries, said, ...(fault ? { warning: `${file} ${fault}` } : {}) };
}

/** `    cmd <args>, Description`: the comma that ends the usage stands outside brackets, any later one is the description's. */
export function parseEntry(line: string): HelpEntry {
  let depth = 0;
  for (let i = 0; i < line.length; i++) {
    if ('<[({'.includes(line[i] as string)) depth++;
    if ('>])}'.includes(line[i] as string)) depth--;
    if (line[i] === ',' && depth <= 0) return { usage: line.slice(0, i).trim(), description: line.slice(i + 1).trim() };
  }
  return { usage: line.trim(), description: '' };
}

/** A plugin without a `commands` script that can tell is shown by its files. */
const entriesFromFiles = ({ name, directory }: HelpedPlugin, brand: string): HelpEntry[] =>
  new CommandReader(new Plugin(name, directory)).all().map(({ help }) => entryOf(help, brand));

/** A command as a line of the list: its first form, without the program in front. */
export function entryOf({ word, usage: [first = ''], summary }: CommandHelp, brand: string): HelpEntry {
  return { usage: usageLine(first, brand, word).slice(brand.length + 1), description: summary };
}
