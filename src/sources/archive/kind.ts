import { UserError } from '../../errors.ts';
import { isObject, isOneOf, isSha256, isText } from '../../system/own-json.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import type { SourceKind } from '../kind.ts';
import { absolute } from '../local-path.ts';
import { refuseAsked } from '../refuse-words.ts';
import { archiveFormat, refusedArchive } from './format.ts';
import { archiveName } from './name.ts';

export interface ArchiveSource {
  readonly kind: 'archive';
  /** Or a path. */
  readonly url: string;
  readonly sha256: string;
}

const isArchive = isObject<ArchiveSource>({ kind: isOneOf('archive'), url: isText, sha256: isText });

/** One packed file, from a server or from here. */
export const archive: SourceKind<ArchiveSource> = {
  name: 'archive',
  isCopy: true,
  isAsked: false,
  hasVersions: false,
  isPacked: true,
  isNamed: false,
  read: (kept) => (isArchive(kept) ? kept : undefined),
  write: (source) => source,
  text: ({ url, sha256 }) => `${url} (sha256:${sha256.slice(0, 12)})`,
  follows: () => 'archive',

  parse({ source, link, committish, version }, form) {
    if (!form.isArchive) return undefined;
    if (archiveFormat(source) === undefined) throw refusedArchive(source);
    if (link || committish || version) throw new UserError('flag-does-not-apply', '--link, --committish and --version are not for archives');
    // Of another scheme, a plugin may fetch it.
    if (form.isUrl && (/^(ssh|git):/i.test(source) || !/^((https?|file):|[a-z][a-z0-9+.-]*:\/\/)/i.test(source))) {
      throw new UserError('not-a-source', `${withoutSecrets(source)} is not a supported source of archives`, {
        hint: 'give an https:, http: or file: address, a path, or an address that a getter of a plugin fetches',
      });
    }
    return form.isUrl ? source : absolute(source);
  },
  nameOf: archiveName,
  expected: (_request, address) => ({ kind: 'archive', url: withoutSecrets(address), sha256: '' }),
  stage: async ({ checksum }, address, world) => (await import('./stage.ts')).stageArchive(address, checksum, world),
  isUnchanged: async () => false,

  update({ url }, words, address) {
    refuseAsked(`comes from the archive ${url}`, words);
    return { request: { source: address, checksum: words.checksum, link: false } };
  },
  compare: async (source) => (await import('./compare.ts')).compareArchive(source),

  place: ({ url }) => url,
  authorPlace: ({ url }) => url,
  published: ({ url, sha256 }) => (/^https?:/.test(url) ? { form: 'archive', url, sha256 } : undefined),
  isExact: () => false,
  standsAt: () => undefined,
  sameWords: (a, b) => a.sha256 === b.sha256,
  isSame: () => true,

  lockKey: 'archive',
  toLock: ({ url, sha256 }) => ({ archive: url, sha256 }),
  fromLock(url, { text, wrong }) {
    const sha256 = text('sha256') ?? '';
    if (!isSha256(sha256)) throw wrong('has no "sha256" of 64 hexadecimal digits');
    return { kind: 'archive', url, sha256 };
  },
  again: ({ sha256 }, address) => ({ source: address, checksum: `sha256:${sha256}`, link: false }),

  declaredKeys: ['archive', 'checksum'],
  mayBePath: true,
  toDeclaration: ({ url }, { checksum }) => ({ archive: url, checksum }),
  meets: ({ url, sha256 }, { source, checksum }) => url === withoutSecrets(source) && (checksum === undefined || checksum.toLowerCase() === `sha256:${sha256}`),
};
