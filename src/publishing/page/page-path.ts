import { isReleaseName, NAME_RULE } from '../../catalogue/names.ts';
import type { Release } from '../../catalogue/release.ts';
import { UserError } from '../../errors.ts';
import { harmlessLine } from '../../system/harmless.ts';

/**
 * Where the page of a name and type is, below the directory of pages. Two that a file system could take for one are told apart by a number.
 * @param taken what there is already, in lower case; the new one is added
 * @throws UserError for a name that cannot be a path
 */
export function pagePath({ name, type }: Pick<Release, 'name' | 'type'>, taken: Set<string>): string {
  const slug = type === undefined ? name : `${name}.${type}`;
  if (!isReleaseName(name) || !/^[\w.-]+$/.test(slug) || slug.includes('..'))
    throw new UserError('bad-plugin-name', `There can be no page of "${harmlessLine(slug)}"`, { hint: NAME_RULE });
  let free = slug;
  // No name has a tilde.
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${slug}~${number}`;
  taken.add(free.toLowerCase());
  return `p/${free}/index.html`;
}
