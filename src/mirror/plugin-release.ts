import { digitsOf } from '../catalogue/formats/address.ts';
import { platformNamed } from '../catalogue/platforms.ts';
import type { Release, ReleasePlatform } from '../catalogue/release.ts';
import type { IndexEntry, IndexUrl } from '../publishing/index-entry.ts';
import { ARCHIVE_ENDINGS } from '../sources/archive/format.ts';
import type { MirrorFile, MirrorRelease } from './book.ts';
import { filesOf } from './index-book.ts';

/** A file of an entry, before it is known what it is called in the mirror. */
interface Wanted {
  readonly url: string;
  readonly sha256?: string | undefined;
  readonly holds: MirrorFile['holds'];
  /** The folder in that of the release. */
  readonly folder: string;
}

/**
 * A release of an index of plugins as a mirror has it.
 * @param repository whose it is
 * @param release as it was read, which has been found to be sound
 * @param entry the same as it stands in an index of Botkube's shape; undefined for one of another shape, of which an entry is made
 */
export function pluginRelease(repository: string, release: Release, entry: IndexEntry = entryOfRelease(release)): MirrorRelease {
  const { name, type, version } = release;
  const folder = [filesOf(repository), ...(type === undefined ? [] : [type]), name, version].join('/');
  const wanted = entry.urls.flatMap((url) => wantedOf(url, release));
  const files = new Map<string, MirrorFile>();
  for (const { url, sha256, holds, folder: below } of wanted) {
    // What several platforms have in common is kept once.
    const known = files.get(url);
    if (known) files.set(url, { ...known, sha256: known.sha256 ?? sha256 });
    else files.set(url, { url, sha256, holds, key: `${folder}/${below}/${fileNameOf(url, name, version)}` });
  }
  const foreign = [...files.keys()].find((url) => !/^https?:\/\//i.test(url));
  const unfit = foreign === undefined ? undefined : `${foreign.replace(/^([a-z0-9+.-]*):.*/i, '$1:')} addresses are fetched by a plugin, not by a mirror`;
  return { name, type, version, files: [...files.values()], unfit, entry };
}

function wantedOf(url: IndexUrl, { kind }: Release): Wanted[] {
  const fields = url as unknown as Readonly<Record<string, unknown>>;
  const { os, arch } = platformNamed(url.platform.os, url.platform.architecture);
  const folder = `${os}-${arch}`;
  const digits = (text: unknown): string | undefined => (typeof text === 'string' && text !== '' ? digitsOf(text) : undefined);
  const dependencies = typeof fields.dependencies === 'object' && fields.dependencies !== null ? Object.entries(fields.dependencies) : [];
  return [
    { url: url.url, sha256: digits(url.checksum), holds: kind === 'binary' ? 'program' : 'archive', folder },
    ...(typeof fields.signature === 'string' ? [{ url: fields.signature, holds: 'signature' as const, folder }] : []),
    ...dependencies.map(([name, one]): Wanted => {
      const { url: address, checksum } = one as { readonly url: unknown; readonly checksum?: unknown };
      return { url: String(address), sha256: digits(checksum), holds: 'program', folder: `${folder}/dependencies/${name}` };
    }),
  ];
}

/** What a file is called: as in its address, as provenance beside it names it so; by its release where that cannot be part of a key. */
function fileNameOf(url: string, name: string, version: string): string {
  const last = decodedName(url);
  if (/^[A-Za-z0-9][\w.+~-]{0,199}$/.test(last)) return last;
  return `${name}-${version}${ARCHIVE_ENDINGS.find((ending) => last.toLowerCase().endsWith(ending)) ?? ''}`;
}

function decodedName(url: string): string {
  const last = URL.canParse(url) ? new URL(url).pathname.replace(/^.*\//, '') : '';
  try {
    return decodeURIComponent(last);
  } catch {
    return '';
  }
}

/** An entry of Botkube's shape for a release of another: of krew, say. */
export function entryOfRelease(release: Release): IndexEntry {
  const { name, type, version, kind, description, details, caveats, documentationUrl, licence, requires, prerelease, yanked, deprecated, platforms } = release;
  return {
    name,
    ...(type === undefined ? {} : { type }),
    kind,
    description,
    ...defined({ details, caveats, documentationUrl }),
    version,
    urls: platforms.map(urlOf),
    ...defined({ requires: requires?.range }),
    ...(prerelease ? { prerelease } : {}),
    ...defined({ yanked, deprecated, license: licence }),
  };
}

function urlOf({ os, arch, url, sha256, size, signature, bin, files, dependencies }: ReleasePlatform): IndexUrl {
  const ofDependency = ({ url: address, sha256: digits }: { url: string; sha256?: string | undefined }) => ({ url: address, ...defined({ checksum: digits }) });
  return {
    url,
    ...defined({ checksum: sha256 }),
    platform: { os, architecture: arch },
    ...(dependencies === undefined ? {} : { dependencies: Object.fromEntries(dependencies.map((one) => [one.name, ofDependency(one)])) }),
    ...defined({ size, signature, bin, files: files?.map(({ from, to }) => ({ from, to })) }),
  };
}

/** The fields that are there. */
const defined = <T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
