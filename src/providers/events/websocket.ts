import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket, WebSocketServer } from 'ws';
import { isUserError, UserError } from '../../errors.ts';
import { refuseUpgrade } from '../api/forward.ts';
import type { Caller } from '../api/http.ts';
import { type EventModel, eventOf } from '../models.ts';
import { type EventFilter, passes, readFilter } from './filter.ts';
import type { EventHub } from './hub.ts';
import type { Reader, Readers } from './readers.ts';

/** The address at which events are read by websockets. */
export const WEBSOCKET = '/api/v3/ws';

/** How often a connection is told that it is well. */
const BEAT_MS = 15_000;
/** How long a message of a client may be, and how many filters it may have. */
const MESSAGE_BYTES = 16 << 10;
const MOST_FILTERS = 1000;
/** With more than that on its way, the next event waits. */
const ON_ITS_WAY_BYTES = 64 << 10;
/** Close codes (RFC 6455, 7.4.1). */
const DONE = 1000;
const POLICY_VIOLATION = 1008;

/** Whether a request is for a websocket of events. */
export const isForEvents = ({ url = '' }: IncomingMessage): boolean => url.replace(/\?.*$/s, '') === WEBSOCKET;

/** Websockets by which clients of Digital Rebar read events: they register filters, and get the events that pass one. */
export class EventSockets {
  readonly #hub: EventHub;
  readonly #readers: Readers;
  #server: Promise<WebSocketServer> | undefined;

  constructor(hub: EventHub, readers: Readers) {
    this.#hub = hub;
    this.#readers = readers;
  }

  /** Answers a request for such a websocket. */
  async accept(request: IncomingMessage, socket: Duplex, head: Buffer, caller: Caller): Promise<void> {
    // Nobody else hears of a connection that breaks meanwhile.
    socket.on('error', () => {});
    // The library takes milliseconds, which only those who read so pay.
    this.#server ??= import('ws').then(({ WebSocketServer }) => new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES, perMessageDeflate: false }));
    let end = (): void => void socket.destroy();
    let reader: Reader;
    try {
      reader = this.#readers.enter(caller, () => end());
    } catch (error) {
      refuseUpgrade(socket, error);
      return;
    }
    socket.on('close', reader.leave);
    (await this.#server).handleUpgrade(request, socket, head, (websocket) => {
      end = () => websocket.close(DONE);
      this.#serve(websocket, reader.name);
    });
  }

  #serve(websocket: WebSocket, name: string): void {
    const filters = new Map<string, EventFilter>();
    const subscription = this.#hub.subscribe({
      name,
      wants: (event) => filters.size > 0 && passes([...filters.values()], event),
      tell: ({ json }) => send(websocket, json),
      close: () => closed(websocket),
    });
    const beat = setInterval(() => websocket.ping(), BEAT_MS);
    websocket.on('close', () => {
      clearInterval(beat);
      subscription.end();
    });
    // What a client does against the protocol closes its connection; there is nobody to tell.
    websocket.on('error', () => {});
    websocket.on('message', (data, isBinary) => {
      try {
        void send(websocket, JSON.stringify(answerTo(isBinary ? '' : textOf(data), filters)));
      } catch (error) {
        // A client waits for its acknowledgement, so that silence would leave it waiting.
        websocket.close(POLICY_VIOLATION, isUserError(error) ? shortened(error.message) : 'unexpected');
      }
    });
  }
}

/** Does what a message says, and acknowledges it. @throws UserError for what cannot be done */
function answerTo(message: string, filters: Map<string, EventFilter>): EventModel {
  const [, command, filter = ''] = /^\s*(register|deregister)\s+(.*?)\s*$/s.exec(message) ?? [];
  if (command === undefined) throw new UserError('bad-value', 'a message is `register FILTER` or `deregister FILTER`');
  if (command === 'deregister') filters.delete(filter);
  else if (filters.size < MOST_FILTERS) filters.set(filter, readFilter(filter));
  else throw new UserError('bad-value', `there are ${MOST_FILTERS} filters already`);
  return eventOf('websocket', command, filter, 'supervisor', null);
}

const textOf = (data: RawData): string => (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString();

/** A reason, of which a close frame has room for 123 bytes. */
const shortened = (reason: string): string =>
  Buffer.from(reason)
    .subarray(0, 120)
    .toString()
    .replace(/\ufffd$/, '');

/** Sends a text; done when the next may come, or nobody is there any more. */
function send(websocket: WebSocket, text: string): Promise<void> {
  return new Promise((done) => {
    websocket.send(text, () => done());
    if (websocket.bufferedAmount < ON_ITS_WAY_BYTES) done();
  });
}

/** Closes a websocket; done when its client has closed it too. */
function closed(websocket: WebSocket): Promise<void> {
  return new Promise((done) => {
    websocket.on('close', () => done());
    websocket.close(DONE);
  });
}
