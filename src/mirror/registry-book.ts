import { REGISTRY_KEY } from '../addons/registry-key.ts';
import { newestVersionsFirst } from '../catalogue/order.ts';
import type { Release } from '../catalogue/release.ts';
import { UserError } from '../errors.ts';
import { isCount, isListOf, isObject, isOptional, isSha256, isText } from '../system/own-json.ts';
import type { Book, BookChange, BookKind, KnownRelease, MirrorRelease } from './book.ts';

/** An entry of the registry, as kURL has it (contract registry §2.1), with the object's key, size and ETag. */
interface RegistryEntry {
  readonly version: string;
  readonly kurlVersionCompatibilityRange?: string;
  readonly origin: string;
  readonly isPrerelease: boolean;
  readonly key: string;
  readonly sha256Sum: string;
  readonly size?: number;
  readonly etag?: string;
}

/** What a source says of one version. */
interface SourceEntry {
  readonly origin: string;
  readonly range?: string | undefined;
  readonly isPrerelease: boolean;
  readonly sha256Sum?: string | undefined;
  readonly size?: number | undefined;
}

type Lists = Record<string, readonly RegistryEntry[]>;

const isEntry = isObject<Pick<RegistryEntry, 'version'> & { origin?: string; key?: string; sha256Sum?: string; size?: number; etag?: string }>({
  version: isText,
  origin: isOptional(isText) as typeof isText,
  key: isOptional(isText) as typeof isText,
  sha256Sum: isOptional(isSha256) as typeof isSha256,
  size: isOptional(isCount) as typeof isCount,
  etag: isOptional(isText) as typeof isText,
});
const isList = isListOf(isEntry);

/** A release of a source of add-ons. Its object is called as in kURL's bucket: add-on and version (contract registry §2.3). */
export function addonRelease({ name, version, platforms: [platform], requires, prerelease }: Release): MirrorRelease {
  const { url = '', sha256, size } = platform ?? {};
  const entry: SourceEntry = { origin: url, range: requires?.range, isPrerelease: prerelease, sha256Sum: sha256, size };
  return { name, version, entry, files: [{ url, sha256, key: `external/${name}-${version}`, holds: 'archive', endsAsPacked: true }] };
}

/** The registry of add-ons, by add-on a list of versions, newest first. */
export const registryBook: BookKind = {
  key: REGISTRY_KEY,
  async open(text, origin) {
    return new RegistryBook(text === undefined ? {} : parsed(text, origin));
  },
};

/** @throws UserError bad-index: a registry that cannot be read is never taken for an empty one */
function parsed(text: string, origin: string): Lists {
  const refuse = (what: string): UserError =>
    new UserError('bad-index', `${origin} is no registry: ${what}`, { hint: 'correct it, or restore it: nothing was mirrored' });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : 'no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('it has no lists by add-on');
  const bad = Object.entries(value).find(([, list]) => !isList(list));
  if (bad) throw refuse(`${JSON.stringify(bad[0])} is no list of versions`);
  return value as Lists;
}

class RegistryBook implements Book {
  readonly #lists: Lists;

  constructor(lists: Lists) {
    this.#lists = lists;
  }

  known(release: MirrorRelease): KnownRelease | undefined {
    const there = this.#entry(release);
    if (!there) return undefined;
    const says = release.entry as SourceEntry;
    const { key, sha256Sum: sha256, size: bytes, origin, etag } = there;
    return {
      objects: key === undefined || sha256 === undefined ? [] : [{ url: origin, key, sha256, bytes, etag }],
      differences: [
        ...(says.origin === there.origin ? [] : ['url']),
        ...(says.range === there.kurlVersionCompatibilityRange ? [] : ['kurlVersionCompatibilityRange']),
        ...(says.sha256Sum === undefined || says.sha256Sum === there.sha256Sum ? [] : ['sha256Sum']),
        ...(says.size === undefined || there.size === undefined || says.size === there.size ? [] : ['size']),
        ...(says.isPrerelease && there.isPrerelease !== true ? ['isPrerelease'] : []),
      ],
      changes: !says.isPrerelease && there.isPrerelease === true ? ['promoted'] : [],
    };
  }

  async withChanges(changes: readonly BookChange[]): Promise<string> {
    const lists: Record<string, RegistryEntry[]> = Object.fromEntries(Object.entries(this.#lists).map(([name, list]) => [name, [...list]]));
    const grown = new Set<string>();
    for (const change of changes) {
      const { name, version } = change.release;
      // Add-ons may be called as what every object has: `constructor`.
      const list = Object.hasOwn(lists, name) ? (lists[name] ?? []) : [];
      lists[name] = list;
      const place = list.findIndex((entry) => entry.version === version);
      const there = list[place];
      if (change.does === 'mark' && there) list[place] = { ...there, isPrerelease: false };
      if (change.does === 'add' && !there) {
        list.push(entryOf(change));
        grown.add(name);
      }
    }
    for (const name of grown) lists[name] = newestVersionsFirst(lists[name] ?? []);
    return `${JSON.stringify(lists, null, 2)}\n`;
  }

  #entry({ name, version }: MirrorRelease): RegistryEntry | undefined {
    return Object.hasOwn(this.#lists, name) ? this.#lists[name]?.find((entry) => entry.version === version) : undefined;
  }
}

function entryOf({ release, objects }: Extract<BookChange, { does: 'add' }>): RegistryEntry {
  const { origin, range, isPrerelease } = release.entry as SourceEntry;
  const [object] = objects;
  return {
    version: release.version,
    ...(range === undefined ? {} : { kurlVersionCompatibilityRange: range }),
    origin,
    isPrerelease,
    key: object?.key ?? '',
    sha256Sum: object?.sha256 ?? '',
    ...(object?.bytes === undefined ? {} : { size: object.bytes }),
    ...(object?.etag === undefined ? {} : { etag: object.etag }),
  };
}
