import { isatty } from 'node:tty';
import { commandPage } from '../../help/command-page.ts';
import { overview, wordIn } from '../../help/overview.ts';
import { collectHelp, type HelpEntry, type PluginHelp } from '../../help/plugin-help.ts';
import { pluginPage } from '../../help/plugin-page.ts';
import { type Environment, type Layout, readLayout } from '../../home/layout.ts';
import { wordsOfDefault } from '../../plugins/own-words.ts';
import { logWarn, printError, printJson } from '../../terminal/log.ts';
import { printPaged } from '../../terminal/pager.ts';
import { outputWidth } from '../../terminal/width.ts';
import { everyCommand } from './every-command.ts';
import { type Found, findHelp, helpOfFile, helpOfPlugin } from './find-help.ts';
import { type HelpCall, readHelpCall } from './help-call.ts';

/**
 * `help`: the list of commands, or what is known of one command or plugin.
 * @param words what stands behind `help`
 * @returns the exit status
 * @throws UserError for a word that is no command, or a flag that there is not
 */
export async function runHelp(words: readonly string[], env: Environment): Promise<number> {
  const layout = readLayout(env);
  const call = readHelpCall(words, layout.brand);
  if (call.word === undefined) await showAll(call, layout, env);
  else await showFound(await findHelp(call.word, layout, env), call, layout, env);
  return 0;
}

/**
 * The page of a plugin, or of one of its commands, where the plugin does not answer for itself.
 * @param plugin its name
 * @param file that of the command in it; empty for the plugin's page
 */
export async function runPage(plugin: string, file: string, env: Environment): Promise<void> {
  const layout = readLayout(env);
  const found = file === '' ? await helpOfPlugin(plugin, layout, env) : helpOfFile(plugin, file, layout);
  await showFound(found, { all: false, man: false, json: false, pager: true, word: plugin }, layout, env);
}

async function showAll(call: HelpCall, layout: Layout, env: Environment): Promise<void> {
  if (call.json) return printJson({ commands: await everyCommand(layout, env, warn) });
  if (call.man) {
    const { manualPage } = await import('../../help/man-page.ts');
    const { showManual } = await import('./show-manual.ts');
    return showManual(manualPage(await everyCommand(layout, env, warn), layout.brand), env, call.pager);
  }
  const plugins = withOwnWords(await collectHelp(layout, env, call.all), wordsOfDefault(layout));
  for (const { said, warning } of plugins) warn(said, warning);
  const form = { all: call.all, plain: isPlain(env), quiet: Boolean(env.DOKKU_QUIET_OUTPUT), width: outputWidth() };
  await printPaged(overview(plugins, layout, form), env, call.pager && layout.brand !== 'dokku');
}

/** The commands of the default plugin are listed by the words that they can be typed as. @param words the short one, and the whole one */
function withOwnWords(plugins: readonly PluginHelp[], words: ReadonlyMap<string, string>): readonly PluginHelp[] {
  if (words.size === 0) return plugins;
  const short = new Map([...words].map(([word, whole]) => [whole, word]));
  const renamed = (entry: HelpEntry): HelpEntry => {
    const whole = wordIn(entry.usage);
    const word = short.get(whole);
    return word === undefined ? entry : { ...entry, usage: word + entry.usage.slice(whole.length) };
  };
  return plugins.map((plugin) => ({ ...plugin, entries: plugin.entries.map(renamed) }));
}

/** Tells of what a plugin's script said, and of what is wrong with it. */
function warn(said: string | undefined, warning: string | undefined): void {
  if (said) printError(said);
  if (warning) logWarn(warning);
}

async function showFound(found: Found, call: HelpCall, layout: Layout, env: Environment): Promise<void> {
  const { brand } = layout;
  if (call.json) {
    const { plugin, commands } = found.kind === 'plugin' ? found : { plugin: undefined, commands: [] };
    return printJson(found.kind === 'command' ? found.help : { plugin: plugin?.name, description: plugin?.description, commands });
  }
  if (call.man) {
    const { commandManual, manualPage } = await import('../../help/man-page.ts');
    const { showManual } = await import('./show-manual.ts');
    return showManual(found.kind === 'command' ? commandManual(found.help, brand) : manualPage(found.commands, brand, found.plugin), env, call.pager);
  }
  const width = outputWidth();
  if (found.kind === 'plugin') for (const warning of found.warnings) logWarn(warning);
  const lines = found.kind === 'command' ? commandPage(found.help, brand, width) : (found.own ?? pluginPage(found.plugin, found.commands, brand, width));
  await printPaged(lines, env, call.pager);
}

/** Whether the decoration is left out: asked for, or nobody is at the terminal (contract dokku §1.6). */
function isPlain(env: Environment): boolean {
  if (env.DOKKU_QUIET_OUTPUT) return true;
  if (env.DOKKU_FORCE_TTY === 'true') return false;
  return env.DOKKU_DISABLE_TTY === 'true' || !isatty(0);
}
