import { platformText } from '../catalogue/platforms.ts';
import type { Problem } from '../catalogue/release.ts';
import { inByteOrder } from '../home/names.ts';
import { type IndexEntry, type IndexUrl, identityOf } from './index-entry.ts';

/** The fields that an entry gets anew each time; all others are somebody's, like the marks of entries that were taken back, and stay. */
const MADE = new Set([
  ...['name', 'type', 'kind', 'description', 'documentationUrl', 'version', 'urls', 'jsonSchema', 'externalRequest', 'recommended'],
  ...['requires', 'prerelease', 'license'],
]);
/** The same of an address. */
const MADE_OF_URL = new Set(['url', 'checksum', 'platform', 'dependencies', 'size']);

export interface Merged {
  readonly entries: readonly IndexEntry[];
  readonly problems: readonly Problem[];
}

/**
 * Adds what was built to the entries of an earlier index. Versions that were not built stay as they are. Of one that was, the platforms that were not built stay,
 * and so do the fields that are not built, the marks of `repository:yank` and `:deprecate` among them.
 *
 * What somebody has pinned must stay what it was: a version whose file has other bytes than before, and an address that was another version's, are problems.
 * @param replaceVersion whether a version may have other bytes than before
 */
export function mergeIndex(built: readonly IndexEntry[], earlier: readonly IndexEntry[], replaceVersion: boolean): Merged {
  const problems: Problem[] = [];
  const before = new Map(earlier.map((entry) => [identityOf(entry), entry]));
  const entries = built.map((entry) => {
    const old = before.get(identityOf(entry));
    if (!old) return entry;
    if (!replaceVersion) problems.push(...changedFiles(entry, old));
    return withEarlier(entry, old);
  });
  const isBuilt = new Set(built.map(identityOf));
  const kept = earlier.filter((entry) => !isBuilt.has(identityOf(entry)));
  problems.push(...takenAddresses(built, kept));
  return { entries: [...entries, ...kept], problems };
}

/** What was built, with the fields of an earlier index that are not built: a version that was taken back is not offered again because its index is made anew. */
export function withMarks(built: readonly IndexEntry[], earlier: readonly IndexEntry[]): readonly IndexEntry[] {
  const before = new Map(earlier.map((entry) => [identityOf(entry), entry]));
  return built.map((entry) => {
    const old = before.get(identityOf(entry));
    return old ? { ...entry, urls: urlsWithMarks(entry, old), ...others(old, MADE) } : entry;
  });
}

const platformIn = ({ platform: { os, architecture } }: IndexUrl): string => platformText({ os, arch: architecture });

const labelOf = ({ name, version }: IndexEntry): string => `${name} ${version}`;

/** The files of a version that are not what they were. */
function changedFiles(entry: IndexEntry, old: IndexEntry): Problem[] {
  return entry.urls.flatMap((url): Problem[] => {
    const was = old.urls.find((other) => platformIn(other) === platformIn(url));
    if (!was?.checksum || !url.checksum || isSameSum(was.checksum, url.checksum)) return [];
    return [
      {
        where: labelOf(entry),
        name: entry.name,
        text: `the file for ${platformIn(url)} is not the one that was published: its checksum was ${was.checksum}, and is ${url.checksum}`,
        remedy: 'publish a change under a new version; --replace-version takes it all the same, and breaks what is pinned to it',
        disables: true,
      },
    ];
  });
}

/** The addresses of other versions at which there is now another file. */
function takenAddresses(built: readonly IndexEntry[], kept: readonly IndexEntry[]): Problem[] {
  const addresses = new Map(kept.flatMap((entry) => entry.urls.map((url) => [url.url, { entry, url }] as const)));
  return built.flatMap((entry) =>
    entry.urls.flatMap(({ url, checksum }): Problem[] => {
      const taken = addresses.get(url);
      if (!taken || !checksum || !taken.url.checksum || isSameSum(taken.url.checksum, checksum)) return [];
      return [
        {
          where: labelOf(entry),
          name: entry.name,
          text: `its address is that of ${labelOf(taken.entry)}, which is another file: ${url}`,
          remedy: 'give each version its own address: put it into -url-base-path, or the files into a directory for each version and use --recursive',
          disables: true,
        },
      ];
    }),
  );
}

const isSameSum = (a: string, b: string): boolean => a.replace(/^sha256:/i, '').toLowerCase() === b.replace(/^sha256:/i, '').toLowerCase();

/** The addresses that were built. Those of the same file keep what is not built, like a signature. */
const urlsWithMarks = (entry: IndexEntry, old: IndexEntry): IndexUrl[] =>
  entry.urls.map((url) => {
    const was = old.urls.find((other) => platformIn(other) === platformIn(url) && other.checksum === url.checksum);
    return was ? { ...url, ...others(was, MADE_OF_URL) } : url;
  });

function withEarlier(entry: IndexEntry, old: IndexEntry): IndexEntry {
  const urls = urlsWithMarks(entry, old);
  const isThere = new Set(urls.map(platformIn));
  const all = [...urls, ...old.urls.filter((url) => !isThere.has(platformIn(url)))];
  all.sort((a, b) => inByteOrder(platformIn(a), platformIn(b)));
  return { ...entry, urls: all, ...others(old, MADE) };
}

const others = (fields: Readonly<Record<string, unknown>>, made: ReadonlySet<string>): object =>
  Object.fromEntries(Object.entries(fields).filter(([field]) => !made.has(field)));
