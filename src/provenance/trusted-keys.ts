import { UserError } from '../errors.ts';
import { isKeyFor, type KeyFile, keyFiles } from '../home/trusted-key-files.ts';
import { readSmallBytes, SETTINGS_BYTES, whyUnread } from '../system/small-file.ts';
import { type MinisignKey, readMinisignKey } from './minisign.ts';
import type { Signer } from './signature.ts';
import type { SshKey } from './ssh-key.ts';
import { readSshLine } from './ssh-signature.ts';

/** The keys that may have signed something, of each kind; those of OpenPGP as their files are, which its library reads when one is needed. */
export interface TrustedKeys {
  readonly ssh: readonly SshKey[];
  readonly minisign: readonly MinisignKey[];
  readonly openpgp: readonly Uint8Array[];
  /** The names of a key's owner. */
  readonly namesOf: (key: string) => readonly string[];
}

/**
 * The keys that a home trusts for a repository, or for what comes from none.
 * @throws UserError file-damaged for a file that is no key by now
 */
export const trustedKeys = (home: string, repository?: string): TrustedKeys => keysOf(keyFiles(home).filter((file) => isKeyFor(file, repository)));

export function keysOf(files: readonly KeyFile[]): TrustedKeys {
  const names = new Map<string, readonly string[]>();
  const read = <T extends { readonly key: string }>(kind: KeyFile['kind'], parse: (bytes: Buffer) => T): T[] =>
    files.filter((file) => file.kind === kind).map((file) => readFile(file, parse));
  const ssh = read('ssh', (bytes) => {
    const { key, comment } = readSshLine(bytes.toString());
    names.set(key.key, comment === '' ? [] : [comment]);
    return key;
  });
  return {
    ssh,
    minisign: read('minisign', (bytes) => readMinisignKey(bytes.toString())),
    openpgp: files.filter(({ kind }) => kind === 'openpgp').map((file) => contentOf(file)),
    namesOf: (key) => names.get(key) ?? [],
  };
}

/** @throws UserError where the key in a file is not the one that its name says */
function readFile<T extends { readonly key: string }>(file: KeyFile, parse: (bytes: Buffer) => T): T {
  try {
    const read = parse(contentOf(file));
    if (read.key === file.key) return read;
  } catch (error) {
    if (error instanceof UserError) throw error;
  }
  throw damaged(file);
}

export const damaged = ({ path }: KeyFile): UserError =>
  new UserError('file-damaged', `${path} is not the key that its name says`, { hint: 'remove that file, and add the key again with trust:add' });

export function contentOf({ path }: KeyFile): Buffer {
  try {
    return readSmallBytes(path, SETTINGS_BYTES);
  } catch (error) {
    throw new UserError('unreadable-file', `${path} ${whyUnread(error)}`, { hint: 'change its permissions, or remove it' });
  }
}

/** A signer among trusted keys, by its key. */
export const signerOf = (key: string, { namesOf }: TrustedKeys): Signer => ({ key, names: namesOf(key) });
