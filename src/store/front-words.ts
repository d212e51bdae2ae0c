import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type FrontDoor, frontDoor } from '../config/front-door.ts';
import { settingsPath } from '../config/settings.ts';
import { UserError } from '../errors.ts';
import { isShipped } from '../home/core-names.ts';
import type { Environment, Layout } from '../home/layout.ts';
import { pluginOf } from '../home/names.ts';
import { storePaths } from '../home/store-paths.ts';
import { typedWord } from '../plugins/directory-aliases.ts';
import { isExecutableFile } from '../plugins/executable.ts';
import { COMMAND_FOLDERS, subcommandsOf } from '../plugins/subcommands.ts';
import { somethingAt } from '../system/links.ts';
import type { Change } from './journal.ts';

/** A word of the home's front door, and what it stands for. */
interface FrontWord {
  readonly word: string;
  readonly meaning: string;
}

/** A plugin that is to be enabled, or changed where it is. */
export interface Coming {
  readonly name: string;
  /** Where its files are. */
  readonly tree: string;
  /** Where those are that stand enabled now; undefined for none. */
  readonly standing?: string | undefined;
}

/**
 * Whether a plugin leaves the words alone that tool.toml gives a meaning (docs/front-door.md): aliases, commands of the default plugin, and with `spaces` what is joined. What
 * stands has taken its words already. With --force they are taken.
 * @throws UserError naming a word, what it stands for, and the remedy
 */
export function refuseTakenWords(layout: Layout, coming: Coming, env: Environment): void {
  if (env.DOKKU_APPS_FORCE_DELETE === '1') return;
  const home = homeAround(layout);
  if (!existsSync(settingsPath(home))) return;
  const front = frontDoor(home);
  const { name, tree, standing } = coming;
  const before = new Set(standing === undefined ? [] : takenBy(layout, name, standing, front).map(({ word }) => word));
  const taken = [...takenBy(layout, name, tree, front), ...unjoined(coming, front)].filter(({ word }) => !before.has(word));
  const [first, ...others] = taken;
  if (first === undefined) return;
  const more = others.length > 0 ? ` (and ${others.length} more ${others.length > 1 ? 'words' : 'word'})` : '';
  throw new UserError(
    'word-in-use',
    `The plugin ${name} would take \`${layout.brand} ${first.word}\`${more}, which is ${first.meaning} in ${settingsPath(home)}`,
    {
      hint:
        standing === undefined
          ? 'install it under another name, or repeat the command with --force'
          : 'to have it all the same, repeat the command with --force',
    },
  );
}

/** As `refuseTakenWords`, for a change of which nothing is done yet. @param stands where its files are now, once they are in place */
export function refuseChange(layout: Layout, { plugin, from, to }: Change, env: Environment, stands?: 'in place'): void {
  if (!to?.enabled) return;
  const place = join(layout.available, plugin);
  const before = stands === undefined || from === null ? place : storePaths(layout.pluginPath).generation(plugin, from.generation);
  refuseTakenWords(layout, { name: plugin, tree: stands === undefined ? to.tree : place, standing: from?.enabled ? before : undefined }, env);
}

/** plugn, outside of tool, knows the plugin root alone. */
const homeAround = ({ home, pluginPath }: Layout): string => (home === pluginPath ? dirname(pluginPath) : home);

/** The words that mean something else as long as no plugin has this name and these files. */
function takenBy(layout: Layout, name: string, tree: string, { defaultPlugin, aliases }: FrontDoor): FrontWord[] {
  const files = subcommandsOf(tree).map((command) => command.name);
  const names = new Set([name, ...files.map((file) => pluginOf(typedWord(name, file)))]);
  const answersAll = !isShipped(layout, name) && isExecutableFile(join(tree, 'commands'));
  const own = aliases.filter(({ name: alias }) => {
    if (!names.has(pluginOf(alias))) return false;
    return !alias.includes(':') || answersAll || files.includes(alias.slice(alias.indexOf(':') + 1));
  });
  const ofDefault =
    defaultPlugin === undefined || defaultPlugin === name ? [] : subcommandsOf(join(layout.enabled, defaultPlugin)).map((command) => command.name);
  return [
    ...ofDefault.filter((word) => word !== 'default' && names.has(pluginOf(word))).map((word) => ({ word, meaning: `${defaultPlugin}:${word} by "default"` })),
    ...own.flatMap(({ name: alias, target }) => (target === undefined ? [] : [{ word: alias, meaning: `an alias for ${target}` }])),
  ];
}

/** What is joined with `spaces` as long as the plugin has no default command. */
function unjoined({ name, tree, standing }: Coming, { spaces }: FrontDoor): FrontWord[] {
  if (!spaces || standing === undefined || hasDefault(name, standing) || !hasDefault(name, tree)) return [];
  return subcommandsOf(standing).map((command) => ({ word: `${name} ${command.name}`, meaning: `${name}:${command.name} by "spaces"` }));
}

const hasDefault = (name: string, tree: string): boolean =>
  [...COMMAND_FOLDERS.map((folder) => join(folder, 'default')), join('subcommands', name)].some((file) => somethingAt(join(tree, file)));
