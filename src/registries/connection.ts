import type { OutgoingHttpHeaders } from 'node:http';
import { UserError } from '../errors.ts';
import type { Sent } from '../http/ask.ts';
import { type Exchanged, exchange } from '../http/exchange.ts';
import { RequestFailure } from '../http/failure.ts';
import type { Environment } from '../http/proxy.ts';
import { send } from '../http/send.ts';
import { type AccessWorld, gainAccess, NoAccess, noAccess } from './access.ts';
import { endpointOf } from './endpoint.ts';
import { type ImageReference, isDigest, referenceText } from './reference.ts';

/** What registries are asked in. */
export interface RegistryWorld {
  readonly env: Environment;
  /** Registries that are spoken to in http, as `host[:port]`. */
  readonly plainHttp: readonly string[];
  readonly onRetry?: ((reason: string, seconds: number) => void) | undefined;
}

/** How a registry is asked for something small. */
export interface AskOptions {
  readonly maxBytes: number;
  readonly all: OutgoingHttpHeaders;
  /** What is asked otherwise than by GET: redirects are not followed then. */
  readonly sent?: Sent;
  readonly attempts?: number;
}

/** One repository of a registry, and who asks: told to the registry when it wants to know. */
export class RegistryConnection {
  readonly world: AccessWorld;
  readonly #image: ImageReference;
  #authorization: OutgoingHttpHeaders | undefined;

  /**
   * @param image of which the registry and the repository count
   * @param actions what is to be allowed: `pull`, `pull,push`
   */
  constructor(image: ImageReference, { env, plainHttp, onRetry }: RegistryWorld, actions = 'pull') {
    this.#image = image;
    this.world = { ...endpointOf(image.registry, plainHttp), repository: image.repository, actions, plainHttp, env, onRetry };
  }

  /** The address of the repository: manifests, blobs and tags are below it. */
  get base(): string {
    return `${this.world.origin}/v2/${this.#image.repository}`;
  }

  /** What the registry has been told of who asks; nothing before it wanted to know. */
  get authorization(): OutgoingHttpHeaders {
    return this.#authorization ?? {};
  }

  /** A tag, a digest or the repository itself as messages call it. */
  text(word?: string): string {
    const { registry, repository } = this.#image;
    return referenceText({ registry, repository, ...(word === undefined ? {} : isDigest(word) ? { digest: word } : { tag: word }) });
  }

  /**
   * Asks for an address below the repository, or one that the registry named. Only its own origin is told who asks.
   * @throws RequestFailure where nothing is answered, or nothing is kept that the registry takes
   */
  async ask(url: URL, { maxBytes, all, sent, attempts }: AskOptions): Promise<Exchanged> {
    const { env, onRetry } = this.world;
    const isOwn = url.origin === this.world.origin;
    const ask = (): Promise<Exchanged> => {
      const own = isOwn ? this.#authorization : undefined;
      if (sent === undefined) return exchange(url, { all, own, maxBytes, onRetry }, env);
      return send(async () => ({ ...sent, url, headers: { ...all, ...own } }), { maxBytes, onRetry, attempts }, env);
    };
    const answer = await ask();
    // Somebody else, behind a redirect, has no say in where credentials go.
    if (answer.status !== 401 || answer.url.origin !== this.world.origin || !isOwn) return answer;
    this.#authorization = await gainAccess(answer, this.world);
    return ask();
  }

  /** Why an answer is not what was asked for. */
  refusal({ status, body }: Pick<Exchanged, 'status' | 'body'>, forbidden = 'that you may read it'): RequestFailure {
    const reason = `the registry answered ${status}${codeIn(body)}`;
    if (status === 401 || status === 403) return noAccess(reason, this.world, { problems: [] });
    if (status === 404) return new NotThere(reason, { hint: `check its name and tag, and ${forbidden}` });
    return new RequestFailure(reason, { hint: 'contact the operator of the registry' });
  }
}

/** That a registry has no such image. */
class NotThere extends RequestFailure {}

/** A failure as an error of ours. @param doing what could not be done: `Cannot pull IMAGE` */
export function registryError(error: unknown, doing: string): unknown {
  if (!(error instanceof RequestFailure)) return error;
  const code = error instanceof NotThere ? 'no-such-version' : error instanceof NoAccess ? 'registry-denied' : 'registry-failed';
  return new UserError(code, `${doing}: ${error.message}`, { ...(error.hint ? { hint: error.hint } : {}), cause: error });
}

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
