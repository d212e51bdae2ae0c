import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { errorLine, isUserError, UserError } from '../../errors.ts';
import type { StorePaths } from '../../home/store-paths.ts';
import { isCopy, isSameElsewhere, sourceText, writtenSource } from '../../sources/source.ts';
import { bringTree, type StageOptions } from '../../sources/stage.ts';
import { type LockedPlugin, requestForLocked } from '../../sync/lockfile.ts';
import { removeTree } from '../../system/remove-tree.ts';
import type { BundledFile, BundledPlugin } from './manifest.ts';
import { packTree } from './pack-tree.ts';

/** A file that goes into a bundle, and where it stands now. */
export interface CollectedFile extends BundledFile {
  readonly place: string;
}

/** A plugin that goes into a bundle. */
export interface CollectedPlugin {
  readonly plugin: BundledPlugin;
  readonly file: CollectedFile;
}

/**
 * Brings a plugin of a lock from its source and packs it. What its source gives must be what is locked.
 * @param folder where files are put
 * @throws UserError where it cannot be had, or is not what is locked
 */
export async function collectPlugin(locked: LockedPlugin, folder: string, paths: StorePaths, options: StageOptions): Promise<CollectedPlugin> {
  const { name, version, hash } = locked;
  if (!isCopy(locked.source)) {
    throw new UserError('source-refused', `${name} is a link to ${sourceText(locked.source)}, and no bundle can hold what its owner changes`, {
      hint: 'install a copy, and lock again',
    });
  }
  const scratch = mkdtempSync(join(folder, 'tree-'));
  try {
    const brought = await bringTree(requestForLocked(locked, paths), scratch, options);
    if (brought.hash !== hash && !isSameElsewhere(locked.source, brought.source))
      throw new UserError('source-changed', `What ${name} has at its source is not what is locked`, {
        hint: 'ask its author why; to accept it, update the plugin and lock again',
      });
    const path = `plugins/${name}.tar.gz`;
    const place = join(folder, `${name}.tar.gz`);
    const { sha256, size } = await packTree(name, brought.tree, brought.entries, place);
    const { program } = brought;
    const signer = brought.signature?.state === 'signed' ? brought.signature.signer.key : locked.signer;
    return {
      plugin: {
        name,
        version,
        file: path,
        tree: brought.hash,
        source: writtenSource(brought.source),
        ...(program ? { program } : {}),
        ...(signer ? { signer } : {}),
      },
      file: { path, sha256, bytes: size, place },
    };
  } catch (error) {
    if (!isUserError(error)) throw error;
    throw new UserError(error.code, `${name}: ${errorLine(error)}`, { cause: error });
  } finally {
    removeTree(scratch);
  }
}
