import type { CommandContext, Outcome } from '../command.ts';
import { setPin } from './set-pin.ts';

/** Keeps a plugin as it is when plugins are updated. */
export const run = (context: CommandContext<'plugin:pin'>): Promise<Outcome> => setPin(context, true);
