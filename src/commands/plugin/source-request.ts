import { UserError } from '../../errors.ts';
import type { SourceRequest } from '../../sources/request.ts';
import type { CommandContext } from '../command.ts';

type SourceOptions = (CommandContext<'plugin:install'> | CommandContext<'plugin:update'>)['options'];

/**
 * A source with the flags that narrow it.
 * @throws UserError for flags that cannot be used together
 */
export function sourceRequest(source: string, { committish, version, checksum, platform, type, link }: SourceOptions): SourceRequest {
  if (committish !== undefined && version !== undefined) throw new UserError('conflicting-flags', '--committish and --version cannot be used together');
  return { source, committish, version, checksum, platform, type, link: link === true };
}

/** Whether a request says which version is wanted. */
export const asksForVersion = ({ committish, version, checksum }: SourceRequest): boolean => (committish ?? version ?? checksum) !== undefined;
