import { setTimeout as wait } from 'node:timers/promises';
import type { Connection } from '../grpc/connection.ts';
import { CallFailure, isConnectionLost, startFailure, statusName } from '../grpc/failures.ts';
import { isForeign } from '../grpc/foreign-program.ts';
import { HandshakeFailure } from '../grpc/handshake.ts';
import type { LoggedLine } from '../grpc/log-lines.ts';
import { endBehindConnection, type PluginProcess, startPlugin } from '../grpc/plugin-process.ts';
import { listenToOutput, shutDown, untilServing, watchServing } from '../grpc/serving.ts';
import { refusedBy, SourceFailure } from './source-failure.ts';
import { decodeEvent, encodeExternal, encodeStream, type SourceEvent, type StreamRequest } from './source-messages.ts';

/** A source that is to be started. */
export interface SourceStart {
  /** For messages. */
  readonly name: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How long it may take until it serves. */
  readonly startMs: number;
  readonly request: StreamRequest;
}

/** Told of what happens meanwhile. */
export interface SourceListener {
  readonly onLine: (line: LoggedLine) => void;
  readonly onNoise: (line: string) => void;
  /** Takes an event; the next is read when it is done. What it rejects with is the end of the source. */
  readonly onEvent: (event: SourceEvent) => Promise<void>;
  /** The source is of no use any more, unless it was ended by `end`. */
  readonly onOver: (why: Error) => void;
}

/** How long a refusal to stream is waited for: one that has nothing to tell yet says nothing. */
const REFUSAL_MS = 500;
/** How long a source has to notice that its stream is cancelled, before it is asked to end. */
const CANCELLED_MS = 100;
const nobody = new AbortController().signal;

/** A source of Botkube's that streams its events. */
export class RunningSource {
  readonly #start: SourceStart;
  readonly #listener: SourceListener;
  readonly #plugin: PluginProcess;
  readonly #connection: Connection;
  #release: (() => void)[] = [];
  #isOver = false;
  /** Done when it has told the first event, or that it streams none. */
  #streams: () => void = () => {};
  #cancel: () => void = () => {};

  private constructor(start: SourceStart, listener: SourceListener, plugin: PluginProcess, connection: Connection) {
    this.#start = start;
    this.#listener = listener;
    this.#plugin = plugin;
    this.#connection = connection;
  }

  /**
   * Starts a source as go-plugin's client does, and has it stream.
   * @throws SourceFailure where it does not start, does not serve, or refuses, with nothing left of it
   */
  static async start(start: SourceStart, listener: SourceListener): Promise<RunningSource> {
    const { name, file, env, startMs } = start;
    if (isForeign(file)) throw new SourceFailure(`${name} is made for another machine`, 400);
    const plugin = startPlugin(file, { env, startMs, ...listener });
    let connection: Connection | undefined;
    try {
      const { connectTo } = await import('../grpc/connection.ts');
      const place = await plugin.place.catch((error: Error) => {
        const isOthers = error instanceof HandshakeFailure;
        throw new SourceFailure(startFailure(name, error.message, isOthers ? '' : plugin.lastWords()).message, isOthers ? 400 : 500, error);
      });
      connection = connectTo(place);
      const source = new RunningSource(start, listener, plugin, connection);
      source.#release.push(listenToOutput(connection, (text) => listener.onLine({ level: 'info', text })));
      await untilServing(name, connection, plugin, startMs, nobody);
      await source.#stream();
      source.#release.push(watchServing(connection, (why) => source.#over(new SourceFailure(`${name} ${why}`))));
      return source;
    } catch (error) {
      connection?.close();
      await plugin.end(false);
      throw error instanceof SourceFailure ? error : new SourceFailure((error as Error).message, 500, error);
    }
  }

  /** Has it stream. Done once it does, or has had time to refuse. */
  async #stream(): Promise<void> {
    let [hasBegun, isFailing] = [false, false];
    const begun = new Promise<void>((done, refuse) => {
      this.#streams = done;
      this.#read().catch(async (error: unknown) => {
        isFailing = true;
        const why = await this.#whyOver(error);
        if (hasBegun) this.#over(why);
        else refuse(why);
      });
    });
    await Promise.race([begun, wait(REFUSAL_MS)]);
    if (isFailing) await begun;
    hasBegun = true;
  }

  async #read(): Promise<void> {
    const { request, name } = this.#start;
    const { messages, cancel } = this.#connection.stream('/source.Source/Stream', encodeStream(request));
    this.#cancel = cancel;
    try {
      for await (const bytes of messages) {
        this.#streams();
        await this.#listener.onEvent(eventIn(name, bytes));
      }
    } catch (error) {
      // Botkube takes to one that only answers requests, too.
      if (!(error instanceof CallFailure) || statusName(error.status) !== 'UNIMPLEMENTED') throw error;
      this.#streams();
      return;
    }
    throw new SourceFailure(`the stream of ${name} has ended`);
  }

  /** Why it streams no more: the end of its process is told rather than that of its connection. */
  async #whyOver(error: unknown): Promise<Error> {
    const { name } = this.#start;
    if (!(error instanceof CallFailure)) return error as Error;
    const isLost = isConnectionLost(error);
    const status = isLost ? await endBehindConnection(this.#plugin) : undefined;
    if (status === undefined) return refusedBy(name, error);
    const words = this.#plugin.lastWords();
    return new SourceFailure(`${name} ended with status ${status}${words === '' ? '' : `; its last words were "${words}"`}`);
  }

  #over(why: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener.onOver(why);
  }

  /**
   * Has it take a request from outside.
   * @returns the event that it makes of it
   * @throws SourceFailure where it refuses
   */
  async take(payload: Uint8Array, aborted: AbortSignal): Promise<SourceEvent> {
    const { request, name } = this.#start;
    const bytes = await this.#connection
      .call('/source.Source/HandleExternalRequest', encodeExternal(payload, request), { aborted })
      .catch((error: CallFailure) => {
        throw refusedBy(name, error);
      });
    return eventIn(name, bytes);
  }

  /** Ends it with all that it started: it is asked to, and killed. */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#cancel();
    await Promise.race([this.#plugin.exited, wait(CANCELLED_MS, undefined, { ref: false })]);
    const isEnding = await shutDown(this.#connection, this.#plugin);
    for (const release of this.#release.splice(0)) release();
    this.#connection.close();
    await this.#plugin.end(isEnding);
  }
}

function eventIn(name: string, bytes: Buffer): SourceEvent {
  try {
    return decodeEvent(bytes);
  } catch (error) {
    throw new SourceFailure(`${name} sent something that is no event of Botkube's: ${(error as Error).message}`, 500, error);
  }
}
