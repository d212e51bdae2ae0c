import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../../errors.ts';
import type { Bucket, BucketRequest } from './bucket.ts';

/** A lock that was not renewed for this long is nobody's any more. */
const LOST_AFTER_MS = 15 * 60_000;
const RENEWED_EVERY_MS = 60_000;
/** How long another mirror is waited for. */
const PATIENCE_MS = 20 * 60_000;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;

/**
 * A lock of objects, for servers that know no conditional writes. Whoever wants it writes an object of his own beside those of others, and lists them: where
 * another is there he takes his own away, and tries again after a while of random length. Of two that come at once at least one sees the other, so that never
 * both go on. Times are the server's own. It takes a server whose lists have what was written before (Swift on one node, S3 itself).
 */
export class LockObject {
  readonly #bucket: Bucket;
  readonly #folder: string;
  readonly #name: string;
  readonly #id = randomBytes(16).toString('hex');
  #renewedAt = 0;
  #holding: Promise<void> | undefined;
  #renewing: NodeJS.Timeout | undefined;
  #renewal: Promise<void> | undefined;

  /** @param name of the store, for messages */
  constructor(bucket: Bucket, folder: string, name: string) {
    this.#bucket = bucket;
    this.#folder = folder;
    this.#name = name;
  }

  /**
   * Does something while no other mirror does. The lock is taken once, and held until `release`.
   * @throws UserError store-busy where another mirror has it for too long, store-failed where it was lost
   */
  async while<T>(action: () => Promise<T>): Promise<T> {
    this.#holding ??= this.#take();
    try {
      await this.#holding;
    } catch (error) {
      this.#holding = undefined;
      throw error;
    }
    if (Date.now() - this.#renewedAt > LOST_AFTER_MS / 2) throw this.#lost();
    return action();
  }

  async release(): Promise<void> {
    clearInterval(this.#renewing);
    if (!this.#holding) return;
    this.#holding = undefined;
    // A renewal under way would make it again.
    await this.#renewal;
    await this.#remove(this.#key);
  }

  async #remove(key: string): Promise<void> {
    await this.#bucket.ask({ method: 'DELETE', key }).catch(() => undefined);
  }

  get #key(): string {
    return `${this.#folder}/${this.#id}`;
  }

  async #take(): Promise<void> {
    try {
      await this.#takeInTurn();
    } catch (error) {
      // Nobody holds what could not be taken.
      await this.#remove(this.#key);
      throw error;
    }
    this.#renewing = setInterval(() => {
      this.#renewal = this.#write().catch(() => undefined);
    }, RENEWED_EVERY_MS);
    this.#renewing.unref();
  }

  async #takeInTurn(): Promise<void> {
    const until = Date.now() + PATIENCE_MS;
    let hasTold = false;
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      await this.#write();
      const others = await this.#others();
      if (others.length === 0) return;
      await this.#bucket.ask({ method: 'DELETE', key: this.#key });
      if (Date.now() > until) {
        throw new UserError('store-busy', `Another mirror is writing to ${this.#name}`, {
          hint: `wait for it; if there is none, remove ${others[0]}`,
        });
      }
      if (!hasTold) this.#bucket.world.listener.warn(`Another mirror is writing to ${this.#name}; waiting for it`);
      hasTold = true;
      await sleep(wait * (0.5 + Math.random()));
    }
  }

  async #write(): Promise<void> {
    const content = Buffer.from(`${JSON.stringify({ host: hostname(), pid: process.pid })}\n`);
    const request: BucketRequest = {
      method: 'PUT',
      key: this.#key,
      body: { content, sha256: createHash('sha256').update(content).digest('hex') },
    };
    const answer = await this.#bucket.ask(request);
    if (answer.status > 299) throw this.#bucket.refusal(request, answer);
    this.#renewedAt = Date.now();
  }

  /** The keys of the locks of others that were renewed lately, by the server's clock. Those of mirrors that died are removed, as nobody else does. */
  async #others(): Promise<string[]> {
    const request: BucketRequest = { method: 'GET', key: '', query: { 'list-type': '2', prefix: `${this.#folder}/` } };
    const answer = await this.#bucket.ask(request);
    if (answer.status !== 200) throw this.#bucket.refusal(request, answer);
    const now = Date.parse(answer.headers.date ?? '');
    const text = answer.body.toString();
    const locks = [...text.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, entry = '']) => ({
      key: /<Key>([^<]*)<\/Key>/.exec(entry)?.[1] ?? '',
      age: now - Date.parse(/<LastModified>([^<]*)<\/LastModified>/.exec(entry)?.[1] ?? ''),
    }));
    const others = locks.filter(({ key }) => key !== this.#key);
    const lost = others.filter(({ key, age }) => age > LOST_AFTER_MS && this.#isLock(key));
    for (const { key } of lost) await this.#remove(key);
    // Behind so many that are removed there may be others, which the next list has.
    const held = /<IsTruncated>true</.test(text) ? others : others.filter(({ age }) => !(age > LOST_AFTER_MS));
    return held.map(({ key }) => key);
  }

  #isLock(key: string): boolean {
    return key.startsWith(`${this.#folder}/`) && /^[0-9a-f]{32}$/.test(key.slice(this.#folder.length + 1));
  }

  #lost(): UserError {
    return new UserError('store-failed', `The lock of ${this.#name} could not be renewed`, { hint: 'check the network, and run it again' });
  }
}
