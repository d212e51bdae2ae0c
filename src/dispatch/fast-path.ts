import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsPath } from '../config/settings.ts';
import { SINCE } from '../home/environment.ts';
import type { Environment, Layout } from '../home/layout.ts';
import { isCommandWord, pluginOf } from '../home/names.ts';
import { somethingAt, statOrNothing } from '../system/links.ts';
import type { Call } from './read-call.ts';
import type { FileRoute, Route } from './route.ts';

/**
 * Why the launcher would not take its hot route, in the order in which it asks; empty means hot.
 * The conditions are libexec/launch's (DESIGN "Hot when all hold"); the property test holds the two together.
 */
export function reasonsForNode(call: Call, route: Route, layout: Layout, env: Environment): string[] {
  const word = call.words[call.start] ?? '';
  const reasons: string[] = [];
  if (env.TOOL_FAST === '0') reasons.push('TOOL_FAST is 0');
  const leading = call.words.slice(0, call.start);
  if (call.app || call.appIndexes.size > 0 || leading.some((flag) => flag === '--app' || flag.startsWith('--app='))) reasons.push('an --app is given');
  if (route.kind === 'help' || route.kind === 'version') return [...reasons, `${route.kind} is answered by tool itself`];
  for (const flag of call.dropped) reasons.push(`${flag} stands in front of the command`);
  if (leading.includes('--')) reasons.push('the command stands behind --');
  if (!isCommandWord(word)) reasons.push('the word is not a command word');
  if (route.kind === 'commands') return [...reasons, 'no executable subcommand has this name'];
  const [first] = route.argv;
  const addressed = first?.kind === 'value' ? first.value : word;
  if (route.alias && layout.brand === 'dokku') reasons.push(`an alias is used (${route.alias})`);
  const unknown = route.alias || route.front ? whyUnknownToLauncher(layout) : undefined;
  if (unknown !== undefined) reasons.push(unknown);
  if (route.plugin !== pluginOf(addressed) && !isKnownToLauncher(route.plugin, pluginOf(addressed), layout))
    reasons.push(`the word is looked for in ${route.plugin}`);
  if (route.module !== undefined) reasons.push(`${route.module} has no program beside it, as nothing is written to ${route.plugin}`);
  if (route.isLookedUp) reasons.push(`the plugin ${route.plugin} is not enabled, and its commands are looked up`);
  if (route.rule === 'plugin/subcommands/word') reasons.push(`the file is subcommands/${addressed}, not subcommands/default`);
  if (asksForHelp(call, route)) reasons.push('--help is all that follows');
  if (env.DOKKU_APP_NAME && route.core) reasons.push('DOKKU_APP_NAME is set for a core plugin');
  if (existsSync(join(layout.pluginPath, 'store', 'pending'))) reasons.push('a plugin change is under way');
  return reasons;
}

/** Why the launcher cannot use what tool.toml says of words; undefined where it can, if need be by having it rendered anew. */
function whyUnknownToLauncher({ home, packagePath }: Layout): string | undefined {
  const build = /^tool_build=([0-9a-f]+)$/m.exec(readFileSync(join(packagePath, 'dist/build.sh'), 'utf8'))?.[1] ?? '';
  const rendered = join(home, `env${packagePath}`, build);
  const [settings, environment, since] = [settingsPath(home), `${rendered}.sh`, `${rendered}${SINCE}`].map((path) => statOrNothing(path)?.mtimeMs);
  if (settings !== undefined && environment !== undefined) {
    if (isWritable(`${rendered}.sh`)) return since === undefined && settings <= environment ? 'tool.toml has too many aliases' : undefined;
    if (since === undefined || settings <= since || settings > environment) return 'tool.toml has changed, and who may write the home has run no command since';
  }
  return undefined;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether the launcher itself looks in the folder of another name: nobody has the word's own, and no alias may. */
const isKnownToLauncher = (plugin: string, typed: string, { enabled, home }: Layout): boolean =>
  plugin === `${typed}-vhosts` && !somethingAt(join(enabled, typed)) && !existsSync(settingsPath(home));

/** Whether the launcher leaves a call to Node for its `--help`. Behind a word that stands for another, which may be two words, it does not know yet whose that is. */
function asksForHelp({ words, start }: Call, { alias, front, core }: FileRoute): boolean {
  const behind = words.slice(start + 1);
  if (alias || front) return behind.length <= 2 && behind.at(-1) === '--help';
  return behind.length === 1 && behind[0] === '--help' && !core;
}
