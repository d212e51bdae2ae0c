import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { hostPlatform } from '../catalogue/platforms.ts';
import type { Platform } from '../catalogue/release.ts';
import { UserError } from '../errors.ts';
import type { Download } from '../http/download.ts';
import type { Exchanged } from '../http/exchange.ts';
import { RegistryConnection, type RegistryWorld, registryError } from './connection.ts';
import { type Descriptor, type Manifest, manifestFor, readImageIndex, readManifest } from './manifest.ts';
import { type ImageReference, isDigest } from './reference.ts';

export type { RegistryWorld } from './connection.ts';

/** An image as its registry has it now. */
export interface FoundImage {
  readonly manifest: Manifest;
  /** Of what was asked for, computed here: of the manifest, or of the index of several that it was chosen from. */
  readonly digest: string;
  /** The platform that it was chosen for, where it was: what the index says of it. */
  readonly platform?: Platform;
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
export const MANIFESTS = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** One repository of a registry, asked by the OCI distribution specification. Whoever asks is told to it when it wants to know. */
export class Registry {
  readonly #connection: RegistryConnection;

  /** @param image of which the registry and the repository count */
  constructor(image: ImageReference, world: RegistryWorld) {
    this.#connection = new RegistryConnection(image, world);
  }

  /**
   * The manifest behind a tag or a digest; of an index of several images that for a platform, by default this machine's. One that was asked for by its digest has it.
   * @throws UserError
   */
  async manifest(word: string, platform: Platform = hostPlatform()): Promise<FoundImage> {
    const shown = this.#connection.text(word);
    const { body, digest } = await this.#manifestBytes(word);
    const images = this.#understood(shown, () => readImageIndex(body));
    if (images === undefined) return { manifest: this.#understood(shown, () => readManifest(body)), digest };
    const chosen = this.#understood(shown, () => manifestFor(images, platform));
    const one = await this.#manifestBytes(chosen.digest);
    const manifest = this.#understood(this.#connection.text(chosen.digest), () => readManifest(one.body));
    return { manifest, digest, ...(chosen.platform ? { platform: chosen.platform } : {}) };
  }

  async #manifestBytes(word: string): Promise<{ readonly body: Buffer; readonly digest: string }> {
    const shown = this.#connection.text(word);
    const { body, headers } = await this.#get(`manifests/${word}`, shown, { maxBytes: MANIFEST_BYTES, all: { accept: MANIFESTS } });
    const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
    const stated = isDigest(word) ? word : headers['docker-content-digest'];
    if (typeof stated === 'string' && isDigest(stated) && stated !== digest) {
      throw new UserError('checksum-mismatch', `The manifest of ${shown} has the digest ${digest}, not ${stated}`, { hint: 'nothing was installed' });
    }
    return { body, digest };
  }

  #understood<T>(shown: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw new UserError('not-a-plugin', `${shown} ${(error as Error).message}`, { hint: 'check its name and tag', cause: error });
    }
  }

  /** All tags of the repository. @throws UserError, also for a list without end */
  async tags(): Promise<string[]> {
    const shown = this.#connection.text();
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
      path = nextPage(answer);
    }
    return [...tags];
  }

  /**
   * Fetches a blob into a file, which then is what its descriptor says.
   * @throws UserError checksum-mismatch where it is not
   */
  async blob({ digest, size }: Descriptor, file: string, { maxBytes, onProgress }: BlobOptions): Promise<void> {
    const { world, authorization, base } = this.#connection;
    const shown = this.#connection.text(digest);
    if (size > maxBytes) throw new UserError('too-large', `${shown} is ${size} bytes, more than the ${maxBytes} that are allowed`);
    const { download } = await import('../http/download.ts');
    const { env, onRetry } = world;
    const options = { maxBytes: size, ...(onProgress ? { onProgress } : {}), ...(onRetry ? { onRetry } : {}), ownHeaders: authorization };
    const came: Download = await download(`${base}/blobs/${digest}`, file, options, env);
    if (`sha256:${came.sha256}` === digest && came.bytes === size) return;
    throw new UserError('checksum-mismatch', `The blob ${shown} is not what its digest says: ${came.bytes} of ${size} bytes came, with sha256:${came.sha256}`, {
      hint: 'nothing was installed',
    });
  }

  /** @param shown what messages call it */
  async #get(path: string, shown: string, options: { readonly maxBytes: number; readonly all: OutgoingHttpHeaders }): Promise<Exchanged> {
    try {
      const answer = await this.#connection.ask(new URL(`${this.#connection.base}/${path}`), options);
      if (answer.status === 200) return answer;
      throw this.#connection.refusal(answer);
    } catch (error) {
      throw registryError(error, `Cannot pull ${shown}`);
    }
  }

  #unlisted(why: string): UserError {
    return new UserError('registry-failed', `The list of tags of ${this.#connection.text()} ${why}`, { hint: 'contact the operator of the registry' });
  }
}

/** What a list goes on with, below the repository; undefined where it does not. */
function nextPage({ url, headers }: Exchanged): string | undefined {
  const [, target] = /<([^>]*)>\s*;\s*rel="?next"?/i.exec(String(headers.link ?? '')) ?? [];
  if (target === undefined || !URL.canParse(target, url.href)) return undefined;
  const { search } = new URL(target, url.href);
  return `tags/list${search}`;
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
