import { configuredRepositories } from '../../repositories/settings.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { mirrorOutcome } from './mirror-outcome.ts';

/** Mirrors repositories, all of them where none is named. */
export const run = (context: CommandContext<'repository:mirror'>): Promise<Outcome> =>
  mirrorOutcome(context, configuredRepositories(context.layout.home), context.options.urlBasePath);
