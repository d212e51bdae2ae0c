import { Worker } from 'node:worker_threads';
import type { WasmPolicy } from '../../../plugins/wasm/policy.ts';
import { LimitReached } from '../limits.ts';
import type { GuestAnswer, GuestRequest, WorkerPort } from './http-worker.ts';

/** What a request of a guest's must be: as Extism has it. */
interface Asked {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Headers that say whom a connection is to and where a request ends: with one of another name, or of another length, a guest could ask another host at the same address. A browser's
 * pages may not set them either.
 */
const OUR_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

/** Those that a guest may set. */
const guestsHeaders = (headers: Asked['headers'] = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
      .filter(([name]) => !OUR_HEADERS.has(name) && !name.startsWith('proxy-')),
  );

/** Room for status, headers and the like of an answer, besides its body. */
const HEAD_BYTES = 64 << 10;

/** Whether a host name is granted: by its name, or by a pattern whose `*` stands for anything. The port does not count, as in Extism. */
export function isGranted(host: string, granted: readonly string[]): boolean {
  const matches = (pattern: string): boolean => {
    const parts = pattern.toLowerCase().split('*');
    const [first = '', last = ''] = [parts[0], parts.at(-1)];
    if (parts.length === 1) return host === first;
    if (!host.startsWith(first) || host.length < first.length + last.length || !host.endsWith(last)) return false;
    let at = first.length;
    for (const part of parts.slice(1, -1)) {
      const found = host.indexOf(part, at);
      if (found === -1 || found + part.length > host.length - last.length) return false;
      at = found + part.length;
    }
    return true;
  };
  return granted.some(matches);
}

/** HTTP for a guest, which waits for the answer. A thread of its own does the asking, started when it is first asked for. */
export class HttpClient {
  readonly #name: string;
  readonly #policy: WasmPolicy;
  readonly #program: string;
  #port: WorkerPort | undefined;
  /** Of the last answer; 0 before there is one. */
  status = 0;
  headers: Readonly<Record<string, string>> | undefined;

  /** @param program of the thread: dist/wasm-http.cjs */
  constructor(name: string, policy: WasmPolicy, program: string) {
    this.#name = name;
    this.#policy = policy;
    this.#program = program;
  }

  /**
   * Asks, and follows redirects by hand: each goes to a host that is granted, or the guest ends.
   * @param text the request, in JSON
   * @returns the body
   * @throws LimitReached; Error for a request that cannot be made
   */
  ask(text: string, body: Uint8Array | undefined): Uint8Array {
    const { url, method = 'GET', headers } = JSON.parse(text) as Asked;
    const verb = String(method).toUpperCase();
    // What follows these is no answer.
    if (verb === 'CONNECT' || verb === 'TRACE') throw new Error(`it asked with the method ${verb}, which is not possible`);
    let request: GuestRequest = { url: new URL(String(url)).href, method: verb, headers: guestsHeaders(headers), body };
    for (let redirects = 0; ; redirects++) {
      const asked = new URL(request.url);
      if (!/^https?:$/.test(asked.protocol) || !isGranted(asked.hostname, this.#policy.hosts)) {
        throw new LimitReached(`${this.#name} asked ${asked.origin}${redirects > 0 ? ', where it was redirected' : ''}`, 'hosts', this.#policy);
      }
      const answer = this.#exchange(request);
      const location = [301, 302, 303, 307, 308].includes(answer.status) ? answer.headers.location : undefined;
      if (location === undefined) {
        this.status = answer.status;
        this.headers = answer.headers;
        return answer.body;
      }
      if (redirects >= 10) throw new Error(`it asked ${asked.origin}, which redirects without an end`);
      request = redirected(request, new URL(location, asked), answer.status);
    }
  }

  #exchange(request: GuestRequest): GuestAnswer {
    const { limits } = this.#policy;
    this.#port ??= startWorker(this.#program, HEAD_BYTES + limits.httpBytes);
    const { worker, shared } = this.#port;
    const state = new Int32Array(shared, 0, 2);
    Atomics.store(state, 0, 0);
    worker.postMessage({ request, maxBytes: limits.httpBytes });
    // V8's watchdog ends this wait, and the end of the process the thread.
    Atomics.wait(state, 0, 0);
    const written = Buffer.from(new Uint8Array(shared, 8, Atomics.load(state, 1)));
    const line = written.indexOf('\n');
    const head = JSON.parse(written.toString('utf8', 0, line)) as Omit<GuestAnswer, 'body'> & { failure?: string; tooLong?: boolean };
    if (head.tooLong) throw new LimitReached(`${this.#name} was sent a body that is too long by ${new URL(request.url).origin}`, 'httpBytes', this.#policy);
    if (head.failure !== undefined) throw new Error(`it asked ${new URL(request.url).origin}: ${head.failure}`);
    return { ...head, body: written.subarray(line + 1) };
  }
}

function startWorker(program: string, bytes: number): WorkerPort {
  const shared = new SharedArrayBuffer(8 + bytes);
  const worker = new Worker(program, { workerData: shared });
  worker.unref();
  return { worker, shared };
}

/** What is asked behind a redirect, as browsers do: what is no GET becomes one but for 307 and 308, and what identifies the caller stays with the origin. */
function redirected(request: GuestRequest, to: URL, status: number): GuestRequest {
  const keeps = status === 307 || status === 308 || request.method === 'GET' || request.method === 'HEAD';
  const sameOrigin = new URL(request.url).origin === to.origin;
  const dropped = [...(keeps ? [] : ['content-type', 'content-length']), ...(sameOrigin ? [] : ['authorization', 'cookie', 'x-api-key'])];
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !dropped.includes(name.toLowerCase())));
  return { url: to.href, method: keeps ? request.method : 'GET', headers, body: keeps ? request.body : undefined };
}
