import { UserError } from '../../errors.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import { defaultName } from '../default-name.ts';
import type { LockEntry, SourceKind } from '../kind.ts';
import { refuseChecksum } from '../refuse-words.ts';
import type { SourceRequest } from '../request.ts';
import { refuseAddress } from './address.ts';
import { type GitSource, gitFollows, isGitExact, meetsGit, readGit, wordsOf, writeGit } from './source.ts';

/** What is exact in a lock: `nothing` is what locks said before they told tags from commits. */
const EXACT: ReadonlySet<string> = new Set(['tag', 'commit', 'nothing']);

/** A repository, which the system's git clones. */
export const git: SourceKind<GitSource> = {
  name: 'git',
  isCopy: true,
  isAsked: true,
  hasVersions: true,
  isPacked: false,
  isNamed: false,
  read: readGit,
  write: writeGit,
  text: ({ url, commit, committish }) => `${url} at ${commit.slice(0, 12)}${committish ? ` (${committish})` : ''}`,
  follows: gitFollows,

  parse(request, { isScp, isUrl, isArchive }) {
    const { source, link } = request;
    if (!isUrl || isArchive) return undefined;
    refuseChecksum(request);
    if (link) throw new UserError('flag-does-not-apply', '--link takes a directory', { hint: 'clone the repository and link the clone' });
    refuseAddress(source, isScp);
    return source;
  },
  nameOf: defaultName,
  expected: (request, address) => ({ kind: 'git', url: withoutSecrets(address), ...wordsOf(request), commit: '', exact: false }),
  stage: async (request, address, world) => (await import('./stage.ts')).stageRepository(request, address, world),
  isUnchanged: async (source, request, { scratch }) => (await import('./compare.ts')).isUnchanged(source, request, scratch),

  update(source, words, address) {
    const { committish, version, checksum } = words;
    if ((committish ?? version) !== undefined) return { request: { ...words, source: address } };
    if (isGitExact(source)) return { stays: 'pinned', why: `pinned to ${source.committish ?? source.commit}; name a branch to follow it` };
    const followed = source.version === undefined ? source.committish : undefined;
    return { request: { source: address, committish: followed, isBranch: true, version: source.version, checksum, link: false } };
  },
  compare: async (source, world) => (await import('./compare.ts')).compareRepository(source, world),

  place: ({ url }) => url,
  authorPlace: ({ url }) => url,
  published: ({ url, commit }) => (/^(file:|[./])/.test(url) ? undefined : { form: 'repository', url, commit }),
  isExact: isGitExact,
  movingWord: 'branch',
  standsAt: (source) =>
    isGitExact(source)
      ? `pinned to ${source.tag ?? source.committish ?? source.commit}`
      : `follows ${source.version ?? source.committish ?? gitFollows(source)}`,
  sameWords: (a, b) => a.committish === b.committish && a.version === b.version,
  isSame: (a, b) => a.commit === b.commit && a.committish === b.committish && a.version === b.version,

  lockKey: 'git',
  toLock: (source) => ({
    git: source.url,
    committish: source.committish,
    range: source.version,
    tag: source.tag,
    commit: source.commit,
    follows: isGitExact(source) ? (source.tag === undefined ? 'commit' : 'tag') : source.version === undefined ? 'branch' : 'range',
  }),
  fromLock,
  again: ({ committish, version, commit, tag, exact }, address): SourceRequest => ({
    source: address,
    committish,
    version,
    locked: { commit, tag, exact },
    link: false,
  }),

  declaredKeys: ['git', 'committish', 'version'],
  mayBePath: false,
  toDeclaration: ({ url, committish, version }) => ({ git: url, committish, version }),
  meets: meetsGit,
};

function fromLock(url: string, { text, wrong }: LockEntry): GitSource {
  const [committish, version, tag, commit] = ['committish', 'range', 'tag', 'commit'].map(text);
  if (commit === undefined || !/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit)) throw wrong('has no "commit" of 40 hexadecimal digits');
  return { kind: 'git', url, ...defined({ committish, version, tag }), commit, exact: EXACT.has(text('follows') ?? '') };
}

/** The entries of an object that are there. */
const defined = <T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: string };
