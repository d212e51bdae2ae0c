import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FormatName } from '../catalogue/release.ts';
import { UserError } from '../errors.ts';
import { readScpAddress } from '../git/scp-address.ts';
import { statOrNothing } from '../system/links.ts';
import { withoutCredentials, withoutSecrets } from '../system/secrets.ts';

/** Where an index is: a file that a server has, a git repository, a file or a directory of this machine. */
export type Place =
  | { readonly kind: 'http' | 'git'; readonly url: string }
  /** Of a scheme that a plugin may be a getter for. */
  | { readonly kind: 'getter'; readonly url: string }
  /** A directory is one of manifests; one with a git repository in it is `git`. */
  | { readonly kind: 'file' | 'directory'; readonly path: string };

const FORMS = 'use the http or https URL of an index file, the URL of a git repository, that of an index file that a plugin fetches, or a path';

/** Schemes whose addresses are no index files. */
const NO_INDEX = /^oci:/i;

/**
 * Tells from its form where an index is; what is there by that very name goes first.
 * @param type the format that is expected: krew's over http is a git repository, unless the address is a file's
 * @param base what a path is relative to
 * @throws UserError for what is no address, or holds a secret
 */
export function placeOf(url: string, type: FormatName | undefined, base: string): Place {
  const shown = withoutSecrets(url);
  if (url === '' || url.startsWith('-') || url.includes('\0'))
    throw new UserError('bad-repository-url', `"${shown}" cannot be the URL of a repository`, { hint: FORMS });
  const path = url.startsWith('file:') ? pathOf(url) : resolve(base, url);
  const isScp = readScpAddress(url) !== undefined;
  const isAddress = !url.startsWith('file:') && (isScp || /^[a-z][a-z0-9+.-]*:/i.test(url));
  if (!isAddress || isThere(path)) return localPlace(path);
  if (shown !== withoutCredentials(url) || withoutCredentials(url) !== url) throw hasSecret(url, shown);
  if (isScp || /^(ssh|git):\/\//i.test(url)) return { kind: 'git', url };
  if (/^[a-z][a-z0-9+.-]*:\/\//.test(url) && !/^https?:/.test(url) && !NO_INDEX.test(url) && URL.canParse(url)) return { kind: 'getter', url };
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw new UserError('bad-repository-url', `${shown} is not a URL that an index can be fetched from`, { status: 1, hint: FORMS });
  const { pathname } = new URL(url);
  const isGit = /\.git\/?$/.test(pathname) || (type === 'krew' && !/\.(ya?ml|json)$/i.test(pathname));
  return { kind: isGit ? 'git' : 'http', url };
}

function hasSecret(url: string, shown: string): UserError {
  const isHttp = /^https?:/i.test(url);
  return new UserError('secret-in-address', `The URL ${shown} has a secret in it, and everyone can read tool.toml`, {
    hint: isHttp
      ? `remove it, and use --header 'Authorization: Bearer \${NAME}' with an environment variable, or a credential helper of git`
      : 'remove the password, and use a key',
  });
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw new UserError('bad-repository-url', `${url} is not the URL of a file`, { status: 1, hint: 'write it as file:///path', cause: error });
  }
}

const isThere = (path: string): boolean => statOrNothing(path) !== undefined;

function localPlace(path: string): Place {
  if (!statOrNothing(path)?.isDirectory()) return { kind: 'file', path };
  const isBare = ['HEAD', 'objects', 'refs'].every((name) => isThere(join(path, name)));
  return isBare || isThere(join(path, '.git')) ? { kind: 'git', url: path } : { kind: 'directory', path };
}
