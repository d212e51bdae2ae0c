import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isUserError } from '../errors.ts';
import { isCore, type Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import { type InstalledPlugin, installedPlugins } from '../plugins/installed.ts';
import { classify } from '../sources/classify.ts';
import { followed, isHeld } from '../sources/followed.ts';
import { bestTag } from '../sources/git/best-tag.ts';
import { readRefName } from '../sources/git/ref-name.ts';
import { type RemoteRefs, remoteRefs } from '../sources/git/remote-refs.ts';
import type { Source } from '../sources/source.ts';
import { fullAddress } from '../store/addresses.ts';
import { installedSource } from '../store/installed-source.ts';
import { isPinned } from '../store/pins.ts';
import { removeTree } from '../system/remove-tree.ts';
import { withoutSecrets } from '../system/secrets.ts';

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
}

/** Repositories asked at a time. */
const AT_ONCE = 6;

/** Asks the source of every plugin what it holds now; a failure is a row of its own. In byte order of names. */
export async function outdatedPlugins(layout: Layout): Promise<Standing[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'tool-outdated-'));
  try {
    const plugins = installedPlugins(layout).plugins.filter(({ name }) => !isCore(layout, name));
    const standings: Standing[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let index = next++; index < plugins.length; index = next++) {
        standings[index] = await standingOf(layout, plugins[index] as InstalledPlugin, join(scratch, String(index)));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return standings;
  } finally {
    removeTree(scratch);
  }
}

async function standingOf(layout: Layout, { name, version }: InstalledPlugin, scratch: string): Promise<Standing> {
  const source = await installedSource(layout, name);
  const common = { name, kind: source.kind, version, commit: '', follows: followed(source) };
  try {
    if (source.kind !== 'git') {
      const { compareLocally } = await import('./compare-locally.ts');
      const { state, problem } = await compareLocally(layout, name, source);
      return { ...common, wanted: '', latest: '', state, ...(problem ? { problem } : {}) };
    }
    return { ...common, commit: source.commit, ...(await askRepository(layout, name, source, scratch)) };
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { ...common, wanted: '', latest: '', state: 'unknown', problem: error.message };
  }
}

type GitSource = Extract<Source, { kind: 'git' }>;

async function askRepository(
  layout: Layout,
  name: string,
  source: GitSource,
  scratch: string,
): Promise<Pick<Standing, 'wanted' | 'latest' | 'state' | 'problem'>> {
  const paths = storePaths(layout.pluginPath);
  // A clone that somebody put there may say anything.
  classify({ source: source.url, link: false });
  const refs = await remoteRefs(fullAddress(paths, source.url), scratch);
  const latest = bestTag([...refs.tags.keys()], '*') ?? '';
  const wanted = wantedOf(source, refs);
  if (wanted === undefined) return { wanted: '', latest, state: 'unknown', problem: `${withoutSecrets(source.url)} has no ${followed(source)} any more` };
  const held = isHeld(source) || isPinned(paths, name);
  const behind = wanted.commit !== source.commit || (held && latest !== '' && latest !== source.tag && refs.tags.get(latest) !== source.commit);
  return { wanted: wanted.name, latest, state: behind ? (held ? 'pinned' : 'outdated') : 'current' };
}

/** What an update would bring; undefined when what is followed is gone. */
function wantedOf({ version, committish, pinned, commit, tag }: GitSource, refs: RemoteRefs): { name: string; commit: string } | undefined {
  const { head, branches, tags } = refs;
  if (version !== undefined) {
    const best = bestTag([...tags.keys()], version);
    return best === undefined ? undefined : { name: best, commit: tags.get(best) ?? '' };
  }
  if (pinned) return { name: tag ?? commit.slice(0, 12), commit };
  const named = committish === undefined ? ({ kind: 'head' } as const) : readRefName(committish, refs, true);
  const there = named.kind === 'head' ? head : named.kind === 'branch' ? branches.get(named.branch) : undefined;
  return there ? { name: there.slice(0, 12), commit: there } : undefined;
}
