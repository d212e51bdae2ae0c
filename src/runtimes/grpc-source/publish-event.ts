import { setTimeout as wait } from 'node:timers/promises';
import type { InstanceCall } from '../../sdk/calls.ts';
import { renderMessage } from '../grpc/render-message.ts';
import type { SourceEvent } from './source-messages.ts';

/** What an event has for its object: what the source sent, and its message as people read it. */
export interface EventObject extends SourceEvent {
  readonly Text: string;
}

/** An event whose object is larger than the host takes: what it can have of it. */
interface CutObject {
  readonly Text: string;
  /** How long the whole was, as JSON. */
  readonly CutFromBytes: number;
}

const TYPE = 'sources';
const ACTION = 'message';
/** Less than the most that a host takes, 8 MiB, for the rest of the event. */
const MOST_BYTES = (8 << 20) - (64 << 10);
const CUT_TEXT = 64 << 10;
/** What a host answers that takes no more for now. */
const BUSY = [409, 429, 503];
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2000;

/** What stands in front of a command in a message that is to be typed. */
const BRAND = 'tool';

/** The event as the host gets it. */
export function objectOf(event: SourceEvent): EventObject {
  const lines = renderMessage(event.Message, BRAND).map((line) => (typeof line === 'string' ? line : line.heading));
  return { Text: lines.join('\n'), ...event };
}

/**
 * Tells the host of an event, and waits for as long as that takes no more. One that it refuses for good is left out, and logged.
 * @throws ProviderError where the host has a fault, and whatever a connection fails with
 */
export async function publishEvent({ instance, publish, log }: InstanceCall<unknown>, event: EventObject): Promise<void> {
  const object = fitting(event);
  if (object === undefined) return log.error('an event is left out, as it is nested too deeply');
  if ('CutFromBytes' in object) log.warn(`an event of ${object.CutFromBytes} bytes is told without its objects, as a host takes ${MOST_BYTES}`);
  let refused = 0;
  for (let ms = FIRST_WAIT_MS; ; ms = Math.min(2 * ms, LONGEST_WAIT_MS)) {
    try {
      await publish(TYPE, ACTION, instance, object);
      if (refused > 0) log.info(`an event was taken that had been refused ${refused === 1 ? 'once' : `${refused} times`}`);
      return;
    } catch (error) {
      const status = statusOf(error) ?? 500;
      if (!BUSY.includes(status)) {
        if (status >= 500) throw error;
        return log.error(`an event is left out: ${(error as Error).message}`);
      }
      if (refused === 0) log.warn('the host takes no more events for now: the source waits');
      refused++;
      await wait(ms);
    }
  }
}

/** What the host takes of an event; undefined for one that is nested too deeply to be written. */
function fitting(event: EventObject): EventObject | CutObject | undefined {
  let bytes: number;
  try {
    bytes = Buffer.byteLength(JSON.stringify(event));
  } catch {
    return undefined;
  }
  return bytes <= MOST_BYTES ? event : { Text: event.Text.slice(0, CUT_TEXT), CutFromBytes: bytes };
}

/** The status that a host refused an event with; undefined for another failure. */
function statusOf(error: unknown): number | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'status' in cause && typeof cause.status === 'number' ? cause.status : undefined;
}
