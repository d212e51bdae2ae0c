import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Environment, Layout } from '../home/layout.ts';
import { type HashBangs, inspectExecutable, type Runnable } from '../plugins/executable.ts';
import { subcommandsOf } from '../plugins/subcommands.ts';
import type { Answer } from './ask-commands.ts';
import { askScripts } from './ask-scripts.ts';
import { answersByHeaders } from './by-headers.ts';
import { type HelpEntry, type HelpedPlugin, helpedPlugins, type PluginHelp, parseEntry } from './plugin-help.ts';

/**
 * Asks every enabled plugin for its lines, several at once; in the plugins' order. None can hold up or spoil the list (contract dokku §10.1 (2)).
 * @param families whether those whose words are looked up are asked besides
 * @param names of the plugins that are asked; all where it is not given
 */
export async function collectHelp(layout: Layout, env: Environment, families: boolean, names?: ReadonlySet<string>): Promise<PluginHelp[]> {
  const met: HashBangs = new Map();
  const plugins = helpedPlugins(layout, families)
    .filter(({ name }) => names?.has(name) ?? true)
    .map((plugin) => ({ plugin, file: join(plugin.directory, 'commands') }))
    .map((one) => ({ ...one, runnable: inspectExecutable(one.file, env.PATH ?? '', met) }));
  const byHeaders = new Set(plugins.filter(({ plugin, file }) => plugin.group !== 'yours' && answersByHeaders(file)).map(({ plugin }) => plugin));
  const files = plugins.filter(({ plugin, runnable }) => runnable.kind === 'runnable' && !byHeaders.has(plugin)).map(({ file }) => file);
  // The scripts run while what reads files is loaded.
  const [answers, { coreRows }] = await Promise.all([askScripts(files, 'help', layout.packagePath, env), loadedMeanwhile()]);
  const answered = new Map(answers.map((answer, index) => [files[index], answer]));
  return Promise.all(
    plugins.map(async ({ plugin, file, runnable }) => {
      if (byHeaders.has(plugin)) return { ...plugin, entries: coreRows(plugin, layout) };
      // What reads files takes more to load than all else, and is often not needed.
      const fromFiles = async () =>
        subcommandsOf(plugin.directory).length === 0 ? [] : (await import('./plugin-entries.ts')).entriesFromFiles(plugin, layout.brand);
      return helpIn(plugin, { file, runnable, answer: answered.get(file) }, fromFiles);
    }),
  );
}

/** A turn of the loop later, so that no script waits until it is its turn. */
async function loadedMeanwhile() {
  await turn();
  return import('./core-rows.ts');
}

/** @param fromFiles what its files tell, where its script does not */
async function helpIn(
  plugin: HelpedPlugin,
  { file, runnable, answer }: { readonly file: string; readonly runnable: Runnable; readonly answer: Answer | undefined },
  fromFiles: () => Promise<readonly HelpEntry[]>,
): Promise<PluginHelp> {
  if (runnable.kind === 'broken') return { ...plugin, entries: await fromFiles(), warning: `Skipping ${file}: ${runnable.problem}; ${runnable.remedy}` };
  if (answer === undefined) return { ...plugin, entries: await fromFiles() };
  const { lines, fault, said } = answer;
  const text = lines.filter((line) => line.trim() !== '');
  const entries = text.length === 0 && fault ? await fromFiles() : text.map(parseEntry);
  return { ...plugin, entries, said, ...(fault ? { warning: `${file} ${fault}` } : {}) };
}
