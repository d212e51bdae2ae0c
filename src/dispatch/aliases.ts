import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { isCommandWord } from '../home/names.ts';

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
export async function aliasFor(name: string, brand: string, home: string): Promise<string | undefined> {
  if (brand === 'dokku' && DOKKU_ALIASES.has(name)) return DOKKU_ALIASES.get(name);
  const aliases = await configuredAliases(home);
  const target = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  if (target === undefined) return undefined;
  if (typeof target !== 'string' || !isCommandWord(target)) {
    const key = name.includes(':') ? `"${name}"` : name;
    throw new UserError('bad-settings', `the alias "${name}" in ${join(home, 'tool.toml')} does not name a plugin or a command`, {
      hint: `write it as ${key} = "plugin${name.includes(':') ? ':command"' : `" or ${key} = "plugin:command"`}`,
    });
  }
  return target;
}

/** The `[aliases]` table of tool.toml. */
async function configuredAliases(home: string): Promise<Record<string, unknown>> {
  if (!existsSync(join(home, 'tool.toml'))) return {};
  const { settingsTable } = await import('../config/settings.ts');
  return settingsTable(home, 'aliases', 'name = "plugin"');
}
