import { setImmediate as turn } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { collectHelp } from '../../help/collect-help.ts';
import { type Environment, type Layout, readLayout } from '../../home/layout.ts';
import { type HelpCall, readHelpCall } from './help-call.ts';
import { warnOfScript } from './warn-of-script.ts';

/**
 * `help`: the list of commands, or what is known of one command or plugin.
 * @param words what stands behind `help`
 * @returns the exit status
 * @throws UserError for a word that is no command, or a flag that there is not
 */
export async function runHelp(words: readonly string[], env: Environment): Promise<number> {
  const layout = readLayout(env);
  const call = await readHelpCall(words, layout.brand);
  if (call.word !== undefined) await (await import('./show-found.ts')).showWord(call.word, call, layout, env);
  else if (call.json || call.man) await (await import('./show-every.ts')).showEvery(call, layout, env);
  else await showList(call, layout, env);
  return 0;
}

/** The list of commands. What shows it is loaded while `commands` scripts run. */
async function showList(call: HelpCall, layout: Layout, env: Environment): Promise<void> {
  const [plugins, { listLines, printPaged }] = await Promise.all([collectHelp(layout, env, call.all), loadedMeanwhile()]);
  for (const plugin of plugins) warnOfScript(plugin);
  const form = { all: call.all, plain: isPlain(env), quiet: Boolean(env.DOKKU_QUIET_OUTPUT) };
  await printPaged(listLines(plugins, layout, form), env, call.pager && layout.brand !== 'dokku');
}

/** A part at each turn of the loop, so that no script waits long until it is its turn. */
async function loadedMeanwhile() {
  await turn();
  const { listLines } = await import('./list-lines.ts');
  await turn();
  const { printPaged } = await import('../../terminal/pager.ts');
  return { listLines, printPaged };
}

/** Whether the decoration is left out: asked for, or nobody is at the terminal (contract dokku §1.6). */
function isPlain(env: Environment): boolean {
  if (env.DOKKU_QUIET_OUTPUT) return true;
  if (env.DOKKU_FORCE_TTY === 'true') return false;
  return env.DOKKU_DISABLE_TTY === 'true' || !isatty(0);
}
