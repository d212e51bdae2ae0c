import { readdirSync, realpathSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { isReleaseName, NAME_RULE } from '../catalogue/names.ts';
import { UserError } from '../errors.ts';
import { inByteOrder, isPluginName } from '../home/names.ts';
import { defaultName } from '../sources/default-name.ts';
import { harmlessLine } from '../system/harmless.ts';
import { statOrNothing } from '../system/links.ts';

/** The directory of a plugin that is to be published. */
export interface PluginDirectory {
  /** As `plugin:install` would call it: the directory's name, without `dokku-`. */
  readonly name: string;
  readonly directory: string;
}

/**
 * The plugins that some directories are or hold: one with a plugin.toml is a plugin, any other a folder of plugins.
 * @throws UserError for what is no directory, for one without plugins, and for two plugins of one name
 */
export function findPlugins(words: readonly string[]): PluginDirectory[] {
  const found = new Map<string, PluginDirectory>();
  for (const path of words.flatMap(directoriesIn)) {
    const [name, directory] = [nameOf(path), realpathSync(path)];
    const other = found.get(name);
    if (other && other.directory !== directory) {
      throw new UserError('name-taken', `${other.directory} and ${directory} are both called ${name}`, {
        hint: 'rename one of them, or pack it into another output',
      });
    }
    found.set(name, { name, directory });
  }
  return [...found.values()].sort((a, b) => inByteOrder(a.name, b.name));
}

const isPlugin = (directory: string): boolean => statOrNothing(join(directory, 'plugin.toml'))?.isFile() === true;
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
  throw new UserError('not-a-plugin', `Neither ${top} nor a directory in it has a plugin.toml`, {
    hint: 'write one with [plugin], description, version and [plugin.config]',
  });
}

function nameOf(directory: string): string {
  const name = defaultName(basename(directory));
  if (isReleaseName(name) && isPluginName(name)) return name;
  throw new UserError('bad-plugin-name', `${harmlessLine(directory)} cannot be published under its name`, { hint: NAME_RULE });
}
