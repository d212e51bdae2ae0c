import { settingsTable } from '../../../config/settings.ts';
import { errorLine, isUserError, systemFailure, UserError } from '../../../errors.ts';
import type { NatsLinkOptions, NatsStatus } from './link.ts';
import { type NatsSettings, natsSettings } from './settings.ts';
import type { Replayed, Since } from './since.ts';

/** What a supervisor has of NATS. */
export interface Nats {
  /** Null where the home names no server. */
  readonly status: NatsStatus | null;
  /** The events of the stream from a point on. @throws UserError no-event-stream where there is no stream, try-again-later where it is not reached now */
  replay(since: Since, signal: AbortSignal): AsyncGenerator<Replayed>;
  close(timeoutMs: number): Promise<void>;
}

/** As it is until the settings were read, and where they name no server. */
export const NO_NATS: Nats = {
  status: null,
  replay: () => {
    throw new UserError('no-event-stream', 'Events of this home are not kept: there is no stream of NATS to read them from', {
      hint: 'name a server by nats in [events] of tool.toml',
    });
  },
  close: () => Promise.resolve(),
};

/** Connects the events of a home to NATS where its tool.toml says so; its client is loaded then. What is wrong there is noted: events stay in the home. */
export async function openNats(options: Omit<NatsLinkOptions, 'settings'>): Promise<Nats> {
  let settings: NatsSettings | undefined;
  try {
    settings = natsSettings(options.home, settingsTable(options.home, 'events', 'nats = "nats://127.0.0.1:4222"'));
    if (settings === undefined) return NO_NATS;
    return await linked(settings, options);
  } catch (error) {
    const known = isUserError(error) ? error : systemFailure(error);
    if (known === undefined) throw error;
    const lastError = errorLine(known);
    options.onNote(`Events stay in this home: ${lastError}`);
    const status: NatsStatus = { url: '', state: 'misconfigured', stream: settings?.stream ?? '', outbox: 0, sent: 0, received: 0, dropped: 0, lastError };
    return { ...NO_NATS, status };
  }
}

async function linked(settings: NatsSettings, options: Omit<NatsLinkOptions, 'settings'>): Promise<Nats> {
  const [{ NatsLink }, { replay }] = await Promise.all([import('./link.ts'), import('./replay.ts')]);
  const link = new NatsLink({ ...options, settings });
  return {
    get status() {
      return link.status;
    },
    replay: (since, signal) => {
      const { state, url, lastError } = link.status;
      if (state !== 'connected')
        throw new UserError('try-again-later', `NATS is not reached at ${url}${lastError === null ? '' : `: ${lastError}`}`, {
          hint: 'see it with serve:status',
        });
      return replay(link, since, signal);
    },
    close: (timeoutMs) => link.close(timeoutMs),
  };
}
