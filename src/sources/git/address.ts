import { UserError } from '../../errors.ts';
import { withoutCredentials, withoutSecrets } from '../../system/secrets.ts';
import { isThere } from '../local-path.ts';

/** @throws UserError for an address that git would not take, or take for something else */
export function refuseAddress(source: string, isScp: boolean): void {
  const shown = withoutSecrets(source);
  const noSlashes = /^(https?|ssh|file):(?!\/\/)/i.exec(source);
  if (noSlashes) {
    throw new UserError('bad-address', `${shown} has no // behind ${noSlashes[1]}:`, { hint: `write it as ${noSlashes[1]}://…` });
  }
  if (!isScp && !/^(https?|ssh|file|git):\/\//.test(source)) {
    throw new UserError('not-a-source', `${shown} is not a supported source of plugins`, {
      hint: 'give a git URL (https:, ssh:, git:, file:, git@host:path) or a directory',
    });
  }
  const [, address = '', ref = ''] = /^(.*?)#(.*)$/s.exec(source) ?? /^(.*\.git)@([^/@]+)$/s.exec(source) ?? [];
  const isPath = source.startsWith('file://') && isThere(source.slice('file://'.length));
  if (address !== '' && !isPath) throw refBehind(source, address, ref, isScp);
  if (shown !== withoutCredentials(source)) {
    throw new UserError('secret-in-address', `${shown} has a secret in its query, which git would show to everybody on this machine`, {
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
  return new UserError('bad-address', `${withoutSecrets(address)} is followed by ${mark}${shownRef}, which git would read as part of the URL`, {
    hint: `leave it out and give ${range === undefined ? `--committish ${shownRef === '…' ? 'REF' : shownRef}` : `--version ${range}`}${isScp ? '' : `; a ${mark} of the path is written ${encodeURIComponent(mark)}`}`,
  });
}
