import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { directoryAlias } from '../plugins/directory-aliases.ts';
import { isCore, type Layout } from '../plugins/layout.ts';
import { isPluginName } from '../plugins/names.ts';
import { RESERVED_NAMES } from './store-paths.ts';

/** Words that the dispatcher answers itself, so that a plugin of that name could not be reached. */
const ANSWERED_BY_TOOL: ReadonlySet<string> = new Set(['help', 'version']);

/**
 * Whether a plugin may have a name at all. Its commands are `NAME` and `NAME:…`, so a name that is no other plugin's and no word of a core
 * plugin collides with nothing.
 * @throws UserError REFUSED
 */
export function checkNewName(layout: Layout, name: string): void {
  const hint = 'give another with --name';
  if (!isPluginName(name)) {
    throw new UserError('REFUSED', `"${name}" cannot be a plugin's name; it is letters, digits, dots, hyphens and underscores`, { hint });
  }
  if (isCore(layout, name) || existsSync(join(layout.coreAvailable, name))) throw new UserError('REFUSED', `${name} is the name of a core plugin`, { hint });
  const core = directoryAlias(name);
  if (core !== undefined && existsSync(join(layout.coreAvailable, core))) {
    throw new UserError('REFUSED', `"${name}" is a command of the core plugin ${core}`, { hint });
  }
  if (RESERVED_NAMES.has(name) || ANSWERED_BY_TOOL.has(name)) throw new UserError('REFUSED', `"${name}" is a word of ${layout.brand} itself`, { hint });
}
