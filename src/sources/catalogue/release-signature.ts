import { platformOf } from '../../catalogue/platforms.ts';
import { isUserError } from '../../errors.ts';
import { bestOf } from '../../provenance/detached.ts';
import type { Signature } from '../../provenance/signature.ts';
import type { Catalogues } from '../../repositories/catalogues.ts';
import { archiveSignature } from '../archive/provenance.ts';
import type { StageWorld } from '../kind.ts';
import { indexSignature } from './index-signature.ts';
import type { CatalogueSource, KeptPlatform } from './source.ts';

/** What is asked for of a release, and where it came from. */
export interface ReleaseFile {
  readonly offered: KeptPlatform;
  /** Of what came, in hex. */
  readonly sha256: string;
  /** Whether a lock says it, so that its index may list something else by now. */
  readonly isLocked: boolean;
}

/** Who signed a release: whoever signed the index, where that has the checksums of all that comes; or else by the provenance beside its archive. */
export async function releaseSignature(
  source: CatalogueSource,
  { offered, sha256, isLocked }: ReleaseFile,
  world: Pick<StageWorld, 'scratch' | 'trust' | 'listener' | 'catalogues' | 'getters'>,
): Promise<Signature | undefined> {
  const { trust, catalogues } = world;
  const { repository } = source;
  if (trust === undefined || trust.looks(repository) === 'nowhere') return undefined;
  const opened = await catalogues?.();
  const isStated = offered.sha256 !== undefined && (offered.dependencies ?? []).every((dependency) => dependency.sha256 !== undefined);
  const isListed = opened !== undefined && isStated && (!isLocked || (await listsStill(source, offered, opened)));
  const index = isListed ? await opened.indexOf(repository) : undefined;
  const ofIndex = index && (await indexSignature(repository, index, trust.keys(repository)));
  if (ofIndex?.state === 'signed' || ofIndex?.state === 'bad' || opened?.offline) return ofIndex;
  const headers = opened?.headersFor(repository, offered.url);
  const ofArchive = await archiveSignature({ address: offered.url, sha256, repository, headers }, world);
  return ofIndex === undefined ? ofArchive : bestOf(ofArchive === undefined ? [ofIndex] : [ofIndex, ofArchive]);
}

/** Whether the index of a repository has the release of a lock, with the same checksum. */
async function listsStill({ repository, name, type, version, platform }: CatalogueSource, offered: KeptPlatform, catalogues: Catalogues): Promise<boolean> {
  try {
    const { releases } = await catalogues.find({ repository, name, wish: version }, type);
    return releases.some((release) => release.version === version && platformOf(release, platform)?.sha256 === offered.sha256);
  } catch (error) {
    if (!isUserError(error)) throw error;
    return false;
  }
}
