import type { PlacingWorld } from '../../store/place-plugin.ts';
import type { CommandContext } from '../command.ts';
import { stageOptions } from './stage-options.ts';

type PlacingContext = CommandContext<'plugin:install'> | CommandContext<'plugin:update'> | CommandContext<'plugin:sync'>;

/** The world that a command puts a plugin into. */
export const placingWorld = (context: PlacingContext, name: string): PlacingWorld => {
  const { layout, env, options, warn, hookStdout } = context;
  return {
    layout,
    env,
    warn,
    hookStdout,
    asksGuard: options.skipGuardCheck !== true,
    onCoreCalls: async (plugin, calls) => (await import('./offer-core.ts')).offerCore(context, plugin, calls),
    ...stageOptions(layout, name, warn),
  };
};
