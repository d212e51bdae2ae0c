import { basename, join } from 'node:path';
import { isUserError } from '../../errors.ts';
import { addressBeside } from '../../http/address-beside.ts';
import { RequestFailure } from '../../http/failure.ts';
import type { Signature } from '../../provenance/signature.ts';
import { readSmallFile, SETTINGS_BYTES, smallBytesIfThere } from '../../system/small-file.ts';
import type { StageWorld } from '../kind.ts';
import { localPath, needsGetter } from './fetch.ts';

/** An archive whose provenance is looked for. */
export interface ProvedArchive {
  /** Its address or its path. */
  readonly address: string;
  readonly sha256: string;
  /** The repository that lists it, where one does. */
  readonly repository?: string | undefined;
  /** For the origin of the address alone. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

type World = Pick<StageWorld, 'scratch' | 'trust' | 'listener' | 'getters'>;

/** What Helm's provenance file beside an archive says of it; undefined where there is none, or where none is looked for. */
export async function archiveSignature(archive: ProvedArchive, world: World): Promise<Signature | undefined> {
  const { address, sha256, repository } = archive;
  const looks = world.trust?.looks(repository) ?? 'nowhere';
  if (world.trust === undefined || looks === 'nowhere') return undefined;
  const path = localPath(address);
  const prov =
    path !== undefined ? smallBytesIfThere(`${path}.prov`, SETTINGS_BYTES)?.toString() : looks === 'everywhere' ? await fetched(archive, world) : undefined;
  if (prov === undefined) return undefined;
  const fileName = basename(path ?? decodeURIComponent(new URL(address).pathname));
  const { verifyProvenance } = await import('../../provenance/provenance-file.ts');
  return verifyProvenance({ prov, fileName, sha256, keys: world.trust.keys(repository).openpgp });
}

/** As for Helm, what cannot be fetched is not there; what may be there another time is told of. A page for people is none. */
async function fetched({ address, headers }: ProvedArchive, { scratch, listener, getters }: World): Promise<string | undefined> {
  const { download } = await import('../../http/download.ts');
  const [provenanceAt, file] = [addressBeside(address, '.prov'), join(scratch, 'archive.prov')];
  try {
    if (needsGetter(address)) await getters?.fetch(provenanceAt, file, { maxBytes: SETTINGS_BYTES, isQuiet: true });
    else await download(provenanceAt, file, { maxBytes: SETTINGS_BYTES, ...(headers ? { ownHeaders: headers } : {}) });
  } catch (error) {
    if (isUserError(error) && error.code === 'program-failed') return undefined;
    if (!isUserError(error) || !(error.cause instanceof RequestFailure)) throw error;
    if (error.cause.passing) listener.onNote?.(error.message);
    return undefined;
  }
  const text = readSmallFile(file, SETTINGS_BYTES);
  return /^\s*</.test(text) ? undefined : text;
}
