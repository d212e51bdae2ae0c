import { isTable, parseToml } from '../config/toml.ts';
import { errnoOf, errorLine, isUserError } from '../errors.ts';
import { isPluginName } from '../home/names.ts';
import { harmlessLine } from '../system/harmless.ts';
import { lostTarget } from '../system/links.ts';
import { readSmallFile, SETTINGS_BYTES, whyUnread } from '../system/small-file.ts';
import { type ManifestCommand, manifestCommands } from './manifest-commands.ts';

/** A plugin that another one needs. */
export interface Dependency {
  readonly name: string;
  /** A semver range, `*` for any version; or words, which are a remark: `isNeed` of the store tells. */
  readonly range: string;
  /** Where it can be had, if the manifest says so: a git URL, an archive or a path; or, where `isNamed` is set, a name in a repository. */
  readonly source?: string;
  readonly isNamed?: true;
  /** Of a plugin of a repository: `executor` or `source`, where its name has both. */
  readonly type?: string;
}

/** What plugin.toml says (contract dokku §4.1). Empty where it says nothing. */
export interface Manifest {
  readonly version: string;
  readonly description: string;
  /** The versions of tool that the plugin works with, a semver range. */
  readonly requires?: string;
  /** Of a plugin of Helm's, of whose plugin.yaml the rest was made: its name and its type there, and the form of its plugin.yaml. */
  readonly helm?: { readonly name: string; readonly type: string; readonly form?: 'legacy' | 'v1' };
  readonly dependencies: readonly Dependency[];
  /** What it tells of commands, by the names of their files. */
  readonly commands: ReadonlyMap<string, ManifestCommand>;
  /** Lines that mean nothing here, for the author. */
  readonly ignored: readonly string[];
}

/** A manifest, or the one line that says why there is none. */
export type ManifestResult = { readonly manifest: Manifest; readonly problem?: undefined } | { readonly manifest?: undefined; readonly problem: string };

/** Reads a plugin directory's plugin.toml. Never throws for what a plugin may get wrong: a list goes on with its next row. */
export function readManifest(directory: string): ManifestResult {
  const file = `${directory}/plugin.toml`;
  let text: string;
  try {
    text = readSmallFile(file, SETTINGS_BYTES);
  } catch (error) {
    const lost = lostTarget(directory);
    if (lost !== undefined) return { problem: `${directory} is linked to ${lost}, which is gone; restore it, or uninstall the plugin` };
    const reason = errnoOf(error) === 'ENOENT' ? 'is missing; write one with [plugin], description, version and [plugin.config]' : whyUnread(error);
    return { problem: `${file} ${reason}` };
  }
  try {
    const { plugin, commands: told } = parseToml(text, file);
    if (!isTable(plugin)) return { problem: `${file} has no [plugin] table; add one with description and version` };
    const field = (name: string): string => {
      const value = plugin[name];
      return typeof value === 'string' ? value : '';
    };
    const requires = field('requires');
    const { dependencies, ignored } = dependenciesOf(plugin.dependencies, file);
    const commands = manifestCommands(told, file);
    return {
      manifest: {
        version: field('version'),
        description: field('description'),
        ...(requires ? { requires } : {}),
        ...helmOf(plugin.helm),
        dependencies,
        commands: commands.commands,
        ignored: [...ignored, ...commands.ignored],
      },
    };
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { problem: errorLine(error) };
  }
}

function helmOf(table: unknown): Pick<Manifest, 'helm'> {
  if (!isTable(table) || typeof table.name !== 'string' || typeof table.type !== 'string') return {};
  const { name, type, form } = table;
  return { helm: { name, type, ...(form === 'legacy' || form === 'v1' ? { form } : {}) } };
}

/** The keys of a dependency that say where it can be had. */
const PLACES = ['git', 'archive', 'oci', 'path', 'catalogue'];

/**
 * `[plugin.dependencies]`: `name = "range"`, `"acme/name" = "range"` of a repository, or `name = { version = "range", git = "URL" }`. Plugins made for
 * Dokku, which reads nothing of it, tell there in words which programs they need.
 */
function dependenciesOf(table: unknown, file: string): Pick<Manifest, 'dependencies' | 'ignored'> {
  const dependencies: Dependency[] = [];
  const ignored: string[] = [];
  for (const [key, value] of isTable(table) ? Object.entries(table) : []) {
    // As under [plugins] of tool.toml.
    const named = typeof value === 'string' ? /^[\w.-]+\/([\w.-]+)$/.exec(key)?.[1] : undefined;
    const name = named ?? key;
    const { version = '*', ...rest } = isTable(value) ? value : { version: value, ...(named === undefined ? {} : { catalogue: key }) };
    const place = PLACES.find((one) => typeof rest[one] === 'string');
    const isNamed = place === 'catalogue';
    if (isPluginName(name) && typeof version === 'string') {
      dependencies.push({
        name,
        range: isNamed && version === 'latest' ? '*' : version,
        ...(place === undefined ? {} : { source: String(rest[place]) }),
        ...(isNamed ? { isNamed } : {}),
        ...(isNamed && typeof rest.type === 'string' ? { type: rest.type } : {}),
      });
    }
    // A remark, of what is no plugin.
    else if (typeof value !== 'string')
      ignored.push(
        `${file}: the dependency ${harmlessLine(key)} is not understood; write it like NAME = "^1.2" or NAME = { version = "^1.2", git = "https://…" }`,
      );
  }
  return { dependencies, ignored };
}
