import { UserError } from '../errors.ts';
import { settingsPath, settingsTable } from './settings.ts';

/**
 * Whether a home's tool.toml asks for all of Dokku's set: `[core] dokku = true`.
 * @throws UserError when the file cannot be read or understood
 */
export function asksForDokkusSet(home: string): boolean {
  const { dokku = false } = settingsTable(home, 'core', 'dokku = true');
  if (typeof dokku === 'boolean') return dokku;
  throw new UserError('bad-settings', `"dokku" under [core] in ${settingsPath(home)} is neither true nor false`, {
    hint: 'write dokku = true to have the plugins of Dokku',
  });
}
