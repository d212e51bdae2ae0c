import { copyFileSync, mkdirSync } from 'node:fs';
import type { Release } from '../catalogue/release.ts';
import { diskCode, errnoOf, isUserError, UserError } from '../errors.ts';
import { explainDiskErrors } from '../system/disk-errors.ts';
import { temporaryBeside } from '../system/links.ts';
import { removeTree } from '../system/remove-tree.ts';
import { keepAges } from './ages.ts';
import { type Brought, bring } from './bring.ts';
import type { CachePaths } from './cache-paths.ts';
import type { Copy, CopyWorld, Standing } from './copy.ts';
import { CACHE_FORMAT, type Failed, type Meta, readMeta, writeMeta } from './meta.ts';
import { hashOfIndex, readIndex } from './read-index.ts';
import type { RepositorySettings } from './settings.ts';
import { isDamaged, readReleases, snapshotFiles } from './snapshot.ts';
import { Unreached } from './unreached.ts';
import { weighAge } from './weigh-age.ts';
import { removeOthers, writeSnapshot } from './write-snapshot.ts';

const KEEP = 'keep a copy of the index';

/**
 * Asks whoever has an index, and puts what came into the place of the copy. The caller holds the lock.
 * @throws UserError where nothing can be had, and there is no copy
 */
export async function renew(settings: RepositorySettings, paths: CachePaths, standing: Standing | undefined, world: CopyWorld): Promise<Copy> {
  const { name } = settings;
  explainDiskErrors(KEEP, paths.folder, () => mkdirSync(paths.folder, { recursive: true }));
  const { onProgress, onEnd } = await world.listen(name);
  const onRetry = (reason: string, seconds: number) => world.warn(`${name}: trying again in ${seconds} s: ${reason}`);
  const scratch = temporaryBeside(paths.meta);
  // Also of a copy whose parts are damaged: what is known of its age counts.
  const before = readMeta(paths, settings);
  const bringWorld = {
    paths,
    scratch,
    before,
    env: world.env,
    getters: world.getters,
    onProgress,
    onRetry,
    isImpatient: world.isImpatient && standing !== undefined,
    isUnconditional: world.acceptOlder,
    wantedSignatures: world.wantedSignatures?.(name) ?? [],
  };
  try {
    mkdirSync(scratch);
    const came = await bring(settings, standing?.meta, bringWorld).finally(onEnd);
    const askedAt = new Date(world.now()).toISOString();
    if (came.catalogue) {
      const { age, older } = await weighAge(settings, paths, came, { meta: before, standing }, world);
      if ((world.minAgeMs?.(name) ?? 0) > 0)
        explainDiskErrors(KEEP, paths.folder, () => keepAges(paths, came.catalogue.releases, standing && allReleases(standing), askedAt));
      const kept = keep(settings, paths, came, { fetchedAt: askedAt, askedAt, age });
      const told = older === undefined ? {} : { older };
      return standing ? { ...kept, ...told, came: 'changed', before: standing.rows } : { ...kept, ...told, came: 'new' };
    }
    // Only who is told of a copy says that it is still the same.
    const copy = standing as Standing;
    const meta = { ...copy.meta, validators: came.validators, askedAt, failed: undefined };
    explainDiskErrors(KEEP, paths.meta, () => writeMeta(paths, meta));
    removeOthers(paths, meta.snapshot);
    return { ...copy, meta, came: 'unchanged' };
  } catch (error) {
    const failure = isUserError(error) ? error : diskFailure(paths, error);
    if (!failure || !standing) throw failure ?? error;
    if (failure instanceof Unreached) noteFailure(paths, standing.meta, { at: new Date(world.now()).toISOString(), why: failure.message });
    return { ...standing, came: 'as it stood', failure };
  } finally {
    removeTree(scratch);
  }
}

/** The releases of a copy that stands; undefined for one that is damaged. */
function allReleases({ paths, meta, rows }: Standing): Release[] | undefined {
  try {
    return rows.rows.flatMap((_, index) => readReleases(paths, meta.snapshot, rows, index));
  } catch (error) {
    if (!isDamaged(error)) throw error;
    return undefined;
  }
}

/** Notes that a server was not reached, by which others do without asking it for a while; nothing is lost where that cannot be written. */
function noteFailure(paths: CachePaths, meta: Meta, failed: Failed): void {
  try {
    writeMeta(paths, { ...meta, failed });
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

/**
 * Makes a copy anew of the index that it was made of, where that is kept: its parts are damaged, or of another format. The caller holds the lock.
 * @returns undefined where it is not kept whole
 */
export async function remake(settings: RepositorySettings, paths: CachePaths): Promise<Standing | undefined> {
  const meta = readMeta(paths, settings);
  const raw = meta && snapshotFiles(paths, meta.snapshot).raw;
  if (!meta || raw === undefined || hashOfIndex(raw) !== meta.state) return undefined;
  const { name, type } = settings;
  const again = temporaryBeside(paths.meta);
  try {
    copyFileSync(raw, again);
    const catalogue = await readIndex(again, { name, ...(type ? { type } : {}), origin: meta.finalUrl });
    return keep(settings, paths, { ...meta, catalogue, raw: again }, meta);
  } catch (error) {
    if (!isUserError(error)) throw error;
    return undefined;
  } finally {
    removeTree(again);
  }
}

/** Writes a copy, and switches to it. */
function keep(
  settings: RepositorySettings,
  paths: CachePaths,
  { catalogue, raw, state, validators, signatures, finalUrl }: Brought,
  { fetchedAt, askedAt, age }: Pick<Meta, 'fetchedAt' | 'askedAt' | 'age'>,
): Standing {
  return explainDiskErrors(KEEP, paths.folder, () => {
    const { id, rows } = writeSnapshot(paths, catalogue, raw);
    const counts = { names: rows.rows.length, releases: catalogue.releases.length, problems: catalogue.problems.length };
    const of = { url: settings.url, catalogue: catalogue.format, state, validators, ...(signatures === undefined ? {} : { signatures }), finalUrl };
    const meta = { format: CACHE_FORMAT, snapshot: id, ...of, ...(age === undefined ? {} : { age }), fetchedAt, askedAt, ...counts };
    writeMeta(paths, meta);
    removeOthers(paths, id);
    return { settings, paths, meta, rows };
  });
}

/** A disk that is full while an index comes, say. */
function diskFailure({ folder }: CachePaths, error: unknown): UserError | undefined {
  const code = errnoOf(error) ?? '';
  if (!/^E[A-Z]+$/.test(code)) return undefined;
  const hint = code === 'ENOSPC' || code === 'EDQUOT' ? 'free some space' : 'look what stands there, and whose it is';
  return new UserError(diskCode(error), `Cannot ${KEEP}: ${folder} (${code})`, { hint, cause: error });
}
