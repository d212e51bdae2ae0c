import { whyOutside } from '../catalogue/host-fit.ts';
import { calendar } from '../catalogue/versions/calendar.ts';
import type { External, ExternalVersion } from './external.ts';
import { type Named, namedIn, type Offer, type OfferOrder, type Offers } from './offer.ts';

/** What offers are made of. */
export interface OfferParts {
  readonly external: External;
  readonly internal: ReadonlyMap<string, readonly Offer[]>;
  readonly hostVersion: string;
  readonly order: OfferOrder;
}

/** All versions of all add-ons, those that do not suit the host with the reason, by add-on in the order of names. */
export async function offersOf({ external, internal, hostVersion, order }: OfferParts): Promise<Offers> {
  const names = [...new Set([...external.keys(), ...internal.keys()])].sort();
  const why = rangeReader(hostVersion);
  const offered = (addon: string): Named<Offer> => new ExternalOffers(addon, external.get(addon)?.versions ?? [], why);
  const isInOrder = (addon: string): boolean => !internal.has(addon) && external.get(addon)?.isInOrder === true;
  // What is in order already is not put into it once more, and what would do so not loaded.
  if (names.every(isInOrder)) return new Map(names.map((addon) => [addon, offered(addon)]));
  const { mergeOffers } = await import('./order.ts');
  return new Map(names.map((addon) => [addon, isInOrder(addon) ? offered(addon) : mergeOffers([...offered(addon)], internal.get(addon) ?? [], order)]));
}

type WhyNot = (range: string | undefined) => string | undefined;

/** Why a range does not take the host in: read once, however many versions state it. */
function rangeReader(version: string): WhyNot {
  const known = new Map<string | undefined, string | undefined>();
  return (range) => {
    if (!known.has(range)) known.set(range, whyOutside(range, { version, title: 'kURL', scheme: calendar }));
    return known.get(range);
  };
}

/** What is external of an add-on, which is made as far as it is looked at. */
class ExternalOffers implements Named<Offer> {
  readonly #addon: string;
  readonly #versions: Named<ExternalVersion>;
  readonly #why: WhyNot;

  constructor(addon: string, versions: Named<ExternalVersion>, why: WhyNot) {
    this.#addon = addon;
    this.#versions = versions;
    this.#why = why;
  }

  *[Symbol.iterator](): Iterator<Offer> {
    for (const version of this.#versions) yield new ExternalOffer(this.#addon, version, this.#why);
  }

  named(version: string): Offer | undefined {
    const found = namedIn(this.#versions, version);
    return found && new ExternalOffer(this.#addon, found, this.#why);
  }
}

/** What is said of its package, and why it does not suit, is found out when it is asked for: of most versions nobody asks. */
class ExternalOffer implements Offer {
  readonly addon: string;
  readonly from = 'external';
  readonly #external: ExternalVersion;
  readonly #why: WhyNot;

  constructor(addon: string, external: ExternalVersion, why: WhyNot) {
    this.addon = addon;
    this.#external = external;
    this.#why = why;
  }

  get version(): string {
    return this.#external.version;
  }

  get url(): string {
    return this.#external.url;
  }

  get sha256(): string | undefined {
    return this.#external.sha256;
  }

  get size(): number | undefined {
    return this.#external.size;
  }

  // What is no prerelease any more is said so in its entry, whatever its version looks like.
  get unsuited(): string | undefined {
    return this.#why(this.#external.range) ?? (this.#external.prerelease ? 'is a prerelease' : undefined);
  }
}
