import { isIP } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { JetStreamClient, JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import type { Authenticator, ConnectionOptions, NatsConnection } from '@nats-io/transport-node';
import { UserError } from '../../../errors.ts';
import type { Environment } from '../../../home/layout.ts';
import { readSmallBytes, SETTINGS_BYTES } from '../../../system/small-file.ts';
import type { NatsSettings, SecretPlace } from './settings.ts';

const CONNECT_MS = 10_000;
/** For an answer of JetStream. */
const ANSWER_MS = 10_000;
/** A server that does not answer two of these is gone. */
const PING_MS = 10_000;

const nanoseconds = (milliseconds: number): number => milliseconds * 1_000_000;
/** What a stream is made with where there is none. Numbers of it are in docs/events.md. */
const RETENTION = { max_age: nanoseconds(7 * 86_400_000), max_bytes: 256 << 20, duplicate_window: nanoseconds(120_000) };

/** A stream, as it was found. */
export interface StreamFacts {
  readonly name: string;
  /** What the subjects of events begin with. */
  readonly subject: string;
  /** When it was created: its sequence numbers mean something in it alone. */
  readonly created: string;
  readonly first: number;
  readonly last: number;
}

/** One connection to a server with JetStream. It ends with the first failure, and is not taken up again: whoever goes on looks first at what the stream has. */
export interface Session {
  /** `nats://HOST:PORT` */
  readonly url: string;
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
  /** The stream as it was when the session began. */
  readonly stream: StreamFacts;
  /** Bytes of a message with its headers. */
  readonly maxPayload: number;
  /** Aborted when the connection ends, for the reason that is known. */
  readonly ended: AbortSignal;
  /** The stream as it is. @throws Error what the server says */
  facts(): Promise<StreamFacts>;
  close(): Promise<void>;
}

/**
 * Connects to the first of the servers that can be reached, and makes the stream where it is not there.
 * @param name what the server shows of the connection
 * @throws Error what the client says, or UserError where the stream is another's or a secret cannot be read: of the last server
 */
export async function openSession(settings: NatsSettings, name: string, env: Environment): Promise<Session> {
  let failure: unknown;
  for (const url of settings.servers) {
    try {
      return await sessionWith(url, settings, name, env);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function sessionWith(url: string, settings: NatsSettings, name: string, env: Environment): Promise<Session> {
  const { connect, jetstream, jetstreamManager } = await import('./library.ts');
  const connection = await connect({ ...(await options(url, settings, env)), name });
  const ended = new AbortController();
  void connection.closed().then((error) => ended.abort(error instanceof Error ? error : new Error('the connection ended')));
  try {
    const client = jetstream(connection, { timeout: ANSWER_MS });
    const manager = await jetstreamManager(connection, { timeout: ANSWER_MS });
    return {
      url,
      client,
      manager,
      stream: await streamOf(manager, settings),
      maxPayload: connection.info?.max_payload ?? 1 << 20,
      ended: ended.signal,
      facts: async () => factsOf(await manager.streams.info(settings.stream), settings.subject),
      close: () => closed(connection),
    };
  } catch (error) {
    await closed(connection);
    throw error;
  }
}

/** How long a connection may take to say that it ends. */
const CLOSE_MS = 1000;

/** Ends a connection; of one that hangs, nobody waits for the end. */
async function closed(connection: NatsConnection): Promise<void> {
  await Promise.race([connection.close().catch(() => {}), wait(CLOSE_MS, undefined, { ref: false })]);
}

async function options(url: string, settings: NatsSettings, env: Environment): Promise<ConnectionOptions> {
  const { protocol, host, hostname } = new URL(url);
  const authenticator = await authenticatorOf(settings, env);
  return {
    servers: [host],
    reconnect: false,
    ignoreClusterUpdates: true,
    timeout: CONNECT_MS,
    pingInterval: PING_MS,
    maxPingOut: 2,
    // A stack for each message that is sent costs a seventh of the time, for an error whose message is all that is read.
    noAsyncTraces: true,
    // Whatever is said of TLS makes the client refuse a server without it, before it says who it is.
    ...(protocol === 'tls:' || Object.keys(settings.tls).length > 0 ? { tls: { ...settings.tls, ...certifiedName(hostname) } } : {}),
    ...(authenticator ? { authenticator } : {}),
  };
}

/** For an address instead of a name, the client does not tell Node whose certificate is awaited. */
const certifiedName = (hostname: string): object => {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(address) === 0 ? {} : { host: address };
};

/** Secrets are read anew for each connection, so that they can be changed. */
async function authenticatorOf({ credentials, user, password, token }: NatsSettings, env: Environment): Promise<Authenticator | undefined> {
  const { credsAuthenticator, tokenAuthenticator, usernamePasswordAuthenticator } = await import('./library.ts');
  if (credentials) return credsAuthenticator(secretOf(credentials, env));
  if (user !== undefined) return usernamePasswordAuthenticator(user, password && secretOf(password, env).toString().trim());
  return token && tokenAuthenticator(secretOf(token, env).toString().trim());
}

function secretOf(place: SecretPlace, env: Environment): Buffer {
  if ('file' in place) {
    try {
      return readSmallBytes(place.file, SETTINGS_BYTES);
    } catch (error) {
      throw new UserError('unreadable-file', `${place.file} cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`, {
        cause: error,
      });
    }
  }
  const value = env[place.variable];
  if (value === undefined) throw new UserError('bad-settings', `the variable ${place.variable} is not set for the supervisor`);
  return Buffer.from(value);
}

/** The stream as it is, which is never changed; made where there is none. @throws UserError for one that takes other subjects */
async function streamOf(manager: JetStreamManager, { stream: name, subject }: NatsSettings): Promise<StreamFacts> {
  const { JetStreamApiError } = await import('./library.ts');
  const found = async (): Promise<StreamInfo | undefined> => {
    try {
      return await manager.streams.info(name);
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === NO_SUCH_STREAM) return undefined;
      throw error;
    }
  };
  const wanted = `${subject}.>`;
  let info = await found();
  if (info === undefined) {
    try {
      info = await manager.streams.add({ name, subjects: [wanted], ...RETENTION });
    } catch (error) {
      // Another home may have made it meanwhile.
      info = await found();
      if (info === undefined) throw error;
    }
  }
  if (!info.config.subjects?.some((subjects) => takesAll(subjects, wanted)))
    throw new UserError('bad-settings', `the stream ${name} does not take ${wanted}`, { hint: `add that subject to it, or set nats_stream or nats_subject` });
  return factsOf(info, subject);
}

const factsOf = ({ config: { name }, created, state }: StreamInfo, subject: string): StreamFacts => ({
  name,
  subject,
  created,
  first: state.first_seq,
  last: state.last_seq,
});

const NO_SUCH_STREAM = 10_059;

/** Whether all subjects of one pattern that ends in `>` are among those of another. */
function takesAll(pattern: string, wanted: string): boolean {
  const [have, want] = [pattern.split('.'), wanted.split('.')];
  return have.every((part, at) => part === '>' || (want[at] !== undefined && want[at] !== '>' && (part === '*' || part === want[at]))) && have.includes('>');
}
