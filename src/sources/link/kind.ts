import { realpathSync, symlinkSync } from 'node:fs';
import { realFile } from '../../system/links.ts';
import { isObject, isOneOf, isText } from '../../system/own-json.ts';
import { namedDirectory } from '../directory/named-directory.ts';
import type { SourceKind } from '../kind.ts';
import { isDirectory } from '../local-path.ts';
import { refuseAsked } from '../refuse-words.ts';

export interface LinkSource {
  readonly kind: 'link';
  readonly path: string;
}

const isKept = isObject<LinkSource>({ kind: isOneOf('link'), path: isText });

/** A directory on this machine that stays its owner's: it is linked, and no copy of it is kept. */
export const link: SourceKind<LinkSource> = {
  name: 'link',
  isCopy: false,
  isAsked: false,
  hasVersions: false,
  isPacked: false,
  read: (kept) => (isKept(kept) ? kept : undefined),
  write: (source) => source,
  text: ({ path }) => `link to ${path}`,
  follows: () => 'link',

  parse: (request, form) => (request.link ? namedDirectory(request, form) : undefined),
  expected: (_request, path) => ({ kind: 'link', path }),
  async stage(_request, address, { tree }) {
    const path = realpathSync(address);
    symlinkSync(path, tree);
    return { source: { kind: 'link', path } };
  },
  isUnchanged: async () => false,

  update({ path }, words) {
    refuseAsked(`is a link to ${path}`, words);
    return { stays: 'left alone', why: `is a link to ${path}, which is always up to date` };
  },
  compare: async () => ({ state: 'current' }),

  place: ({ path }) => path,
  authorPlace: ({ path }) => (isDirectory(path) ? path : undefined),
  isExact: () => false,
  standsAt: () => undefined,
  sameWords: () => true,
  isSame: () => true,

  lockKey: 'link',
  toLock: ({ path }) => ({ link: path }),
  fromLock: (path) => ({ kind: 'link', path }),
  again: ({ path }) => ({ source: path, link: true }),

  declaredKeys: ['path', 'link'],
  mayBePath: true,
  toDeclaration: ({ path }) => ({ path, link: true }),
  meets: ({ path }, { source, link }) => link && path === realFile(source),
};
