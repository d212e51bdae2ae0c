import { statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { type StorePaths, storePaths } from '../../home/store-paths.ts';
import type { GitFacts } from '../../sources/git/facts.ts';
import { type GitSource, isGit } from '../../sources/git/source.ts';
import type { Staged } from '../../sources/stage.ts';
import { fullAddress } from '../../store/addresses.ts';
import { isPinned } from '../../store/pins.ts';
import { currentReceipt } from '../../store/receipts.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { treeFacts } from '../../store/tree-facts.ts';
import { linkTarget } from '../../system/links.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import { readSmallFile, SETTINGS_BYTES } from '../../system/small-file.ts';
import { print } from '../../terminal/log.ts';
import type { PlugnContext } from './command.ts';
import { checkName } from './name.ts';
import { placeForPlugn, repositoryUrl } from './staging.ts';

/**
 * Brings a plugin to what its branch holds now, or to another branch, tag or commit (contract dokku §2.2 `update`). What is checked
 * out says what is followed; no hook runs.
 */
export async function run(context: PlugnContext): Promise<number> {
  const {
    layout,
    env,
    args: [name = '', given],
  } = context;
  checkName(name);
  const committish = given || undefined;
  const place = join(layout.available, name);
  if (!statSync(place, { throwIfNoEntry: false })?.isDirectory()) {
    print(`Plugin (${name}) not installed`);
    return 1;
  }
  const facts = await treeFacts(layout, name);
  if (!facts) {
    print(`Plugin (${name}) not managed by git`);
    return 0;
  }
  const target = linkTarget(place);
  if (target !== undefined) {
    print(`Plugin (${name}) is a link to ${target}; update it there`);
    return 0;
  }
  refuseNested(env);
  const paths = storePaths(layout.pluginPath);
  const known = (): { source: GitSource; hash: string } | undefined => {
    const receipt = currentReceipt(paths, name);
    return receipt && isGit(receipt.source) && receipt.source.commit === facts.commit ? { source: receipt.source, hash: receipt.sourceHash } : undefined;
  };
  const request = committish === undefined && isPinned(paths, name) ? undefined : whatToFollow(facts, known()?.source, committish);
  if (!request) {
    print(`Plugin pinned to ${known()?.source.committish ?? pinOf(place) ?? facts.commit}`);
    return 0;
  }
  if (facts.url === '') throw new UserError('no-remote', `Plugin (${name}) has no remote to update from`, { hint: `git -C ${place} remote add origin URL` });
  const standing = committish === undefined ? known()?.source : undefined;
  await placeForPlugn(context, {
    name,
    standing: standing?.exact === false ? standing : undefined,
    request: { source: repositoryUrl(addressOf(paths, facts.url)), ...request },
    isWanted: (staged) => !isTheSame(known(), staged, committish),
  });
  print(`Plugin (${name}) updated${committish === undefined ? '' : ` and pinned to ${committish}`}`);
  return 0;
}

/** A clone's configuration has no secrets where the store made it; then the store has kept them. */
function addressOf(paths: StorePaths, url: string): string {
  const shown = withoutSecrets(url);
  const kept = fullAddress(paths, shown);
  return kept === shown ? url : kept;
}

/** What an update stages; undefined for a plugin that stays where it is pinned. */
function whatToFollow(
  { branch }: GitFacts,
  known: GitSource | undefined,
  committish: string | undefined,
): { committish?: string; isBranch?: true; version?: string } | undefined {
  if (committish !== undefined) return { committish };
  if (branch !== '') return { committish: branch, isBranch: true };
  return known?.version === undefined ? undefined : { version: known.version };
}

/** Whether the store has put there what an update has staged: then it is no new generation. */
function isTheSame(known: { source: GitSource; hash: string } | undefined, { source, hash }: Staged, committish: string | undefined): boolean {
  if (!known || !isGit(source)) return false;
  const sameWish = committish === undefined || known.source.committish === committish;
  return known.hash === hash && known.source.commit === source.commit && known.source.exact === source.exact && sameWish;
}

/** Where plugn itself noted what it pinned a plugin to. */
function pinOf(place: string): string | undefined {
  try {
    return readSmallFile(join(place, '.plugin_committish'), SETTINGS_BYTES).trim() || undefined;
  } catch {
    return undefined;
  }
}
