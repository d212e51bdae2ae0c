import { isObject, isOneOf, isText } from '../../system/own-json.ts';
import { nameOfDirectory } from '../default-name.ts';
import type { SourceKind } from '../kind.ts';
import { ofLocalPath } from '../local-path.ts';
import { refuseAsked } from '../refuse-words.ts';
import { namedDirectory } from './named-directory.ts';

export interface DirectorySource {
  readonly kind: 'directory';
  readonly path: string;
}

const isKept = isObject<DirectorySource>({ kind: isOneOf('directory'), path: isText });

/** A directory on this machine, which is copied. */
export const directory: SourceKind<DirectorySource> = {
  ...ofLocalPath,
  name: 'directory',
  isCopy: true,
  read: (kept) => (isKept(kept) ? kept : undefined),
  text: ({ path }) => path,
  follows: () => 'directory',

  parse: (request, form) => (request.link ? undefined : namedDirectory(request, form)),
  nameOf: nameOfDirectory,
  expected: (_request, path) => ({ kind: 'directory', path }),
  async stage(_request, path, { tree, limits }) {
    const { copyDirectory } = await import('./copy.ts');
    copyDirectory(path, tree, limits.depth);
    return { source: { kind: 'directory', path } };
  },

  update({ path }, words) {
    refuseAsked(`comes from the directory ${path}`, words);
    return { request: { source: path, checksum: words.checksum, link: false } };
  },
  compare: async (source, world) => (await import('./compare.ts')).compareDirectory(source, world),

  lockKey: 'path',
  toLock: ({ path }) => ({ path }),
  fromLock: (path) => ({ kind: 'directory', path }),
  again: ({ path }) => ({ source: path, link: false }),

  declaredKeys: ['path'],
  toDeclaration: ({ path }) => ({ path }),
  meets: ({ path }, { source, link }) => path === source && !link,
};
