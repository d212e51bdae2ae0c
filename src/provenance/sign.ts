import { UserError } from '../errors.ts';
import { askProgram } from '../system/child.ts';
import { harmlessLine } from '../system/harmless.ts';
import { type OpenpgpKey, openpgpKeyText, openpgpLibrary, readKeyring } from './openpgp.ts';
import { namesOfKey } from './openpgp-verify.ts';
import type { Signer } from './signature.ts';

/** With which key something is to be signed. */
export interface SigningWish {
  /** What names it: its fingerprint, its key id, or a part of a user ID; the only secret key of the ring where nothing is said. */
  readonly key?: string | undefined;
  /** What a keyring holds; without it GnuPG signs, with the keys that it has. */
  readonly keyring?: Uint8Array | undefined;
  /** How to ask for the passphrase of a key that has one. @throws UserError where there is nobody to ask */
  readonly passphrase: (key: string) => Promise<string>;
  /** For GnuPG, which asks for passphrases by itself where no file has it. */
  readonly gpg: { readonly env: Readonly<Record<string, string | undefined>>; readonly passphraseFile?: string | undefined };
}

export interface Signed {
  readonly clearsigned: string;
  readonly signer: Signer;
}

/** A key that signs a text. Chosen and unlocked before anything else is done, so that nothing is half made. */
export type SigningKey = (text: string) => Promise<Signed>;

const refused = (what: string, hint: string): UserError => new UserError('signing-failed', what, { hint });

/**
 * Finds the key that is to sign, and unlocks it.
 * @throws UserError signing-failed in Helm's words where it has some (contract helm §6.6)
 */
export async function signingKey(wish: SigningWish): Promise<SigningKey> {
  if (wish.keyring === undefined) return gpgKey(wish);
  const keys = await readKeyring(wish.keyring).catch((error: unknown) => {
    throw refused(`error reading from keyring: it ${(error as Error).message}`, 'give what `gpg --export-secret-keys` prints');
  });
  const chosen = choose(keys, wish.key);
  const { decryptKey, sign, createCleartextMessage, enums } = await openpgpLibrary();
  const text = openpgpKeyText(chosen);
  await chosen.getSigningKey().catch((error: unknown) => {
    throw refused(`${text} cannot sign: ${harmlessLine((error as Error).message)}`, 'choose another key with --key, or extend this one');
  });
  const isLocked = chosen.isPrivate() && !chosen.isDecrypted();
  const passphrase = isLocked ? await wish.passphrase(namesOfKey(chosen)[0] ?? text) : undefined;
  const unlocked =
    passphrase === undefined
      ? (chosen as Awaited<ReturnType<typeof decryptKey>>)
      : await decryptKey({ privateKey: chosen as Awaited<ReturnType<typeof decryptKey>>, passphrase }).catch((error: unknown) => {
          throw refused(
            `${text} cannot be unlocked: ${harmlessLine((error as Error).message.replace(/^Error decrypting private key: /, ''))}`,
            'check the passphrase',
          );
        });
  return async (content) => {
    const message = await createCleartextMessage({ text: content });
    const signed = await sign({ message, signingKeys: unlocked, config: { preferredHashAlgorithm: enums.hash.sha512 } });
    // Helm and GnuPG take either line end; one that differs between the text and its armor is nobody's.
    return { clearsigned: signed.replaceAll('\r\n', '\n'), signer: { key: text, names: namesOfKey(chosen) } };
  };
}

/** The secret key that a word names, as GnuPG reads it: a fingerprint, a key id, or a part of a user ID. */
function choose(keys: readonly OpenpgpKey[], word: string | undefined): OpenpgpKey {
  const hex = word === undefined ? undefined : /^(?:openpgp:|0x)?([0-9a-f]{8,64})$/i.exec(word.replaceAll(' ', ''))?.[1]?.toLowerCase();
  const named = (key: OpenpgpKey): boolean =>
    word === undefined ||
    (hex !== undefined && key.getKeys().some((one) => one.getFingerprint().endsWith(hex))) ||
    key.getUserIDs().some((user) => user.toLowerCase().includes(word.toLowerCase()));
  // A user ID that is the word is meant, whatever others have it in them.
  const exact = keys.filter((key) => word !== undefined && key.getUserIDs().includes(word));
  const found = exact.length > 0 ? exact : keys.filter(named);
  const secret = found.filter((key) => key.isPrivate());
  if (secret.length > 1) {
    const known = secret.map((key) => `${openpgpKeyText(key)} ${namesOfKey(key).join(', ')}`).join('; ');
    throw refused(
      word === undefined
        ? `there are ${secret.length} secret keys: ${known}`
        : `more than one key contain the id ${JSON.stringify(harmlessLine(word))}: ${known}`,
      'name one by its fingerprint, with --key',
    );
  }
  const [chosen] = secret;
  if (chosen !== undefined) return chosen;
  if (found.length > 0) throw refused('provided key is not a private key', 'give a keyring with secret keys, as `gpg --export-secret-keys` prints it');
  throw refused('private key not found', 'name a key of the keyring with --key');
}

/** GnuPG, with the keys and the agent that it has. */
function gpgKey({ key, gpg: { env, passphraseFile } }: SigningWish): SigningKey {
  const unlocking = passphraseFile === undefined ? [] : ['--pinentry-mode', 'loopback', '--passphrase-file', passphraseFile];
  const words = ['--batch', '--no-tty', '--status-fd', '2', '--digest-algo', 'SHA512', ...unlocking, ...(key === undefined ? [] : ['--local-user', key])];
  return async (content) => {
    const { status, stdout, stderr } = askProgram('gpg', [...words, '--output', '-', '--clearsign'], { env, input: content });
    const [, fingerprint = ''] = /^\[GNUPG:\] SIG_CREATED .* ([0-9A-F]{40,64})$/m.exec(stderr) ?? [];
    if (status === 0 && fingerprint !== '') {
      const [, user = ''] = /^\[GNUPG:\] USERID_HINT \S+ (.*)$/m.exec(stderr) ?? [];
      return { clearsigned: stdout.replaceAll('\r\n', '\n'), signer: { key: `openpgp:${fingerprint}`, names: user === '' ? [] : [harmlessLine(user)] } };
    }
    throw gpgFailure(status, stderr);
  };
}

/** What gpg says where it has nobody to ask for a passphrase: its pinentry has no terminal, or there is none. */
const NOBODY_TO_ASK = /Inappropriate ioctl for device|No pinentry|Not a tty|No such device or address/;

function gpgFailure(status: number, stderr: string): UserError {
  const said = stderr.split('\n').filter((line) => line.startsWith('gpg: '));
  const last = harmlessLine(said.at(-1)?.replace(/^gpg: (\[stdin\]: )?(clear-sign failed: )?/, '') ?? `it ended with status ${status}`);
  if (status === 126) return refused('there is no keyring, and gpg is not on PATH', 'give a keyring with --keyring; --sign=false packs it unsigned');
  if (NOBODY_TO_ASK.test(last)) return refused('The key has a passphrase, and gpg has no terminal to ask for it', 'give --passphrase-file');
  if (/Bad passphrase/.test(last)) return refused('gpg does not sign it: Bad passphrase', 'check the passphrase');
  return refused(`gpg does not sign it: ${last}`, 'give a keyring with --keyring, or name a key of gpg with --key; --sign=false packs it unsigned');
}
