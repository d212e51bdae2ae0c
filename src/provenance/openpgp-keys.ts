import { isUserError, UserError } from '../errors.ts';
import { openpgpKeyText, readKeyring } from './openpgp.ts';
import { namesOfKey } from './openpgp-verify.ts';
import type { GivenKeys } from './read-keys.ts';

/**
 * Reads keys of OpenPGP that somebody gave, and keeps the public parts of them.
 * @param shown what they came from, in words
 * @throws UserError bad-key
 */
export async function readOpenpgpKeys(bytes: Buffer, shown: string): Promise<GivenKeys> {
  const keys = await readKeyring(bytes).catch((error: unknown) => {
    if (isUserError(error)) throw error;
    throw new UserError('bad-key', `${shown} ${(error as Error).message}`, { hint: 'give what `gpg --export --armor` prints' });
  });
  const secret = keys.filter((key) => key.isPrivate());
  return {
    keys: keys.map((key) => ({ kind: 'openpgp', key: openpgpKeyText(key), names: namesOfKey(key), text: key.toPublic().armor().replaceAll('\r\n', '\n') })),
    notes: secret.length === 0 ? [] : [`${shown} holds a secret key; only its public part is kept`],
  };
}

/** Whether a key can sign now, and whose it is. @throws Error where the file holds no key */
export async function openpgpKeyState(
  bytes: Buffer,
): Promise<{ readonly key: string; readonly names: readonly string[]; readonly state: 'good' | 'expired' | 'revoked' }> {
  const [key] = await readKeyring(bytes);
  if (!key) throw new Error('holds no key');
  const expiry = await key.getExpirationTime();
  const state = (await key.isRevoked()) ? 'revoked' : expiry !== null && Number(expiry) < Date.now() ? 'expired' : 'good';
  return { key: openpgpKeyText(key), names: namesOfKey(key), state };
}
