import { AsyncLocalStorage } from 'node:async_hooks';

/** How often an event may pass on to a trigger, and that to another event: what goes on in a circle ends here. */
export const MOST_HOPS = 8;
/** The header by which a command that a trigger runs says so. */
export const HOPS_HEADER = 'tool-event-hops';
/** What comes about so much later was not set off by what went on then. */
const FORGOTTEN_AFTER_MS = 60_000;

const hops = new AsyncLocalStorage<number>();

/** Has all events that come about in an action, and in whatever that sets off, count as many hops. What is asked for is told of in any case, so that there are never too many. */
export const withHops = <T>(count: number, action: () => T): T => (count === 0 ? action() : hops.run(Math.min(count, MOST_HOPS), action));

/** Does what was set off at a time, and counts its hops no more if that is long ago. */
export const setOffAt = <T>(time: number, action: () => T): T => (Date.now() - time < FORGOTTEN_AFTER_MS ? action() : hops.exit(action));

/** The hops of what goes on here. */
export const hopsHere = (): number => hops.getStore() ?? 0;
