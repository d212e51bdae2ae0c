import type { CoreCall } from '../../plugins/core-calls.ts';
import { enablePlugin } from '../../store/enabling.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { canAsk, confirm } from '../../terminal/confirm.ts';
import type { CommandContext } from '../command.ts';

type Context = CommandContext<'plugin:install'> | CommandContext<'plugin:update'> | CommandContext<'plugin:sync'> | CommandContext<'plugin:enable'>;

/**
 * Offers to enable what a plugin calls on of Dokku's set: asks where there is somebody to ask, and tells the command where there is not.
 * @param name the plugin's
 */
export async function offerCore({ layout, env, options, progress, warn }: Context, name: string, calls: readonly CoreCall[]): Promise<void> {
  const needed = calls.map(({ plugin }) => plugin);
  const asks = options.enableNeeded !== true && options.dryRun !== true && canAsk();
  const isWanted = options.enableNeeded === true || (asks && (await confirm(`The plugin ${name} calls on ${callsText(calls)}. Enable ${needed.join(', ')}?`)));
  if (!isWanted) {
    // What is declared is refused, with the same command.
    const told = calls.filter(({ isDeclared }) => !isDeclared);
    const commands = told.map(({ plugin }) => `${layout.brand} plugin:enable ${plugin}`).join(' && ');
    if (told.length > 0 && !asks)
      warn(`The plugin ${name} calls on ${callsText(told)}, not enabled here; to enable ${told.length > 1 ? 'them' : 'it'}: ${commands}`);
    return;
  }
  if (options.dryRun) return progress(needed.map((plugin) => `would enable ${plugin}`).join('\n'));
  await withStoreMutex(layout, warn, async () => {
    for (const plugin of needed) await enablePlugin(layout, plugin, env, warn);
  });
  progress({ info: `Enabled what ${name} calls on: ${needed.join(', ')}` });
}

/** Each that is called on, with the first place where it is. */
const callsText = (calls: readonly CoreCall[]): string =>
  calls.map(({ plugin, what, file, line }) => `${plugin} (${what} in ${file}${line > 0 ? `:${line}` : ''})`).join(', ');
