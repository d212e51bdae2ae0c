import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PLUGIN_FILE_NAME } from '../plugins/helm/file-names.ts';
import type { HelmMetadata } from '../plugins/helm/metadata.ts';
import { goMetadata } from '../plugins/helm/metadata-text.ts';
import { readHelmManifest } from '../plugins/helm/read-helm-manifest.ts';
import type { HelmPlugin } from './plugin.ts';

/** With which key a plugin is signed. */
export interface SignOptions {
  /** What `gpg --export-secret-keys` prints. */
  readonly keyring: Uint8Array;
  /** A fingerprint, a key id, or a part of a user ID; the only secret key of the ring where nothing is said. */
  readonly key?: string;
  /** Of that key, where it has one. */
  readonly passphrase?: string;
}

/** What was found of an archive that verifies. */
export interface Verification {
  /** User IDs of the key, in order. */
  readonly signedBy: readonly string[];
  /** Of the primary key, in upper-case hex. */
  readonly fingerprint: string;
  /** `sha256:` and hex. */
  readonly fileHash: string;
  readonly fileName: string;
}

/** What is known of the signature of an installed plugin, in Helm's words (contract helm §7.5). */
export interface SigningInfo {
  readonly status: 'local dev' | 'unsigned' | 'invalid provenance' | 'mismatched provenance' | 'signed';
}

/**
 * Packs a plugin's directory into NAME-VERSION.tgz; the same files give the same bytes.
 * @param destination the directory of the archive
 * @returns the archive's path
 * @throws Error for what is no plugin, or cannot be written
 */
export async function createPluginTarball(directory: string, destination: string): Promise<string> {
  const [{ planTarball }, { writeTarball }] = await Promise.all([import('../publishing/plan-tarball.ts'), import('../publishing/write-tarball.ts')]);
  return (await writeTarball(await planTarball(directory, destination), 0)).file;
}

/**
 * What the plugin.yaml in an archive says.
 * @throws Error where there is none, or it cannot be read
 */
export async function extractPluginMetadata(archive: string): Promise<HelmMetadata> {
  const { archiveContents } = await import('../publishing/archive-contents.ts');
  const { texts } = await archiveContents(archive, (path) => basename(path) === PLUGIN_FILE_NAME);
  const text = texts.get(PLUGIN_FILE_NAME);
  if (text === undefined) throw new Error(`${PLUGIN_FILE_NAME} not found in ${archive}`);
  const { metadata, problem } = readHelmManifest(text);
  if (metadata === undefined) throw new Error(problem);
  return metadata;
}

/**
 * Signs an archive.
 * @returns the text of its provenance file
 * @throws Error where the key cannot be chosen or unlocked
 */
export async function signPlugin(archive: string, { keyring, key, passphrase = '' }: SignOptions): Promise<string> {
  const [{ signingKey }, { provenanceText }] = await Promise.all([import('../provenance/sign.ts'), import('../provenance/provenance-text.ts')]);
  const sign = await signingKey({ keyring, key, passphrase: async () => passphrase, gpg: { env: {} } });
  const metadata = goMetadata(await extractPluginMetadata(archive));
  return (await sign(provenanceText(metadata, basename(archive), sha256Of(readFileSync(archive))))).clearsigned;
}

/**
 * Checks an archive by its provenance file.
 * @param archive its bytes
 * @param provenance the text of that file
 * @param fileName what the archive is called
 * @param keyring what `gpg --export` prints
 * @throws Error in Helm's words where it does not verify (contract helm §7.4)
 */
export async function verifyPlugin(archive: Uint8Array, provenance: string, fileName: string, keyring: Uint8Array): Promise<Verification> {
  const { verifyProvenance } = await import('../provenance/provenance-file.ts');
  const sha256 = sha256Of(archive);
  const signature = await verifyProvenance({ prov: provenance, fileName, sha256, keys: [keyring] });
  if (signature.state !== 'signed') throw new Error(signature.state === 'bad' ? signature.why : 'openpgp: signature made by unknown entity');
  const { key, names } = signature.signer;
  return { signedBy: names, fingerprint: key.slice('openpgp:'.length), fileHash: `sha256:${sha256}`, fileName };
}

/** What is known of the signature of a plugin, by the archive and the provenance file that Helm leaves beside its directory. The signature itself is not checked, as in Helm. */
export async function pluginSigningInfo({ dir, metadata: { name, version } }: HelmPlugin): Promise<SigningInfo> {
  if (lstatSync(dir).isSymbolicLink()) return { status: 'local dev' };
  const archive = join(dirname(dir), `${name}-${version}.tgz`);
  const [bytes, provenance] = [contentOf(archive), contentOf(`${archive}.prov`)?.toString()];
  if (bytes === undefined || provenance === undefined) return { status: 'unsigned' };
  const { signedText, whyOther } = await import('../provenance/provenance-file.ts');
  const signed = signedText(provenance);
  if (signed === undefined) return { status: 'invalid provenance' };
  const why = await whyOther(signed, basename(archive), sha256Of(bytes));
  return { status: why === undefined ? 'signed' : 'mismatched provenance' };
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
