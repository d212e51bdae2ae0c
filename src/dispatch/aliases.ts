import { join } from 'node:path';
import { aliasTable, isAliasTarget } from '../config/front-door.ts';
import { errorLine, isUserError, UserError } from '../errors.ts';
import { isCore, type Layout } from '../home/layout.ts';
import { isCommandWord, pluginOf } from '../home/names.ts';
import { isExecutableFile } from '../plugins/executable.ts';
import { somethingAt } from '../system/links.ts';

/** Alias → a plugin's name (`k3s` → `scheduler-k3s`, for every command of it) or one command word (`up` → `deploy:canary`). */
type Aliases = ReadonlyMap<string, string>;

/** The names Dokku answers to, offered under its brand (contract dokku §1.4 (1)). Name and command word are rewritten. */
const DOKKU_ALIASES: Aliases = new Map([
  ['docker-local', 'scheduler-docker-local'],
  ['dockerfile', 'builder-dockerfile'],
  ['herokuish', 'builder-herokuish'],
  ['k3s', 'scheduler-k3s'],
  ['lambda', 'builder-lambda'],
  ['nixpacks', 'builder-nixpacks'],
  ['pack', 'builder-pack'],
  ['rails', 'builder-railpack'],
]);

/**
 * What an alias stands for, or undefined. A brand's own come from `[aliases]` in tool.toml.
 * @param name a plugin's name, or a whole word with its colon
 * @throws UserError when tool.toml cannot be read or the alias asked for is not a command
 */
export function aliasFor(name: string, brand: string, home: string): string | undefined {
  if (brand === 'dokku' && DOKKU_ALIASES.has(name)) return DOKKU_ALIASES.get(name);
  const aliases = aliasTable(home);
  const target = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  if (target === undefined || isAliasTarget(target)) return target;
  const key = name.includes(':') ? `"${name}"` : name;
  throw new UserError('bad-settings', `the alias "${name}" in ${join(home, 'tool.toml')} does not name a plugin or a command`, {
    hint: `write it as ${key} = "plugin${name.includes(':') ? ':command"' : `" or ${key} = "plugin:command"`}`,
  });
}

/**
 * An alias that no plugin's own command is hidden by (DESIGN "Hot when all hold"): one for a plugin's name where no such plugin is enabled, one for a
 * whole word where that plugin has no `commands` script either that could answer it. `broken` for one that is no command, which is told in the warnings.
 */
export function usableAlias(word: string, layout: Layout, warnings: string[]): { word: string; text: string } | 'broken' | undefined {
  const plugin = pluginOf(word);
  if (!isCommandWord(word)) return undefined;
  const free = !somethingAt(join(layout.enabled, plugin));
  try {
    const exact = word.includes(':') && (free || mayName(word, plugin, layout)) ? aliasFor(word, layout.brand, layout.home) : undefined;
    if (exact !== undefined) return { word: exact, text: `${word} → ${exact}` };
    const target = free ? aliasFor(plugin, layout.brand, layout.home) : undefined;
    if (target === undefined || (target.includes(':') && word !== plugin)) return undefined;
    return { word: target + word.slice(plugin.length), text: `${plugin} → ${target}` };
  } catch (error) {
    if (!isUserError(error)) throw error;
    warnings.push(errorLine(error));
    return 'broken';
  }
}

/** Whether an enabled plugin leaves a word to an alias. A core plugin's `commands` script answers for its help alone. */
const mayName = (word: string, plugin: string, layout: Layout): boolean =>
  isCore(layout, plugin) ? word !== `${plugin}:help` : !isExecutableFile(join(layout.enabled, plugin, 'commands'));
