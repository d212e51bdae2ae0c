import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { errnoOf } from '../../errors.ts';
import { parsedJson } from '../definition/json-fields.ts';
import { type ErrorModel, innerError, readError } from '../models.ts';

/** The prefix of what a plugin is asked. */
const PREFIX = '/api-plugin/v4';
const MOST_BYTES = 64 << 20;
const PROBE_MS = 5_000;

/** What a plugin is asked. */
type Endpoint = 'config' | 'action' | 'publish';

/** How a plugin answered: with JSON, with an error of its own, or not at all. */
export type PluginAnswer =
  | { readonly kind: 'answer'; readonly body: string }
  | { readonly kind: 'error'; readonly error: ErrorModel }
  | { readonly kind: 'timeout' }
  /** `isUnanswered` where nothing came at all. */
  | { readonly kind: 'broken'; readonly why: string; readonly isUnanswered?: true };

/** Asks a plugin over its socket; connections are kept. */
export class PluginClient {
  readonly #socketPath: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Asks one of its endpoints. Never throws. @param timeoutMs 0 for no limit */
  async ask(endpoint: Endpoint, body: unknown, timeoutMs: number): Promise<PluginAnswer> {
    try {
      return await this.askWritten(endpoint, JSON.stringify(body), timeoutMs);
    } catch (error) {
      // JSON can be nested more deeply than it is written, and say things that are no text.
      return { kind: 'broken', why: `what is asked or answered cannot be read: ${(error as Error).message}` };
    }
  }

  /** Asks the same with a body that is JSON already. */
  async askWritten(endpoint: Endpoint, body: string, timeoutMs: number): Promise<PluginAnswer> {
    const sent = await this.#post(`${PREFIX}/${endpoint}`, body, timeoutMs, endpoint === 'publish');
    if (typeof sent === 'string') return sent === 'timeout' ? { kind: 'timeout' } : { kind: 'broken', why: sent, isUnanswered: true };
    const value = parsedJson(sent.body);
    if (sent.status >= 400) {
      const error = readError(value);
      if (error === undefined) return { kind: 'broken', why: `it answered with status ${sent.status}, and with no error` };
      const real = endpoint === 'action' ? error : innerError(error);
      return { kind: 'error', error: { ...real, Code: real.Code >= 400 && real.Code < 600 ? real.Code : sent.status } };
    }
    return value === undefined ? { kind: 'broken', why: 'it answered with what is no JSON' } : { kind: 'answer', body: sent.body };
  }

  /** Asks it to stop. Most end without an answer; whether they did, their process tells. */
  async stop(timeoutMs: number): Promise<void> {
    await this.#post(`${PREFIX}/stop`, '', timeoutMs);
  }

  /** Whether somebody listens at its socket. */
  isAlive(): Promise<boolean> {
    return new Promise((done) => {
      const socket = connect(this.#socketPath);
      const answer = (alive: boolean): void => {
        socket.destroy();
        done(alive);
      };
      socket.setTimeout(PROBE_MS, () => answer(false));
      socket.on('connect', () => answer(true));
      socket.on('error', () => answer(false));
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  /**
   * @param mayRepeat asks once more where the plugin had closed a connection that was kept, as it was not used for a while
   * @returns what came, or why nothing did
   */
  #post(path: string, body: string, timeoutMs: number, mayRepeat = false): Promise<{ status: number; body: string } | string> {
    return new Promise((done) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), host: 'unix' };
      const sent = request({ socketPath: this.#socketPath, agent: this.#agent, method: 'POST', path, headers }, (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size <= MOST_BYTES) chunks.push(chunk);
          else finish(`it answered with more than ${MOST_BYTES >> 20} MiB`);
        });
        response.on('error', (error) => finish(`the connection broke: ${error.message}`));
        response.on('end', () => finish({ status: response.statusCode ?? 500, body: Buffer.concat(chunks).toString() }));
      });
      const timer = timeoutMs > 0 ? setTimeout(() => finish('timeout'), timeoutMs) : undefined;
      const finish = (answer: { status: number; body: string } | string): void => {
        clearTimeout(timer);
        if (typeof answer === 'string') sent.destroy();
        done(answer);
      };
      sent.on('error', (error) => {
        if (!mayRepeat || !sent.reusedSocket || errnoOf(error) !== 'ECONNRESET') return finish(`the connection broke: ${error.message}`);
        clearTimeout(timer);
        done(this.#post(path, body, timeoutMs));
      });
      sent.end(body);
    });
  }
}
