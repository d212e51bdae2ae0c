import { realpathSync } from 'node:fs';
import { isAbsolute, join, posix } from 'node:path';
import { linkTarget } from '../system/links.ts';
import { entriesBelow } from './plugin-files.ts';

/** A symbolic link of a plugin, by its path from the plugin's directory on, that leads to nothing or to what is not the plugin's. */
export interface AstrayLink {
  readonly file: string;
  readonly problem: 'is a dangling link' | 'is a link out of the plugin';
}

/** The links in a plugin's tree that work for nobody, or only on the machine where they were made. */
export function astrayLinks(tree: string): AstrayLink[] {
  const root = realOrNothing(tree);
  if (root === undefined) return [];
  return entriesBelow(tree).flatMap(({ path, kind }): AstrayLink[] => {
    if (kind !== 'link') return [];
    // Judged by its words first: in staging, `../other` has no neighbour yet.
    const words = linkTarget(join(tree, path)) ?? '';
    const target = isAbsolute(words) || /^\.\.(\/|$)/.test(posix.normalize(posix.join(posix.dirname(path), words))) ? words : realOrNothing(join(tree, path));
    if (target === undefined) return [{ file: path, problem: 'is a dangling link' }];
    return target === root || target.startsWith(`${root}/`) ? [] : [{ file: path, problem: 'is a link out of the plugin' }];
  });
}

function realOrNothing(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
