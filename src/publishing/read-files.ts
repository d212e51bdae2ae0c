import { isUserError } from '../errors.ts';
import { packingOf } from '../sources/archive/packing.ts';
import type { ArchiveLimits } from '../sources/archive/policy.ts';
import { mapAtOnce } from '../system/at-once.ts';
import { fileHash } from '../system/file-hash.ts';
import { type ArchiveContents, archiveContents } from './archive-contents.ts';
import type { PublishedFile } from './find-files.ts';

/** A published file and what was read of it. */
export interface ReadFile extends PublishedFile {
  /** 64 lower-case hex digits; empty where nobody asked for it. */
  readonly sha256: string;
  /** Undefined for a program, packed or not. */
  readonly contents?: ArchiveContents | undefined;
  /** Why an archive cannot be installed. */
  readonly problem?: string | undefined;
}

/** How many files are read at a time: one is hashed while another is unpacked. */
const AT_ONCE = 2;

/** The files of an archive that say what it is. */
const isManifest = (path: string): boolean => path === 'plugin.toml' || path === 'plugin.yaml';

/**
 * Reads files: what each hashes to, and what is in archives, which are read to their end as an install would read them.
 * @param withChecksums whether they are hashed
 * @param onRead told of the bytes of each that is done
 */
export function readFiles(
  files: readonly PublishedFile[],
  limits: ArchiveLimits,
  withChecksums: boolean,
  onRead: (bytes: number) => void,
): Promise<ReadFile[]> {
  return mapAtOnce(files, AT_ONCE, async (file) => {
    const [sha256, read] = await Promise.all([withChecksums ? fileHash(file.file) : '', file.isPacked ? readPacked(file, limits) : {}]);
    onRead(file.size);
    return { ...file, sha256, ...read };
  });
}

async function readPacked({ file, path, isMaybeOne }: PublishedFile, limits: ArchiveLimits): Promise<Pick<ReadFile, 'contents' | 'problem'>> {
  try {
    if (isMaybeOne && (await packingOf(file))?.holds === 'one file') return {};
    return { contents: await archiveContents(file, isManifest, { name: path, limits }) };
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { problem: error.message.replace(`${path} `, '') };
  }
}
