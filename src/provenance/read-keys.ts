import { UserError } from '../errors.ts';
import type { KeyKind } from '../home/trusted-key-files.ts';
import { harmlessLine } from '../system/harmless.ts';
import { readMinisignKey } from './minisign.ts';
import type { Signer } from './signature.ts';
import { readSshLine } from './ssh-signature.ts';

/** A public key that somebody gave, and the text that is kept of it. */
export interface GivenKey extends Signer {
  readonly kind: KeyKind;
  readonly text: string;
}

/** What a file of keys holds. */
export interface GivenKeys {
  readonly keys: readonly GivenKey[];
  /** What is to be said of it: that it held secret keys as well. */
  readonly notes: readonly string[];
}

const FORMS = 'give a public key of OpenPGP (`gpg --export --armor`), of SSH (a line like ssh-ed25519 AAAA…) or of minisign';

/**
 * Reads public keys: OpenPGP's, as GnuPG keeps or prints them; lines of SSH, of a .pub file or of allowed_signers; minisign's.
 * @param shown what they came from, in words
 * @throws UserError bad-key
 */
export async function readKeys(bytes: Buffer, shown: string): Promise<GivenKeys> {
  const text = bytes.toString('latin1');
  if (text.includes('-----BEGIN PGP') || text.startsWith('KBXf', 8) || (bytes[0] ?? 0) >= 0x80)
    return (await import('./openpgp-keys.ts')).readOpenpgpKeys(bytes, shown);
  if (/-----BEGIN (OPENSSH |RSA |EC |ENCRYPTED |)PRIVATE KEY-----|^untrusted comment:.*(encrypted|secret) /.test(text)) {
    throw new UserError('bad-key', `${shown} holds a secret key`, { hint: 'keep it to yourself, and give the public one that belongs to it' });
  }
  const lines = bytes
    .toString()
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.length === 0) throw new UserError('bad-key', `${shown} is empty`, { hint: FORMS });
  if (lines[0]?.startsWith('untrusted comment:') || (lines.length === 1 && /^RW[A-Za-z0-9+/=]{54}$/.test(lines[0] ?? ''))) {
    return { keys: [minisignKey(bytes.toString(), shown)], notes: [] };
  }
  return { keys: lines.map((line, index) => sshKey(line, lines.length === 1 ? shown : `line ${index + 1} of ${shown}`)), notes: [] };
}

function minisignKey(text: string, shown: string): GivenKey {
  try {
    const { key, line } = readMinisignKey(text);
    return { kind: 'minisign', key, names: [], text: `${line}\n` };
  } catch (error) {
    throw new UserError('bad-key', `${shown} ${(error as Error).message}`, { hint: FORMS });
  }
}

/** A line of a .pub file, or of allowed_signers, with the names of its owner in front. */
function sshKey(line: string, shown: string): GivenKey {
  const [, principals = '', options = '', rest = line] =
    /^(?!(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-)(\S+)\s+(?:(\S+)\s+)?((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-\S+\s.*)$/.exec(line) ?? [];
  if (options !== '') {
    throw new UserError('bad-key', `${shown} limits its key by ${harmlessLine(options)}, which is not held to here`, {
      hint: 'give the key alone, if it is to be trusted without that limit',
    });
  }
  try {
    const { key, comment } = readSshLine(rest);
    const name = harmlessLine(principals || comment);
    return {
      kind: 'ssh',
      key: key.key,
      names: name === '' ? [] : [name],
      text: `${key.type} ${key.blob.toString('base64')}${name === '' ? '' : ` ${name}`}\n`,
    };
  } catch (error) {
    throw new UserError('bad-key', `${shown} ${(error as Error).message}`, { hint: FORMS });
  }
}
