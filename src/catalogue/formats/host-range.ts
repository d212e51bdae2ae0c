import { isUserError } from '../../errors.ts';
import type { HostName, HostRange } from '../release.ts';
import type { VersionScheme } from '../versions/scheme.ts';
import type { Fields } from './fields.ts';

/** Reads a range of a host's versions; undefined where none is stated. One that cannot be read is reported with the part that cannot. */
export function readHostRange(fields: Fields, key: string, host: HostName, scheme: VersionScheme): HostRange | undefined {
  const range = fields.text(key).trim();
  if (range === '') return undefined;
  try {
    scheme.range(range);
    return { host, range };
  } catch (error) {
    if (!isUserError(error)) throw error;
    fields.entry.refuse(`field ${fields.pathOf(key)}: ${error.message}`, error.hint, fields.map);
    return undefined;
  }
}
