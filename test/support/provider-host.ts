import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ending, type RunResult } from './sandbox.ts';

/** What a provider told its host, or asked of its API. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly authorization: string | undefined;
}

export interface HostAnswer {
  readonly status: number;
  readonly body: unknown;
}

const ENVELOPE = { Model: '', Key: '', Type: '', Messages: null, Code: 200 };

/** What a program prints for words that end soon. */
export const runProvider = (program: string, words: readonly string[], env: Record<string, string> = {}): Promise<RunResult> =>
  ending(spawn(program, words, { env: { PATH: process.env.PATH ?? '', ...env }, stdio: 'pipe' }));

/** The least that a host of a provider is: two sockets and a process, by the protocol alone. */
export class ProviderHost implements AsyncDisposable {
  readonly heard: Heard[] = [];
  /** What the API answers, by method and path behind /api/v3. */
  readonly api = new Map<string, HostAnswer>();
  readonly root: string;
  readonly inbound: string;
  readonly #server: Server;
  readonly #outbound: string;
  #process: ChildProcess | undefined;
  #ended: Promise<RunResult> | undefined;
  #waiting: (() => void)[] = [];

  constructor() {
    this.root = mkdtempSync(join(tmpdir(), 'tool-provider-'));
    this.inbound = join(this.root, 'i.sock');
    this.#outbound = join(this.root, 'o.sock');
    this.#server = createServer(async (incoming, response) => {
      let text = '';
      for await (const chunk of incoming) text += chunk;
      const [method, path] = [incoming.method ?? '', incoming.url ?? ''];
      this.heard.push({ method, path, body: text === '' ? undefined : JSON.parse(text), authorization: incoming.headers.authorization });
      const [, own] = /^\/api\/v3(\/.*)$/.exec(path) ?? [];
      const answer =
        own === undefined
          ? { status: path.endsWith('/publish') ? 200 : 204, body: ENVELOPE }
          : (this.api.get(`${method} ${own}`) ?? { status: 404, body: { ...ENVELOPE, Messages: [`Not Found: ${own}`], Code: 404 } });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.status === 204 ? undefined : JSON.stringify(answer.body));
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  /** Starts a provider, and waits until it is ready. @throws Error where it ends before */
  async start(program: string, env: Record<string, string> = {}): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(this.#outbound, done));
    const own = { PATH: process.env.PATH ?? '', RS_TOKEN: 'the-token', RS_LOCAL_PROXY: this.#outbound, ...env };
    const child = spawn(program, ['listen', this.inbound, this.#outbound], { env: own, cwd: this.root, stdio: 'pipe' });
    this.#process = child;
    this.#ended = ending(child);
    const ready = new Promise<boolean>((done) => {
      createInterface({ input: child.stdout }).on('line', (line) => line === 'READY!' && done(true));
      void this.#ended?.then(() => done(false));
    });
    if (!(await ready)) throw new Error(`it is not ready: ${JSON.stringify(await this.#ended)}`);
  }

  /** Sends a request, as a host does. */
  send(method: string, path: string, body?: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }): Promise<HostAnswer> {
    return new Promise((done, fail) => {
      const sent = request({ socketPath: this.inbound, method, path, headers }, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () =>
          done({ status: response.statusCode ?? 0, body: /json/.test(response.headers['content-type'] ?? '') ? JSON.parse(text) : text }),
        );
      });
      sent.on('error', fail);
      sent.end(typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** A call of the protocol. */
  call(name: 'config' | 'action' | 'publish' | 'stop', body?: unknown): Promise<HostAnswer> {
    return this.send('POST', `/api-plugin/v4/${name}`, body);
  }

  /** What was told of one kind: the bodies of what came under a path of the host's. */
  told(name: 'log' | 'publish' | 'leaving'): Record<string, unknown>[] {
    return this.heard.filter(({ path }) => path === `/api-server-plugin/v4/${name}`).map(({ body }) => body as Record<string, unknown>);
  }

  /** The messages that were logged. */
  get messages(): string[] {
    return this.told('log').map(({ Message }) => String(Message));
  }

  /** Waits until something was heard. */
  async until(isThere: () => boolean): Promise<void> {
    while (!isThere()) await new Promise<void>((done) => this.#waiting.push(done));
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** How the process ended. */
  async ended(): Promise<RunResult> {
    if (!this.#ended) throw new Error('it was not started');
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process?.kill('SIGKILL');
    await this.#ended;
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
    rmSync(this.root, { recursive: true, force: true });
  }
}
