import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { statOrNothing } from '../../system/links.ts';

/** What a path of an address names. */
export type Found =
  | { readonly kind: 'file'; readonly file: string }
  /** A directory without a slash behind its name, relative to which the links of its page would be wrong. */
  | { readonly kind: 'redirect'; readonly path: string }
  | { readonly kind: 'nothing' };

const NOTHING: Found = { kind: 'nothing' };

/**
 * The file below a directory that an address names; of a directory its index.html. What is hidden, and what links lead out to, is not there.
 * @param root a real path
 * @param path the path of the address, as it was sent
 */
export function findFile(root: string, path: string): Found {
  const names = namesOf(path);
  if (!names) return NOTHING;
  const real = realPath(join(root, ...names));
  if (real === undefined || (real !== root && !real.startsWith(`${root}/`))) return NOTHING;
  const stat = statOrNothing(real);
  if (stat?.isFile() && !path.endsWith('/')) return { kind: 'file', file: real };
  if (!stat?.isDirectory()) return NOTHING;
  const page = realPath(join(real, 'index.html'));
  if (page === undefined || !page.startsWith(`${root}/`) || !statOrNothing(page)?.isFile()) return NOTHING;
  return path.endsWith('/') ? { kind: 'file', file: page } : { kind: 'redirect', path: `/${names.map(encodeURIComponent).join('/')}/` };
}

/** The names in a path; undefined where one is no name of a file that is shown. */
function namesOf(path: string): string[] | undefined {
  let decoded: string[];
  try {
    decoded = path.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
  const names = decoded.filter((name) => name !== '');
  return names.some((name) => name.startsWith('.') || /[/\\\0]/.test(name)) ? undefined : names;
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
