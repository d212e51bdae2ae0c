import { UserError } from '../errors.ts';
import type { External } from './external.ts';
import type { Offer, OfferOrder, Offers } from './offer.ts';
import { offersOf } from './read-offers.ts';

/** What versions are made of, and how old it may be. */
export interface ServedOptions {
  readonly external: () => Promise<External>;
  /** What is in the release of the host with that version. */
  readonly internal: (hostVersion: string) => Promise<ReadonlyMap<string, readonly Offer[]>>;
  readonly order: OfferOrder;
  readonly freshMs: number;
  readonly now?: () => number;
  /** Told why what was read before is used on. */
  readonly onStale: (error: unknown) => void;
}

interface Kept<T> {
  readonly value: T;
  readonly at: number;
}

/** Releases of the host whose own versions are kept. */
const MOST_HOSTS = 100;

/**
 * Versions of add-ons as they are asked for: what was read lately is used, and what was read before that is where it cannot be read now
 * (contract registry §2.4).
 */
export class ServedVersions {
  readonly #options: ServedOptions;
  readonly #now: () => number;
  #external: Kept<External> | undefined;
  readonly #internal = new Map<string, Kept<ReadonlyMap<string, readonly Offer[]>>>();

  constructor(options: ServedOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** @throws UserError where nothing was read yet, and cannot be */
  async for(hostVersion: string): Promise<Offers> {
    this.#external = await this.#fresh(this.#external, this.#options.external);
    const internal = await this.#fresh(this.#internal.get(hostVersion), () => this.#options.internal(hostVersion));
    if (this.#internal.size >= MOST_HOSTS) this.#internal.clear();
    this.#internal.set(hostVersion, internal);
    return await offersOf({ external: this.#external.value, internal: internal.value, hostVersion, order: this.#options.order });
  }

  async #fresh<T>(kept: Kept<T> | undefined, read: () => Promise<T>): Promise<Kept<T>> {
    const at = this.#now();
    if (kept !== undefined && at - kept.at < this.#options.freshMs) return kept;
    try {
      return { value: await read(), at };
    } catch (error) {
      if (kept === undefined) throw error;
      this.#options.onStale(error);
      return { value: kept.value, at };
    }
  }
}

const camel = (name: string): string => name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/**
 * What suits the host, by add-on, as kURL's API answers: `latest` first, then each version once; a name with a `-` in both forms
 * (contract registry §2.4).
 */
export function installerVersions(offers: Offers): Record<string, string[]> {
  const lists = [...offers].flatMap(([name, all]): [string, string[]][] => {
    const suited = [...all].filter(({ unsuited }) => unsuited === undefined).map(({ version }) => version);
    const list = ['latest', ...new Set(suited)];
    return suited.length === 0 ? [] : [...new Set([name, camel(name)])].map((key) => [key, list]);
  });
  return Object.fromEntries(lists);
}

/** The file of what is in a release of the host, where its place has `{version}` in it. @throws UserError bad-value */
export function supportedFor(place: string, hostVersion: string): string {
  if (/[{}]/.test(place.replaceAll('{version}', ''))) {
    throw new UserError('bad-value', `--supported "${place}" has braces around another word than version`, {
      hint: 'write {version} where the version of the host belongs',
    });
  }
  return place.replaceAll('{version}', hostVersion);
}
