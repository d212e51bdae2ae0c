/** One version of an add-on that can be had, from within the host's own release (`internal`) or from its author (`external`). */
export interface Offer {
  readonly addon: string;
  readonly version: string;
  readonly from: 'external' | 'internal';
  /** Where the package of an external one is. */
  readonly url?: string | undefined;
  /** 64 lower-case hex digits, of the package. */
  readonly sha256?: string | undefined;
  readonly size?: number | undefined;
  /** Why an internal one is the latest only where there is nothing else, to stand behind its version. */
  readonly last?: string | undefined;
  /** Why it does not suit the host, to stand behind its version. */
  readonly unsuited?: string | undefined;
}

/** Versions in their order; where they are made as they are looked at, one can be had without those in front of it. */
export interface Named<Version extends { readonly version: string }> extends Iterable<Version> {
  named?(version: string): Version | undefined;
}

/** The first of the versions that is called so. */
export function namedIn<Version extends { readonly version: string }>(versions: Named<Version>, name: string): Version | undefined {
  if (versions.named) return versions.named(name);
  for (const one of versions) if (one.version === name) return one;
  return undefined;
}

/** What there is of each add-on, by its name as it is in paths (`cert-manager`), in the order in which one is chosen. It may be made as far as it is looked at. */
export type Offers = ReadonlyMap<string, Named<Offer>>;

/** How what is internal and external is put into one order: by version, or all that is external first, as kURL does. */
export const ORDERS = ['version', 'kurl'] as const;
export type OfferOrder = (typeof ORDERS)[number];
