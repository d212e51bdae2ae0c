import { isAbsolute } from 'node:path';
import { UserError } from '../errors.ts';
import { settingsPath, settingsTable } from './settings.ts';

/**
 * The Helm that plugins made for Helm may call, by `[helm] bin` of a home's tool.toml: an absolute path.
 * @returns undefined where none is named
 * @throws UserError when the file cannot be read or understood, or the value is no absolute path
 */
export function helmProgram(home: string): string | undefined {
  const { bin } = settingsTable(home, 'helm', 'bin = "/usr/local/bin/helm"');
  if (bin === undefined) return undefined;
  // It becomes a line of the environment file.
  if (typeof bin === 'string' && isAbsolute(bin) && !/[\0\n]/.test(bin)) return bin;
  throw new UserError('bad-settings', `"bin" under [helm] in ${settingsPath(home)} is no absolute path`, { hint: 'write bin = "/usr/local/bin/helm"' });
}
