import { promoted } from '../../addons/versions-file.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { versionsOutcome } from './versions-outcome.ts';

/** Says of a version in a versions.json that it is no prerelease any more. */
export const run = ({ args: [version], options }: CommandContext<'addon:promote'>): Promise<Outcome> =>
  versionsOutcome({ ...options, version, done: 'promoted', edit: (text, origin) => promoted(text, origin, version), isNewAllowed: false });
