import { join } from 'node:path';
import type { Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import { isAvailable } from '../plugins/installed.ts';
import type { AddonRole, AddonSource, WantedAddon } from '../sources/addon/source.ts';
import type { SourceRequest } from '../sources/request.ts';
import { knownKind } from '../sources/source.ts';
import { isPinned } from '../store/pins.ts';
import { currentReceipt } from '../store/receipts.ts';

/** An add-on whose package is wanted, and where that is. */
export interface AddonPackage {
  readonly name: string;
  readonly version: string;
  readonly url: string;
  readonly sha256?: string | undefined;
  readonly repository?: string | undefined;
  /** As in AddonSource; undefined leaves what it is. */
  readonly config?: string | undefined;
}

/** What is done with one add-on. */
export interface AddonStep {
  readonly addon: string;
  readonly version: string;
  /** The version that stands; undefined where none does. */
  readonly from?: string | undefined;
  readonly action: 'install' | 'update' | 'unchanged' | 'pinned';
  readonly request: SourceRequest & { readonly addon: WantedAddon };
}

/** Where the plugin of an add-on stands. */
export const addonDirectory = (layout: Layout, name: string): string => join(layout.available, name);

/** The package that an add-on was installed from; undefined for what is none, or does not stand. */
export function standingAddon(layout: Layout, name: string): AddonSource | undefined {
  const source = isAvailable(layout, name) ? currentReceipt(storePaths(layout.pluginPath), name)?.source : undefined;
  return source?.kind === 'addon' ? source : undefined;
}

/** What is to be done with one add-on: nothing for what stands already, and for what is pinned. */
export async function planPackage(layout: Layout, wanted: AddonPackage, role: AddonRole): Promise<AddonStep> {
  const { name, version, url, sha256 = '', repository } = wanted;
  const standing = standingAddon(layout, name);
  const config = wanted.config ?? standing?.config ?? '';
  const addon: WantedAddon = { name, version, sha256, role, config, repository, isTold: true };
  const request = { source: url, addon, link: false };
  const step = { addon: name, version, from: standing?.version, request };
  if (standing === undefined) return { ...step, action: 'install' };
  const isSame = await knownKind(standing)?.isUnchanged(standing, request, { scratch: '' });
  if (isSame) return { ...step, action: 'unchanged' };
  return { ...step, action: isPinned(storePaths(layout.pluginPath), name) ? 'pinned' : 'update' };
}
