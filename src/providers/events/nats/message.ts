import { createHash } from 'node:crypto';
import type { JsMsg } from '@nats-io/jetstream';
import { fieldOf, isJsonObject, parsedJson, textField } from '../../definition/json-fields.ts';
import { type EventModel, readEvent } from '../../models.ts';

/** Headers of a message: the id that a server knows doubles by, the home that it comes from, and how often it passed between triggers and events. */
export const [ID_HEADER, HOME_HEADER, HOPS_HEADER] = ['Nats-Msg-Id', 'Tool-Home', 'Tool-Hops'];

/** An id as a header can hold it. */
export const headerId = (id: string): string => (/^[\x21-\x7e]{1,200}$/.test(id) ? id : createHash('sha256').update(id).digest('hex'));

/** An event as it came from the stream. */
export interface Received {
  readonly id: string;
  readonly event: EventModel;
  readonly hops: number;
  /** Which home it is from; empty for another program's. */
  readonly home: string;
}

/** Reads a message; undefined for what is no event. Whoever may publish to the stream can have written anything. */
export function readMessage(message: JsMsg): Received | undefined {
  const value = parsedJson(message.string());
  const event = readEvent(value, isJsonObject(value) ? textField(value, 'Principal') : '');
  if (event === undefined || !isJsonObject(value)) return undefined;
  const hops = Number(message.headers?.get(HOPS_HEADER) || 0);
  const id = fieldOf(value, 'Id');
  return {
    id: typeof id === 'string' && id !== '' ? id : message.headers?.get(ID_HEADER) || `${message.info.stream}-${message.seq}`,
    event,
    hops: Number.isSafeInteger(hops) && hops >= 0 ? hops : Number.MAX_SAFE_INTEGER,
    home: message.headers?.get(HOME_HEADER) ?? '',
  };
}
