import { editToml, writtenKey } from '../config/edit-toml.ts';
import { readTomlText } from '../config/read-text.ts';
import type { ConfigValue } from '../config/set-config.ts';
import { settingsPath } from '../config/settings.ts';
import { isTable, parseToml, tomlString } from '../config/toml.ts';
import { errorLine, isUserError, UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';
import { realFile } from '../system/links.ts';
import type { BotkubeValues, WantedPlugin } from './botkube-values.ts';
import { type SettingsEdit, withRepository } from './edit-settings.ts';
import { readSettings } from './settings.ts';

/** What is done for a values.yaml: a value, carried out by others. */
export interface ImportPlan {
  readonly edit: SettingsEdit;
  /** Repositories that are added. */
  readonly repositories: readonly string[];
  /** Entries of `[plugins]` that are added, by what is installed: `acme/deploy`. */
  readonly plugins: readonly (readonly [place: string, wanted: Pick<WantedPlugin, 'version' | 'type'>])[];
  /** What is set in config.toml. */
  readonly config: readonly ConfigValue[];
  /** What is not taken over as it is, and why: a line each. */
  readonly notes: readonly string[];
}

/**
 * Plans what is to be added to a home for a values.yaml. What is there already stays as it is.
 * @param pluginPath where config.toml is
 * @throws UserError where tool.toml or config.toml cannot be read or edited
 */
export function planImport(home: string, pluginPath: string, values: BotkubeValues): ImportPlan {
  const file = realFile(settingsPath(home));
  const text = readTomlText(file);
  const there = parseToml(text, file);
  const known = tableOf(there.repositories);
  const notes = [...values.notes];
  const repositories: string[] = [];
  let edited = text;
  for (const { name, url, headers } of values.repositories) {
    const standing = Object.hasOwn(known, name) ? known[name] : undefined;
    if (standing !== undefined) {
      if (!(isTable(standing) && standing.url === url)) notes.push(`the repository ${name} is skipped: tool.toml has another one of that name`);
      continue;
    }
    try {
      readSettings(home, name, { url, headers });
      edited = withRepository(home, { name, url, headers }, edited).edited;
      repositories.push(name);
    } catch (error) {
      if (!isUserError(error)) throw error;
      notes.push(`the repository ${name} is skipped: ${errorLine(error)}`);
    }
  }
  // [plugins] has one entry for a plugin, whichever repository it is from.
  const standing = new Map(Object.entries(tableOf(there.plugins)).map(([key, value]) => [pluginOf(key), standingOf(key, value)]));
  const plugins: [string, Pick<WantedPlugin, 'version' | 'type'>][] = [];
  const config: ConfigValue[] = [];
  const configured = configuredIn(pluginPath);
  for (const { repository, name, version, type, config: wanted } of values.plugins) {
    const place = `${repository}/${name}`;
    if (!Object.hasOwn(known, repository) && !repositories.includes(repository)) {
      notes.push(`${place} is skipped: repository "${repository}" is not defined`);
      continue;
    }
    const other = standing.get(name);
    if (other && other.place !== place) {
      notes.push(`${place} is skipped: [plugins] of tool.toml has ${typeof other.place === 'string' ? harmlessLine(other.place) : 'another entry'} for it`);
      continue;
    }
    if (!other) {
      standing.set(name, { place, version, type });
      edited = withPlugin(edited, file, name, { catalogue: place, version, type });
      plugins.push([place, { version, type }]);
    } else if (other.version !== version || (other.type ?? type) !== type) notes.push(`${place} is skipped: [plugins] of tool.toml has another entry for it`);
    for (const [option, value] of Object.entries(wanted)) {
      const now = tableOf(configured[name])[option];
      if (now === undefined) config.push([name, option, value]);
      else if (String(now) !== value) notes.push(`${place}: config.toml has another value of ${option}, which is kept`);
    }
  }
  return { edit: { file, text, edited }, repositories, plugins, config, notes };
}

/** The plugin that a key of `[plugins]` is about: `deploy`, `acme/deploy`. */
const pluginOf = (key: string): string => key.slice(key.indexOf('/') + 1);

/** What `[plugins]` says of a plugin: where in the repositories it is from, and what of it is wanted. */
interface Standing {
  readonly place: unknown;
  readonly version?: unknown;
  readonly type?: unknown;
}

function standingOf(key: string, value: unknown): Standing {
  if (key.includes('/')) return { place: key, version: value };
  const { catalogue, version = 'latest', type } = tableOf(value);
  return { place: catalogue, version, type };
}

const tableOf = (value: unknown): Record<string, unknown> => (isTable(value) ? value : {});

function configuredIn(pluginPath: string): Record<string, unknown> {
  const file = `${pluginPath}/config.toml`;
  return parseToml(readTomlText(file), file);
}

function withPlugin(text: string, file: string, name: string, says: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(says).map(([key, value]) => `${key} = ${tomlString(value)}`);
  const value = `{ ${pairs.join(', ')} }`;
  const edited = editToml(text, file, ['plugins', name], value);
  if (edited !== undefined) return edited;
  throw new UserError('uneditable-file', `${file} lists its plugins in a form other than lines under [plugins], so it is not edited`, {
    hint: `add by hand: ${writtenKey(name)} = ${value}`,
  });
}
