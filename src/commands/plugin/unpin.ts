import type { CommandContext } from '../command-spec.ts';
import { setPin } from './set-pin.ts';

/** Lets a plugin be updated again. */
export const run = (context: CommandContext): Promise<number> => setPin(context, false);
