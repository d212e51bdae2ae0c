import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import type { Signed, SigningKey } from '../provenance/sign.ts';
import { explainDiskErrors } from '../system/disk-errors.ts';
import { writeDurably } from '../system/durable.ts';
import type { PlannedTarball } from './plan-tarball.ts';
import { type WrittenArchive, writeArchive } from './write-archive.ts';

/** What came of packing a plugin. */
export interface WrittenTarball extends WrittenArchive {
  readonly file: string;
  readonly signed?: Pick<Signed, 'signer'> & { readonly provenance: string };
}

/**
 * Writes a plugin's archive, and beside it who vouches for it. Where it cannot be signed nothing of it is left.
 * @param mtime the time of every entry, in seconds since 1970
 * @param key that signs; without it there is no provenance file
 * @throws UserError
 */
export async function writeTarball({ name, directory, file, entries, metadata }: PlannedTarball, mtime: number, key?: SigningKey): Promise<WrittenTarball> {
  const provenance = `${file}.prov`;
  const written = await writeArchive({ directory, entries, folder: name, file, mtime, mayReplace: true });
  if (key === undefined) {
    // One of an earlier archive of that name would be bad.
    if (written.state === 'written') rmSync(provenance, { force: true });
    return { ...written, file };
  }
  try {
    const { provenanceText } = await import('../provenance/provenance-text.ts');
    const { clearsigned, signer } = await key(provenanceText(metadata, basename(file), written.sha256));
    explainDiskErrors('write the provenance', provenance, () => writeDurably(provenance, clearsigned));
    return { ...written, file, signed: { signer, provenance } };
  } catch (error) {
    for (const made of [file, provenance]) rmSync(made, { force: true });
    throw error;
  }
}
