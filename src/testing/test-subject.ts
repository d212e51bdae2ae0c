import { realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../errors.ts';
import { isShipped } from '../home/core-names.ts';
import type { Layout } from '../home/layout.ts';
import { isPluginName } from '../home/names.ts';
import { pluginHint } from '../home/not-installed.ts';
import { isAvailable } from '../plugins/installed.ts';
import { defaultName } from '../sources/default-name.ts';
import { statOrNothing } from '../system/links.ts';

/** The plugin that is to be tested: a copy of its directory is installed under its name. */
export interface TestSubject {
  readonly name: string;
  readonly directory: string;
}

/**
 * Which plugin is meant: a directory, else an installed plugin.
 * @param word a directory or a name; the current directory where there is none
 * @param name the name to install under, where the directory's is not it
 * @throws UserError
 */
export function testSubject(layout: Layout, word = '.', name?: string): TestSubject {
  const directory = statOrNothing(word)?.isDirectory() ? realpathSync(word) : installedTree(layout, word);
  const chosen = name ?? defaultName(basename(directory));
  if (!isPluginName(chosen)) {
    throw new UserError('bad-plugin-name', `"${chosen}" cannot be a plugin's name; it is letters, digits, dots, hyphens and underscores`, {
      status: 2,
      hint: 'give another with --name',
    });
  }
  return { name: chosen, directory };
}

function installedTree(layout: Layout, word: string): string {
  if (!isAvailable(layout, word)) {
    throw new UserError('plugin-not-installed', `${word} is neither a directory nor an installed plugin`, {
      status: 2,
      ...pluginHint(layout, word, `see \`${layout.brand} plugin:list\``),
    });
  }
  if (isShipped(layout, word)) throw new UserError('core-plugin', `${word} is a core plugin, which is in every home already`, { status: 2 });
  return realpathSync(join(layout.available, word));
}
