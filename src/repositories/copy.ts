import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../errors.ts';
import { ageText } from '../system/duration.ts';
import { plural } from '../system/word-list.ts';
import type { FetchListener, IndexGetters } from './bring.ts';
import { type CachePaths, cachePaths } from './cache-paths.ts';
import { decide, LEFT_ALONE_MS } from './decide.ts';
import { localState } from './local-state.ts';
import { CACHE_FORMAT, type Meta, readMeta } from './meta.ts';
import type { OnOlder } from './older.ts';
import type { Rows } from './rows.ts';
import type { RepositorySettings } from './settings.ts';
import type { SignerOf } from './signed-index.ts';
import { isDamaged, readRows } from './snapshot.ts';

/** What copies of indexes are had in. */
export interface CopyWorld {
  /** The folder that all copies are in. */
  readonly root: string;
  readonly brand: string;
  /** Ask whoever has the index, however new the copy is. */
  readonly refresh: boolean;
  /** Ask no server. */
  readonly offline: boolean;
  /** Whether somebody waits who would rather have an old copy than wait long. */
  readonly isImpatient: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly warn: (line: string) => void;
  readonly listen: (label: string) => Promise<FetchListener>;
  /** The plugins that fetch indexes of other schemes; none is asked where this is left out. */
  readonly getters?: IndexGetters | undefined;
  /** The endings of the signatures that are looked for beside a repository's index; none where this is left out. */
  readonly wantedSignatures?: (repository: string) => readonly string[];
  /** The trusted key that signed the index of a repository, and when; undefined for what none did. Nobody is asked where this is left out. */
  readonly signerOf?: SignerOf;
  /** What becomes of an index that is older than the one before it; a warning where this is left out. */
  readonly onOlder?: (repository: string) => OnOlder;
  /** Whether an older one was asked for: the server is not told what is here already, as it might keep the older one back. */
  readonly acceptOlder?: boolean;
  /** How old a release of a repository must be, in milliseconds; 0 where this is left out. */
  readonly minAgeMs?: (repository: string) => number;
}

/** The copy of an index that stands. */
export interface Standing {
  readonly settings: RepositorySettings;
  readonly paths: CachePaths;
  readonly meta: Meta;
  readonly rows: Rows;
}

/** A copy of an index that can be looked into. */
export interface Copy extends Standing {
  /** What has become of it: it was used as it stood, asked after and found the same, replaced, or made where there was none. */
  readonly came: 'as it stood' | 'unchanged' | 'changed' | 'new';
  /** Why it is older than what it replaced, where it is. */
  readonly older?: string;
  /** What it replaced. */
  readonly before?: Rows;
  /** Why it is used although it is too old. */
  readonly failure?: UserError;
}

/**
 * A repository's index: the copy that stands, or a newer one that is fetched and put into its place. What cannot be had or is no index never takes the
 * place of a copy.
 * @param damaged a snapshot that has turned out to be of no use
 * @throws UserError where there is no copy, and none can be had
 */
export async function bringCopy(settings: RepositorySettings, world: CopyWorld, damaged?: string): Promise<Copy> {
  const paths = cachePaths(world.root, settings.name);
  const mayKeep = mayWrite(world.root);
  let standing = readCopy(settings, paths, damaged);
  if (!standing && mayKeep && existsSync(paths.meta)) {
    const { remake } = await import('./renew.ts');
    standing = await withIndexLock(settings, paths, world, async () => readCopy(settings, paths, damaged) ?? remake(settings, paths));
  }
  const decided = decide({
    ...agesOf(settings, standing),
    now: world.now(),
    refresh: world.refresh || lacksSignatures(settings, standing, world),
    offline: world.offline,
    mayWrite: mayKeep,
  });
  if (decided.does === 'use' && standing) {
    const { tooOld } = decided;
    const failure = tooOld === undefined ? undefined : tooOld === 'not reached' ? notReached(standing, world) : notWritable(settings, paths, world);
    return { ...standing, came: 'as it stood', ...(failure ? { failure } : {}) };
  }
  if (decided.does === 'give up') throw decided.because === 'offline' ? noneOffline(settings, world) : notWritable(settings, paths, world);
  const { renew } = await import('./renew.ts');
  return withIndexLock(settings, paths, world, async () => {
    const now = readCopy(settings, paths, damaged);
    // Somebody else has asked meanwhile.
    if (now && now.meta.askedAt !== standing?.meta.askedAt) return { ...now, came: standing?.meta.state === now.meta.state ? 'unchanged' : 'changed' };
    if (now?.meta.failed && now.meta.failed.at !== standing?.meta.failed?.at) return { ...now, came: 'as it stood', failure: notReached(now, world) };
    return renew(settings, paths, now, world);
  });
}

/** Does something to the copy of an index, while no other command does. */
export async function withIndexLock<T>({ name }: RepositorySettings, { lock }: CachePaths, { warn }: CopyWorld, action: () => Promise<T>): Promise<T> {
  const { withMutex } = await import('../home/mutex.ts');
  return withMutex(lock, () => warn(`Another command is fetching the index of ${name}; waiting for it`), action);
}

/** The copy that stands; undefined for none that is whole, of this format and of this index. @param damaged a snapshot that is not to be used */
function readCopy(settings: RepositorySettings, paths: CachePaths, damaged = ''): Standing | undefined {
  // Who renews it takes the old one away behind the switch: then there is a newer one.
  for (let meta = readMeta(paths, settings), last = damaged; meta && meta.snapshot !== last; last = meta.snapshot, meta = readMeta(paths, settings)) {
    if (meta.format !== CACHE_FORMAT) return undefined;
    try {
      return { settings, paths, meta, rows: readRows(paths, meta.snapshot) };
    } catch (error) {
      if (!isDamaged(error)) throw error;
    }
  }
  return undefined;
}

/** Whether a key has come to be trusted since an index was fetched, whose signatures were not looked for then. */
function lacksSignatures({ name, place }: RepositorySettings, standing: Standing | undefined, { wantedSignatures }: CopyWorld): boolean {
  if ((place.kind !== 'http' && place.kind !== 'getter') || !standing || !wantedSignatures) return false;
  return wantedSignatures(name).some((ending) => !standing.meta.signatures?.includes(ending));
}

function agesOf({ place, ttlMs }: RepositorySettings, standing: Standing | undefined) {
  const isLocal = place.kind === 'file' || place.kind === 'directory';
  const state = isLocal ? localState(place) : undefined;
  return {
    askedAt: standing && Date.parse(standing.meta.askedAt),
    isChanged: isLocal ? state !== standing?.meta.state : undefined,
    failedAt: standing?.meta.failed && Date.parse(standing.meta.failed.at),
    ttlMs,
  };
}

function mayWrite(root: string): boolean {
  let folder = root;
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const noneOffline = ({ name }: RepositorySettings, { brand }: CopyWorld): UserError =>
  new UserError('offline', `There is no cached index of ${name} to use offline`, { hint: `fetch it with \`${brand} repository:update ${name}\`` });

const notWritable = ({ name }: RepositorySettings, { folder }: CachePaths, { brand }: CopyWorld): UserError =>
  new UserError('not-owner', `only the owner of ${dirname(folder)} can update it`, { hint: `the owner runs \`${brand} repository:update ${name}\`` });

/** Why a server is not asked, by what has been noted. */
function notReached({ settings: { name }, meta: { failed } }: Standing, { brand, now }: CopyWorld): UserError {
  const waited = now() - Date.parse(failed?.at ?? '');
  const seconds = Math.max(1, Math.ceil((LEFT_ALONE_MS - waited) / 1000));
  return new UserError('repository-unreachable', `${failed?.why} (${ageText(waited)} ago)`, {
    hint: `it is asked again in ${plural(seconds, 'second')}; \`${brand} repository:update ${name}\` asks now`,
  });
}
