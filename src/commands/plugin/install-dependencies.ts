import { fireTrigger } from '../../triggers/fire-trigger.ts';
import type { CommandContext } from '../command-spec.ts';

/** Fires the `dependencies` trigger of all plugins, or of the core plugins alone (contract dokku §3). */
export const run = ({ layout, env, options }: CommandContext): Promise<number> =>
  fireTrigger(layout, 'dependencies', options.core ? { ...env, PLUGIN_PATH: env.PLUGIN_CORE_PATH } : env);
