import type { Problem, Release } from '../catalogue/release.ts';
import { type IndexEntry, identityOf } from '../publishing/index-entry.ts';
import { readUsableEntries } from '../publishing/index-text.ts';
import { bringCopy, type Copy, type CopyWorld } from '../repositories/copy.ts';
import type { RepositorySettings } from '../repositories/settings.ts';
import { type SignedIndex, signedIndex } from '../repositories/signed-index.ts';
import { readProblems, readReleases } from '../repositories/snapshot.ts';
import { SIGNATURE_ENDINGS } from '../repositories/wanted-signatures.ts';
import type { BookKind, MirrorRelease } from './book.ts';
import { indexBook } from './index-book.ts';
import { pluginRelease } from './plugin-release.ts';
import { addonRelease, registryBook } from './registry-book.ts';

/** What a source has, and the record that the mirror keeps of it. */
export interface ReadSource {
  readonly name: string;
  readonly book: BookKind;
  readonly releases: readonly MirrorRelease[];
  /** Entries of its index that are left out, and why. */
  readonly problems: readonly Problem[];
  /** The index as it was signed, where it was. */
  readonly signed: Extract<SignedIndex, { kind: 'file' }> | undefined;
}

/**
 * Asks a repository for its index, and reads what it has. A copy that could not be renewed is not used: who mirrors wants to know.
 * @param base the address that the mirror's objects are read at; asked for where an index of plugins is written
 * @throws UserError where the index cannot be had
 */
export async function readSource(settings: RepositorySettings, world: CopyWorld, base: () => string): Promise<ReadSource> {
  const copy = await bringCopy(settings, { ...world, refresh: true, isImpatient: false, wantedSignatures: () => SIGNATURE_ENDINGS });
  if (copy.failure) throw copy.failure;
  const { name } = settings;
  const releases = copy.rows.rows.flatMap((_, index) => readReleases(copy.paths, copy.meta.snapshot, copy.rows, index));
  const problems = readProblems(copy.paths, copy.meta.snapshot);
  if (copy.meta.catalogue === 'versions.json') return { name, book: registryBook, releases: releases.map(addonRelease), problems, signed: undefined };
  const signed = signedIndex(copy);
  const entries = await entriesOf(copy, releases, signed);
  return {
    name,
    book: indexBook(name, base()),
    releases: releases.map((release) => pluginRelease(name, release, entries.get(release))),
    problems,
    signed: signed?.kind === 'file' && signed.signatures.length > 0 ? signed : undefined,
  };
}

/** The entries that releases were read of, where the index is of Botkube's shape. */
async function entriesOf({ meta }: Copy, releases: readonly Release[], signed: SignedIndex | undefined): Promise<ReadonlyMap<Release, IndexEntry>> {
  if (meta.catalogue !== 'botkube' || signed?.kind !== 'file') return new Map();
  const entries = await readUsableEntries(signed.bytes.toString(), meta.finalUrl);
  const byIdentity = new Map<string, IndexEntry>();
  // Of two that have the same key the first counts.
  for (const entry of entries) if (!byIdentity.has(identityOf(entry))) byIdentity.set(identityOf(entry), entry);
  return new Map(
    releases.flatMap((release) => {
      const { name, type, version } = release;
      const entry = byIdentity.get(identityOf({ name, ...(type === undefined ? {} : { type }), version, urls: [] }));
      return entry ? [[release, entry]] : [];
    }),
  );
}
