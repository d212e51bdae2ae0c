import { isDeepStrictEqual } from 'node:util';
import { digitsOf } from '../catalogue/formats/address.ts';
import { addressOf, type IndexEntry, type IndexUrl, identityOf, inOrder } from '../publishing/index-entry.ts';
import { INDEX_NAME } from '../publishing/index-file.ts';
import { indexText, readEarlier } from '../publishing/index-text.ts';
import type { Book, BookChange, BookKind, KnownRelease, MirrorRelease, StoredObject } from './book.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What of an entry may change. */
const MARKS = ['prerelease', 'yanked'];

/**
 * The index of a mirrored repository: each entry as its source has it, but with the addresses of the mirror's objects, and where they came from as `origin`.
 * @param repository its name
 * @param base the address that the mirror's objects are read at, without a slash at its end
 */
export const indexBook = (repository: string, base: string): BookKind => ({
  key: `${repository}/${INDEX_NAME}`,
  open: async (text, origin) => new IndexBook(await readEarlier(text ?? '', origin), base, `/${filesOf(repository)}/`),
});

/** The folder of a repository's objects. */
export const filesOf = (repository: string): string => `${repository}/files`;

class IndexBook implements Book {
  /** By their identity. */
  readonly #entries: ReadonlyMap<string, IndexEntry>;
  readonly #base: string;
  readonly #inFiles: string;

  constructor(entries: readonly IndexEntry[], base: string, inFiles: string) {
    this.#entries = new Map(entries.map((entry) => [identityOf(entry), entry]));
    this.#base = base;
    this.#inFiles = inFiles;
  }

  known({ entry }: MirrorRelease): KnownRelease | undefined {
    const says = entry as IndexEntry;
    const there = this.#entries.get(identityOf(says));
    if (!there) return undefined;
    const [now, then] = [compared(says), compared(asItCame(there, says))];
    const fields = [...new Set([...Object.keys(now), ...Object.keys(then)])];
    const isWithdrawn = says.prerelease === true && there.prerelease !== true;
    return {
      objects: there.urls.flatMap((url) => this.#objectsOf(url)),
      differences: [...fields.filter((field) => !isDeepStrictEqual(now[field], then[field])), ...(isWithdrawn ? ['prerelease'] : [])],
      changes: [
        ...(there.prerelease === true && says.prerelease !== true ? (['promoted'] as const) : []),
        ...(isDeepStrictEqual(there.yanked, says.yanked) ? [] : ([says.yanked === undefined ? 'not yanked' : 'yanked'] as const)),
      ],
    };
  }

  async withChanges(changes: readonly BookChange[]): Promise<string> {
    const entries = new Map(this.#entries);
    for (const change of changes) {
      const says = change.release.entry as IndexEntry;
      const there = entries.get(identityOf(says));
      if (change.does === 'mark' && there) entries.set(identityOf(says), marked(there, says));
      if (change.does === 'add' && !there) entries.set(identityOf(says), mirrored(says, change.objects, this.#base));
    }
    return indexText(inOrder([...entries.values()]));
  }

  #objectsOf(url: IndexUrl): StoredObject[] {
    const { dependencies } = url as IndexUrl & Fields;
    const parts = [url as unknown, ...(isFields(dependencies) ? Object.values(dependencies) : [])].filter(isFields);
    const { signature, signatureOrigin, signatureChecksum } = url as IndexUrl & Fields;
    const signed: Fields = { url: signature, origin: signatureOrigin, checksum: signatureChecksum };
    return [...parts, signed].flatMap(({ url: address, origin, checksum, size, etag }): StoredObject[] => {
      // The mirror may have been read at another address when that was written.
      const at = String(address).indexOf(this.#inFiles);
      if (typeof origin !== 'string' || typeof checksum !== 'string' || at < 0) return [];
      const key = decodeURIComponent(String(address).slice(at + 1));
      const bytes = size === undefined ? undefined : Number(size);
      return [{ url: origin, key, sha256: digitsOf(checksum), bytes, ...(typeof etag === 'string' ? { etag } : {}) }];
    });
  }
}

/** An entry with the marks that its source has by now: what is a prerelease may become a release, and not the other way. */
function marked(there: IndexEntry, { prerelease, yanked }: IndexEntry): IndexEntry {
  const fields: Record<string, unknown> = { ...there };
  if (there.prerelease === true && prerelease !== true) setOrDrop(fields, 'prerelease', prerelease);
  setOrDrop(fields, 'yanked', yanked);
  return fields as IndexEntry;
}

function setOrDrop(fields: Record<string, unknown>, name: string, value: unknown): void {
  if (value === undefined) delete fields[name];
  else fields[name] = value;
}

/** An entry as the mirror has it. */
function mirrored(entry: IndexEntry, objects: readonly StoredObject[], base: string): IndexEntry {
  const byUrl = new Map(objects.map((object) => [object.url, object]));
  const at = (url: unknown): string | undefined => {
    const object = byUrl.get(String(url));
    return object && addressOf(base, object.key);
  };
  const urls = entry.urls.map((url): IndexUrl => {
    const object = byUrl.get(url.url);
    const { signature, dependencies } = url as IndexUrl & Fields;
    return {
      ...url,
      url: at(url.url) ?? url.url,
      ...(object ? { checksum: object.sha256, size: object.bytes } : {}),
      ...(signature === undefined ? {} : { signature: at(signature) ?? signature, signatureOrigin: signature, ...checksumOf(byUrl.get(String(signature))) }),
      ...(isFields(dependencies) ? { dependencies: mapped(dependencies, (one) => mirroredDependency(one, byUrl, at)) } : {}),
      origin: url.url,
      ...(object?.etag === undefined ? {} : { etag: object.etag }),
    };
  });
  return { ...entry, urls };
}

/** Older mirrors do not say it of signatures. */
const checksumOf = (object: StoredObject | undefined): Fields => (object ? { signatureChecksum: object.sha256 } : {});

function mirroredDependency(dependency: unknown, byUrl: ReadonlyMap<string, StoredObject>, at: (url: unknown) => string | undefined): unknown {
  if (!isFields(dependency)) return dependency;
  const object = byUrl.get(String(dependency.url));
  return { ...dependency, url: at(dependency.url) ?? dependency.url, ...(object ? { checksum: object.sha256 } : {}), origin: dependency.url };
}

/** An entry of the mirror with the addresses that it came with, and without what was added where its source does not state it now. */
function asItCame(there: IndexEntry, says: IndexEntry): IndexEntry {
  const urls = there.urls.map((url): IndexUrl => {
    const { origin, signatureOrigin, signatureChecksum: _, etag: __, ...fields } = url as IndexUrl & Fields;
    const stated: Fields = says.urls.find((one) => isDeepStrictEqual(one.platform, url.platform)) ?? {};
    const kept: Record<string, unknown> = { ...fields, url: origin ?? url.url };
    for (const name of ['checksum', 'size']) if (stated[name] === undefined) delete kept[name];
    if (signatureOrigin !== undefined) kept.signature = signatureOrigin;
    if (isFields(kept.dependencies)) {
      const statedOf = isFields(stated.dependencies) ? stated.dependencies : {};
      kept.dependencies = mapped(kept.dependencies, (one, name) => dependencyAsItCame(one, statedOf[name]));
    }
    return kept as unknown as IndexUrl;
  });
  return { ...there, urls };
}

function dependencyAsItCame(dependency: unknown, stated: unknown): unknown {
  if (!isFields(dependency)) return dependency;
  const { origin, ...fields } = dependency;
  const kept: Record<string, unknown> = { ...fields, url: origin ?? dependency.url };
  if (!isFields(stated) || stated.checksum === undefined) delete kept.checksum;
  return kept;
}

/** An entry without its marks, checksums in one form. */
function compared(entry: IndexEntry): Fields {
  const fields = Object.fromEntries(Object.entries(entry).filter(([name]) => !MARKS.includes(name)));
  const withDigits = (value: Fields): Fields => (typeof value.checksum === 'string' ? { ...value, checksum: digitsOf(value.checksum) } : value);
  const urls = entry.urls.map((url) => {
    const { dependencies, ...rest } = withDigits(url as unknown as Fields);
    return isFields(dependencies) ? { ...rest, dependencies: mapped(dependencies, (one) => (isFields(one) ? withDigits(one) : one)) } : { ...rest };
  });
  return { ...fields, urls };
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const mapped = (fields: Fields, map: (value: unknown, name: string) => unknown): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, map(value, name)]));
