import { type IncomingMessage, request } from 'node:http';
import type { EventModel } from '../../src/providers/models.ts';

/** A line of a stream: an event with its id. */
export interface Streamed extends EventModel {
  readonly Id: string;
}

/** A stream of events that a test reads. */
export interface EventStream extends AsyncDisposable {
  readonly status: number;
  /** The events so far, but for those that tell of instances. */
  readonly events: readonly Streamed[];
  /** Lines that came, empty ones too. */
  readonly lines: readonly string[];
  readonly response: IncomingMessage;
  /** Whether it was whole, once it has ended. */
  readonly ended: Promise<boolean>;
}

/** Opens a stream of events, over a socket or a port. @param from options of node's request */
export function openStream(
  from: { readonly socketPath?: string; readonly port?: number; readonly headers?: Record<string, string> },
  path: string,
): Promise<EventStream> {
  return new Promise((done, fail) => {
    const sent = request({ host: '127.0.0.1', ...from, path, agent: false }, (response) => {
      const lines: string[] = [];
      const events: Streamed[] = [];
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk;
        const whole = text.split('\n');
        text = whole.pop() ?? '';
        for (const line of whole) {
          lines.push(line);
          if (line === '') continue;
          const event = JSON.parse(line) as Streamed;
          if (event.Type !== 'plugins') events.push(event);
        }
      });
      const ended = new Promise<boolean>((end) => response.on('close', () => end(response.complete)));
      response.on('error', () => {});
      done({
        status: response.statusCode ?? 0,
        events,
        lines,
        response,
        ended,
        async [Symbol.asyncDispose]() {
          response.destroy();
          await ended;
        },
      });
    });
    sent.on('error', fail);
    sent.end();
  });
}
