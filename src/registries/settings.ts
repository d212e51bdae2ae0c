import { settingsTable } from '../config/settings.ts';
import { UserError } from '../errors.ts';

const EXAMPLE = 'plain-http = ["registry.example.org:5000"]';

/** The registries that tool.toml says are spoken to in http, as `host[:port]`. @throws UserError bad-settings */
export function plainHttpRegistries(home: string): readonly string[] {
  const { 'plain-http': registries = [] } = settingsTable(home, 'oci', EXAMPLE);
  if (Array.isArray(registries) && registries.every((one): one is string => typeof one === 'string' && /^[\w.:[\]-]+$/.test(one))) return registries;
  throw new UserError('bad-settings', '"plain-http" under [oci] in tool.toml is not a list of hosts', { hint: `write it like ${EXAMPLE}` });
}
