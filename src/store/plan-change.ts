import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { besideUsers, coreNameOf, isUsers } from '../home/core-names.ts';
import type { Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import { isEnabled } from '../plugins/installed.ts';
import { Plugin } from '../plugins/plugin.ts';
import type { Signature } from '../provenance/signature.ts';
import type { Staged } from '../sources/stage.ts';
import { UNKNOWN } from '../sources/unknown.ts';
import { linkTarget, somethingAt } from '../system/links.ts';
import { VERSION } from '../version.ts';
import { keptGenerations, nextGeneration } from './generations.ts';
import type { Change } from './journal.ts';
import { checkWords } from './new-name.ts';
import type { Placing } from './place-plugin.ts';
import { currentReceipt, type Receipt, receiptsOf } from './receipts.ts';

/** What a receipt keeps of a signature. */
function signerFacts(signature: Signature | undefined, isSkipped = false): Pick<Receipt, 'signer' | 'signerNames' | 'signedOf' | 'unverified'> {
  if (signature?.state === 'signed') return { signer: signature.signer.key, signerNames: signature.signer.names, signedOf: signature.of };
  if (signature?.state === 'unsigned' || signature?.state === 'unknown signer') return { unverified: signature.state };
  return isSkipped ? { unverified: 'skipped' } : {};
}

const newReceipt = (
  layout: Layout,
  name: string,
  version: string,
  {
    source,
    hash,
    branch,
    allowedHosts,
    signature,
    isSkipped,
  }: Pick<Staged, 'source' | 'hash' | 'branch' | 'allowedHosts' | 'signature'> & { readonly isSkipped?: boolean },
  from?: Change['from'],
): Receipt => ({
  name,
  generation: Math.max(nextGeneration(layout, name), (from?.generation ?? 0) + 1),
  version,
  source,
  ...(branch === undefined ? {} : { branch }),
  ...signerFacts(signature, isSkipped),
  ...(allowedHosts === undefined ? {} : { allowedHosts }),
  sourceHash: hash,
  installedHash: hash,
  time: new Date().toISOString(),
  tool: VERSION,
});

/**
 * What stands in available/, as a change sees it; null for nothing. Its place in the store is free: undoing relies on that.
 * @throws UserError when enabled/ holds a directory of that name, which no switch could take out of the way
 */
function standing(layout: Layout, name: string): Change['from'] {
  const enabled = join(layout.enabled, name);
  if (somethingAt(enabled) && linkTarget(enabled) === undefined) {
    throw new UserError('in-the-way', `${enabled} is a directory and not a link to ${layout.available}`, { hint: 'move it away, or bring it there' });
  }
  if (!isUsers(layout, name)) return null;
  const paths = storePaths(layout.pluginPath);
  const generation = currentReceipt(paths, name)?.generation ?? 0;
  // Put there by hand, again: the number is taken by the tree that stood there before.
  const taken = somethingAt(paths.generation(name, generation));
  return { generation: taken ? nextGeneration(layout, name) : generation, enabled: isEnabled(layout, name) };
}

/** A core plugin that is there and not enabled makes room. */
const roomFrom = (layout: Layout, name: string): Pick<Change, 'movesCoreTo'> =>
  coreNameOf(layout, name) === undefined ? {} : { movesCoreTo: besideUsers(name) };

/**
 * The change that puts a staged tree in place: an install where nothing stands, else an update.
 * @throws UserError when it would take a word of a core plugin
 */
export function planPlacing(
  layout: Layout,
  name: string,
  version: string,
  staged: Staged & { readonly isSkipped?: boolean },
  { enabled, enabledWhenNew = true, nameHint }: Pick<Placing, 'enabled' | 'enabledWhenNew' | 'nameHint'>,
): Change & { to: object } {
  checkWords(layout, name, staged.tree, nameHint);
  const from = standing(layout, name);
  return {
    kind: from ? 'update' : 'install',
    plugin: name,
    from,
    ...roomFrom(layout, name),
    to: { receipt: newReceipt(layout, name, version, staged, from), tree: staged.tree, kept: false, enabled: enabled ?? from?.enabled ?? enabledWhenNew },
  };
}

/** The change that takes a plugin away. A directory in enabled/ is first brought where plugins are. */
export function planUninstall(layout: Layout, name: string): Change {
  const byHand = !isUsers(layout, name) && linkTarget(join(layout.enabled, name)) === undefined;
  const from = byHand ? { generation: nextGeneration(layout, name), enabled: true } : standing(layout, name);
  return { kind: 'uninstall', plugin: name, from, to: null, ...(byHand ? { adopt: true } : {}) };
}

/**
 * The change that brings a previous generation back.
 * @param wanted its number; without it the newest before the current one
 * @throws UserError with the generations that are kept, or when it would take a word of a core plugin
 */
export function planRollback(layout: Layout, name: string, wanted: number | undefined): Change {
  const paths = storePaths(layout.pluginPath);
  const kept = keptGenerations(layout, name);
  const from = standing(layout, name);
  const generation = wanted ?? kept.filter((candidate) => candidate < (from?.generation ?? Number.POSITIVE_INFINITY)).at(-1);
  if (generation === undefined || !kept.includes(generation)) {
    const what = generation === undefined ? `Nothing older of ${name} is kept` : `Generation ${generation} of ${name} is not kept`;
    throw new UserError('no-such-generation', what, {
      hint: kept.length > 0 ? `--to takes ${kept.join(', ')}` : `see \`${layout.brand} plugin:history ${name}\``,
    });
  }
  const tree = paths.generation(name, generation);
  checkWords(layout, name, tree);
  const known = receiptsOf(paths, name).find((receipt) => receipt.generation === generation);
  const receipt = known ?? { ...newReceipt(layout, name, new Plugin(name, tree).version, { source: UNKNOWN, hash: '' }), generation };
  return {
    kind: 'rollback',
    plugin: name,
    from,
    ...roomFrom(layout, name),
    to: { receipt: { ...receipt, broughtBack: new Date().toISOString() }, tree, kept: true, enabled: from?.enabled ?? true },
  };
}
