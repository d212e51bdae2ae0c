import { closest } from 'fastest-levenshtein';
import { UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';
import { type Named, namedIn, type Offer } from './offer.ts';

/** What was asked for, what is taken, and what was newer and passed over. */
export interface ChosenOffer {
  readonly offer: Offer;
  readonly passedOver: readonly { readonly version: string; readonly why: string }[];
  /** Why it would not suit, where it was forced. */
  readonly forced?: string | undefined;
}

/** `1.85.x`, and `19.03.x` as Docker had it: the zero in front counts for nothing. */
const LATEST_PATCH = /^v?(\d+)\.(\d+)\.[xX]$/;
const NUMBERS = /^v?(\d+)\.(\d+)\.\d/;

/**
 * Chooses a version of an add-on: the first that suits for `latest`, the first with the same two numbers for `X.Y.x`, or the one that is named
 * (contract registry §2.5). Prereleases and words are the latest only where there is nothing else.
 * @param offers of one add-on, in the order in which one is chosen; at least one
 * @param isForced whether one that is named is taken although it does not suit
 * @throws UserError no-such-version where there is none, addon-not-suited for a named one that does not suit the host
 */
export function chooseVersion(asked: string, offers: Named<Offer>, isForced: boolean): ChosenOffer {
  const patch = LATEST_PATCH.exec(asked);
  if (asked !== 'latest' && !patch) return chooseNamed(asked, offers, isForced);
  const { offer, before } = firstSuited(offers, patch ? ({ version }) => hasNumbers(version, Number(patch[1]), Number(patch[2])) : () => true);
  const passedOver = before.map((one) => ({ version: one.version, why: one.unsuited ?? one.last ?? '' }));
  if (offer) return { offer, passedOver };
  const name = addonOf(offers);
  const [first] = passedOver;
  throw new UserError('no-such-version', `${name} has no version for ${harmlessLine(asked)}${first ? `: ${first.version} ${first.why}` : ''}`, {
    hint: first ? 'ask for another version, or update the host' : `there ${listed([...offers])}`,
  });
}

/** The first offer that is asked for and suits, and those before it that do not: what stands behind it is not looked at. */
function firstSuited(offers: Iterable<Offer>, isAskedFor: (offer: Offer) => boolean): { offer: Offer | undefined; before: readonly Offer[] } {
  const before: Offer[] = [];
  for (const offer of offers) {
    if (!isAskedFor(offer)) continue;
    if (offer.unsuited === undefined && offer.last === undefined) return { offer, before };
    before.push(offer);
  }
  const place = before.findIndex(({ unsuited }) => unsuited === undefined);
  return place < 0 ? { offer: undefined, before } : { offer: before[place], before: before.slice(0, place) };
}

function hasNumbers(version: string, major: number, minor: number): boolean {
  const numbers = NUMBERS.exec(version);
  return numbers !== null && Number(numbers[1]) === major && Number(numbers[2]) === minor;
}

function addonOf([first]: Iterable<Offer>): string {
  return first?.addon ?? 'the add-on';
}

function chooseNamed(asked: string, offers: Named<Offer>, isForced: boolean): ChosenOffer {
  const offer = namedIn(offers, asked);
  if (!offer) {
    const all = [...offers];
    const near = closest(
      asked,
      all.map(({ version }) => version),
    );
    throw new UserError('no-such-version', `${addonOf(offers)} has no version ${harmlessLine(asked)}`, { hint: `nearest: ${near}; there ${listed(all)}` });
  }
  if (offer.unsuited === undefined) return { offer, passedOver: [] };
  if (isForced) return { offer, passedOver: [], forced: offer.unsuited };
  throw new UserError('addon-not-suited', `${offer.addon} ${offer.version} ${offer.unsuited}`, {
    hint: `see those that suit with addon:versions ${offer.addon}, or use --force`,
  });
}

const LISTED = 5;

function listed(offers: readonly Offer[]): string {
  const more = offers.length - LISTED;
  const first = offers.slice(0, LISTED).map(({ version }) => version);
  return `${offers.length === 1 ? 'is' : 'are'} ${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
