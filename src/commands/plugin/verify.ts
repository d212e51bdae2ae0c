import { basename } from 'node:path';
import { UserError } from '../../errors.ts';
import { isPluginName } from '../../home/names.ts';
import { storePaths } from '../../home/store-paths.ts';
import type { Signature, Signer } from '../../provenance/signature.ts';
import { trustedKeys } from '../../provenance/trusted-keys.ts';
import { archiveFormat } from '../../sources/archive/format.ts';
import { currentReceipt } from '../../store/receipts.ts';
import { type SigningStatus, SigningStatuses } from '../../store/signing-status.ts';
import { askProgram } from '../../system/child.ts';
import { fileHash } from '../../system/file-hash.ts';
import { statOrNothing } from '../../system/links.ts';
import { readSmallFile, SETTINGS_BYTES, whyUnread } from '../../system/small-file.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { flagFile, KEYRING_BYTES } from './flag-file.ts';

type Context = CommandContext<'plugin:verify'>;

/** Tells who signed an archive (contract helm §6.7), or an installed plugin. */
export async function run(context: Context): Promise<Outcome> {
  const {
    layout,
    args: [word],
  } = context;
  const receipt = isPluginName(word) ? currentReceipt(storePaths(layout.pluginPath), word) : undefined;
  return receipt && !statOrNothing(word)?.isFile() ? installed(context, word) : archive(context, word);
}

const notVerified = (what: string, hint: string): UserError => new UserError('not-verified', what, { hint });

async function archive(context: Context, file: string): Promise<Outcome> {
  const stat = statOrNothing(file);
  if (stat?.isDirectory())
    throw new UserError('not-a-file', 'directory verification not supported - only plugin tarballs can be verified', { hint: 'pack it with plugin:package' });
  if (!stat?.isFile()) throw new UserError('not-a-file', `${file} is neither a file nor an installed plugin`, { hint: 'check the path, or see plugin:list' });
  if (archiveFormat(file) !== 'gzip')
    throw new UserError('not-an-archive', `${file}: plugin file must be a gzipped tarball (.tar.gz or .tgz)`, {
      hint: 'give the archive that plugin:package wrote',
    });
  const prov = readProvenance(`${file}.prov`);
  const { keys, from } = keysFor(context);
  const sha256 = await fileHash(file);
  const { verifyProvenance } = await import('../../provenance/provenance-file.ts');
  const signature = await verifyProvenance({ prov, fileName: basename(file), sha256, keys });
  const signer = signerOf(signature, file, from);
  return { data: { file, sha256: `sha256:${sha256}`, signer, keys: from }, lines: () => [...signerLines(signer), `Plugin Hash Verified: sha256:${sha256}`] };
}

function readProvenance(file: string): string {
  try {
    return readSmallFile(file, SETTINGS_BYTES);
  } catch (error) {
    throw notVerified(`could not find provenance file ${file}: it ${whyUnread(error)}`, 'it belongs beside the archive, under its name with .prov behind it');
  }
}

/** The keys by which a signature is told, and in words where they are from. */
function keysFor({ layout, options, env }: Context): { keys: readonly Uint8Array[]; from: string } {
  const { keyring } = options;
  if (keyring !== undefined) return { keys: [flagFile('--keyring', keyring, KEYRING_BYTES)], from: keyring };
  const { openpgp } = trustedKeys(layout.home);
  if (openpgp.length > 0) return { keys: openpgp, from: 'the keys that are trusted here' };
  const { status, stdout } = askProgram('gpg', ['--batch', '--no-tty', '--armor', '--export'], { env });
  return { keys: status === 0 ? [Buffer.from(stdout)] : [], from: 'the keys of gpg' };
}

/** @throws UserError where nobody who is known signed it */
function signerOf(signature: Signature, file: string, from: string): Signer {
  if (signature.state === 'signed') return signature.signer;
  if (signature.state === 'bad') throw notVerified(`${file}: ${signature.why}`, 'do not install it; ask its author');
  const key = signature.state === 'unknown signer' ? ` ${signature.key}, which is not among ${from}` : '';
  throw notVerified(
    `${file}: openpgp: signature made by unknown entity${key}`,
    'compare that key with its owner’s, and give it with --keyring, or trust it with trust:add',
  );
}

const signerLines = ({ key, names }: Signer): string[] => [
  ...names.map((name) => `Signed by: ${name}`),
  `Using Key With Fingerprint: ${key.replace(/^openpgp:/, '')}`,
];

/** What the receipt says of who signed it, and whether its files are still those. */
async function installed({ layout }: Context, name: string): Promise<Outcome> {
  const receipt = currentReceipt(storePaths(layout.pluginPath), name);
  if (receipt?.signer === undefined) {
    const found = receipt?.unverified === 'skipped' ? 'nobody looked at its signature when it was installed' : 'no trusted key signed it';
    throw notVerified(`${name}: ${found}`, `sign it, trust its key with \`${layout.brand} trust:add\`, and install it again`);
  }
  const signer = { key: receipt.signer, names: receipt.signerNames ?? [] };
  const found = await new SigningStatuses(layout).of(name);
  if (found?.status !== 'signed') throw notVerified(`${name} was signed by ${signer.key}, and ${found?.why}`, remedyFor(found?.status, name, layout.brand));
  return {
    data: { name, signer, signed: receipt.signedOf ?? null, installedHash: receipt.installedHash },
    lines: () => [...signerLines(signer), `Installed Files Verified: sha256:${receipt.installedHash}`],
  };
}

const remedyFor = (status: SigningStatus['status'] | undefined, name: string, brand: string): string =>
  status === 'mismatched provenance' ? `\`${brand} plugin:check ${name}\` lists them` : `see \`${brand} trust:list\`, and ask its author`;
