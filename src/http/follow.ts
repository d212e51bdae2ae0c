import type { OutgoingHttpHeaders } from 'node:http';
import { type Answer, ask } from './ask.ts';
import { basicAuthorization } from './authorization.ts';
import type { RequestWorld } from './connect.ts';
import { RequestFailure } from './failure.ts';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 10;

/** The answer at the end of all redirects. */
export interface Followed extends Answer {
  /** Whether a user and password were given that the one who answered was not told: they are for the first origin alone. */
  readonly withoutCredentials: boolean;
}

/**
 * Asks for an address, and for those it leads to. A user and password in an address are told to its origin and to nobody else.
 * @param part headers that say which part of the body is wanted, which everybody is told
 * @throws RequestFailure also for a redirect that leads in a circle, too far, from https to http, or to no http address
 */
export async function follow(start: URL, part: OutgoingHttpHeaders, world: RequestWorld): Promise<Followed> {
  let url = start;
  let authorization = basicAuthorization(start);
  const seen = new Set<string>();
  for (;;) {
    seen.add(withoutFragment(url));
    const answer = await ask(url, { ...part, ...(authorization ? { authorization } : {}) }, world);
    if (!REDIRECTS.has(answer.status)) return { ...answer, withoutCredentials: authorization === undefined && basicAuthorization(start) !== undefined };
    answer.body.destroy();
    const next = whereTo(answer);
    if (seen.has(withoutFragment(next))) throw new RequestFailure('its redirects lead in a circle', { hint: 'contact the operator of the server' });
    if (seen.size > MOST_REDIRECTS) throw new RequestFailure(`it redirects more than ${MOST_REDIRECTS} times`, { hint: 'contact the operator of the server' });
    authorization = basicAuthorization(next) ?? (next.origin === url.origin ? authorization : undefined);
    url = next;
  }
}

const withoutFragment = ({ href }: URL): string => href.replace(/#.*$/, '');

/** An address as messages may show it, whatever secrets its query holds. */
export const shownAddress = ({ origin, pathname }: URL): string => `${origin}${pathname}`;

function whereTo({ status, url, headers: { location } }: Answer): URL {
  if (location === undefined) throw new RequestFailure(`the server answered ${status} without saying where to`, { hint: 'contact the operator of the server' });
  // Node reads headers as latin1; those who write more than ASCII into this one mean UTF-8.
  const text = Buffer.from(location, 'latin1').toString();
  if (!URL.canParse(text, url.href)) throw new RequestFailure('it redirects to something that is not a URL', { hint: 'contact the operator of the server' });
  const next = new URL(text, url.href);
  if (next.protocol !== 'https:' && next.protocol !== 'http:')
    throw new RequestFailure(`it redirects to ${next.protocol}, which is not followed`, { hint: 'give an http or https address' });
  if (url.protocol === 'https:' && next.protocol === 'http:')
    throw new RequestFailure(`it redirects from https to ${shownAddress(next)}, which nothing protects`, {
      hint: 'give that address itself if you trust the way to it',
    });
  return next;
}
