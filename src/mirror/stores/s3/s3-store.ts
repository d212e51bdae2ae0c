import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../../errors.ts';
import type { StreamedBody } from '../../../http/ask.ts';
import { download } from '../../../http/download.ts';
import type { Exchanged } from '../../../http/exchange.ts';
import { removeTree } from '../../../system/remove-tree.ts';
import type { Created, ObjectStore, ReadObject, StoredFile } from '../store.ts';
import type { S3Place } from './address.ts';
import { type Bucket, type BucketRequest, signedHeaders } from './bucket.ts';
import { type Conditions, conditionsOf } from './conditions.ts';
import { LockObject } from './lock-object.ts';

/** The most that S3 takes in one request. */
const MOST_BYTES = 5 * 2 ** 30;
/** A body this long is not sent before it is known that nothing is there. */
const LOOK_FIRST_BYTES = 1 << 20;
const FAILURE_BYTES = 64 << 10;
const PRECONDITION_FAILED = 412;
/** Where locks are, for servers that know no conditional writes. */
const LOCKS = '.mirror-locks';
/** The object on which it is tried whether a server knows them. */
const PROBE = '.mirror-probe';

/**
 * A bucket of S3 as a store. Objects are made with `If-None-Match: *`, and replaced with `If-Match`: the server itself sees to it that nothing is overwritten.
 * A server that answers 501 to that, or takes no notice of it, is written to under a lock that all mirrors take (decision 032).
 */
export class S3Store implements ObjectStore {
  readonly name: string;
  readonly mostBytes = MOST_BYTES;
  readonly address: string;
  readonly #bucket: Bucket;
  readonly #prefix: string;
  readonly #lock: LockObject;
  #scratch: string | undefined;
  /** What the server makes of conditions, once that was tried. */
  #conditions: Promise<Conditions> | undefined;

  constructor({ bucket: name, prefix }: S3Place, bucket: Bucket) {
    this.name = `s3://${name}${prefix === '' ? '' : `/${prefix}`}`;
    this.#bucket = bucket;
    this.#prefix = prefix === '' ? '' : `${prefix}/`;
    this.address = bucket.nameOf(prefix);
    this.#lock = new LockObject(bucket, `${this.#prefix}${LOCKS}`, this.name);
  }

  async scratch(): Promise<string> {
    this.#scratch ??= mkdtempSync(join(tmpdir(), 'tool-mirror-'));
    return this.#scratch;
  }

  async create(key: string, { file, sha256, bytes }: StoredFile): Promise<Created> {
    if (bytes > MOST_BYTES)
      throw new UserError('too-large', `${key} is ${bytes} bytes, and S3 takes ${MOST_BYTES} (5 GiB) in one request`, { hint: 'mirror it into a directory' });
    if (bytes > LOOK_FIRST_BYTES && (await this.#isThere(key))) return this.#compared(key, sha256);
    const content: StreamedBody = { bytes, open: () => createReadStream(file) };
    const answer = await this.#put(key, { content, sha256 }, { 'if-none-match': '*' }, async () => !(await this.#isThere(key)));
    return answer === PRECONDITION_FAILED ? this.#compared(key, sha256) : 'created';
  }

  async read(key: string, maxBytes: number): Promise<ReadObject | undefined> {
    // What is said of a failure may be longer than a short object.
    const request: BucketRequest = { method: 'GET', key: this.#prefix + key, maxBytes: Math.max(maxBytes, FAILURE_BYTES) };
    const answer = await this.#bucket.ask(request);
    if (isMissing(answer)) return undefined;
    if (answer.status !== 200) throw this.#bucket.refusal(request, answer);
    if (answer.body.length > maxBytes) throw new UserError('too-large', `${this.#bucket.nameOf(request.key)} is more than ${maxBytes} bytes`);
    return { bytes: answer.body, tag: etagOf(answer, this.#bucket.nameOf(request.key)) };
  }

  async hashOf(key: string): Promise<string | undefined> {
    if (!(await this.#isThere(key))) return undefined;
    const url = this.#bucket.urlOf(this.#prefix + key);
    const headers = await signedHeaders({ method: 'GET', url, headers: {} }, this.#bucket.world);
    const file = join(await this.scratch(), `compared-${process.hrtime.bigint().toString(36)}`);
    try {
      return (await download(url.href, file, { maxBytes: MOST_BYTES, ownHeaders: headers }, this.#bucket.world.env)).sha256;
    } finally {
      removeTree(file);
    }
  }

  async replace(key: string, text: string, tag: string | undefined): Promise<boolean> {
    const content = Buffer.from(text);
    const body = { content, sha256: createHash('sha256').update(content).digest('hex') };
    const condition: Record<string, string> = tag === undefined ? { 'if-none-match': '*' } : { 'if-match': tag };
    const answer = await this.#put(key, body, { ...condition, 'content-type': typeOf(key) }, async () => (await this.#tagOf(key)) === tag);
    if (answer !== PRECONDITION_FAILED) return true;
    // A try whose answer was lost may have written it.
    const there = await this.read(key, content.length).catch(() => undefined);
    return there?.bytes.equals(content) === true;
  }

  async close(): Promise<void> {
    await this.#lock.release();
    if (this.#scratch !== undefined) removeTree(this.#scratch);
    this.#scratch = undefined;
  }

  /**
   * Writes under a condition: by the server's own, or where it has none, by looking first while no other mirror writes.
   * @returns 412 where the condition does not hold, else 200
   */
  async #put(key: string, body: NonNullable<BucketRequest['body']>, headers: Record<string, string>, holds: () => Promise<boolean>): Promise<number> {
    const request: BucketRequest = { method: 'PUT', key: this.#prefix + key, body, headers };
    if ((await this.#knownConditions()) === 'kept') {
      const answer = await this.#bucket.ask(request);
      if (answer.status === PRECONDITION_FAILED) return PRECONDITION_FAILED;
      // Of an object that If-Match is about, and that is gone.
      if (answer.status === 404 && headers['if-match'] !== undefined) return PRECONDITION_FAILED;
      return this.#accepted(request, answer);
    }
    return this.#lock.while(async () => {
      if (!(await holds())) return PRECONDITION_FAILED;
      const { 'if-match': _, 'if-none-match': __, ...others } = headers;
      const plain = { ...request, headers: others };
      return this.#accepted(plain, await this.#bucket.ask(plain));
    });
  }

  async #knownConditions(): Promise<Conditions> {
    this.#conditions ??= this.#tryConditions();
    try {
      return await this.#conditions;
    } catch (error) {
      this.#conditions = undefined;
      throw error;
    }
  }

  async #tryConditions(): Promise<Conditions> {
    const conditions = await conditionsOf(this.#bucket, this.#prefix + PROBE);
    const why = conditions === 'refused' ? 'knows no conditional writes' : 'takes no notice of the conditions of writes';
    if (conditions !== 'kept') this.#bucket.world.listener.warn(`${this.name} ${why}: mirrors that write there take turns by a lock object`);
    return conditions;
  }

  #accepted(request: BucketRequest, answer: Exchanged): number {
    if (answer.status < 200 || answer.status > 299) throw this.#bucket.refusal(request, answer);
    return answer.status;
  }

  async #isThere(key: string): Promise<boolean> {
    return (await this.#tagOf(key)) !== undefined;
  }

  async #tagOf(key: string): Promise<string | undefined> {
    const request: BucketRequest = { method: 'HEAD', key: this.#prefix + key };
    const answer = await this.#bucket.ask(request);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw this.#bucket.refusal(request, answer);
    return etagOf(answer, this.#bucket.nameOf(request.key));
  }

  async #compared(key: string, sha256: string): Promise<Created> {
    return (await this.hashOf(key)) === sha256 ? 'same' : 'different';
  }
}

/** Whether an object is not there. A bucket that is not there, or a page of some other server, says nothing about it. */
const isMissing = ({ status, body }: Exchanged): boolean => status === 404 && /<Code>NoSuchKey<\/Code>/.test(body.toString('latin1'));

function etagOf({ headers: { etag } }: Exchanged, name: string): string {
  if (etag !== undefined) return etag;
  throw new UserError('store-failed', `The server tells no ETag of ${name}`, { hint: 'use a server that speaks as S3 does' });
}

const typeOf = (key: string): string => (key.endsWith('.json') ? 'application/json' : 'application/yaml');
