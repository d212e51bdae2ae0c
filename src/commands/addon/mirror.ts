import { addonSources } from '../../addons/sources.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { mirrorOutcome } from '../repository/mirror-outcome.ts';

/** Mirrors sources of add-ons, all of them where none is named. */
export const run = (context: CommandContext<'addon:mirror'>): Promise<Outcome> => mirrorOutcome(context, addonSources(context.layout.home), undefined);
