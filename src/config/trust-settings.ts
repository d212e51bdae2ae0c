import { UserError } from '../errors.ts';
import { readDuration } from '../system/duration.ts';
import { harmlessLine } from '../system/harmless.ts';
import { settingsPath, settingsTable } from './settings.ts';
import { isTable } from './toml.ts';

/** What becomes of a plugin that nobody signed whom this home trusts. */
const POLICIES = ['off', 'warn', 'require'] as const;
export type Policy = (typeof POLICIES)[number];

/** `[trust]` of tool.toml, as it holds for one repository, or for what comes from none. */
export interface TrustSettings {
  /** As written; undefined where nothing is. */
  readonly policy?: Policy;
  /** How old a release must be, in milliseconds. */
  readonly minAgeMs: number;
}

const EXAMPLE = 'policy = "warn"';

/**
 * `[trust]` of a home's tool.toml.
 * @param repository whose own settings go first
 * @throws UserError bad-settings
 */
export function trustSettings(home: string, repository?: string): TrustSettings {
  const table = settingsTable(home, 'trust', EXAMPLE);
  const { repositories = {}, ...common } = table;
  const general = readTable(home, common, 'under [trust]');
  if (!isTable(repositories)) throw wrong(home, '"repositories" under [trust]', 'is not a table', 'write [trust.repositories.acme]');
  const own = Object.entries(repositories).map(([name, value]) => {
    const where = `under [trust.repositories.${harmlessLine(name)}]`;
    if (!isTable(value)) throw wrong(home, `"${harmlessLine(name)}" under [trust.repositories]`, 'is not a table', `write [trust.repositories.${name}]`);
    return [name, readTable(home, value, where)] as const;
  });
  const special = own.find(([name]) => name === repository)?.[1];
  const policy = special?.policy ?? general.policy;
  return { ...(policy === undefined ? {} : { policy }), minAgeMs: special?.minAgeMs ?? general.minAgeMs ?? 0 };
}

function readTable(home: string, table: Readonly<Record<string, unknown>>, where: string): { readonly policy?: Policy; readonly minAgeMs?: number } {
  const unknown = Object.keys(table).find((key) => key !== 'policy' && key !== 'min_age');
  if (unknown !== undefined) throw wrong(home, `"${harmlessLine(unknown)}" ${where}`, 'is not a setting', 'there are policy and min_age');
  const { policy: word, min_age: age } = table;
  const policy = POLICIES.find((one) => one === word);
  if (word !== undefined && policy === undefined) throw wrong(home, `"policy" ${where}`, 'is none that there is', 'write "off", "warn" or "require"');
  const minAgeMs = age === undefined ? undefined : readDuration(age);
  if (age !== undefined && minAgeMs === undefined) throw wrong(home, `"min_age" ${where}`, 'is not a duration', 'write it like "24h" or "7d"');
  return { ...(policy === undefined ? {} : { policy }), ...(minAgeMs === undefined ? {} : { minAgeMs }) };
}

const wrong = (home: string, what: string, fault: string, hint: string): UserError =>
  new UserError('bad-settings', `${what} in ${settingsPath(home)} ${fault}`, { hint });
