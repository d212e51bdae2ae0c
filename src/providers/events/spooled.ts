import { SPOOL_FORMAT } from '../../home/event-spool.ts';
import { parsedJson } from '../definition/json-fields.ts';
import { type EventModel, eventOf, readEvent } from '../models.ts';

/** An event as it was read from the spool. */
export interface Spooled {
  readonly event: EventModel;
  readonly hops: number;
}

/** What a file of the spool holds: an event, nothing whole yet, or what is none. */
export type SpoolFile = Spooled | 'unfinished' | 'damaged';

/** Who did it, as libexec/spool is told: the user, the name of his key, and its fingerprint. */
const principal = (user: string, name: string, fingerprint: string): string => (fingerprint === '' ? user : name || user);

/**
 * Reads a file of the spool (src/home/event-spool.ts says what is in it). Bytes that are no UTF-8 become U+FFFD.
 * @param time when it was written
 */
export function readSpooled(bytes: Buffer, time: string): SpoolFile {
  const words = bytes.toString().split('\0');
  // What is behind the last NUL is a word that has not ended.
  const rest = words.pop();
  const [format, count = '', hops = '', kind = '', ...about] = words;
  if (format !== undefined && format !== SPOOL_FORMAT) return 'damaged';
  if (format === undefined || count === '' || rest !== '') return 'unfinished';
  if (!/^[1-9]\d{0,6}$/.test(count)) return 'damaged';
  const missing = Number(count) - (words.length - 2);
  if (missing !== 0) return missing > 0 ? 'unfinished' : 'damaged';
  const event = EVENTS[kind]?.(about);
  return event === undefined ? 'damaged' : { event: { ...event, Time: time }, hops: /^\d{1,3}$/.test(hops) ? Number(hops) : 0 };
}

const EVENTS: Readonly<Record<string, (about: readonly string[]) => EventModel | undefined>> = {
  event: ([json = '']) => {
    const value = parsedJson(json) as { Principal?: unknown } | undefined;
    return readEvent(value, String(value?.Principal ?? ''));
  },
  trigger: ([user = '', name = '', fingerprint = '', trigger, ...args]) =>
    trigger === undefined ? undefined : eventOf('triggers', 'fire', trigger, principal(user, name, fingerprint), { Trigger: trigger, Args: args }),
  command: ([user = '', name = '', fingerprint = '', nested, word, ...args]) =>
    word === undefined
      ? undefined
      : eventOf('commands', 'run', word, principal(user, name, fingerprint), {
          Command: word,
          Nested: nested !== '',
          ...(args.length === 0 ? {} : { Args: args }),
        }),
};
