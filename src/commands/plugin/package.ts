import { fstatSync, readFileSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import type { SigningKey } from '../../provenance/sign.ts';
import { planTarball } from '../../publishing/plan-tarball.ts';
import { writeTarball } from '../../publishing/write-tarball.ts';
import { SETTINGS_BYTES } from '../../system/small-file.ts';
import { sourceDateEpoch } from '../../system/source-date.ts';
import { askSecret } from '../../terminal/ask-secret.ts';
import type { Line } from '../../terminal/lines.ts';
import { booleanFlag } from '../boolean-flag.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { flagFile, KEYRING_BYTES } from './flag-file.ts';

type Context = CommandContext<'plugin:package'>;

/** Packs a plugin into NAME-VERSION.tgz, and signs it (contract helm §6.6, §7). */
export async function run(context: Context): Promise<Outcome> {
  const {
    args: [word],
    env,
    options,
  } = context;
  const mtime = sourceDateEpoch(env) ?? 0;
  const planned = await planTarball(word, options.destination ?? '.');
  const signs = wantsSigning(options);
  const { name, version, file, entries } = planned;
  if (options.dryRun) {
    const would = [`would write ${file}`, ...(signs ? [`would sign it as ${file}.prov`] : [])];
    return { data: { name, version, file, changed: false, would }, lines: () => would };
  }
  const key = signs ? await keyOf(context) : undefined;
  const { signed, sha256, size, state } = await writeTarball(planned, mtime, key);
  const lines: Line[] = signed
    ? [`Successfully signed. Signature written to: ${signed.provenance}`]
    : ['WARNING: Skipping plugin signing. This is not recommended for plugins intended for distribution.'];
  return {
    data: {
      name,
      version,
      file,
      sha256,
      size,
      changed: state === 'written',
      files: entries.filter(({ kind }) => kind !== 'directory').map(({ path }) => path),
      ...(signed ? { provenance: signed.provenance, signer: signed.signer } : {}),
    },
    lines: () => [...lines, `Successfully packaged plugin and saved it to: ${file}`],
  };
}

/** Signing is asked for by --sign, and by whatever says with which key. @throws UserError for words that say both */
function wantsSigning({ sign, key, keyring, passphraseFile }: Context['options']): boolean {
  const words = key !== undefined || keyring !== undefined || passphraseFile !== undefined;
  const isWanted = booleanFlag('--sign', sign);
  if (isWanted === false && words)
    throw new UserError('conflicting-flags', '--sign=false goes with no key, keyring or passphrase', { status: 2, hint: 'give one or the other' });
  return isWanted ?? words;
}

async function keyOf({ options: { key, keyring, passphraseFile }, env }: Context): Promise<SigningKey> {
  const { signingKey } = await import('../../provenance/sign.ts');
  if (keyring === undefined && passphraseFile === '-')
    throw new UserError('conflicting-flags', '--passphrase-file - needs --keyring: gpg reads its own', {
      status: 2,
      hint: 'give a keyring, or a file with the passphrase',
    });
  return signingKey({
    key: key || undefined,
    keyring: keyring === undefined ? undefined : flagFile('--keyring', keyring, KEYRING_BYTES),
    passphrase: async (owner) => passphraseFor(owner, passphraseFile),
    gpg: { env, passphraseFile },
  });
}

/** From a file, from standard input, or from somebody at the terminal. */
function passphraseFor(owner: string, file: string | undefined): string {
  const withoutEnd = (text: string): string => text.replace(/[\r\n]+$/, '');
  if (file === '-') {
    if (!fstatSync(0).isFIFO() && !fstatSync(0).isFile() && !fstatSync(0).isSocket())
      throw new UserError('signing-failed', 'specified reading passphrase from stdin, without input on stdin', { hint: 'pipe it in, or name a file' });
    return withoutEnd(readFileSync(0, 'utf8'));
  }
  if (file !== undefined) return withoutEnd(flagFile('--passphrase-file', file, SETTINGS_BYTES).toString());
  const typed = askSecret(`Password for key ${JSON.stringify(owner)} >  `);
  if (typed === undefined)
    throw new UserError('signing-failed', `The key of ${owner} has a passphrase, and nobody is at a terminal to be asked for it`, {
      hint: 'give --passphrase-file',
    });
  return typed;
}
