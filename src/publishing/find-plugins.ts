import { readdirSync, realpathSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { isReleaseName, NAME_RULE } from '../catalogue/names.ts';
import { UserError } from '../errors.ts';
import { inByteOrder, isPluginName } from '../home/names.ts';
import { PLUGIN_FILE_NAME } from '../plugins/helm/file-names.ts';
import { readHelmDirectory } from '../plugins/helm/helm-directory.ts';
import { isHelmDirectory } from '../plugins/helm/is-helm-directory.ts';
import type { HelmMetadata } from '../plugins/helm/metadata.ts';
import { defaultName } from '../sources/default-name.ts';
import { harmlessLine } from '../system/harmless.ts';
import { statOrNothing } from '../system/links.ts';

/** The directory of a plugin that is to be published. */
export interface PluginDirectory {
  /** Of a plugin with a plugin.toml the directory's name, without `dokku-`; of one of Helm's that in its plugin.yaml. */
  readonly name: string;
  readonly directory: string;
  /** What its plugin.yaml says, where that is its manifest. */
  readonly helm?: HelmMetadata;
}

/**
 * The plugins that some directories are or hold: one with a plugin.toml or a plugin.yaml is a plugin, any other a folder of plugins.
 * @throws UserError for what is no directory, for one without plugins, for a plugin.yaml that is wrong, and for two plugins of one name
 */
export function findPlugins(words: readonly string[]): PluginDirectory[] {
  const found = new Map<string, PluginDirectory>();
  for (const path of words.flatMap(directoriesIn)) {
    const plugin = pluginAt(path);
    const { name, directory } = plugin;
    const other = found.get(name);
    if (other && other.directory !== directory) {
      throw new UserError('name-taken', `${other.directory} and ${directory} are both called ${name}`, {
        hint: 'rename one of them, or pack it into another output',
      });
    }
    found.set(name, plugin);
  }
  return [...found.values()].sort((a, b) => inByteOrder(a.name, b.name));
}

const isPlugin = (directory: string): boolean => statOrNothing(join(directory, 'plugin.toml'))?.isFile() === true || isHelmDirectory(directory);
const isDirectory = (path: string): boolean => statOrNothing(path)?.isDirectory() === true;

function directoriesIn(word: string): string[] {
  if (!isDirectory(word))
    throw new UserError('not-a-directory', `${harmlessLine(word)} is not a directory`, { status: 2, hint: 'give directories of plugins' });
  const top = resolve(word);
  if (isPlugin(top)) return [top];
  const plugins = readdirSync(top)
    .filter((entry) => !entry.startsWith('.'))
    .map((entry) => join(top, entry))
    .filter((entry) => isDirectory(entry) && isPlugin(entry));
  if (plugins.length > 0) return plugins;
  throw new UserError('not-a-plugin', `Neither ${top} nor a directory in it has a plugin.toml or a plugin.yaml`, {
    hint: 'write one with [plugin], description, version and [plugin.config]',
  });
}

function pluginAt(path: string): PluginDirectory {
  const directory = realpathSync(path);
  if (!isHelmDirectory(directory)) return { name: checkedName(defaultName(basename(path)), path), directory };
  const { metadata, problem } = readHelmDirectory(directory);
  if (problem !== undefined)
    throw new UserError('not-a-plugin', `${harmlessLine(directory)} is not a plugin: ${PLUGIN_FILE_NAME}: ${problem}`, { hint: 'correct plugin.yaml' });
  return { name: checkedName(metadata.name, path), directory, helm: metadata };
}

function checkedName(name: string, path: string): string {
  if (isReleaseName(name) && isPluginName(name)) return name;
  throw new UserError('bad-plugin-name', `${harmlessLine(path)} cannot be published under its name`, { hint: NAME_RULE });
}
