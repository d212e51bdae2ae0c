import { collectHelp } from '../../help/collect-help.ts';
import { type CommandHelp, noHelp } from '../../help/command-help.ts';
import { wordIn } from '../../help/overview.ts';
import type { Group, HelpEntry, PluginHelp } from '../../help/plugin-help.ts';
import { CommandReader, textOf } from '../../help/read-command.ts';
import { shellCommandHelp } from '../../help/shell-command-help.ts';
import { besideUsers } from '../../home/core-names.ts';
import type { Environment, Layout } from '../../home/layout.ts';
import { Plugin } from '../../plugins/plugin.ts';
import { type Subcommand, subcommandsOf, wordOf } from '../../plugins/subcommands.ts';
import { helpOfSpec } from '../spec-help.ts';
import { specs } from '../specs.ts';
import { ownWords } from './own-words.ts';

/** A command, and whose it is. */
export interface KnownCommand extends CommandHelp {
  readonly plugin: string;
  readonly group: Group;
}

/**
 * What is known of every command that can be typed here, in byte order of the words: from files, and of those that only a `commands` script knows what
 * that prints.
 * @param warn told what each script said on stderr, and what is wrong with it
 * @param names the plugins that are told of; all where it is not given
 */
export async function everyCommand(
  layout: Layout,
  env: Environment,
  warn: (said: string | undefined, warning: string | undefined) => void,
  names?: ReadonlySet<string>,
): Promise<KnownCommand[]> {
  const plugins = await collectHelp(layout, env, true, names);
  for (const { said, warning } of plugins) warn(said, warning);
  const own = names === undefined ? ownWords().map((help) => ({ plugin: '', group: 'core' as const, ...help })) : [];
  const all = [...own, ...plugins.flatMap((plugin) => commandsOf(plugin).map((help) => ({ plugin: plugin.name, group: plugin.group, ...help })))];
  return [...new Map(all.map((command) => [command.word, command])).values()].sort((a, b) => (a.word < b.word ? -1 : 1));
}

/** The commands of one plugin: those that are files, and those that its script prints besides. */
function commandsOf(plugin: PluginHelp): CommandHelp[] {
  const files = commandsOfFiles(new Plugin(plugin.name, plugin.directory), plugin.group !== 'yours');
  const told = new Map(plugin.entries.map((entry) => [wordIn(entry.usage), entry]));
  const completed = files.map((help): CommandHelp => {
    const entry = told.get(help.word);
    // What a file tells of itself is more than a line.
    if (entry === undefined || help.summary !== '' || help.usage.length > 0) return help;
    return { ...help, usage: [entry.usage], summary: entry.description };
  });
  const known = new Set(files.map(({ word }) => word));
  const others = [...told].filter(([word]) => !known.has(word) && /^[\w.:-]+$/.test(word));
  return [...completed, ...others.map(([, entry]) => helpOfEntry(entry))];
}

/** What a line of a `commands` script tells of a command. */
export const helpOfEntry = ({ usage, description }: HelpEntry): CommandHelp => ({ ...noHelp(wordIn(usage)), usage: [usage], summary: description });

/** The commands of a plugin that are files. @param core whether it comes with the package */
export function commandsOfFiles(plugin: Plugin, core: boolean): CommandHelp[] {
  const reader = new CommandReader(plugin);
  return subcommandsOf(plugin.directory).map((subcommand) => helpOfSubcommand(reader, subcommand, core));
}

/** What is known of a command that is a file. One of Node is told of by its spec. @param core whether its plugin comes with the package */
export function helpOfSubcommand(reader: CommandReader, subcommand: Subcommand, core: boolean): CommandHelp {
  if (!core) return reader.read(subcommand);
  const word = wordOf(reader.plugin.name, subcommand.name);
  const spec = specs.find(({ name }) => name === word || besideUsers(name) === word);
  return { ...(spec === undefined ? shellCommandHelp(textOf(subcommand.file), word, []) : helpOfSpec(spec)), word };
}
