import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../errors.ts';
import type { Layout } from '../home/layout.ts';
import type { CataloguesOptions } from '../repositories/copies.ts';
import { harmlessLine } from '../system/harmless.ts';
import { statOrNothing } from '../system/links.ts';
import type { External } from './external.ts';
import { isAddress } from './is-address.ts';
import type { Offer, OfferOrder, Offers } from './offer.ts';
import { offersOf } from './read-offers.ts';
import { readCopy } from './registry-copy.ts';
import { REGISTRY_KEY } from './registry-key.ts';

type Warn = CataloguesOptions['warn'];

/** Where versions of add-ons are looked for. */
export interface OfferPlaces {
  /** A mirror, as a directory or an address, or its registry; without one, the sources of tool.toml. */
  readonly registry?: string | undefined;
  /** The address that the mirror's packages are served at, where it is another than that of the registry. */
  readonly bucketUrl?: string | undefined;
  /** The file of what is in the host's release, or its address. */
  readonly supported?: string | undefined;
  readonly hostVersion: string;
  readonly order: OfferOrder;
  /** Whether the process goes on for long. */
  readonly isLasting?: boolean;
}

/** How sources are read, asked for where there is no registry: that takes more to load. */
export type SourceOptions = () => Promise<Omit<CataloguesOptions, 'warn'>>;

/**
 * All versions of all add-ons, from a mirror's registry or the sources of tool.toml, and from within the host.
 * @param warn told of each entry that is left out, and why
 * @throws UserError for what cannot be had or read, and where no place is given
 */
export async function gatherOffers(places: OfferPlaces, layout: Layout, warn: Warn, options: SourceOptions): Promise<Offers> {
  const { hostVersion, order } = places;
  const internal = await readInternal(places.supported);
  return await offersOf({ external: await readExternal(places, layout, warn, options), internal, hostVersion, order });
}

/** What is in a release of the host, by the file that lists it; nothing where none is given. @throws UserError for what cannot be had or read */
export async function readInternal(supported: string | undefined): Promise<ReadonlyMap<string, readonly Offer[]>> {
  if (supported === undefined) return new Map();
  const [{ readSupportedVersions }, { bringText }] = await Promise.all([import('./supported-versions.ts'), import('./bring-text.ts')]);
  return readSupportedVersions(await bringText(supported), harmlessLine(supported));
}

/** What authors have released: by a mirror's registry, else by the sources of tool.toml. @throws UserError for what cannot be had or read */
export async function readExternal(
  places: Pick<OfferPlaces, 'registry' | 'bucketUrl' | 'supported' | 'isLasting'>,
  layout: Layout,
  warn: Warn,
  options: SourceOptions,
): Promise<External> {
  if (places.registry !== undefined) return fromRegistry(places.registry, places, layout, warn);
  return (await import('./read-sources.ts')).readSources(layout, { ...(await options()), warn }, places.supported !== undefined);
}

async function fromRegistry(
  word: string,
  { bucketUrl, isLasting }: Pick<OfferPlaces, 'bucketUrl' | 'isLasting'>,
  layout: Layout,
  warn: Warn,
): Promise<External> {
  const isFile = word.endsWith('.json') || statOrNothing(word)?.isFile() === true;
  const place = isFile ? word : `${word.replace(/\/+$/, '')}/${REGISTRY_KEY}`;
  const root = (isAddress(place) ? place : pathToFileURL(resolve(place)).href).replace(new RegExp(`/?${REGISTRY_KEY}$`), '');
  if (bucketUrl !== undefined && !isAddress(bucketUrl))
    throw new UserError('bad-value', `--bucket-url takes an http or https URL, not "${harmlessLine(bucketUrl)}"`);
  const base = bucketUrl ?? root;
  const file = isAddress(place) ? undefined : resolve(place);
  return (
    (file === undefined ? undefined : readCopy(layout, file, base, isLasting)) ??
    (await import('./read-registry.ts')).readRegistryAnew({ place, file, base }, layout, warn)
  );
}
