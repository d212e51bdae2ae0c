import { dump } from 'js-yaml';
import { isTable } from './toml.ts';

/** A table of TOML as YAML, for programs that read their configuration in that form. A date is written as it would be in TOML. */
export const yamlOf = (table: Readonly<Record<string, unknown>>): string => dump(plain(table), { lineWidth: -1, noRefs: true });

function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  return isTable(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)])) : value;
}
