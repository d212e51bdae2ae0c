import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { familyOf } from '../home/core-names.ts';
import { type Environment, enabledPlugins, isCore, type Layout } from '../home/layout.ts';
import { isCommandWord, pluginOf } from '../home/names.ts';
import { directoryAlias, isOwnWord } from '../plugins/directory-aliases.ts';
import { type HashBangs, inspectExecutable } from '../plugins/executable.ts';
import { barredFolder, linkTarget, lostTarget } from '../system/links.ts';
import type { CommandsRoute, Tried } from './route.ts';

/**
 * The `commands` scripts that are asked for a word which names no file (contract dokku §1.4), and why a word that seems to be somebody's cannot be run.
 * @param target the word that plugins are given, where an alias stands for it
 * @param tried where its file was looked for
 */
export function commandsLoop(
  word: string,
  target: string,
  layout: Layout,
  env: Environment,
  tried: Tried[],
): Pick<CommandsRoute, 'candidates' | 'owner' | 'coreOwner' | 'skipped' | 'broken'> {
  const { names, refused } = enabledPlugins(layout);
  const skipped = refused.map((name) => `Skipping the plugin directory ${JSON.stringify(join(layout.enabled, name))}: its name is not a plugin's; rename it`);
  const candidates: string[] = [];
  const hashBangs: HashBangs = new Map();
  const family = familyOf(layout, pluginOf(target));
  const asked = names.filter((name) => !isCore(layout, name) || isOwnWord(name, target)).map((name) => join(layout.enabled, name));
  for (const directory of family === undefined ? asked : [...asked, family]) {
    const file = join(directory, 'commands');
    const runnable = inspectExecutable(file, env.PATH ?? '', hashBangs);
    if (runnable.kind === 'runnable') candidates.push(file);
    if (runnable.kind === 'broken') skipped.push(`Skipping ${file}: ${runnable.problem}; ${runnable.remedy}`);
  }
  const named = join(family ?? join(layout.enabled, pluginOf(word)), 'commands');
  return {
    candidates: isCommandWord(word) ? candidates : [],
    owner: candidates.find((file) => file === named),
    skipped,
    coreOwner: coreOwnerOf(target, family, layout),
    broken: brokenTarget(word, layout, env, tried),
  };
}

/** The core plugin that a word of two parts belongs to. @param family the directory of the family whose words it has */
function coreOwnerOf(word: string, family: string | undefined, layout: Layout): CommandsRoute['coreOwner'] {
  if (!isCommandWord(word) || !word.includes(':')) return undefined;
  if (family !== undefined) return { plugin: basename(family), commands: join(family, 'commands') };
  const plugin = [pluginOf(word), directoryAlias(word)].find((name) => name !== undefined && isCore(layout, name));
  return plugin === undefined ? undefined : { plugin, commands: join(layout.enabled, plugin, 'commands') };
}

/** Why a word that seems to be somebody's cannot be run: the plugin's link leads nowhere, or its file is no program. */
function brokenTarget(word: string, layout: Layout, env: Environment, tried: readonly Tried[]): CommandsRoute['broken'] {
  if (!isCommandWord(word)) return undefined;
  const plugin = join(layout.enabled, pluginOf(word));
  if (linkTarget(plugin) !== undefined && !existsSync(plugin) && barredFolder(plugin) === undefined) {
    const name = pluginOf(word);
    const lost = lostTarget(join(layout.available, name));
    return lost === undefined
      ? { file: plugin, problem: 'it is a dangling link', remedy: `install the plugin again, or ${layout.brand} plugin:disable ${name}` }
      : { file: plugin, problem: `it is linked to ${lost}, which is gone`, remedy: `restore it, or ${layout.brand} plugin:uninstall ${name}` };
  }
  const looked = tried.find((place) => place.found !== 'missing');
  const found = looked && inspectExecutable(looked.file, env.PATH ?? '');
  return looked && found?.kind === 'broken' ? { file: looked.file, problem: found.problem, remedy: found.remedy } : undefined;
}
