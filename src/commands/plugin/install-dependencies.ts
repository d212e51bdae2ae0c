import type { CommandContext, Outcome } from '../command.ts';
import { triggerOutcome } from './trigger-outcome.ts';

/** Fires the `dependencies` trigger of all plugins, or of the core plugins alone (contract dokku §3). */
export const run = (context: CommandContext<'plugin:install-dependencies'>): Promise<Outcome> => triggerOutcome(context, 'dependencies');
