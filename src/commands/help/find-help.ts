import { basename, dirname, join } from 'node:path';
import { type Advice, adviceFor } from '../../dispatch/advice.ts';
import { readCall } from '../../dispatch/read-call.ts';
import { resolve } from '../../dispatch/resolve.ts';
import { UserError } from '../../errors.ts';
import { askCommands } from '../../help/ask-commands.ts';
import type { CommandHelp } from '../../help/command-help.ts';
import { wordIn } from '../../help/overview.ts';
import { parseEntry } from '../../help/plugin-help.ts';
import { CommandReader } from '../../help/read-command.ts';
import { familyOf } from '../../home/core-names.ts';
import { type Environment, isCore, type Layout } from '../../home/layout.ts';
import { isPluginName, pluginOf } from '../../home/names.ts';
import { inspectExecutable } from '../../plugins/executable.ts';
import { Plugin } from '../../plugins/plugin.ts';
import { subcommandsOf } from '../../plugins/subcommands.ts';
import { somethingAt } from '../../system/links.ts';
import { commandsOfFiles, helpOfEntry, helpOfSubcommand } from './every-command.ts';
import { ownWords } from './own-words.ts';

/** What help is about. */
export type Found = { readonly kind: 'command'; readonly help: CommandHelp } | FoundPlugin;

/** A plugin, and what is shown of it. */
export interface FoundPlugin {
  readonly kind: 'plugin';
  readonly plugin: Plugin;
  readonly commands: readonly CommandHelp[];
  /** The page that its `commands` script printed; undefined where it has none. */
  readonly own: readonly string[] | undefined;
  readonly warnings: readonly string[];
}

/**
 * What is known of a word.
 * @param word a command, or a plugin
 * @throws UserError unknown-command where it is neither, with what may have been meant
 */
export async function findHelp(word: string, layout: Layout, env: Environment): Promise<Found> {
  const own = ownWords().find((help) => help.word === word);
  if (own) return { kind: 'command', help: own };
  const route = await resolve(readCall(['--', word], layout.brand), layout, env, undefined);
  if (route.kind === 'file') {
    const directory = dirname(dirname(route.file));
    const isOneOfMany = !route.rule.endsWith('/rest') && subcommandsOf(directory).length > 1;
    return isOneOfMany ? helpOfPlugin(route.plugin, layout, env) : commandOf(new Plugin(route.plugin, directory), basename(route.file), route.core);
  }
  const name = pluginOf(word);
  const directory = isPluginName(name) ? directoryOf(name, layout) : undefined;
  if (directory !== undefined) {
    if (word === name || word === `${name}:help`) return helpOfPlugin(name, layout, env);
    const entry = await entryFor(word, directory, env);
    if (entry) return { kind: 'command', help: entry };
  }
  throw new UserError('unknown-command', `\`${word}\` is no command and no plugin`, {
    hint: hintFor(await adviceFor(word, undefined, layout, true), layout.brand),
  });
}

function hintFor({ suggestion, disabled, available }: Advice, brand: string): string {
  if (disabled !== undefined) return `the plugin ${disabled} is disabled; enable it with \`${brand} plugin:enable ${disabled}\``;
  if (available !== undefined) return `the plugin ${available}, one of Dokku's, is not enabled; \`${brand} plugin:enable ${available}\``;
  return suggestion === undefined ? `\`${brand} help --all\` lists every command` : `did you mean \`${brand} help ${suggestion}\`?`;
}

/** Where an enabled plugin is, or a family whose words are looked up. */
const directoryOf = (name: string, layout: Layout): string | undefined =>
  familyOf(layout, name) ?? (somethingAt(join(layout.enabled, name)) ? join(layout.enabled, name) : undefined);

/** A command that is a file of an enabled plugin. @param file its name */
export const helpOfFile = (name: string, file: string, layout: Layout): Found =>
  commandOf(new Plugin(name, join(layout.enabled, name)), file, isCore(layout, name));

function commandOf(plugin: Plugin, name: string, core: boolean): Found {
  const folder = inspectExecutable(join(plugin.directory, 'subcommands', name), '').kind === 'missing' ? 'bare' : 'subcommands';
  return { kind: 'command', help: helpOfSubcommand(new CommandReader(plugin), { name, file: join(plugin.directory, folder, name) }, core) };
}

/** The page of a plugin: what its `commands` script answers, or what its files tell. */
export async function helpOfPlugin(name: string, layout: Layout, env: Environment): Promise<FoundPlugin> {
  const directory = directoryOf(name, layout) ?? join(layout.enabled, name);
  const plugin = new Plugin(name, directory);
  const core = isCore(layout, name) || familyOf(layout, name) !== undefined;
  const found = { kind: 'plugin', plugin, commands: commandsOfFiles(plugin, core), own: undefined, warnings: [] } as const;
  const file = join(directory, 'commands');
  if (inspectExecutable(file, env.PATH ?? '').kind !== 'runnable') return found;
  const { lines, fault, declined } = await askCommands(file, `${name}:help`, env);
  const text = lines.join('\n').trimEnd();
  return { ...found, own: text.trim() === '' ? undefined : text.split('\n'), warnings: fault === undefined || declined ? [] : [`${file} ${name}:${fault}`] };
}

/** What a `commands` script prints of a command that only it knows. */
async function entryFor(word: string, directory: string, env: Environment): Promise<CommandHelp | undefined> {
  const file = join(directory, 'commands');
  if (inspectExecutable(file, env.PATH ?? '').kind !== 'runnable') return undefined;
  const { lines } = await askCommands(file, 'help', env);
  const entry = lines.map(parseEntry).find(({ usage }) => wordIn(usage) === word);
  return entry && helpOfEntry(entry);
}
