import type { CommandContext, Outcome } from '../command.ts';
import { runVerb } from './run-verb.ts';

/** Starts instances. */
export const run = (context: CommandContext<'instance:start'>): Promise<Outcome> => runVerb('start', context);
