import { errorLine, isUserError, UserError } from '../errors.ts';
import { BegunAtOnce, mapAtOnce } from '../system/at-once.ts';
import { withoutSecrets } from '../system/secrets.ts';
import { type BookChange, type KnownRelease, labelOf, type MirrorRelease, type StoredObject } from './book.ts';
import { type FetchWorld, fetchObject } from './fetch-object.ts';
import type { ReadSource } from './read-source.ts';
import { asStoredFile } from './stores/stored-file.ts';
import { changedUpstream, verifiedObject } from './upstream.ts';
import { openBook, writeBook } from './write-book.ts';

/** Files that are brought at a time, and servers that are asked at a time whether something has changed. */
const AT_ONCE = 16;
/** Files that have come, are looked at and become objects at a time: each is unpacked in pieces, so that sixteen hold a fifth more memory, and are no faster. */
const STORED_AT_ONCE = 8;
/** Releases after which the record is written. */
const BATCH = 200;

/** How a source is mirrored. */
export interface MirrorWorld extends FetchWorld {
  readonly isDryRun: boolean;
  /** Whether all that is there is compared byte for byte. */
  readonly isVerified: boolean;
  /** Whether to end after what is under way. */
  readonly isStopped: () => boolean;
}

/** A release that something became of. */
export interface MirroredRelease {
  readonly release: string;
  /** Its objects, or what would become them, by addresses without secrets. */
  readonly files: readonly { readonly url: string; readonly key: string; readonly sha256?: string | undefined; readonly bytes?: number | undefined }[];
}

/** A release, and what is to be said of it. */
export interface ToldRelease {
  readonly release: string;
  readonly what: string;
}

/** What became of a source. */
export interface MirroredSource {
  readonly source: string;
  readonly added: readonly MirroredRelease[];
  /** What the source takes back, or makes a release of a prerelease. */
  readonly marked: readonly ToldRelease[];
  /** What its source says or gives otherwise by now; nothing of it is taken over. */
  readonly changed: readonly ToldRelease[];
  /** What could not be mirrored; it is tried again the next time. */
  readonly failed: readonly ToldRelease[];
  /** What no mirror fetches. */
  readonly skipped: readonly ToldRelease[];
  readonly unchanged: number;
  /** Whether it was ended before all was looked at. */
  readonly stopped: boolean;
}

/** What one release needs. */
interface Planned {
  readonly release: MirrorRelease;
  readonly known: KnownRelease | undefined;
}

/**
 * Mirrors what a source has: new versions become objects, and then the record says so. What is there is never changed but for the marks of a release.
 * @throws UserError where the mirror cannot be read or written
 */
export async function mirrorSource({ name, book: kind, releases, signed }: ReadSource, world: MirrorWorld): Promise<MirroredSource> {
  const { store, isStopped } = world;
  const { book } = await openBook(store, kind);
  const planned = releases.map((release): Planned => ({ release, known: book.known(release) }));
  const skipped = planned.flatMap(({ release, known }) => (known || release.unfit === undefined ? [] : [{ release: labelOf(release), what: release.unfit }]));
  const wanted = planned.filter(({ release, known }) => !known && release.unfit === undefined).map(({ release }) => release);
  const marked = planned.filter(({ known }) => known && known.changes.length > 0);
  const { added, failed } = world.isDryRun ? { added: wanted.map(asPlanned), failed: [] } : await addInBatches(wanted);
  if (!world.isDryRun)
    await writeBook(
      store,
      kind,
      marked.map(({ release }) => ({ does: 'mark' as const, release })),
    );
  const changed = await changedReleases(planned, world);
  return {
    source: name,
    added: added.map(({ release, objects }) => ({
      release: labelOf(release),
      files: objects.map((object) => ({ ...object, url: withoutSecrets(object.url) })),
    })),
    marked: marked.map(({ release, known }) => ({ release: labelOf(release), what: known?.changes.join(', ') ?? '' })),
    changed,
    failed,
    skipped,
    unchanged: planned.filter(({ known }) => known && known.changes.length === 0).length,
    stopped: isStopped(),
  };

  /** What is there is in the record before more is fetched: whoever dies on the way need not begin anew. */
  async function addInBatches(all: readonly MirrorRelease[]): Promise<{ added: Added[]; failed: ToldRelease[] }> {
    const [inAll, failures]: [Added[], ToldRelease[]] = [[], []];
    for (let at = 0; at < all.length && !isStopped(); at += BATCH) {
      const came = await addAll(all.slice(at, at + BATCH), world);
      if (signed && came.added.length > 0 && inAll.length === 0) await keepSigned(name, signed, world);
      await writeBook(store, kind, came.added);
      inAll.push(...came.added);
      failures.push(...came.failed);
    }
    return { added: inAll, failed: failures };
  }
}

type Added = Extract<BookChange, { does: 'add' }>;

const asPlanned = (release: MirrorRelease): Added => ({
  does: 'add',
  release,
  objects: release.files.map(({ url, key, sha256 = '' }) => ({ url, key, sha256, bytes: undefined })),
});

/** Fetches all files of some releases; a release whose files have all come is added. */
async function addAll(releases: readonly MirrorRelease[], world: MirrorWorld): Promise<{ added: Added[]; failed: ToldRelease[] }> {
  const jobs = releases.flatMap((release) => release.files.map((file) => ({ release, file })));
  const objects = new Map<MirrorRelease, StoredObject[]>();
  const failures = new Map<MirrorRelease, string>();
  const tried = async <T>(release: MirrorRelease, action: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await action();
    } catch (error) {
      // A store that cannot be written is no fault of one release.
      if (!isUserError(error) || OF_THE_STORE.has(error.code)) throw error;
      failures.set(release, errorLine(error));
      return undefined;
    }
  };
  // While one is on its way to the disk, or to a bucket, the next is fetched.
  const storing = new BegunAtOnce(STORED_AT_ONCE);
  await mapAtOnce(jobs, AT_ONCE, async ({ release, file }) => {
    if (world.isStopped() || failures.has(release)) return;
    const came = await tried(release, () => fetchObject(file, world));
    if (!came) return;
    await storing.begin(async () => {
      const object = await tried(release, () => came.store());
      if (object) objects.set(release, [...(objects.get(release) ?? []), object]);
    });
  }).finally(() => storing.end());
  return {
    added: releases.flatMap((release): Added[] => {
      const came = objects.get(release) ?? [];
      return came.length === release.files.length && !failures.has(release) ? [{ does: 'add', release, objects: came }] : [];
    }),
    failed: [...failures].map(([release, what]) => ({ release: labelOf(release), what })),
  };
}

const OF_THE_STORE: ReadonlySet<string> = new Set(['store-failed', 'store-busy', 'no-credentials', 'disk-full', 'permission-denied', 'file-system-error']);

/** Releases that are there, and of which the source says or gives something else by now. */
async function changedReleases(planned: readonly Planned[], world: MirrorWorld): Promise<ToldRelease[]> {
  const there = planned.filter((one): one is Planned & { known: KnownRelease } => one.known !== undefined);
  const found = await mapAtOnce(there, AT_ONCE, async ({ release, known }): Promise<ToldRelease[]> => {
    const label = labelOf(release);
    const says = known.differences.length === 0 ? [] : [`says something else of ${known.differences.join(', ')}`];
    const gives: string[] = [];
    for (const object of known.objects) {
      if (world.isStopped()) break;
      // Of another address nothing is to be expected.
      const isElsewhere = !release.files.some(({ url }) => url === object.url);
      if (isElsewhere && !world.isVerified) continue;
      const what = world.isVerified && !world.isDryRun ? await verifiedObject(object, world) : ofSource(object, await changedUpstream(object, world));
      if (what !== undefined) gives.push(what);
    }
    return [...says, ...gives].map((what) => ({ release: label, what }));
  });
  return found.flat();
}

const ofSource = ({ url }: StoredObject, what: string | undefined): string | undefined => (what === undefined ? undefined : `${withoutSecrets(url)} ${what}`);

/** Keeps an index with the signatures that stand beside it: those of the mirror's own index are not its. */
async function keepSigned(name: string, { bytes, signatures }: NonNullable<ReadSource['signed']>, { store }: MirrorWorld): Promise<void> {
  const scratch = await store.scratch();
  const index = asStoredFile(`${scratch}/signed-index`, bytes);
  const key = `${name}/upstream/index-${index.sha256.slice(0, 16)}.yaml`;
  for (const [at, file] of [
    [key, index] as const,
    ...signatures.map(
      (one, place) => [`${key}${one.name.slice(one.name.lastIndexOf('.'))}`, asStoredFile(`${scratch}/signature-${place}`, one.bytes)] as const,
    ),
  ]) {
    if ((await store.create(at, file)) === 'different' && at === key)
      throw new UserError('object-differs', `${store.name} has other bytes under ${at}`, { hint: 'they stay; find out who wrote them' });
  }
}
