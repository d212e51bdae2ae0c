import type { CommandContext, Outcome } from '../command.ts';
import { setPin } from './set-pin.ts';

/** Lets a plugin be updated again. */
export const run = (context: CommandContext<'plugin:unpin'>): Promise<Outcome> => setPin(context, false);
