import { UserError } from '../errors.ts';
import type { SourceRequest } from './request.ts';

/** @param hint how to pin what it is @throws UserError for a checksum, which is asked of archives alone */
export function refuseChecksum({ checksum }: SourceRequest, hint = 'pin a git repository with --committish and a commit'): void {
  if (checksum) throw new UserError('flag-does-not-apply', '--checksum is for archives', { hint });
}

/** @throws UserError for words that ask for another version of what has only one */
export function refuseAsked(what: string, { committish, version }: Pick<SourceRequest, 'committish' | 'version'>): void {
  const asked = committish ?? version;
  if (asked !== undefined) throw new UserError('flag-does-not-apply', `The plugin ${what}, which has no "${asked}"`);
}

/** What to tell of a text that is not a source. */
export const WHAT_URLS_ARE = 'a URL begins with https:, ssh:, git:, file:, oci: or git@';
