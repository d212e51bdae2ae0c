import { realpathSync, symlinkSync } from 'node:fs';
import { realFile } from '../../system/links.ts';
import { isObject, isOneOf, isText } from '../../system/own-json.ts';
import { defaultName } from '../default-name.ts';
import { namedDirectory } from '../directory/named-directory.ts';
import type { SourceKind } from '../kind.ts';
import { ofLocalPath } from '../local-path.ts';
import { refuseAsked } from '../refuse-words.ts';

export interface LinkSource {
  readonly kind: 'link';
  readonly path: string;
}

const isKept = isObject<LinkSource>({ kind: isOneOf('link'), path: isText });

/** A directory on this machine that stays its owner's: it is linked, and no copy of it is kept. */
export const link: SourceKind<LinkSource> = {
  ...ofLocalPath,
  name: 'link',
  isCopy: false,
  read: (kept) => (isKept(kept) ? kept : undefined),
  text: ({ path }) => `link to ${path}`,
  follows: () => 'link',

  parse: (request, form) => (request.link ? namedDirectory(request, form) : undefined),
  nameOf: defaultName,
  expected: (_request, path) => ({ kind: 'link', path }),
  async stage(_request, address, { tree }) {
    const path = realpathSync(address);
    symlinkSync(path, tree);
    return { source: { kind: 'link', path } };
  },

  update({ path }, words) {
    refuseAsked(`is a link to ${path}`, words);
    return { stays: 'left alone', why: `is a link to ${path}, which is always up to date` };
  },
  compare: async () => ({ state: 'current' }),

  lockKey: 'link',
  toLock: ({ path }) => ({ link: path }),
  fromLock: (path) => ({ kind: 'link', path }),
  again: ({ path }) => ({ source: path, link: true }),

  declaredKeys: ['path', 'link'],
  toDeclaration: ({ path }) => ({ path, link: true }),
  meets: ({ path }, { source, link }) => link && path === realFile(source),
};
