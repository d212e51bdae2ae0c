import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { UserError } from '../errors.ts';
import { credentialsIn, withoutCredentials, withoutSecrets } from '../system/secrets.ts';

const HELPER = `#!/bin/sh
# git asks: what it knows already is of no interest, and what it wants kept stands in the store.
[ "$1" != get ] || exec cat "$0.answer"
`;

/** Scheme, host and port, as git's settings for one host are named. */
const hostOf = (url: string): string => url.replace(/^([^:]+:\/\/)(?:[^/?#]*@)?([^/?#]*).*$/s, '$1$2');

/**
 * Settings by which git gets an address's credentials: from a file that its owner alone may read, so that they stand in no argv and no environment,
 * and for that host alone, whatever else is asked of on the way.
 * @throws UserError for credentials that cannot be said to git
 */
export function credentialSettings(url: string, scratch: string): [string, string][] {
  if (withoutCredentials(url) !== url && /^https?:/i.test(url) && !URL.canParse(url)) {
    throw new UserError('bad-address', `The password in front of the host of ${withoutSecrets(url)} contains a character that is special in URLs`, {
      status: 2,
      hint: 'write / as %2F, ? as %3F, # as %23 and @ as %40',
    });
  }
  const credentials = credentialsIn(url);
  if (!credentials) return [];
  const { username, password } = credentials;
  if (/[\0\r\n]/.test(username + password))
    throw new UserError('bad-address', `The credentials of ${withoutSecrets(url)} have a line break`, { hint: 'take it out' });
  const helper = join(scratch, 'credentials');
  writeFileSync(helper, HELPER, { mode: 0o700 });
  // Who is at a terminal and has given a user alone is asked for the password by git.
  const answer = password !== '' || !isatty(0) ? `password=${password}\n` : '';
  writeFileSync(`${helper}.answer`, `username=${username}\n${answer}`, { mode: 0o600 });
  const key = `credential.${hostOf(url)}`;
  // With both known, nobody's helpers are asked; for a user alone one may have the password.
  return [
    [`${key}.username`, username],
    ...(password ? [[`${key}.helper`, ''] as [string, string]] : []),
    [`${key}.helper`, `!'${helper.replaceAll("'", "'\\''")}'`],
  ];
}
