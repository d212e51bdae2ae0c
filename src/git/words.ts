import { stripVTControlCharacters } from 'node:util';
import { UserError } from '../errors.ts';
import { CANNOT_START, type ChildResult } from '../system/child.ts';
import { credentialsIn, withoutSecrets } from '../system/secrets.ts';
import { readScpAddress } from './scp-address.ts';

/** Lines in front of the one that git ends with: ssh's, the server's, a filter's, which say why. */
const LINES = 4;
const LINE_LENGTH = 300;

/** Said by git, ssh or a trace, and no cause of anything. */
const NO_CAUSE = /^(hint:|warning:|\d\d:\d\d:\d\d\.\d+ |Cloning into |Submodule '|Failed to clone '.*Retry scheduled)/i;

/**
 * What git and the programs behind it (ssh, remote helpers, filters, the server by `remote:`) said of what went wrong, on one line, the cause first.
 * What stands behind git's last word is advice for people at git's own prompt.
 */
export function gitWords(stderr: string): string {
  const lines = stderr
    .split('\n')
    // A line that overwrites itself is progress; its last state counts.
    .map((line) => line.replace(/\r+$/, '').split('\r').at(-1) ?? '')
    .map(plainLine)
    .filter((line) => /[\p{L}\p{N}]/u.test(line) && !NO_CAUSE.test(line));
  const fatal = lines.findIndex((line) => line.startsWith('fatal: '));
  const last = fatal >= 0 ? fatal : lines.findLastIndex((line) => line.startsWith('error: '));
  const said = lines.slice(0, last < 0 ? undefined : last + 1).slice(-LINES);
  return [...new Set(said.map((line) => line.replace(/^(fatal|error): /, '').replace(/\.$/, '')))].join('; ');
}

/** A line without prefix of the server's, colours and control characters; cut before secrets are looked for, which takes time on what is long. */
function plainLine(line: string): string {
  const plain = stripVTControlCharacters(line.slice(0, LINE_LENGTH * 8))
    .replace(/^remote: ?/, '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
    .replaceAll(/[\0-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .trim();
  const shown = withoutSecrets(plain);
  return shown.length > LINE_LENGTH ? `${shown.slice(0, LINE_LENGTH)}…` : shown;
}

/** A git that failed, in its own words behind what was tried. */
export function gitFailure(tried: string, url: string, { status, stderr }: ChildResult): UserError {
  if (status === CANNOT_START && stderr === '')
    return new UserError('program-missing', `${tried}: the program git could not be started`, { hint: 'install git' });
  const words = withoutAnswers(gitWords(stderr), url) || `git ended with status ${status}`;
  return new UserError('git-failed', `${tried}: ${words}`, { hint: hintFor(words, url) });
}

/** A server may repeat what it was told. */
function withoutAnswers(words: string, url: string): string {
  const { username = '', password = '' } = credentialsIn(url) ?? {};
  const secret = password || username;
  return secret.length < 4 ? words : words.replaceAll(secret, '***');
}

function hintFor(words: string, url: string): string {
  const { user, host, path } = readScpAddress(url) ?? {};
  if (host !== undefined && user === undefined && /Could not resolve hostname/.test(words)) return `it was read as ${path} on the host ${host}; check the name`;
  if (/could not read (Username|Password)|Authentication failed/.test(words)) {
    return 'put user and token in front of the host (https://user:token@host), or set up a credential helper of git';
  }
  if (/Host key verification failed/.test(words)) return 'connect once with ssh by hand, and look whether the key is the right one';
  if (/No space left on device|Disk quota exceeded/.test(words)) return 'free some space';
  return 'check the address, and that you may read it';
}
