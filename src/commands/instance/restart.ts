import type { CommandContext, Outcome } from '../command.ts';
import { runVerb } from './run-verb.ts';

/** Restarts instances. */
export const run = (context: CommandContext<'instance:restart'>): Promise<Outcome> => runVerb('restart', context);
