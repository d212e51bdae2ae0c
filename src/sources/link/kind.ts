import { realpathSync, symlinkSync } from 'node:fs';
import { isHelmDirectory } from '../../plugins/helm/is-helm-directory.ts';
import { realFile } from '../../system/links.ts';
import { isObject, isOneOf, isText } from '../../system/own-json.ts';
import { nameOfDirectory } from '../default-name.ts';
import { namedDirectory } from '../directory/named-directory.ts';
import type { SourceKind } from '../kind.ts';
import { ofLocalPath } from '../local-path.ts';
import { refuseAsked } from '../refuse-words.ts';

export interface LinkSource {
  readonly kind: 'link';
  readonly path: string;
}

const isKept = isObject<LinkSource>({ kind: isOneOf('link'), path: isText });

/** A directory on this machine that stays its owner's: it is linked, and no copy of it is kept. For a plugin of Helm's a directory stands here that leads there. */
export const link: SourceKind<LinkSource> = {
  ...ofLocalPath,
  name: 'link',
  isCopy: false,
  read: (kept) => (isKept(kept) ? kept : undefined),
  text: ({ path }) => `link to ${path}`,
  follows: () => 'link',

  parse: (request, form) => (request.link ? namedDirectory(request, form) : undefined),
  nameOf: nameOfDirectory,
  expected: (_request, path) => ({ kind: 'link', path }),
  async stage(_request, address, { tree }) {
    const path = realpathSync(address);
    symlinkSync(path, tree);
    return { source: { kind: 'link', path } };
  },

  update({ path }, words) {
    refuseAsked(`is a link to ${path}`, words);
    // What stands in the home for it was made from its plugin.yaml.
    if (isHelmDirectory(path)) return { request: { ...words, source: path, link: true } };
    return { stays: 'left alone', why: `is a link to ${path}, which is always up to date` };
  },
  async compare({ path }, { sourceHash }) {
    if (!isHelmDirectory(path)) return { state: 'current' };
    const { linkedHash } = await import('../../plugins/helm/linked.ts');
    return { state: linkedHash(path) === sourceHash ? 'current' : 'outdated' };
  },

  lockKey: 'link',
  toLock: ({ path }) => ({ link: path }),
  fromLock: (path) => ({ kind: 'link', path }),
  again: ({ path }) => ({ source: path, link: true }),

  declaredKeys: ['path', 'link'],
  toDeclaration: ({ path }) => ({ path, link: true }),
  meets: ({ path }, { source, link }) => link && path === realFile(source),
};
