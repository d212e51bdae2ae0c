import { setTimeout as wait } from 'node:timers/promises';
import type { ErrorBody, Event, LogLine } from './models.ts';
import { ProviderError } from './provider-error.ts';
import { requestUnix } from './unix-request.ts';

/** What a provider tells its host of by itself. */
export interface Host {
  log(line: LogLine): void;
  publish(event: Event): Promise<void>;
  leaving(error: ErrorBody): Promise<void>;
  /** Waits until the log is written, but not for long. */
  flush(): Promise<void>;
}

const PREFIX = '/api-server-plugin/v4';
/** Lines that wait; of more, the oldest are dropped and counted. */
const MOST_WAITING = 1000;
const FLUSH_MS = 1000;

/** The host behind the socket that it listens on. */
export function hostAt(socketPath: string): Host {
  let waiting: LogLine[] = [];
  let dropped = 0;
  let sending: Promise<void> | undefined;
  // One after the other, so that they arrive in order. What fails is gone: a line about it would fail as well.
  const send = async (): Promise<void> => {
    for (let line = waiting.shift(); line; line = waiting.shift()) {
      const told = dropped === 0 ? line : { ...line, Message: `${line.Message} (${dropped} lines before it were dropped)` };
      dropped = 0;
      await requestUnix(socketPath, { method: 'POST', path: `${PREFIX}/log`, body: told }).catch(() => {});
    }
    sending = undefined;
  };
  return {
    log(line) {
      waiting.push(line);
      if (waiting.length > MOST_WAITING) {
        dropped += waiting.length - MOST_WAITING;
        waiting = waiting.slice(-MOST_WAITING);
      }
      sending ??= send();
    },
    async publish(event) {
      const { status, text } = await requestUnix(socketPath, { method: 'POST', path: `${PREFIX}/publish`, body: event });
      if (status >= 400)
        throw new ProviderError(`the event ${event.Type}.${event.Action}.${event.Key} was refused: ${text.trim()}`, { code: 500, cause: { status } });
    },
    async leaving(error) {
      await requestUnix(socketPath, { method: 'POST', path: `${PREFIX}/leaving`, body: error });
    },
    async flush() {
      await Promise.race([sending, wait(FLUSH_MS, undefined, { ref: false })]);
    },
  };
}

/** Where there is no host, as in `define` and `unpack`: what is logged goes to standard error, as standard output is for the definition. */
export const noHost: Host = {
  log: ({ Level, Message }) => void process.stderr.write(`local log: ${Level}: ${Message.trimEnd()}\n`),
  publish: async () => {},
  leaving: async () => {},
  flush: async () => {},
};
