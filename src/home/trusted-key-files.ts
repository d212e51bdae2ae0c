import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors.ts';

/** What keys are of: each kind signs in a form of its own. */
const KEY_KINDS = ['openpgp', 'ssh', 'minisign'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

/** The file of a trusted key. */
export interface KeyFile {
  readonly kind: KeyKind;
  /** The key as people compare it: `openpgp:…`, `ssh:SHA256:…`, `minisign:…`. */
  readonly key: string;
  /** The one repository that it is trusted for; undefined where it is trusted for all. */
  readonly repository?: string;
  readonly path: string;
}

/** How the file of a key of each kind is called, and what its name says; made of the fingerprint alone. */
const NAMES: Readonly<Record<KeyKind, { readonly pattern: RegExp; readonly ending: string }>> = {
  openpgp: { pattern: /^openpgp-((?:[0-9A-F]{40})|(?:[0-9A-F]{64}))\.asc$/, ending: '.asc' },
  // Base64 with `_` for `/`.
  ssh: { pattern: /^ssh-SHA256-([A-Za-z0-9+_]{43})\.pub$/, ending: '.pub' },
  minisign: { pattern: /^minisign-([0-9A-F]{16})\.pub$/, ending: '.pub' },
};

/** Where the trusted keys of a home are: a file for each, in `all` or in `for/REPOSITORY`. */
const trustFolder = (home: string): string => join(home, 'trust');
const forFolder = (home: string): string => join(trustFolder(home), 'for');

/**
 * Where a key is kept.
 * @param key `openpgp:…`, `ssh:SHA256:…`, `minisign:…`
 * @param repository whose name has been looked at
 */
export function keyFilePath(home: string, key: string, repository?: string): string {
  const name = key.replaceAll(':', '-').replaceAll('/', '_');
  const kind = KEY_KINDS.find((one) => key.startsWith(`${one}:`)) as KeyKind;
  const folder = repository === undefined ? join(trustFolder(home), 'all') : join(forFolder(home), repository);
  return join(folder, `${name}${NAMES[kind].ending}`);
}

/** The trusted keys of a home by their files, in byte order: those for all, and then those for one repository. */
export function keyFiles(home: string): KeyFile[] {
  const all = keysIn(join(trustFolder(home), 'all'));
  return [...all, ...namesIn(forFolder(home)).flatMap((repository) => keysIn(join(forFolder(home), repository), repository))];
}

/** Whether a repository's plugins may be signed by a key. */
export const isKeyFor = (file: KeyFile, repository: string | undefined): boolean => file.repository === undefined || file.repository === repository;

function keysIn(folder: string, repository?: string): KeyFile[] {
  return namesIn(folder).flatMap((name) => {
    const kind = KEY_KINDS.find((one) => NAMES[one].pattern.test(name));
    if (kind === undefined) return [];
    const id = NAMES[kind].pattern.exec(name)?.[1] ?? '';
    const key = kind === 'ssh' ? `ssh:SHA256:${id.replaceAll('_', '/')}` : `${kind}:${id}`;
    return [{ kind, key, path: join(folder, name), ...(repository === undefined ? {} : { repository }) }];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}
