import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { settingsPath } from '../config/settings.ts';
import type { Environment, Layout } from '../home/layout.ts';
import { isCommandWord } from '../home/names.ts';
import { somethingAt } from '../system/links.ts';
import type { Call } from './read-call.ts';
import { pluginOf } from './resolve.ts';
import type { Route } from './route.ts';

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
  if (route.alias) reasons.push(`an alias is used (${route.alias})`);
  else if (route.plugin !== pluginOf(word) && !isKnownToLauncher(route.plugin, pluginOf(word), layout))
    reasons.push(`the word is looked for in ${route.plugin}`);
  if (route.isLookedUp) reasons.push(`the plugin ${route.plugin} is not enabled, and its commands are looked up`);
  if (route.rule === 'plugin/subcommands/word') reasons.push(`the file is subcommands/${word}, not subcommands/default`);
  if (env.DOKKU_APP_NAME && route.core) reasons.push('DOKKU_APP_NAME is set for a core plugin');
  if (existsSync(join(layout.pluginPath, 'store', 'pending'))) reasons.push('a plugin change is under way');
  return reasons;
}

/** Whether the launcher itself looks in the folder of another name: nobody has the word's own, and no alias may. */
const isKnownToLauncher = (plugin: string, typed: string, { enabled, home }: Layout): boolean =>
  plugin === `${typed}-vhosts` && !somethingAt(join(enabled, typed)) && !existsSync(settingsPath(home));
