import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Environment } from '../../home/layout.ts';
import { isDirectory } from '../../sources/local-path.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { harmlessLine } from '../../system/harmless.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { installOne, installSeveral } from './install-sources.ts';

/** Links directories of plugins, or with --helm all plugins in directories of Helm's, instead of copying them. */
export async function run({ args, options: { helm, ...options }, ...world }: CommandContext<'plugin:link'>): Promise<Outcome> {
  const { env, warn } = world;
  refuseNested(env);
  const directories = helm ? await helmsPlugins(args, env, warn) : args;
  if (directories.length === 0)
    throw new UserError('missing-argument', 'plugin:link needs the directory of a plugin, or --helm', { hint: 'name it, or see plugin:link --help' });
  if (options.name !== undefined && (helm || directories.length > 1))
    throw new UserError('flag-does-not-apply', '--name is for one directory', { hint: 'link that one by itself' });
  const notOne = directories.find((directory) => !isDirectory(directory));
  if (notOne !== undefined)
    throw new UserError('not-a-directory', `${harmlessLine(notOne)} is not a directory`, { status: 2, hint: 'give directories of plugins' });
  const [only = '', ...more] = directories;
  const context: CommandContext<'plugin:install'> = { ...world, args: directories, options: { ...options, link: true } };
  if (helm || more.length > 0) return installSeveral(context, directories);
  const { data, lines } = await installOne(context, only);
  return { data: [data], lines };
}

/**
 * The directories of the plugins in directories of Helm's.
 * @param words lists of such directories, with the separator of paths; without one those that Helm looks into
 * @throws UserError where there is no plugin
 */
async function helmsPlugins(words: readonly string[], env: Environment, warn: (text: string) => void): Promise<string[]> {
  const { findHelmPlugins } = await import('../../plugins/helm/find-helm-plugins.ts');
  const lists = words.length > 0 ? words : [env.HELM_PLUGINS ?? helmsOwn(env)];
  const directories = lists.flatMap((list) => list.split(delimiter)).filter((directory) => directory !== '');
  const found = directories.flatMap((directory) => findHelmPlugins(directory, (problem) => warn(harmlessLine(problem.replaceAll('\n', ' ')))));
  if (found.length > 0) return found.map(({ dir }) => dir);
  throw new UserError('not-a-plugin', `There is no plugin with a plugin.yaml in ${harmlessLine(directories.join(', ')) || 'HELM_PLUGINS, which is empty'}`, {
    hint: 'give the directory that holds directories of plugins',
  });
}

/** Where Helm keeps plugins that it has installed itself (contract helm §2). */
function helmsOwn({ HELM_DATA_HOME, XDG_DATA_HOME, HOME = homedir() }: Environment): string {
  return join(HELM_DATA_HOME || join(XDG_DATA_HOME || join(HOME, '.local/share'), 'helm'), 'plugins');
}
