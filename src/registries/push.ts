import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { UserError } from '../errors.ts';
import type { StreamedBody } from '../http/ask.ts';
import type { Exchanged } from '../http/exchange.ts';
import { RequestFailure } from '../http/failure.ts';
import { withRetries } from '../http/retry.ts';
import { RegistryConnection, type RegistryWorld, registryError } from './connection.ts';
import { type ImageReference, isDigest } from './reference.ts';
import { MANIFESTS } from './registry.ts';

/** What an image has: bytes, or a file, which is read while it is sent. */
export interface LocalBlob {
  /** For messages. */
  readonly name: string;
  readonly digest: string;
  readonly size: number;
  readonly content: Buffer | { readonly file: string };
}

/** A manifest of an image, or an index of several. */
export interface LocalManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const ANSWER_BYTES = 4 << 20;

/** Puts an image into one repository of a registry, by the OCI distribution specification. */
export class ImagePusher {
  readonly #connection: RegistryConnection;

  /** @param image of which the registry and the repository count */
  constructor(image: ImageReference, world: RegistryWorld) {
    this.#connection = new RegistryConnection(image, world, 'pull,push');
  }

  /** The digest of what a tag names; undefined where there is no such tag. @throws UserError */
  async digestBehind(tag: string): Promise<string | undefined> {
    return this.#doing(this.#connection.text(tag), async () => {
      const answer = await this.#ask(`manifests/${tag}`, { all: { accept: MANIFESTS } });
      if (answer.status === 200) return digestOf(answer.body);
      if (answer.status === 404) return undefined;
      throw this.#refusal(answer);
    });
  }

  /**
   * Uploads a blob, unless the repository has it: in one piece, by two requests, which every registry takes. What breaks off is begun anew.
   * @param onProgress told how many of its bytes were sent
   * @returns whether it was uploaded
   * @throws UserError
   */
  blob(blob: LocalBlob, onProgress: (sent: number) => void): Promise<boolean> {
    return this.#doing(`${blob.name} to ${this.#connection.text()}`, async () => {
      const { digest } = blob;
      const known = await this.#ask(`blobs/${digest}`, { sent: { method: 'HEAD' } });
      // Where blobs are kept elsewhere, the registry leads there.
      if (known.status === 200 || (known.status >= 300 && known.status < 400)) return false;
      if (known.status !== 404) throw this.#refusal(known);
      await withRetries(() => this.#upload(blob, onProgress), this.#connection.world.onRetry);
      return true;
    });
  }

  async #upload({ digest, size, content }: LocalBlob, onProgress: (sent: number) => void): Promise<void> {
    const begun = await this.#ask('blobs/uploads/', { sent: { method: 'POST', body: Buffer.alloc(0) }, attempts: 1 });
    if (begun.status !== 202) throw this.#refusal(begun);
    const place = this.#uploadPlace(begun);
    place.searchParams.set('digest', digest);
    const body: Buffer | StreamedBody = Buffer.isBuffer(content) ? content : { bytes: size, open: () => counted(content.file, onProgress) };
    const all = { 'content-type': 'application/octet-stream' };
    const done = await this.#connection.ask(place, { maxBytes: ANSWER_BYTES, all, sent: { method: 'PUT', body }, attempts: 1 });
    if (done.status !== 201 && done.status !== 204) throw this.#refusal(done);
    onProgress(size);
  }

  /** Where a registry wants a blob: it may be another server, which is not told who asks. */
  #uploadPlace({ url, headers: { location } }: Exchanged): URL {
    const place = location !== undefined && URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
    if (place && (place.protocol === 'https:' || (place.protocol === 'http:' && url.protocol === 'http:'))) return place;
    throw new RequestFailure('the registry does not say where a blob is to be uploaded', { hint: 'contact the operator of the registry' });
  }

  /**
   * Puts a manifest in place, whose blobs are there.
   * @param word a tag, or its digest
   * @throws UserError, also where the registry keeps other bytes
   */
  async manifest(word: string, { mediaType, bytes }: LocalManifest): Promise<void> {
    await this.#doing(this.#connection.text(word), async () => {
      const answer = await this.#ask(`manifests/${word}`, { all: { 'content-type': mediaType }, sent: { method: 'PUT', body: bytes } });
      if (answer.status !== 201 && answer.status !== 200) throw this.#refusal(answer);
      const stated = answer.headers['docker-content-digest'];
      const digest = digestOf(bytes);
      if (typeof stated === 'string' && isDigest(stated) && stated !== digest)
        throw new UserError('checksum-mismatch', `The registry has ${stated} for ${this.#connection.text(word)}, not ${digest}`, {
          hint: 'push it again, or contact the operator of the registry',
        });
    });
  }

  #ask(path: string, options: Partial<Parameters<RegistryConnection['ask']>[1]>): Promise<Exchanged> {
    return this.#connection.ask(new URL(`${this.#connection.base}/${path}`), { maxBytes: ANSWER_BYTES, all: {}, ...options });
  }

  #refusal(answer: Exchanged): RequestFailure {
    return this.#connection.refusal(answer, 'that you may write to it');
  }

  /** @param what is pushed, for messages */
  async #doing<T>(what: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw registryError(error, `Cannot push ${what}`);
    }
  }
}

/** A file as it is read, with how much of it was. */
function counted(file: string, onProgress: (sent: number) => void): Transform {
  let sent = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      onProgress(sent);
      done(null, chunk);
    },
  });
  const stream = createReadStream(file);
  stream.on('error', (error) => counter.destroy(error));
  counter.on('close', () => stream.destroy());
  return stream.pipe(counter);
}
