import { gatherOffers } from '../../addons/gather-offers.ts';
import { hostVersion } from '../../addons/host-version.ts';
import { type Offer, type OfferOrder, type Offers, ORDERS } from '../../addons/offer.ts';
import { UserError } from '../../errors.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { hintFor } from '../../system/name-hint.ts';
import { wordList } from '../../system/word-list.ts';
import type { CommandContext } from '../command.ts';

/** What of a command says which versions it is about. */
export type OfferingContext = Pick<CommandContext<'addon:versions'>, 'layout' | 'env' | 'options' | 'warn'>;

/**
 * The versions of add-ons that a line is about, and the version of the host that they are to suit.
 * @param spec the version of the host that a spec states
 * @throws UserError
 */
export async function offeredBy({ layout, env, options, warn }: OfferingContext, spec?: string): Promise<{ hostVersion: string; offers: Offers }> {
  const { registry, supported, refresh, offline } = options;
  if (refresh && offline) throw new UserError('conflicting-flags', '--refresh and --offline exclude each other');
  const order = orderOf(options.order);
  const version = hostVersion({ asked: options.hostVersion, spec, home: layout.home });
  const places = { registry, supported, bucketUrl: options.bucketUrl, hostVersion: version, order };
  return {
    hostVersion: version,
    offers: await gatherOffers(places, layout, warn, async () => {
      const [{ listenOnTerminal }, { indexGetters }] = await Promise.all([import('../fetch-listener.ts'), import('../plugin/opened-catalogues.ts')]);
      return { refresh, offline, env, listen: listenOnTerminal, getters: indexGetters(layout, env) };
    }),
  };
}

/** What there is of one add-on. @throws UserError no-such-addon */
export function offersFor(name: string, all: Offers): readonly Offer[] {
  const offers = all.get(name);
  if (offers) return [...offers];
  throw new UserError('no-such-addon', `There is no add-on ${harmlessLine(name)}`, hintFor(name, [...all.keys()], 'list all with addon:versions'));
}

/** The order that `--order` names. @throws UserError unknown-value */
export function orderOf(text = 'version'): OfferOrder {
  const order = ORDERS.find((one) => one === text);
  if (order) return order;
  throw new UserError('unknown-value', `There is no order "${harmlessLine(text)}"`, { hint: `use one of ${wordList(ORDERS, 'or')}` });
}
