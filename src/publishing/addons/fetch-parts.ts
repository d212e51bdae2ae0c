import { copyFileSync, createReadStream, createWriteStream, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { diskCode, errnoOf, UserError } from '../../errors.ts';
import { download } from '../../http/download.ts';
import { DEFAULT_LIMITS } from '../../sources/archive/policy.ts';
import { temporaryBeside } from '../../system/links.ts';
import { missingParts } from './lint-addon.ts';
import { canBring, type ManifestEntry } from './manifest.ts';

/** How fetching is told of. */
export interface PartListener {
  readonly onProgress?: (received: number, total: number | undefined) => void;
  readonly onRetry?: (reason: string, seconds: number) => void;
  readonly onEnd?: () => void;
}

/** What `fetchParts` would bring, by its path in the folder. */
export const partsToFetch = (directory: string): readonly ManifestEntry[] => missingParts(directory).filter(canBring);

/**
 * Brings what a Manifest names and is not there into the folder of an add-on, each whole or not at all.
 * @param listen how each is told of, by its path
 * @throws UserError for the first that cannot be had
 */
export async function fetchParts(directory: string, listen: (path: string) => PartListener): Promise<void> {
  for (const entry of partsToFetch(directory)) {
    const file = join(directory, entry.path);
    const coming = temporaryBeside(file);
    const listener = listen(entry.path);
    try {
      mkdirSync(dirname(file), { recursive: true });
      await bring(entry, directory, coming, listener);
      renameSync(coming, file);
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
      throw new UserError(diskCode(error), `${entry.path} cannot be made of ${entry.from} (${errnoOf(error)})`, {
        hint: `line ${entry.line} of the Manifest names it`,
        cause: error,
      });
    } finally {
      rmSync(coming, { force: true });
      listener.onEnd?.();
    }
  }
}

async function bring({ kind, from }: ManifestEntry, directory: string, coming: string, listener: PartListener): Promise<void> {
  if (from.startsWith('https://')) return void (await download(from, coming, { maxBytes: DEFAULT_LIMITS.bytes, ...listener }));
  const source = resolve(directory, from);
  if (kind === 'asset') return copyFileSync(source, coming);
  await pipeline(createReadStream(source), createGzip(), createWriteStream(coming, { flags: 'wx' }));
}
