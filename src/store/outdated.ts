import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isUserError } from '../errors.ts';
import { type InstalledPlugin, installedPlugins } from '../plugins/installed.ts';
import { isCore, type Layout } from '../plugins/layout.ts';
import { readManifest } from '../plugins/manifest.ts';
import { bestTag } from '../sources/best-tag.ts';
import { classify } from '../sources/classify.ts';
import { type RemoteRefs, remoteRefs } from '../sources/remote-refs.ts';
import type { Source } from '../sources/source.ts';
import { withoutSecrets } from '../system/secrets.ts';
import { fullAddress } from './addresses.ts';
import { installedSource } from './installed-source.ts';
import { isPinned } from './pins.ts';
import { storePaths } from './store-paths.ts';

/** How a plugin stands to its repository. */
export interface Standing {
  readonly name: string;
  readonly version: string;
  /** The commit that is installed. */
  readonly commit: string;
  /** What is followed: a range, a branch; or the tag or commit it is held at. */
  readonly follows: string;
  /** The tag, or the branch's commit, that an update would bring. */
  readonly wanted: string;
  /** The highest tag there is; empty without tags that are versions. */
  readonly latest: string;
  readonly state: 'current' | 'outdated' | 'pinned' | 'unknown';
  readonly problem?: string;
}

/** Repositories asked at a time. */
const AT_ONCE = 6;

/** Asks the repository of every plugin that came from git what it holds now; a failure is a row of its own. In byte order of names. */
export async function outdatedPlugins(layout: Layout): Promise<Standing[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'tool-outdated-'));
  try {
    const plugins = installedPlugins(layout).plugins.filter(({ name }) => !isCore(layout, name));
    const standings: (Standing | undefined)[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let index = next++; index < plugins.length; index = next++) {
        standings[index] = await standingOf(layout, plugins[index] as InstalledPlugin, join(scratch, String(index)));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return standings.filter((standing) => standing !== undefined);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function standingOf(layout: Layout, { name, directory }: InstalledPlugin, scratch: string): Promise<Standing | undefined> {
  const source = await installedSource(layout, name);
  if (source.kind !== 'git') return undefined;
  const paths = storePaths(layout.pluginPath);
  const common = { name, version: readManifest(directory).manifest?.version ?? '', commit: source.commit, follows: followed(source) };
  try {
    // A clone that somebody put there may say anything.
    classify({ source: source.url, link: false });
    const refs = await remoteRefs(fullAddress(paths, source.url), scratch);
    const latest = bestTag([...refs.tags.keys()], '*') ?? '';
    const wanted = wantedOf(source, refs);
    if (wanted === undefined)
      return { ...common, wanted: '', latest, state: 'unknown', problem: `${withoutSecrets(source.url)} has no ${common.follows} any more` };
    const held = source.pinned || isPinned(paths, name);
    const behind = wanted.commit !== source.commit || (held && latest !== '' && latest !== source.tag && refs.tags.get(latest) !== source.commit);
    return { ...common, wanted: wanted.name, latest, state: behind ? (held ? 'pinned' : 'outdated') : 'current' };
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { ...common, wanted: '', latest: '', state: 'unknown', problem: error.message };
  }
}

type GitSource = Extract<Source, { kind: 'git' }>;

const followed = ({ version, committish, pinned, commit }: GitSource): string =>
  version !== undefined
    ? `range ${version}`
    : pinned
      ? `commit ${committish ?? commit.slice(0, 12)}`
      : committish === undefined
        ? 'default branch'
        : `branch ${committish}`;

/** What an update would bring; undefined when what is followed is gone. */
function wantedOf({ version, committish, pinned, commit, tag }: GitSource, { head, branches, tags }: RemoteRefs): { name: string; commit: string } | undefined {
  if (version !== undefined) {
    const best = bestTag([...tags.keys()], version);
    return best === undefined ? undefined : { name: best, commit: tags.get(best) ?? '' };
  }
  if (pinned) return { name: tag ?? commit.slice(0, 12), commit };
  const there = committish === undefined ? head : branches.get(committish);
  return there ? { name: there.slice(0, 12), commit: there } : undefined;
}
