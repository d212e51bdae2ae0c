import { existsSync } from 'node:fs';
import { isUserError, UserError } from '../../errors.ts';
import { isUsers } from '../../home/core-names.ts';
import type { Layout } from '../../home/layout.ts';
import { storePaths } from '../../home/store-paths.ts';
import { archiveFormat } from '../../sources/archive/format.ts';
import { madeOf, nameByFolder } from '../../sources/archive/name.ts';
import { samePlace } from '../../sources/source.ts';
import type { Staged } from '../../sources/stage.ts';
import { checkNewName } from '../../store/new-name.ts';
import { currentReceipt } from '../../store/receipts.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { treeFacts } from '../../store/tree-facts.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import { printError } from '../../terminal/log.ts';
import type { PlugnContext } from './command.ts';
import { placeForPlugn, plugnDefaultName, repositoryUrl } from './staging.ts';

const NO_ARCHIVE = 2;
const NO_CLONE = 128;
const NAME_HINT = 'give another behind the URL';

/**
 * Installs a plugin without enabling it or running a hook (contract dokku §2.2). What is there from a repository stays; an archive
 * replaces what is there, enabled or not as it was, and only once it is whole.
 */
export async function run(context: PlugnContext): Promise<number> {
  const {
    layout,
    env,
    args: [given = '', named],
  } = context;
  const source = repositoryUrl(given);
  const known = named || (madeOf(given) === undefined ? plugnDefaultName(given) : undefined);
  let name = known ?? '';
  if (known !== undefined) checkNewName(layout, known, NAME_HINT);
  if (!existsSync(layout.available)) throw new UserError('no-plugin-path', `${layout.available} is not there`, { hint: 'make it with `plugn init`' });
  refuseNested(env);
  const nameBy = (folder: string | undefined): string => {
    name = nameByFolder(given, folder, 'give its name behind the URL');
    checkNewName(layout, name, NAME_HINT);
    return name;
  };
  const isOccupied = (): boolean => !archiveFormat(source) && isUsers(layout, name);
  if (isOccupied()) return alreadyThere(layout, name, [given, source]);
  const { outcome } = await placeForPlugn(context, {
    name: known ?? nameBy,
    request: { source },
    nameHint: NAME_HINT,
    isWanted: (staged) => !isOccupied() && !isTheSame(layout, name, staged),
    onUnavailable: asTheProgram(source),
  });
  return outcome === 'kept' && isOccupied() ? alreadyThere(layout, name, [given, source]) : 0;
}

/** Gives a failure the status of the program that plugn would have run, which scripts know (contract dokku §2.2). */
const asTheProgram =
  (source: string) =>
  (error: unknown): never => {
    if (!isUserError(error) || error.status !== 1) throw error;
    const status = archiveFormat(source) ? NO_ARCHIVE : NO_CLONE;
    throw new UserError(error.code, error.message, { status, cause: error, ...(error.hint ? { hint: error.hint } : {}) });
  };

/** What plugn says of a name in use, and its status: 0 where the repository is the same. */
async function alreadyThere(layout: Layout, name: string, urls: readonly string[]): Promise<number> {
  const facts = await treeFacts(layout, name);
  if (!facts) {
    printError(`${name} is already installed, but it does not seem to be a git repository`);
    return 1;
  }
  if (!urls.map(withoutSecrets).includes(withoutSecrets(facts.url))) {
    printError(`Plugin '${name}' is already installed, but with a different url. To install anyway, uninstall it first.`);
    return 1;
  }
  printError(`Plugin '${name}' is already installed.`);
  return 0;
}

/** Whether the very archive is there already, so that it is no new generation. */
function isTheSame(layout: Layout, name: string, { source, hash }: Staged): boolean {
  const receipt = isUsers(layout, name) ? currentReceipt(storePaths(layout.pluginPath), name) : undefined;
  return receipt !== undefined && samePlace(receipt.source, source) && receipt.sourceHash === hash;
}
