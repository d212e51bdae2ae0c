import { UserError } from '../errors.ts';
import { hintFor } from '../system/name-hint.ts';
import { type Layout, namesIn } from './layout.ts';
import { isPluginName } from './names.ts';

/** Which plugin was probably meant by a name that none has, and what else to try. Under the brand dokku none is suggested, as in Dokku. */
export function pluginHint(layout: Layout, name: string, hint?: string): { readonly hint?: string } {
  const names = layout.brand === 'dokku' ? [] : [...new Set([layout.available, layout.enabled].flatMap(namesIn))].filter(isPluginName);
  return hintFor(name, names, hint);
}

/** What is said of a name that no installed plugin has. */
export const notInstalled = (layout: Layout, name: string): UserError =>
  new UserError('plugin-not-installed', `Plugin (${name}) is not currently installed`, pluginHint(layout, name, `see \`${layout.brand} plugin:list\``));
