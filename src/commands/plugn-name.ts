import { existsSync } from 'node:fs';
import { UserError } from '../errors.ts';
import { isCore, type Layout } from '../plugins/layout.ts';
import { isPluginName } from '../plugins/names.ts';
import { RESERVED_NAMES } from '../store/store-paths.ts';

/** @throws UserError REFUSED for what can be no plugin's name, before it touches a path (contract dokku §10 "plugin mgmt") */
export function checkName(name: string, hint?: string): void {
  if (isPluginName(name)) return;
  throw new UserError('REFUSED', `"${name}" cannot be a plugin's name; it is letters, digits, dots, hyphens and underscores`, hint ? { hint } : {});
}

/** @throws UserError REFUSED for a name that a plugin may not be installed under, and where there is no plugin path */
export function checkNewName(layout: Layout, name: string): void {
  const hint = 'give another behind the URL';
  checkName(name, hint);
  if (isCore(layout, name)) throw new UserError('REFUSED', `${name} is the name of a core plugin`, { hint });
  if (RESERVED_NAMES.has(name)) throw new UserError('REFUSED', `"${name}" is a name that the store needs itself`, { hint });
  if (!existsSync(layout.available)) throw new UserError('REFUSED', `${layout.available} is not there`, { hint: 'make it with `plugn init`' });
}
