import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PassedOver } from '../catalogue/choose.ts';
import { isUserError } from '../errors.ts';
import { isShipped } from '../home/core-names.ts';
import type { Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import { type InstalledPlugin, installedPlugins } from '../plugins/installed.ts';
import { plainHttpRegistries } from '../registries/settings.ts';
import { classify } from '../sources/classify.ts';
import type { AskWorld } from '../sources/kind.ts';
import type { Source } from '../sources/kinds.ts';
import { followed, isExact, kindOf, knownKind, placeOf } from '../sources/source.ts';
import type { StageOptions } from '../sources/stage.ts';
import { fullAddress } from '../store/addresses.ts';
import { installedSource } from '../store/installed-source.ts';
import { isPinned } from '../store/pins.ts';
import { currentReceipt } from '../store/receipts.ts';
import { mapAtOnce } from '../system/at-once.ts';
import { removeTree } from '../system/remove-tree.ts';

/** How a plugin stands to its source. */
export interface Standing {
  readonly name: string;
  readonly kind: Source['kind'];
  readonly version: string;
  /** The commit that is installed; empty for what is not from git. */
  readonly commit: string;
  /** What is followed: a range, a branch; the tag or commit it is held at; or what it comes from. */
  readonly follows: string;
  /** The tag, or the branch's commit, that an update would bring. */
  readonly wanted: string;
  /** The highest tag there is; empty without tags that are versions. */
  readonly latest: string;
  readonly state: 'current' | 'outdated' | 'pinned' | 'not checked' | 'unknown';
  /** Why it is not checked, or unknown. */
  readonly problem?: string;
  /** What whoever has it should know: that it was taken back. */
  readonly remark?: string;
  /** Of a repository: what is newer than `wanted`, or than `latest` where one version was asked for, and why an update passes over it. */
  readonly passedOver?: readonly PassedOver[];
}

/** Repositories asked at a time. */
const AT_ONCE = 6;

/** Asks the source of every plugin what it holds now; a failure is a row of its own. In byte order of names. */
export async function outdatedPlugins(layout: Layout, catalogues: StageOptions['catalogues']): Promise<Standing[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'tool-outdated-'));
  try {
    const plainHttp = () => plainHttpRegistries(layout.home);
    const plugins = installedPlugins(layout).plugins.filter(({ name }) => !isShipped(layout, name));
    return await mapAtOnce(plugins, AT_ONCE, (plugin, index) => standingOf(layout, plugin, { scratch: join(scratch, String(index)), catalogues, plainHttp }));
  } finally {
    removeTree(scratch);
  }
}

async function standingOf(layout: Layout, { name, version }: InstalledPlugin, world: AskWorld): Promise<Standing> {
  const paths = storePaths(layout.pluginPath);
  const source = await installedSource(layout, name);
  const common = { name, kind: source.kind, version, commit: '', follows: followed(source), wanted: '', latest: '' };
  try {
    const place = placeOf(source) ?? '';
    // A clone that somebody put there may say anything.
    if (knownKind(source)?.isAsked) classify({ source: place, link: false });
    const isHeld = isExact(source) || isPinned(paths, name);
    const address = fullAddress(paths, place);
    const { state, ...found } = await kindOf(source).compare(source, { ...world, address, isHeld, sourceHash: currentReceipt(paths, name)?.sourceHash });
    return { ...common, ...found, state: state === 'outdated' && isHeld ? 'pinned' : state };
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { ...common, state: 'unknown', problem: error.message };
  }
}
