import { UserError } from '../errors.ts';
import type { FrontDoor } from '../home/environment.ts';
import { isCommandWord, isPluginName } from '../home/names.ts';
import { settingsPath, settingsTable } from './settings.ts';

export type { FrontDoor } from '../home/environment.ts';

/** `[dispatch]` of tool.toml: the plugin whose commands are words of their own, and whether a plugin and its command may be two words. */
export interface Dispatch {
  readonly defaultPlugin: string | undefined;
  readonly spaces: boolean;
}

const SETTINGS = ['default', 'spaces'];
/** A home with more aliases has its front door on the Node route: the environment file is read by every command. */
const MOST_ALIASES = 500;

/**
 * The `[dispatch]` table of a home's tool.toml.
 * @throws UserError when the file cannot be read or understood, or a value is not one of those that can be had
 */
export function dispatchSettings(home: string): Dispatch {
  const table = settingsTable(home, 'dispatch', 'default = "plugin"');
  const unknown = Object.keys(table).find((key) => !SETTINGS.includes(key));
  if (unknown !== undefined) {
    throw new UserError('bad-settings', `"${unknown}" under [dispatch] in ${settingsPath(home)} is not a setting`, {
      hint: `there are ${SETTINGS.join(' and ')}`,
    });
  }
  const { default: defaultPlugin, spaces = false } = table;
  if (defaultPlugin !== undefined && !(typeof defaultPlugin === 'string' && isPluginName(defaultPlugin))) {
    throw new UserError('bad-settings', `"default" under [dispatch] in ${settingsPath(home)} is not the name of a plugin`, {
      hint: 'write default = "plugin"',
    });
  }
  if (typeof spaces !== 'boolean') {
    throw new UserError('bad-settings', `"spaces" under [dispatch] in ${settingsPath(home)} is neither true nor false`, { hint: 'write spaces = true' });
  }
  return { defaultPlugin, spaces };
}

/** @throws UserError when tool.toml cannot be read or understood */
export const aliasTable = (home: string): Record<string, unknown> => settingsTable(home, 'aliases', 'name = "plugin"');

/** Whether an alias can stand for a value of the table. */
export const isAliasTarget = (value: unknown): value is string => typeof value === 'string' && isCommandWord(value);

/** What a home's tool.toml says of words. A table that cannot be understood is as if it were not there. */
export function frontDoor(home: string): FrontDoor {
  const { defaultPlugin, spaces } = orElse(() => dispatchSettings(home), { defaultPlugin: undefined, spaces: false });
  const aliases = Object.entries(orElse(() => aliasTable(home), {}))
    .filter(([name]) => isCommandWord(name))
    .map(([name, target]) => ({ name, target: isAliasTarget(target) ? target : undefined }));
  return { defaultPlugin, spaces, aliases };
}

/**
 * What the launcher is to know of a home's words. Those of a table that cannot be understood take the Node route, which says what is wrong.
 * @returns undefined where there is nothing to know
 */
export function launchersFront(home: string): FrontDoor | undefined {
  const front = frontDoor(home);
  const { defaultPlugin, spaces, aliases } = front;
  const isEmpty = defaultPlugin === undefined && !spaces && aliases.length === 0;
  return isEmpty || aliases.length > MOST_ALIASES ? undefined : front;
}

function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return otherwise;
  }
}
