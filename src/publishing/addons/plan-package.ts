import { lstatSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { CATEGORIES, filesPath } from '../../plugins/addons/package-layout.ts';
import { realFile } from '../../system/links.ts';
import type { Finding } from '../lint/finding.ts';
import { type PackedEntry, packedTree } from '../packed-tree.ts';
import { type AddonFiles, lintAddon } from './lint-addon.ts';

/** A package that is to be written. */
export interface PlannedPackage {
  readonly addon: AddonFiles;
  /** The archive's path. */
  readonly file: string;
  /** Below `addons/NAME`. */
  readonly entries: readonly PackedEntry[];
  /** What a careful author would mend. */
  readonly remarks: readonly Finding[];
}

/**
 * What is to be packed of an add-on, all of it checked before anything is written (contract registry §2.7).
 * @param isPartial whether what its Manifest asks for may be missing
 * @throws UserError addon-incomplete where something is wrong with it, and for what could not be installed
 */
export async function planPackage(addon: AddonFiles, output: string, isPartial: boolean): Promise<PlannedPackage> {
  const findings = await lintAddon(addon);
  const isPassed = ({ rule, level }: Finding): boolean => level === 'remark' || (isPartial && rule === 'missing');
  const [error] = findings.filter((one) => !isPassed(one));
  if (error) {
    const more = findings.filter((one) => !isPassed(one)).length - 1;
    const at = error.line === undefined ? error.where : `${error.where}:${error.line}`;
    const others = more === 0 ? '' : `, and ${more} more; addon:lint lists all`;
    throw new UserError('addon-incomplete', `${addon.name} ${addon.version} cannot be packed: ${at}: ${error.text}${others}`, {
      hint: error.remedy ?? 'correct it',
    });
  }
  const file = join(output, `${addon.name}-${addon.version}.tar.gz`);
  const inside = relative(addon.directory, realFile(resolve(output)));
  const isOwn = (path: string): boolean => relative(inside, path) === `${addon.name}-${addon.version}.tar.gz`;
  const own = inside === '..' || inside.startsWith('../') ? undefined : isOwn;
  const files = await packedTree(addon.directory, filesPath(addon), inside === '' ? undefined : output, own);
  const below = files.map((entry): PackedEntry => ({ ...entry, path: `${addon.version}/${entry.path}`, from: entry.path }));
  const top: PackedEntry = { path: addon.version, kind: 'directory', mode: 0o755, size: 0, target: '' };
  return { addon, file, entries: [top, ...below, ...categories(addon.directory)], remarks: findings.filter(isPassed) };
}

/** The file beside the folders of the versions, where there is one. */
function categories(directory: string): PackedEntry[] {
  const from = `../${CATEGORIES}`;
  const stat = lstatSync(join(directory, from), { throwIfNoEntry: false });
  return stat?.isFile() ? [{ path: CATEGORIES, from, kind: 'file', mode: 0o644, size: stat.size, target: '' }] : [];
}
