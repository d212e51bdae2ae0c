import { UserError } from '../../errors.ts';
import { commandManual, manualName } from '../../help/man-page.ts';
import { pluginMarkdown, prose } from '../../help/markdown-page.ts';
import { helpedPlugins } from '../../help/plugin-help.ts';
import type { Layout } from '../../home/layout.ts';
import { Plugin } from '../../plugins/plugin.ts';
import { planPages, writePages } from '../../publishing/page-directory.ts';
import { withInterrupts } from '../../system/interrupts.ts';
import { plural } from '../../system/word-list.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { everyCommand, type KnownCommand } from '../help/every-command.ts';

/** Writes a reference of commands into a directory of its own: the same plugins give the same bytes. */
export async function run(context: CommandContext<'docs:generate'>): Promise<Outcome> {
  const {
    layout,
    env,
    args: [output],
    options,
    warn,
  } = context;
  const plugins = wantedPlugins(layout, options.plugin);
  const told = (said: string | undefined, warning: string | undefined): void => {
    for (const text of [said, warning]) if (text) warn(text);
  };
  const commands = await everyCommand(layout, env, told, new Set(plugins.map(({ name }) => name)));
  const files = options.man ? manuals(commands, layout.brand) : pages(plugins, commands, layout.brand);
  const plan = planPages({ output, files, kept: [layout.home], isForced: env.DOKKU_APPS_FORCE_DELETE === '1', by: 'docs:generate' });
  const { directory, state } = plan;
  const changes = !options.check && !options.dryRun;
  if (changes) await withInterrupts('the reference was written', async () => writePages(plan));
  const facts = {
    output: directory,
    changed: changes && state !== 'unchanged',
    state,
    plugins: plugins.length,
    commands: commands.length,
    files: [...files.keys()],
  };
  if (options.check && state !== 'unchanged') {
    throw new UserError('index-out-of-date', `${directory} is not what would be written`, {
      hint: `write it with \`${layout.brand} docs:generate ${output}\``,
    });
  }
  const count = `${plural(commands.length, 'command')} of ${plural(plugins.length, 'plugin')}`;
  return { data: facts, lines: () => [state === 'unchanged' ? `${directory} is up to date` : `${changes ? 'Wrote' : 'Would write'} ${count} to ${directory}`] };
}

/** @throws UserError for a name that no enabled plugin has */
function wantedPlugins(layout: Layout, names: readonly string[] | undefined) {
  const all = helpedPlugins(layout, true);
  const unknown = names?.find((name) => !all.some((plugin) => plugin.name === name));
  if (unknown !== undefined) {
    throw new UserError('plugin-not-installed', `Plugin (${unknown}) is not enabled`, { hint: `see \`${layout.brand} plugin:list\`` });
  }
  return all.filter(({ name, group }) => names?.includes(name) ?? group === 'yours');
}

/** A file for each plugin, and one that leads to them. */
function pages(plugins: ReturnType<typeof wantedPlugins>, commands: readonly KnownCommand[], brand: string): Map<string, string> {
  const told = plugins.map(({ name, directory }) => ({ name, description: new Plugin(name, directory).description }));
  const list = told.map(({ name, description }) => `- [${prose(name)}](${encodeURIComponent(name)}.md)${description === '' ? '' : `: ${prose(description)}`}`);
  const index = [`# ${prose(`Commands of ${brand}`)}`, '', ...list, ''].join('\n');
  const ofPlugins = told.map(
    ({ name, description }) =>
      [
        `${name}.md`,
        pluginMarkdown(
          name,
          description,
          commands.filter(({ plugin }) => plugin === name),
          brand,
        ),
      ] as const,
  );
  return new Map([...ofPlugins, ['README.md', index]]);
}

/** A page for each command. */
const manuals = (commands: readonly KnownCommand[], brand: string): Map<string, string> =>
  new Map(commands.map((help) => [`${manualName(help.word, brand)}.1`, commandManual(help, brand)]));
