import { isDeepStrictEqual } from 'node:util';
import { editToml } from '../config/edit-toml.ts';
import { readTomlText } from '../config/read-text.ts';
import type { ConfigValue } from '../config/set-config.ts';
import { settingsPath } from '../config/settings.ts';
import { isTable, parseToml, tomlString } from '../config/toml.ts';
import { errorLine, isUserError, UserError } from '../errors.ts';
import { realFile } from '../system/links.ts';
import type { BotkubeValues } from './botkube-values.ts';
import { type SettingsEdit, withRepository } from './edit-settings.ts';
import { readSettings } from './settings.ts';

/** What is done for a values.yaml: a value, carried out by others. */
export interface ImportPlan {
  readonly edit: SettingsEdit;
  /** Repositories that are added. */
  readonly repositories: readonly string[];
  /** Entries of `[plugins]` that are added, `acme/deploy` and what it says. */
  readonly plugins: readonly (readonly [key: string, version: string])[];
  /** What is set in config.toml. */
  readonly config: readonly ConfigValue[];
  /** What is not taken over as it is, and why: a line each. */
  readonly notes: readonly string[];
}

/**
 * Plans what is to be added to a home for a values.yaml. What is there already stays as it is.
 * @param pluginPath where config.toml is
 * @throws UserError REFUSED where tool.toml or config.toml cannot be read or edited
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
  const declared = tableOf(there.plugins);
  // [plugins] has one entry for a plugin, whichever repository it is from.
  const keys = new Map(Object.keys(declared).map((key) => [pluginOf(key), key]));
  const plugins: [string, string][] = [];
  const config: ConfigValue[] = [];
  const configured = configuredIn(pluginPath);
  for (const { repository, name, version, config: wanted } of values.plugins) {
    const key = `${repository}/${name}`;
    if (!Object.hasOwn(known, repository) && !repositories.includes(repository)) {
      notes.push(`${key} is skipped: repository "${repository}" is not defined`);
      continue;
    }
    const other = keys.get(name);
    if (other !== undefined && other !== key) {
      notes.push(`${key} is skipped: [plugins] of tool.toml has ${other === name ? 'another entry' : other} for it`);
      continue;
    }
    if (other === undefined) {
      keys.set(name, key);
      edited = withPlugin(edited, file, key, version);
      plugins.push([key, version]);
    } else if (!isDeepStrictEqual(declared[key], version)) notes.push(`${key} is skipped: [plugins] of tool.toml has another entry for it`);
    for (const [option, value] of Object.entries(wanted)) {
      const standing = tableOf(configured[name])[option];
      if (standing === undefined) config.push([name, option, value]);
      else if (String(standing) !== value) notes.push(`${key}: config.toml has another value of ${option}, which is kept`);
    }
  }
  return { edit: { file, text, edited }, repositories, plugins, config, notes };
}

/** The plugin that a key of `[plugins]` is about: `deploy`, `acme/deploy`. */
const pluginOf = (key: string): string => key.slice(key.indexOf('/') + 1);

const tableOf = (value: unknown): Record<string, unknown> => (isTable(value) ? value : {});

function configuredIn(pluginPath: string): Record<string, unknown> {
  const file = `${pluginPath}/config.toml`;
  return parseToml(readTomlText(file), file);
}

function withPlugin(text: string, file: string, key: string, version: string): string {
  const edited = editToml(text, file, ['plugins', key], tomlString(version));
  if (edited !== undefined) return edited;
  throw new UserError('REFUSED', `${file} lists its plugins in a form other than lines under [plugins], so it is not edited`, {
    hint: `add by hand: ${tomlString(key)} = ${tomlString(version)}`,
  });
}
