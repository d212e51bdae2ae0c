import { createHash, randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { writeDurably } from '../../system/durable.ts';
import { SETTINGS_BYTES, smallBytesIfThere } from '../../system/small-file.ts';
import type { Caller } from './http.ts';

/** A token that nobody can guess. */
export const newToken = (): string => randomBytes(32).toString('base64url');
/** Tokens are compared by their hashes, so that the time it takes tells nothing of them. */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64');

/** Who may ask, by the token that is shown: an instance by the one of its last start, the owner of the home by the one in a file. Only hashes of them are kept. */
export class Tokens {
  readonly #callers = new Map<string, Caller>();
  readonly #byInstance = new Map<string, string>();

  /** A new token for an instance; the one before counts no more. */
  issue(instance: string): string {
    this.revoke(instance);
    const token = newToken();
    this.#callers.set(hashOf(token), { kind: 'instance', name: instance });
    this.#byInstance.set(instance, hashOf(token));
    return token;
  }

  revoke(instance: string): void {
    this.#callers.delete(this.#byInstance.get(instance) ?? '');
    this.#byInstance.delete(instance);
  }

  /** Has the owner's token count too. */
  admitOwner(token: string): void {
    this.#callers.set(hashOf(token), { kind: 'owner' });
  }

  /** Who shows a token, by the header of a request; undefined for nobody who is known. */
  callerOf(authorization: string | undefined): Caller | undefined {
    const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? '') ?? [];
    return token === undefined ? undefined : this.#callers.get(hashOf(token));
  }
}

/** The owner's token, from its file, which is made where it is not there. */
export function ownerToken(file: string): string {
  const known = smallBytesIfThere(file, SETTINGS_BYTES)?.toString().trim();
  if (known !== undefined && known.length >= 40) {
    chmodSync(file, 0o600);
    return known;
  }
  const token = newToken();
  writeDurably(file, `${token}\n`, 0o600);
  return token;
}
