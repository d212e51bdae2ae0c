import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isReleaseVersion, VERSION_RULE } from '../../catalogue/names.ts';
import { UserError } from '../../errors.ts';
import { isPluginName } from '../../home/names.ts';
import { filesPath, packagedAddon, SCRIPT } from '../../plugins/addons/package-layout.ts';
import { packingOf } from '../../sources/archive/packing.ts';
import { DEFAULT_LIMITS } from '../../sources/archive/policy.ts';
import { unpackArchive } from '../../sources/archive/unpack.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { statOrNothing } from '../../system/links.ts';
import { removeTree } from '../../system/remove-tree.ts';
import type { AddonFiles } from './lint-addon.ts';

/** What a line says of a folder whose path does not. */
export interface AddonWords {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
}

/**
 * The add-on in a folder, whose path ends in NAME/VERSION unless the line says both.
 * @throws UserError not-a-directory, not-an-addon, bad-value
 */
export function addonIn(word: string, said: AddonWords): AddonFiles {
  if (!statOrNothing(word)?.isDirectory())
    throw new UserError('not-a-directory', `${harmlessLine(word)} is not a directory`, { status: 2, hint: `give the folder with ${SCRIPT}` });
  const directory = realpathSync(word);
  const { name = basename(dirname(directory)), version = basename(directory) } = said;
  const bad = (what: string, value: string, rule: string): UserError =>
    new UserError('bad-value', `${JSON.stringify(value)} cannot be the ${what} of an add-on`, {
      hint: `${rule}; the folder is NAME/VERSION, or give --name and --version`,
    });
  if (!isPluginName(name)) throw bad('name', name, 'a name is of letters, digits and "-"');
  if (!isReleaseVersion(version)) throw bad('version', version, VERSION_RULE);
  return { name, version, directory };
}

/**
 * Looks at the add-on in a folder, or in a package, which is unpacked for that by the rules of an install.
 * @throws UserError for what is neither
 */
export async function withAddon<T>(word: string, said: AddonWords, use: (addon: AddonFiles) => Promise<T>): Promise<T> {
  if (!statOrNothing(word)?.isFile()) return use(addonIn(word, said));
  const scratch = mkdtempSync(join(tmpdir(), 'tool-addons-'));
  try {
    const packing = await packingOf(word);
    if (packing?.holds !== 'files')
      throw new UserError('not-an-addon', `${harmlessLine(word)} is no package of an add-on: it is not an archive`, { hint: 'make one with addon:package' });
    const root = join(scratch, 'package');
    await unpackArchive(word, harmlessLine(word), root, DEFAULT_LIMITS, { format: packing.format, keepsFolder: true });
    const found = packagedAddon(root);
    if ('problem' in found)
      throw new UserError('not-an-addon', `${harmlessLine(word)} is no package of an add-on: it ${harmlessLine(found.problem)}`, {
        hint: 'make one with addon:package',
      });
    return await use({ ...found, directory: join(root, filesPath(found)) });
  } finally {
    removeTree(scratch);
  }
}
