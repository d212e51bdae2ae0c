import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { isCommandWord, isPluginName } from '../plugins/names.ts';

/** Alias → a plugin's name (`k3s` → `scheduler-k3s`, for every command of it) or one command word (`up` → `deploy:canary`). */
type Aliases = ReadonlyMap<string, string>;

/** The names Dokku answers to, offered under its brand (contract dokku §1.4, 1). Name and command word are rewritten. */
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
 * @throws UserError REFUSED when tool.toml cannot be read or the alias asked for is not a command
 */
export async function aliasFor(plugin: string, brand: string, home: string): Promise<string | undefined> {
  if (brand === 'dokku' && DOKKU_ALIASES.has(plugin)) return DOKKU_ALIASES.get(plugin);
  const aliases = await configuredAliases(home);
  const target = Object.hasOwn(aliases, plugin) ? aliases[plugin] : undefined;
  if (target === undefined) return undefined;
  if (typeof target !== 'string' || !isCommandWord(target)) {
    throw new UserError('REFUSED', `the alias "${plugin}" in ${join(home, 'tool.toml')} does not name a plugin or a command`, {
      hint: `write it as ${plugin} = "plugin" or ${plugin} = "plugin:command"`,
    });
  }
  return target;
}

/** The `[aliases]` table of tool.toml. */
async function configuredAliases(home: string): Promise<Record<string, unknown>> {
  if (!existsSync(join(home, 'tool.toml'))) return {};
  const { settingsTable } = await import('../plugins/settings.ts');
  return Object.fromEntries(Object.entries(settingsTable(home, 'aliases', 'name = "plugin"')).filter(([name]) => isPluginName(name)));
}
