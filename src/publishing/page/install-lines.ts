import { shellWord } from '../../system/shell-quote.ts';
import type { PluginView } from './plugin-view.ts';
import type { Site } from './site.ts';

/** The line that adds the repository; undefined where its address is not known. */
export const addLine = ({ command, repository, indexUrl }: Site): string | undefined =>
  indexUrl === undefined ? undefined : `${command} repository:add ${repository} ${shellWord(indexUrl)}`;

/** The line that installs a plugin: the newest, unless it has to be asked for by its version. */
export function installLine({ command, repository }: Site, { name, typeToTell, shown }: PluginView): string {
  const version = shown.prerelease || shown.yanked !== undefined ? `@${shown.version}` : '';
  return `${command} plugin:install ${repository}/${name}${version}${typeToTell === undefined ? '' : ` --type ${typeToTell}`}`;
}
