import { withoutSecrets } from '../../system/secrets.ts';
import type { Brought, StageWorld } from '../kind.ts';
import { fetchArchive, localPath } from './fetch.ts';
import type { ArchiveSource } from './kind.ts';
import { archiveSignature } from './provenance.ts';
import { unpackArchive } from './unpack.ts';
import { readChecksum, verifyArchive } from './verify.ts';

/** The three steps from an address to a tree, each of which another can take the place of. */
const STEPS = { fetch: fetchArchive, verify: verifyArchive, unpack: unpackArchive };

/**
 * Brings an archive into a tree: fetch, verify, unpack.
 * @param checksum `sha256:` and 64 hex digits, which it must have
 * @throws UserError when it cannot be had, is not what was asked for, or holds what no plugin may hold
 */
export async function stageArchive(
  address: string,
  checksum: string | undefined,
  { tree, scratch, limits, listener, trust, getters }: StageWorld,
  { fetch, verify, unpack } = STEPS,
): Promise<Brought<ArchiveSource>> {
  const expected = readChecksum(checksum);
  const fetched = await fetch(address, { scratch, maxBytes: limits.bytes, listener, getters });
  await verify(fetched, address, expected);
  const signature = await archiveSignature({ address, sha256: fetched.sha256 }, { scratch, listener, trust, getters });
  const url = withoutSecrets(address);
  const folder = await unpack(fetched.file, localPath(address) ?? url, tree, limits);
  return { source: { kind: 'archive', url, sha256: fetched.sha256 }, folder, signature };
}
