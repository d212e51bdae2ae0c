import { isDeepStrictEqual } from 'node:util';
import { isMap } from '../catalogue/formats/fields.ts';
import { parseYaml, type YamlMap, type YamlValue } from '../catalogue/formats/yaml.ts';
import { isReleaseVersion, VERSION_RULE } from '../catalogue/names.ts';
import { parseReference } from '../catalogue/reference.ts';
import { errorLine, isUserError, UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';
import { headerProblem } from './headers.ts';

/** What a values.yaml of Botkube asks for, in our terms. */
export interface BotkubeValues {
  readonly repositories: readonly { readonly name: string; readonly url: string; readonly headers: Readonly<Record<string, string>> }[];
  /** Enabled plugins, each once. */
  readonly plugins: readonly WantedPlugin[];
  /** What is not taken over as it is, and why: a line each. */
  readonly notes: readonly string[];
}

export interface WantedPlugin {
  readonly repository: string;
  readonly name: string;
  /** As its section says. */
  readonly type: 'executor' | 'source';
  /** `latest` where none is asked for. */
  readonly version: string;
  /** Scalars of its configuration, as text. */
  readonly config: Readonly<Record<string, string>>;
}

/** Where values.yaml has plugins, and what they are there. */
const SECTIONS = [
  ['executors', 'executor'],
  ['sources', 'source'],
] as const;
type Section = (typeof SECTIONS)[number];

/** The variables that Botkube fills `.Remote` from (contract registry §1.5). */
const REMOTE: Readonly<Record<string, string>> = {
  Endpoint: 'CONFIG_PROVIDER_ENDPOINT',
  Identifier: 'CONFIG_PROVIDER_IDENTIFIER',
  APIKey: 'CONFIG_PROVIDER_API_KEY',
};

/**
 * Reads a values.yaml of Botkube: `plugins.repositories`, and the keys `repo/plugin@version` under `executors` and `sources` (contract registry §1.4).
 * @param origin the file, for messages
 * @throws UserError for what is no such file
 */
export async function readBotkubeValues(text: string, origin: string): Promise<BotkubeValues> {
  const read = await parseYaml(text);
  if ('text' in read) {
    const isAnchored = /anchor|merge/.test(read.text);
    throw new UserError(
      'bad-index',
      `${origin}${read.line === undefined ? '' : `:${read.line}`}: ${isAnchored ? 'anchors, aliases and merge keys are not supported' : read.text}`,
      {
        hint: isAnchored ? 'expand them first, for example with `yq "explode(.)"`' : 'correct the file',
      },
    );
  }
  const { value } = read;
  const sections = ['plugins', ...SECTIONS.map(([section]) => section)];
  if (!isMap(value) || !sections.some((key) => isMap(value[key]))) {
    throw new UserError('not-an-index', `${origin} is not a values.yaml of Botkube`, { hint: `it has none of the keys ${sections.join(', ')}` });
  }
  const notes: string[] = [];
  const repositories = readRepositories(value, notes);
  return { repositories, plugins: readPlugins(value, notes), notes };
}

function readRepositories(values: YamlMap, notes: string[]): BotkubeValues['repositories'] {
  const plugins = mapOf(values.plugins);
  const others = Object.keys(plugins).filter((key) => key !== 'repositories');
  if (others.length > 0) notes.push(`plugins: ${others.map(harmlessLine).join(', ')} is not used here`);
  return Object.entries(mapOf(plugins.repositories)).flatMap(([name, value]) => {
    const { url, headers } = mapOf(value);
    if (typeof url !== 'string') {
      notes.push(`plugins.repositories.${harmlessLine(name)} has no url; it is skipped`);
      return [];
    }
    const known = Object.entries(mapOf(headers)).flatMap(([header, text]) => {
      const converted = typeof text === 'string' ? convertHeader(name, header, text) : { note: 'is not a string' };
      if ('note' in converted && converted.note !== undefined)
        notes.push(`plugins.repositories.${harmlessLine(name)}: the header ${harmlessLine(header)} ${converted.note}`);
      return 'value' in converted ? [[header, converted.value] as const] : [];
    });
    return [{ name, url, headers: Object.fromEntries(known) }];
  });
}

/** A header of Botkube's in our words: `{{ .Remote.APIKey }}` is a variable of the environment; what else a template does is not to be had. */
function convertHeader(repository: string, header: string, text: string): { readonly value: string; readonly note?: string } | { readonly note: string } {
  const value = text.replaceAll(/\{\{-?\s*\.Remote\.(\w+)\s*-?\}\}/g, (template, field: string) =>
    Object.hasOwn(REMOTE, field) ? `\${${REMOTE[field]}}` : template,
  );
  if (value.includes('{{')) return { note: 'is a template that cannot be converted; add the header to tool.toml by hand' };
  const problem = headerProblem(header, value);
  if (!problem) return { value };
  const variable = `${repository}_${header}`
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '_')
    .replace(/^(?=\d)/, '_');
  // A secret that is written out: its place is an environment.
  if (headerProblem(header, `\${${variable}}`)) return { note: `is skipped: ${problem.problem}` };
  return { value: `\${${variable}}`, note: `is a secret; set the environment variable ${variable} to its value` };
}

function readPlugins(values: YamlMap, notes: string[]): WantedPlugin[] {
  const wanted = new Map<string, WantedPlugin & { readonly where: string }>();
  for (const { section, where, key, entry } of entriesOf(values)) {
    const plugin = readPlugin(key, entry, where, notes);
    if (!plugin) continue;
    const [, type] = section;
    const name = `${plugin.repository}/${plugin.name}`;
    const first = wanted.get(name);
    if (!first) wanted.set(name, { ...plugin, type, where });
    else if (first.type !== type)
      notes.push(`${where} is skipped: ${name} is in ${first.type}s too; add the other one by hand, with its type and another name`);
    else if (first.version !== plugin.version) notes.push(`${where} is skipped: ${first.where} asks for another version of ${name}`);
    else if (!isDeepStrictEqual(first.config, plugin.config)) notes.push(`${where}: its config is skipped; that of ${first.where} is used`);
  }
  return [...wanted.values()].map(({ where: _, ...plugin }) => plugin);
}

/** What stands in the groups of each section; a group has a display name beside its plugins. */
const entriesOf = (values: YamlMap): { section: Section; where: string; key: string; entry: YamlMap }[] =>
  SECTIONS.flatMap((section) =>
    Object.entries(mapOf(values[section[0]])).flatMap(([group, keys]) =>
      Object.entries(mapOf(keys)).flatMap(([key, entry]) =>
        isMap(entry) ? [{ section, where: harmlessLine(`${section[0]}.${group}.${key}`), key, entry }] : [],
      ),
    ),
  );

function readPlugin(key: string, entry: YamlMap, where: string, notes: string[]): Omit<WantedPlugin, 'type'> | undefined {
  const { enabled, config, ...others } = entry;
  let reference: ReturnType<typeof parseReference>;
  try {
    reference = parseReference(key);
  } catch (error) {
    if (!isUserError(error)) throw error;
    notes.push(`${where} is skipped: ${errorLine(error)}`);
    return undefined;
  }
  const { repository, name, wish } = reference;
  if (repository === undefined) {
    notes.push(`${where} is skipped: plugin key "${harmlessLine(key)}" doesn't follow the required {repo_name}/{plugin_name} syntax`);
    return undefined;
  }
  if (wish !== '' && wish !== 'latest' && !isReleaseVersion(wish)) {
    notes.push(`${where} is skipped: ${VERSION_RULE}`);
    return undefined;
  }
  if (!isTrue(enabled)) {
    notes.push(`${where} is skipped: it is not enabled`);
    return undefined;
  }
  if (Object.keys(others).length > 0) notes.push(`${where}: ${Object.keys(others).map(harmlessLine).join(', ')} is not used here`);
  return { repository, name, version: wish === '' ? 'latest' : wish, config: scalarsOf(config, where, notes) };
}

/** config.toml holds texts: what is a mapping or a list has no place there. */
function scalarsOf(config: YamlValue | undefined, where: string, notes: string[]): Record<string, string> {
  const entries = Object.entries(mapOf(config));
  const nested = entries.filter(([, value]) => typeof value === 'object' && value !== null).map(([key]) => harmlessLine(key));
  if (nested.length > 0) notes.push(`${where}: the config of ${nested.join(', ')} is skipped; config.toml has plain values only`);
  return Object.fromEntries(entries.flatMap(([key, value]) => (typeof value === 'string' && !/^(~|null)?$/i.test(value) ? [[key, value] as const] : [])));
}

const mapOf = (value: YamlValue | undefined): YamlMap => (isMap(value) ? value : {});

/** What YAML 1.1 takes for true, as Helm does. */
const isTrue = (value: YamlValue | undefined): boolean => typeof value === 'string' && /^(true|yes|on|y)$/i.test(value);
