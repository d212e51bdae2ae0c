import { isReleaseVersion, VERSION_RULE } from '../catalogue/names.ts';
import { UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';
import { hintFor } from '../system/name-hint.ts';
import { nearest } from '../system/nearest.ts';
import { chooseVersion } from './choose-version.ts';
import { editSpec, type SpecEdit } from './edit-spec.ts';
import type { Offers } from './offer.ts';
import type { SpecAddon, SpecFile } from './spec-file.ts';

/** What became of one add-on of a spec. */
export interface ResolvedAddon {
  readonly addon: string;
  readonly asked: string;
  readonly version: string;
  /** `spec` where the package that the spec names is kept, `unknown` where nothing is known of the add-on. */
  readonly from: 'external' | 'internal' | 'spec' | 'unknown';
  readonly s3Override?: string | undefined;
  readonly sha256?: string | undefined;
  readonly passedOver: readonly { readonly version: string; readonly why: string }[];
  readonly forced?: string | undefined;
}

/** How a spec is resolved. */
export interface ResolveOptions {
  /** Whether versions that are named and do not suit are taken. */
  readonly isForced: boolean;
  /** Whether it is known what is in the host; without, an add-on that is nowhere else may be there. */
  readonly knowsInternal: boolean;
  /** For messages. */
  readonly origin: string;
}

/**
 * Resolves each add-on of a spec to an exact version, and to a package where it is external (contract registry §2.5): `version`, `s3Override`
 * and `sha256` are filled in. A package that the spec names itself is kept, and its version with it.
 * @throws UserError no-such-addon, no-such-version, addon-not-suited, bad-spec for the version of a package that the spec names itself, which becomes part of paths
 */
export function resolveSpec(spec: SpecFile, offers: Offers, options: ResolveOptions): { text: string; addons: ResolvedAddon[] } {
  const addons = spec.addons.map((addon) => resolveOne(addon, offers, options));
  const edits = spec.addons.map((addon, index): SpecEdit => {
    const { version = addon.version.text, s3Override, sha256, from } = addons[index] ?? {};
    return { addon, version, ...(from === 'external' ? { s3Override, sha256 } : {}) };
  });
  return { text: editSpec(spec.text, edits), addons };
}

function resolveOne(addon: SpecAddon, all: Offers, { isForced, knowsInternal, origin }: ResolveOptions): ResolvedAddon {
  const { name, version, s3Override, sha256 } = addon;
  const asked = version.text;
  const offers = all.get(name) ?? [];
  const known = { addon: name, asked, version: asked, passedOver: [] };
  const isExact = asked !== 'latest' && !/\.[xX]$/.test(asked);
  // What was resolved before names the package of that very version: it is the mirror's, and is seen to again.
  const isOurs = s3Override !== undefined && [...offers].some((one) => one.version === asked && one.url === s3Override.text);
  if (s3Override && isExact && !isOurs && !isReleaseVersion(asked))
    throw new UserError('bad-spec', `${origin}:${addon.line}: "${harmlessLine(asked)}" cannot be the version of ${name}`, { hint: VERSION_RULE });
  if (s3Override && isExact && !isOurs) return { ...known, from: 'spec', s3Override: s3Override.text, sha256: sha256?.text };
  const [first] = offers;
  if (!first) {
    if (!knowsInternal && isExact && nearest(name, [...all.keys()]) === undefined) return { ...known, from: 'unknown' };
    const hint = knowsInternal ? undefined : 'give --supported FILE for what is in the host itself';
    throw new UserError('no-such-addon', `${origin}:${addon.line}: there is no add-on ${name}`, hintFor(name, [...all.keys()], hint));
  }
  const { offer, passedOver, forced } = chooseVersion(asked, offers, isForced);
  const { from, url } = offer;
  const kept = s3Override && !isOurs;
  const source = kept
    ? { from: 'spec' as const, s3Override: s3Override.text }
    : from === 'external'
      ? { from, s3Override: url, sha256: offer.sha256 }
      : { from };
  return { ...known, version: offer.version, passedOver, ...source, ...(forced === undefined ? {} : { forced }) };
}
