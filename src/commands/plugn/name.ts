import { UserError } from '../../errors.ts';
import { isPluginName } from '../../home/names.ts';

/** @throws UserError for what can be no plugin's name, before it touches a path (contract dokku §10.4) */
export function checkName(name: string): void {
  if (isPluginName(name)) return;
  throw new UserError('bad-plugin-name', `"${name}" cannot be a plugin's name; it is letters, digits, dots, hyphens and underscores`);
}
