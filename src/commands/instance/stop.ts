import type { CommandContext, Outcome } from '../command.ts';
import { runVerb } from './run-verb.ts';

/** Stops instances, which are not started with the supervisor then. */
export const run = (context: CommandContext<'instance:stop'>): Promise<Outcome> => runVerb('stop', context);
