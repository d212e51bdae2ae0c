import { commandPage } from '../../help/command-page.ts';
import { pluginPage } from '../../help/plugin-page.ts';
import { type Environment, type Layout, readLayout } from '../../home/layout.ts';
import { logWarn, printJson } from '../../terminal/log.ts';
import { printPaged } from '../../terminal/pager.ts';
import { outputWidth } from '../../terminal/width.ts';
import { type Found, findHelp, helpOfFile, helpOfPlugin } from './find-help.ts';
import type { HelpCall } from './help-call.ts';

/**
 * Shows what is known of a command or a plugin.
 * @throws UserError for a word that is neither
 */
export const showWord = async (word: string, call: HelpCall, layout: Layout, env: Environment): Promise<void> =>
  showFound(await findHelp(word, layout, env), call, layout, env);

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
