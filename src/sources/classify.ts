import { statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { withoutCredentials, withoutSecrets } from '../system/secrets.ts';
import { ARCHIVE_ENDINGS, archiveFormat, isOtherArchive } from './archive/format.ts';
import { readScpAddress } from './git/scp-address.ts';
import type { SourceRequest } from './source.ts';

/** What a source is, told from its form (contract dokku §3 `plugin:install URL`). */
export type Classified =
  | { readonly kind: 'git'; readonly url: string }
  | { readonly kind: 'archive'; readonly address: string }
  | { readonly kind: 'directory'; readonly path: string };

/**
 * Tells a git URL from a directory.
 * @throws UserError REFUSED or BAD_USAGE with what is accepted
 */
export function classify({ source, committish, version, checksum, link }: SourceRequest): Classified {
  if (source.startsWith('-')) throw new UserError('BAD_USAGE', `"${withoutSecrets(source)}" is no source of a plugin`, { hint: 'put flags behind it' });
  for (const [flag, value] of [
    ['--committish', committish],
    ['--version', version],
  ] as const) {
    if (value?.startsWith('-') || value === '') throw new UserError('BAD_USAGE', `${flag} cannot be "${value}"`);
  }
  if (/^[a-z]:[^@]*$/i.test(source) && !isThere(source)) {
    throw new UserError('REFUSED', `${source} looks like a path of Windows`, { hint: 'give the path by which this machine knows it' });
  }
  // As for git, what is there by that very name goes first.
  const isScp = readScpAddress(source) !== undefined && !isThere(source);
  const isUrl = isScp || (/^[a-z][a-z0-9+.-]*:/i.test(source) && !isThere(source));
  if (archiveFormat(source) && !statSync(source, { throwIfNoEntry: false })?.isDirectory()) {
    if (link || committish || version) throw new UserError('BAD_USAGE', '--link, --committish and --version are not for archives');
    if (isUrl && !/^(https?|file):/.test(source)) {
      throw new UserError('REFUSED', `${withoutSecrets(source)} is not where archives come from`, {
        hint: 'give an https:, http: or file: address, or a path',
      });
    }
    return { kind: 'archive', address: isUrl ? source : absolute(source) };
  }
  if (isUrl && isOtherArchive(source)) throw noArchive(source);
  if (checksum) throw new UserError('BAD_USAGE', '--checksum is for archives', { hint: 'pin a git repository with --committish and a commit' });
  if (isUrl) {
    if (link) throw new UserError('BAD_USAGE', '--link takes a directory', { hint: 'clone the repository and link the clone' });
    refuseAddress(source, isScp);
    return { kind: 'git', url: source };
  }
  if (committish || version) {
    throw new UserError('BAD_USAGE', '--committish and --version are for git repositories', {
      hint: `for a repository on this machine give file://${isAbsolute(source) ? source : absolute(source)}`,
    });
  }
  const path = absolute(source);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile()) throw noArchive(source);
  if (!stat?.isDirectory())
    throw new UserError('REFUSED', `${withoutSecrets(source)} is neither a git URL nor a directory`, {
      hint: 'a URL begins with https:, ssh:, git:, file: or git@',
    });
  return { kind: 'directory', path };
}

const noArchive = (source: string): UserError =>
  new UserError('REFUSED', `${withoutSecrets(source)} is no archive by its name`, { hint: `archives that are taken end in ${ARCHIVE_ENDINGS}` });

/** @throws UserError REFUSED for an address that git would not take, or take for something else */
function refuseAddress(source: string, isScp: boolean): void {
  const shown = withoutSecrets(source);
  const noSlashes = /^(https?|ssh|file):(?!\/\/)/i.exec(source);
  if (noSlashes) {
    throw new UserError('REFUSED', `${shown} has no // behind ${noSlashes[1]}:`, { hint: `write it as ${noSlashes[1]}://…` });
  }
  if (!isScp && !/^(https?|ssh|file|git):\/\//.test(source)) {
    throw new UserError('REFUSED', `${shown} is not a source that plugins come from`, {
      hint: 'give a git URL (https:, ssh:, git:, file:, git@host:path) or a directory',
    });
  }
  const [, address = '', ref = ''] = /^(.*?)#(.*)$/s.exec(source) ?? /^(.*\.git)@([^/@]+)$/s.exec(source) ?? [];
  const isPath = source.startsWith('file://') && isThere(source.slice('file://'.length));
  if (address !== '' && !isPath) throw refBehind(source, address, ref, isScp);
  if (shown !== withoutCredentials(source)) {
    throw new UserError('REFUSED', `${shown} has a secret in its query, which git would show to everybody on this machine`, {
      hint: 'put it in front of the host: https://user:token@host/path',
    });
  }
}

/** A ref behind an address, as other programs take it. */
function refBehind(source: string, address: string, ref: string, isScp: boolean): UserError {
  const range = /^semver:(.*)$/.exec(ref)?.[1];
  // What is behind a # may be a secret as well.
  const shownRef = range !== undefined || /^[\w./^~-]+$/.test(ref) ? ref : '…';
  const mark = source[address.length] ?? '';
  return new UserError('REFUSED', `${withoutSecrets(address)} is followed by ${mark}${shownRef}, which git takes for a part of the address`, {
    hint: `leave it out and give ${range === undefined ? `--committish ${shownRef === '…' ? 'REF' : shownRef}` : `--version ${range}`}${isScp ? '' : `; a ${mark} of the path is written ${encodeURIComponent(mark)}`}`,
  });
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

/** @throws UserError REFUSED where there is no current directory to be relative to */
export function absolute(path: string): string {
  try {
    return resolve(path);
  } catch (error) {
    throw new UserError('REFUSED', `${path} is relative, and the current directory is gone`, {
      hint: 'change to another one, or give an absolute path',
      cause: error,
    });
  }
}
