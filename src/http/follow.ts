import type { OutgoingHttpHeaders } from 'node:http';
import { type Answer, ask } from './ask.ts';
import { basicAuthorization } from './authorization.ts';
import type { RequestWorld } from './connect.ts';
import { RequestFailure } from './failure.ts';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 10;

/** The answer at the end of all redirects. */
export interface Followed extends Answer {
  /** What was given for the first origin alone and the one who answered was not told, in words; undefined where there is nothing of that kind. */
  readonly notTold: string | undefined;
}

/** The headers of a request. */
export interface Headers {
  /** Told to everybody on the way, such as which part of the body is wanted. */
  readonly all: OutgoingHttpHeaders;
  /** Told to the first origin, and to nobody behind a redirect to another: they may hold secrets. */
  readonly own?: OutgoingHttpHeaders | undefined;
}

/**
 * Asks for an address, and for those it leads to. A user and password in an address are told to its origin and to nobody else.
 * @throws RequestFailure also for a redirect that leads in a circle, too far, from https to http, or to no http address
 */
export async function follow(start: URL, { all, own = {} }: Headers, world: RequestWorld): Promise<Followed> {
  let url = start;
  let authorization = basicAuthorization(start);
  let isOwn = true;
  const seen = new Set<string>();
  for (;;) {
    seen.add(withoutFragment(url));
    const answer = await ask(url, { ...all, ...(isOwn ? own : {}), ...(authorization ? { authorization } : {}) }, world);
    if (!REDIRECTS.has(answer.status)) {
      const isAnonymous = authorization === undefined && basicAuthorization(start) !== undefined;
      const notTold = isAnonymous ? 'user and password' : isOwn || Object.keys(own).length === 0 ? undefined : `the headers for ${start.origin}`;
      return { ...answer, notTold };
    }
    answer.body.destroy();
    const next = whereTo(answer);
    if (seen.has(withoutFragment(next))) throw new RequestFailure('its redirects lead in a circle', { hint: 'contact the operator of the server' });
    if (seen.size > MOST_REDIRECTS) throw new RequestFailure(`it redirects more than ${MOST_REDIRECTS} times`, { hint: 'contact the operator of the server' });
    authorization = basicAuthorization(next) ?? (next.origin === url.origin ? authorization : undefined);
    isOwn &&= next.origin === url.origin;
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
