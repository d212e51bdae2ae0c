/** The entry of dist/wasm-http.cjs: asks servers for a guest, one request at a time, and writes the answer where the guest's thread waits for it. */
import { parentPort, type Worker, workerData } from 'node:worker_threads';
import { ask } from '../../../http/ask.ts';

export interface GuestRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
}

export interface GuestAnswer {
  readonly status: number;
  /** By their names in small letters; several values of one name are joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The thread, and what it shares: whether an answer is there, its length, and the answer: its head as a line of JSON, and its body. */
export interface WorkerPort {
  readonly worker: Worker;
  readonly shared: SharedArrayBuffer;
}

const STALLED_AFTER_MS = 60_000;
const shared = workerData as SharedArrayBuffer;

async function answerTo({ url, method, headers, body }: GuestRequest, maxBytes: number): Promise<{ head: object; body?: Buffer }> {
  const answer = await ask(new URL(url), headers, { env: process.env, stalledAfterMs: STALLED_AFTER_MS }, { method, body: Buffer.from(body ?? []) });
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return { head: { tooLong: true } };
    parts.push(chunk);
  }
  const told = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
  return { head: { status: answer.status, headers: told }, body: Buffer.concat(parts) };
}

function write(head: object, body: Buffer): void {
  const bytes = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]);
  new Uint8Array(shared, 8).set(bytes);
  const state = new Int32Array(shared, 0, 2);
  Atomics.store(state, 1, bytes.length);
  Atomics.store(state, 0, 1);
  Atomics.notify(state, 0);
}

parentPort?.on('message', ({ request, maxBytes }: { request: GuestRequest; maxBytes: number }) => {
  answerTo(request, maxBytes)
    .then(({ head, body = Buffer.alloc(0) }) => write(head, body))
    .catch((error: unknown) => write({ failure: error instanceof Error ? error.message : String(error) }, Buffer.alloc(0)));
});
