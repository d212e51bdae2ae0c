import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { UserError } from '../errors.ts';
import type { Download } from '../http/download.ts';
import { type Exchanged, exchange } from '../http/exchange.ts';
import { RequestFailure } from '../http/failure.ts';
import type { Environment } from '../http/proxy.ts';
import { type AccessWorld, gainAccess, NoAccess, noAccess } from './access.ts';
import { endpointOf } from './endpoint.ts';
import { type Descriptor, type Manifest, readManifest } from './manifest.ts';
import { type ImageReference, isDigest, referenceText } from './reference.ts';

/** What registries are asked in. */
export interface RegistryWorld {
  readonly env: Environment;
  /** Registries that are spoken to in http, as `host[:port]`. */
  readonly plainHttp: readonly string[];
  readonly onRetry?: ((reason: string, seconds: number) => void) | undefined;
}

/** An image as its registry has it now. */
export interface FoundImage {
  readonly manifest: Manifest;
  /** Of the manifest, computed here. */
  readonly digest: string;
}

export interface BlobOptions {
  readonly maxBytes: number;
  readonly onProgress?: ((received: number, total: number | undefined) => void) | undefined;
}

/** As the specification recommends. */
const MANIFEST_BYTES = 4 << 20;
const TAGS_BYTES = 4 << 20;
const MOST_PAGES = 200;

/** Images come in these forms; which are plugins is for others to say. */
const MANIFESTS = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** One repository of a registry, asked by the OCI distribution specification. Whoever asks is told to it when it wants to know. */
export class Registry {
  readonly #image: ImageReference;
  readonly #access: AccessWorld;
  #authorization: OutgoingHttpHeaders | undefined;

  /** @param image of which the registry and the repository count */
  constructor(image: ImageReference, { env, plainHttp, onRetry }: RegistryWorld) {
    this.#image = image;
    this.#access = { ...endpointOf(image.registry, plainHttp), repository: image.repository, plainHttp, env, onRetry };
  }

  /**
   * The manifest behind a tag or a digest. One that was asked for by its digest has it.
   * @throws UserError
   */
  async manifest(word: string): Promise<FoundImage> {
    const shown = this.#text(word);
    const { body, headers } = await this.#get(`manifests/${word}`, shown, { maxBytes: MANIFEST_BYTES, all: { accept: MANIFESTS } });
    const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
    const stated = isDigest(word) ? word : headers['docker-content-digest'];
    if (typeof stated === 'string' && isDigest(stated) && stated !== digest) {
      throw new UserError('checksum-mismatch', `The manifest of ${shown} has the digest ${digest}, not ${stated}`, { hint: 'nothing was installed' });
    }
    try {
      return { manifest: readManifest(body), digest };
    } catch (error) {
      throw new UserError('not-a-plugin', `${shown} ${(error as Error).message}`, { hint: 'check its name and tag', cause: error });
    }
  }

  /** All tags of the repository. @throws UserError, also for a list without end */
  async tags(): Promise<string[]> {
    const shown = this.#text();
    const tags = new Set<string>();
    const asked = new Set<string>();
    // A list that leads back into itself is at its end.
    for (let path: string | undefined = 'tags/list?n=1000'; path !== undefined && !asked.has(path); ) {
      asked.add(path);
      if (asked.size > MOST_PAGES) throw this.#unlisted(`has more than ${MOST_PAGES} pages`);
      const answer: Exchanged = await this.#get(path, shown, { maxBytes: TAGS_BYTES, all: { accept: 'application/json' } });
      const listed = tagsIn(answer.body);
      if (listed === undefined) throw this.#unlisted('is not understood');
      for (const tag of listed) tags.add(tag);
      path = this.#nextPage(answer);
    }
    return [...tags];
  }

  /**
   * Fetches a blob into a file, which then is what its descriptor says.
   * @throws UserError checksum-mismatch where it is not
   */
  async blob({ digest, size }: Descriptor, file: string, { maxBytes, onProgress }: BlobOptions): Promise<void> {
    const shown = this.#text(digest);
    if (size > maxBytes) throw new UserError('too-large', `${shown} is ${size} bytes, more than the ${maxBytes} that are allowed`);
    const { download } = await import('../http/download.ts');
    const { env, onRetry } = this.#access;
    const options = { maxBytes: size, ...(onProgress ? { onProgress } : {}), ...(onRetry ? { onRetry } : {}), ownHeaders: this.#authorization ?? {} };
    const came: Download = await download(`${this.#base}/blobs/${digest}`, file, options, env);
    if (`sha256:${came.sha256}` === digest && came.bytes === size) return;
    throw new UserError('checksum-mismatch', `The blob ${shown} is not what its digest says: ${came.bytes} of ${size} bytes came, with sha256:${came.sha256}`, {
      hint: 'nothing was installed',
    });
  }

  get #base(): string {
    return `${this.#access.origin}/v2/${this.#image.repository}`;
  }

  #text(word?: string): string {
    const { registry, repository } = this.#image;
    return referenceText({ registry, repository, ...(word === undefined ? {} : isDigest(word) ? { digest: word } : { tag: word }) });
  }

  /** @param shown what messages call it */
  async #get(path: string, shown: string, options: { readonly maxBytes: number; readonly all: OutgoingHttpHeaders }): Promise<Exchanged> {
    const { env, onRetry } = this.#access;
    const url = new URL(`${this.#base}/${path}`);
    const ask = (): Promise<Exchanged> => exchange(url, { ...options, own: this.#authorization, onRetry }, env);
    try {
      let answer = await ask();
      // Somebody else, behind a redirect, has no say in where credentials go.
      if (answer.status === 401 && this.#authorization === undefined && answer.url.origin === url.origin) {
        this.#authorization = await gainAccess(answer, this.#access);
        answer = await ask();
      }
      if (answer.status === 200) return answer;
      throw this.#refusal(answer);
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      const code = error instanceof NotThere ? 'no-such-version' : error instanceof NoAccess ? 'registry-denied' : 'registry-failed';
      throw new UserError(code, `Cannot pull ${shown}: ${error.message}`, { ...(error.hint ? { hint: error.hint } : {}), cause: error });
    }
  }

  #refusal({ status, body }: Exchanged): RequestFailure {
    const reason = `the registry answered ${status}${codeIn(body)}`;
    if (status === 401 || status === 403) return noAccess(reason, this.#access, { problems: [] });
    if (status === 404) return new NotThere(reason, { hint: 'check its name and tag, and that you may read it' });
    return new RequestFailure(reason, { hint: 'contact the operator of the registry' });
  }

  #unlisted(why: string): UserError {
    return new UserError('registry-failed', `The list of tags of ${this.#text()} ${why}`, { hint: 'contact the operator of the registry' });
  }

  /** What a list goes on with, below the repository; undefined where it does not. */
  #nextPage({ url, headers }: Exchanged): string | undefined {
    const [, target] = /<([^>]*)>\s*;\s*rel="?next"?/i.exec(String(headers.link ?? '')) ?? [];
    if (target === undefined || !URL.canParse(target, url.href)) return undefined;
    const { search } = new URL(target, url.href);
    return `tags/list${search}`;
  }
}

/** That a registry has no such image. */
class NotThere extends RequestFailure {}

/** The code of the first error that a registry tells of. */
function codeIn(body: Buffer): string {
  try {
    const { errors } = JSON.parse(body.toString()) as { errors?: readonly { readonly code?: unknown }[] };
    const code = errors?.[0]?.code;
    return typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? ` (${code})` : '';
  } catch {
    return '';
  }
}

/** The tags of a page; undefined for what is none. */
function tagsIn(body: Buffer): string[] | undefined {
  try {
    const { tags } = JSON.parse(body.toString()) as { readonly tags?: unknown };
    return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === 'string' && /^\w[\w.-]{0,127}$/.test(tag)) : [];
  } catch {
    return undefined;
  }
}
