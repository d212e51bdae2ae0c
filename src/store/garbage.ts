import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Layout } from '../home/layout.ts';
import { lockPath, storePaths } from '../home/store-paths.ts';
import { cacheRoot, downloadsFolder } from '../repositories/cache-paths.ts';
import { downloadLimit } from '../repositories/download-limit.ts';
import { configuredNames } from '../repositories/settings.ts';
import { surplusDownloads } from '../sources/catalogue/kept-downloads.ts';
import { writtenSource } from '../sources/source.ts';
import { diskUse } from '../system/disk-use.ts';
import { statOrNothing } from '../system/links.ts';
import { removeTree } from '../system/remove-tree.ts';
import { LIST_BYTES, smallBytesIfThere } from '../system/small-file.ts';
import { keptGenerations } from './generations.ts';
import { currentReceipt, receiptsOf } from './receipts.ts';

/** Something in a home that nothing needs any more. */
export interface Garbage {
  readonly kind: 'download' | 'index' | 'bundle' | 'environment';
  readonly path: string;
  /** What it takes on the disk. */
  readonly bytes: number;
  /** Why it is not needed, to stand behind its path. */
  readonly why: string;
}

/** What was being unpacked this long ago is nobody's any more. */
const STALE_MS = 86_400_000;

/**
 * What no generation, no lock, no repository, no package and no limit of a cache refers to. Nothing is changed.
 * @throws UserError when tool.toml cannot be understood
 */
export function findGarbage(layout: Layout, now = Date.now()): Garbage[] {
  return [...downloads(layout), ...indexes(layout), ...bundles(layout, now), ...environments(layout)];
}

/** Removes what was found. @returns what is left of it, as it could not be removed */
export const removeGarbage = (found: readonly Garbage[]): Garbage[] => found.filter(({ path }) => !removeTree(path));

/** Downloads beyond `[cache] downloads`. */
function downloads(layout: Layout): Garbage[] {
  const found = surplusDownloads(downloadsFolder(layout), downloadLimit(layout.home));
  return found.map(({ path }) => ({ kind: 'download', path, bytes: diskUse(path), why: 'is more than the cache may have' }));
}

/** Copies of indexes of repositories that tool.toml does not have. */
function indexes(layout: Layout): Garbage[] {
  const root = cacheRoot(layout);
  const configured = new Set(configuredNames(layout.home));
  return namesIn(root)
    .filter((name) => !name.startsWith('.') && !configured.has(name))
    .map((name) => garbage('index', join(root, name), 'is of a repository that is not there any more'));
}

/**
 * Packages of bundles that no add-on was installed from which is there, or can be rolled back to, and that tool.lock does not name. What came within a day stays: its add-ons may be about to be
 * installed. A home that is reached by another path is the same home, so that only the end of a path is compared.
 */
function bundles(layout: Layout, now: number): Garbage[] {
  const folder = join(layout.home, 'bundles');
  const names = namesIn(folder);
  if (names.length === 0) return [];
  const used = [...referencedSources(layout), smallBytesIfThere(lockPath(layout), LIST_BYTES)?.toString() ?? ''];
  return names.flatMap((name) => {
    const path = join(folder, name);
    if (now - lstatSync(path).mtimeMs <= STALE_MS) return [];
    if (name.startsWith('.')) return [garbage('bundle', path, 'was left by an install that was ended')];
    const ending = `/bundles/${basename(pathToFileURL(path).href)}/`;
    return used.some((text) => text.includes(ending)) ? [] : [garbage('bundle', path, 'has no package of an add-on that is there or in tool.lock')];
  });
}

/** The sources of all that is installed, and of what it can be rolled back to, as text. */
function referencedSources(layout: Layout): string[] {
  const paths = storePaths(layout.pluginPath);
  return namesIn(paths.store)
    .filter((name) => !name.startsWith('.') && existsSync(paths.receipts(name)))
    .flatMap((name) => {
      const kept = new Set([currentReceipt(paths, name)?.generation, ...keptGenerations(layout, name)]);
      return receiptsOf(paths, name).filter(({ generation }) => kept.has(generation));
    })
    .map(({ source }) => JSON.stringify(writtenSource(source)));
}

/** Rendered environments of packages that are gone, and of earlier builds. */
function environments(layout: Layout): Garbage[] {
  const root = join(layout.home, 'env');
  if (!statOrNothing(root)?.isDirectory()) return [];
  // Links are not followed, which Node does where it is asked for names alone.
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.sh'))
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)));
  return files.flatMap((name) => {
    const build = buildOf(`/${dirname(name)}`);
    if (build === undefined) return [garbage('environment', join(root, name), 'is of a package that is not there any more')];
    return name.endsWith(`/${build}.sh`) ? [] : [garbage('environment', join(root, name), 'is of an earlier build')];
  });
}

/** The build of a package, as its launcher names it; undefined where there is none. */
function buildOf(directory: string): string | undefined {
  try {
    return /^tool_build=([0-9a-f]+)$/m.exec(readFileSync(join(directory, 'dist/build.sh'), 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

const garbage = (kind: Garbage['kind'], path: string, why: string): Garbage => ({ kind, path, bytes: diskUse(path), why });

const namesIn = (folder: string): string[] => (statOrNothing(folder)?.isDirectory() ? readdirSync(folder).sort() : []);
