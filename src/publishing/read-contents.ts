import { groupByKey, keyOf, newestFirst, representative } from '../catalogue/order.ts';
import { ANY, type Release, type ReleasePlatform } from '../catalogue/release.ts';
import { errorLine, isUserError } from '../errors.ts';
import { packingOf } from '../sources/archive/packing.ts';
import type { ArchiveLimits } from '../sources/archive/policy.ts';
import { fileHash } from '../system/file-hash.ts';
import { findArchive } from './find-archive.ts';
import { type PluginContents, pluginContents } from './plugin-contents.ts';

export interface ReadContents {
  /** By `keyOf` a release. */
  readonly contents: ReadonlyMap<string, PluginContents>;
  /** Names that the directory has no file of, as listed. */
  readonly missing: readonly string[];
  /** Files whose contents are not told, and why. */
  readonly problems: readonly string[];
}

/**
 * Reads what the archives of a directory hold, for each name and type that of the release that stands for it. One that is not what the index says, or that
 * would not be installed, is left out and reported.
 * @param onRead told how many are read, and of how many
 */
export async function readContents(
  releases: readonly Release[],
  directory: string,
  limits: ArchiveLimits,
  onRead: (read: number, all: number) => void,
): Promise<ReadContents> {
  const contents = new Map<string, PluginContents>();
  const missing: string[] = [];
  const problems: string[] = [];
  const groups = [...groupByKey(releases, (release) => release).values()];
  for (const [index, group] of groups.entries()) {
    const release = representative(newestFirst(group));
    const found = fileOf(release, directory);
    if (!found) missing.push(release.name);
    else {
      const read = await readOne(release, found, limits);
      if (typeof read === 'string') problems.push(read);
      else if (read) contents.set(keyOf(release), read);
    }
    onRead(index + 1, groups.length);
  }
  return { contents, missing, problems };
}

interface Found extends Pick<ReleasePlatform, 'sha256'> {
  readonly file: string;
}

/** The same for every machine: what suits any platform, or else Linux, goes first. */
function fileOf({ platforms }: Release, directory: string): Found | undefined {
  const rank = ({ os }: ReleasePlatform): number => (os === ANY ? 0 : os === 'linux' ? 1 : 2);
  for (const { url, sha256 } of platforms.toSorted((a, b) => rank(a) - rank(b))) {
    const file = findArchive(directory, url);
    if (file !== undefined) return { file, sha256 };
  }
  return undefined;
}

/** @returns undefined for a program, which tells nothing unless it is run; a line for people where it cannot be read */
async function readOne({ name, version }: Release, { file, sha256 }: Found, limits: ArchiveLimits): Promise<PluginContents | string | undefined> {
  if ((await packingOf(file))?.holds !== 'files') return undefined;
  if (sha256 !== undefined && (await fileHash(file)) !== sha256)
    return `${file} is not the file that the index lists for ${name} ${version}: its checksum differs`;
  try {
    return await pluginContents(file, name, limits);
  } catch (error) {
    if (isUserError(error)) return errorLine(error);
    throw error;
  }
}
