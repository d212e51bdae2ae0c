import { UserError } from '../../../errors.ts';
import { profileCredentials } from './profile-files.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whom requests are signed as. Held in memory alone, and in no message. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** When they end, in milliseconds since 1970; undefined for never. */
  readonly expiresAt?: number | undefined;
}

/** Credentials are asked for again this long before they end. */
const EARLY_MS = 5 * 60_000;

/**
 * Credentials for S3 in the order of AWS's own programs: the environment, the profile of the files in ~/.aws, the endpoint of a container, that of an instance.
 * They are looked for when they are first needed, and again before they end.
 */
export class CredentialChain {
  readonly #env: Environment;
  readonly #now: () => number;
  #known: Promise<Credentials> | undefined;
  #endsAt: number | undefined;

  constructor(env: Environment, now: () => number = Date.now) {
    this.#env = env;
    this.#now = now;
  }

  /** @throws UserError no-credentials telling where they were looked for, or why a source that is set cannot be used */
  async get(): Promise<Credentials> {
    if (this.#endsAt !== undefined && this.#now() > this.#endsAt - EARLY_MS) this.#known = undefined;
    this.#known ??= this.#find();
    try {
      const found = await this.#known;
      this.#endsAt = found.expiresAt;
      return found;
    } catch (error) {
      this.#known = undefined;
      throw error;
    }
  }

  async #find(): Promise<Credentials> {
    const found = ofEnvironment(this.#env) ?? profileCredentials(this.#env) ?? (await this.#ofEndpoints());
    if (found) return found;
    throw new UserError('no-credentials', 'There are no credentials for S3', {
      hint: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run this where a container or an instance has a role',
    });
  }

  async #ofEndpoints(): Promise<Credentials | undefined> {
    const { containerCredentials, instanceCredentials } = await import('./endpoint-credentials.ts');
    return (await containerCredentials(this.#env)) ?? (await instanceCredentials(this.#env));
  }
}

function ofEnvironment({ AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token }: Environment): Credentials | undefined {
  if (!id || !secret) return undefined;
  return { accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) };
}
