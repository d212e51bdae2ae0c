import { join } from 'node:path';
import { lookedUpFamilies } from '../home/core-names.ts';
import { kindOf } from '../home/core-plugins.ts';
import { enabledPlugins, isCore, type Layout } from '../home/layout.ts';
import { type CommandHelp, usageLine } from './command-help.ts';

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

/** Every enabled plugin, in byte order. @param families whether those follow whose words are looked up */
export const helpedPlugins = (layout: Layout, families: boolean): HelpedPlugin[] => [
  ...enabledPlugins(layout).names.map((name) => ({ name, directory: join(layout.enabled, name), group: groupOf(layout, name) })),
  ...(families ? lookedUpFamilies(layout).map((name) => ({ name, directory: join(layout.coreAvailable, name), group: 'core' as const })) : []),
];

const groupOf = (layout: Layout, name: string): Group => {
  if (!isCore(layout, name)) return 'yours';
  return kindOf(layout, name.replace(/^core-/, '')) === 'dokku' ? 'dokku' : 'core';
};

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

/** A command as a line of the list: its first form, without the program in front. */
export function entryOf({ word, usage: [first = ''], summary }: CommandHelp, brand: string): HelpEntry {
  return { usage: usageLine(first, brand, word).slice(brand.length + 1), description: summary };
}
