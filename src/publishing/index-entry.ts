import { groupByKey, newestVersionsFirst } from '../catalogue/order.ts';
import { platformNamed, platformText, readPlatform } from '../catalogue/platforms.ts';
import type { ConfigSchema, Platform, ReleaseKind } from '../catalogue/release.ts';
import { inByteOrder } from '../home/names.ts';
import type { PluginDetails } from './details/plugin-details.ts';
import type { FileType } from './file-names.ts';
import type { ReadFile } from './read-files.ts';

/** An address of an entry, with the fields that are written here. Others of an earlier index stay. */
export interface IndexUrl {
  readonly url: string;
  readonly checksum?: string;
  readonly platform: { readonly os: string; readonly architecture: string };
  readonly [field: string]: unknown;
}

/** An entry of an index, as it is written: Botkube's fields in the order of its generator, and ours behind them. */
export interface IndexEntry {
  readonly name: string;
  readonly type?: string;
  readonly version: string;
  readonly urls: readonly IndexUrl[];
  readonly [field: string]: unknown;
}

/** The files of one type, name and version, whose platforms are all different. */
export interface EntryParts {
  readonly type: FileType;
  readonly name: string;
  readonly kind: ReleaseKind | undefined;
  readonly details: PluginDetails;
  readonly files: readonly ReadFile[];
}

/** Where a file is had: the base and its path, each name of it as an address has it. */
export const addressOf = (urlBase: string, path: string): string => `${urlBase.replace(/\/+$/, '')}/${path.split('/').map(encodeURIComponent).join('/')}`;

/** Makes the entry of some files. */
export function entryOf({ type, name, kind, details, files }: EntryParts, urlBase: string): IndexEntry {
  const { version = '', description = '', documentation, schema, requestSchema, recommended, requires, prerelease, licence } = details;
  const isBotkubes = type !== 'plugin';
  const sorted = files.toSorted((a, b) => inByteOrder(platformText(a), platformText(b)));
  return {
    name,
    ...(isBotkubes ? { type } : { kind }),
    description,
    ...(documentation ? { documentationUrl: documentation } : {}),
    version,
    urls: sorted.map((file) => urlOf(file, details, urlBase)),
    ...(isBotkubes || schema ? { jsonSchema: schemaFields(schema) } : {}),
    ...(requestSchema ? { externalRequest: { payload: { jsonSchema: schemaFields(requestSchema) } } } : {}),
    ...(isBotkubes || recommended !== undefined ? { recommended: recommended === true } : {}),
    ...(requires ? { requires } : {}),
    ...(prerelease === undefined ? {} : { prerelease }),
    ...(licence ? { license: licence } : {}),
  };
}

function urlOf(file: ReadFile, { programs }: PluginDetails, urlBase: string): IndexUrl {
  const needed = [...(programs ?? [])].flatMap(([name, byPlatform]) => {
    const [, program] = [...byPlatform].find(([platform]) => isSame(readPlatform(platform), file)) ?? [];
    return program ? [[name, { url: program.url, ...(program.sha256 ? { checksum: program.sha256 } : {}) }] as const] : [];
  });
  return {
    url: addressOf(urlBase, file.path),
    checksum: file.sha256,
    platform: { os: file.os, architecture: file.arch },
    ...(needed.length > 0 ? { dependencies: Object.fromEntries(needed.sort(([a], [b]) => inByteOrder(a, b))) } : {}),
    size: file.size,
  };
}

const isSame = (written: Platform | undefined, { os, arch }: Platform): boolean => {
  if (!written) return false;
  const platform = platformNamed(written.os, written.arch);
  return platform.os === os && platform.arch === arch;
};

const schemaFields = (schema: ConfigSchema | undefined): object => ({
  ...(schema?.value === undefined ? {} : { value: schema.value }),
  ...(schema?.url === undefined ? {} : { refURL: schema.url }),
});

/** What an entry is known by: no two of an index have the same. */
export const identityOf = ({ type = '', name, version }: IndexEntry): string => `${type}/${name}@${version}`;

/**
 * Entries by name, then type, then version from high to low. Versions that have no order stay as they are, behind the others.
 */
export function inOrder(entries: readonly IndexEntry[]): IndexEntry[] {
  const groups = [...groupByKey(entries, (entry) => entry).values()];
  const placeOf = ([first]: readonly IndexEntry[]): string => `${first?.name}\0${first?.type ?? ''}`;
  return groups.sort((a, b) => inByteOrder(placeOf(a), placeOf(b))).flatMap((group) => newestVersionsFirst(group));
}
