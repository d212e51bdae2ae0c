import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isUserError, UserError } from '../errors.ts';
import type { Layout } from '../plugins/layout.ts';
import { archiveFormat } from '../sources/archive.ts';
import { gitFacts } from '../sources/git-facts.ts';
import { type Staged, samePlace } from '../sources/source.ts';
import { rememberAddress } from '../store/addresses.ts';
import { carryOut } from '../store/change.ts';
import { planPlacing } from '../store/plan-change.ts';
import { currentReceipt } from '../store/receipts.ts';
import { changingPlugins } from '../store/recover.ts';
import { refuseNested } from '../store/refuse-nested.ts';
import { storePaths } from '../store/store-paths.ts';
import { makeStaging, removeStaging } from '../store/switch.ts';
import { somethingAt } from '../system/links.ts';
import { withoutSecrets } from '../system/secrets.ts';
import { logWarn, printError } from '../terminal/log.ts';
import type { CommandContext } from './command-spec.ts';
import { checkNewName } from './plugn-name.ts';
import { plugnDefaultName, repositoryUrl, stagePlugin } from './plugn-staging.ts';

const NO_ARCHIVE = 2;
const NO_CLONE = 128;

/**
 * Installs a plugin without enabling it or running a hook (contract dokku §2.2). What is there from a repository stays; an archive
 * replaces what is there, enabled or not as it was, and only once it is whole.
 */
export async function run({ layout, env, args: [given = '', named] }: CommandContext): Promise<number> {
  const source = repositoryUrl(given);
  const name = named || plugnDefaultName(given);
  checkNewName(layout, name);
  refuseNested(env);
  const isOccupied = (): boolean => !archiveFormat(source) && somethingAt(join(layout.available, name));
  if (isOccupied()) return alreadyThere(layout, name, [given, source]);
  const staging = makeStaging(layout);
  try {
    const { staged, version } = await stagePlugin(layout, name, { source }, staging).catch(asTheProgram(source));
    return await changingPlugins(layout, logWarn, async () => {
      if (isOccupied()) return alreadyThere(layout, name, [given, source]);
      if (isTheSame(layout, name, staged)) return 0;
      const enabled = somethingAt(join(layout.available, name)) ? undefined : false;
      rememberAddress(storePaths(layout.pluginPath), source);
      await carryOut(layout, planPlacing(layout, name, version, staged, enabled), { hooks: [], entries: staged.entries, say: logWarn }, env);
      return 0;
    });
  } finally {
    removeStaging(staging);
  }
}

/** Gives a failure the status of the program that plugn would have run, which scripts know (contract dokku §2.2). */
const asTheProgram =
  (source: string) =>
  (error: unknown): never => {
    if (!isUserError(error) || error.status !== 1) throw error;
    const status = archiveFormat(source) ? NO_ARCHIVE : NO_CLONE;
    throw new UserError('REFUSED', error.message, { status, cause: error, ...(error.hint ? { hint: error.hint } : {}) });
  };

/** What plugn says of a name in use, and its status: 0 where the repository is the same. */
async function alreadyThere(layout: Layout, name: string, urls: readonly string[]): Promise<number> {
  const place = join(layout.available, name);
  if (!existsSync(join(place, '.git'))) {
    printError(`${name} is already installed, but it does not seem to be a git repository`);
    return 1;
  }
  const { url } = await gitFacts(place);
  if (!urls.map(withoutSecrets).includes(withoutSecrets(url))) {
    printError(`Plugin '${name}' is already installed, but with a different url. To install anyway, uninstall it first.`);
    return 1;
  }
  printError(`Plugin '${name}' is already installed.`);
  return 0;
}

/** Whether the very archive is there already, so that it is no new generation. */
function isTheSame(layout: Layout, name: string, { source, hash }: Staged): boolean {
  const receipt = somethingAt(join(layout.available, name)) ? currentReceipt(storePaths(layout.pluginPath), name) : undefined;
  return receipt !== undefined && samePlace(receipt.source, source) && receipt.sourceHash === hash;
}
