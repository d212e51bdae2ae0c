import type { CommandContext } from '../command-spec.ts';
import { setPin } from './set-pin.ts';

/** Keeps a plugin as it is when plugins are updated. */
export const run = (context: CommandContext): Promise<number> => setPin(context, true);
