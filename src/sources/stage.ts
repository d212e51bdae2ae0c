import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { isUserError, UserError } from '../errors.ts';
import { DEPTH_HINT } from '../plugins/depth-limit.ts';
import { somethingAt } from '../system/links.ts';
import { withoutSecrets } from '../system/secrets.ts';
import type { TreeEntry } from '../system/tree-hash.ts';
import { classify } from './classify.ts';
import type { Brought, StageWorld } from './kind.ts';
import type { Source } from './kinds.ts';
import type { SourceRequest } from './request.ts';
import { isCopy } from './source.ts';

export type StageOptions = Pick<StageWorld, 'limits' | 'listener' | 'catalogues' | 'plainHttp'>;

/** A tree made whole in staging, where it came from, and the hash of what is in it. */
export interface Staged extends Omit<Brought<Source>, 'notes'> {
  readonly tree: string;
  /** sha256 of names, execute bits and contents without `.git`, in hex; empty for what is no copy. */
  readonly hash: string;
  /** What is in the tree; nothing for what is no copy. */
  readonly entries: readonly TreeEntry[];
  /** Of a plugin of Helm's: the command word that it has there. */
  readonly helmWord?: string;
}

/**
 * Brings a plugin's tree into a staging directory, whatever it comes from.
 * @throws UserError when it cannot be had
 */
export async function stage(request: SourceRequest, scratch: string, { limits, listener, catalogues, plainHttp }: StageOptions): Promise<Staged> {
  const tree = join(scratch, 'tree');
  const { notes = [], ...brought } = await bring(request, { tree, scratch, limits, listener, catalogues, plainHttp })
    .finally(() => listener.onEnd?.())
    .catch((error: unknown) => {
      throw isFull(scratch) ? becauseOfTheDisk(error) : error;
    });
  for (const note of notes) listener.onNote?.(note);
  if (!isCopy(brought.source)) return { ...brought, tree, hash: '', entries: [] };
  const { readTree, treeHash } = await import('../system/tree-hash.ts');
  const refuse = (what: string): never => {
    throw new UserError('source-refused', `${withoutSecrets(request.source)} is refused: ${what}`, { hint: DEPTH_HINT });
  };
  const entries = readTree(tree, { depth: limits.depth, refuse });
  const staged = { ...brought, tree, hash: treeHash(entries), entries };
  if (!somethingAt(join(tree, 'plugin.yaml'))) return staged;
  if (somethingAt(join(tree, 'plugin.toml'))) {
    listener.onNote?.(`${withoutSecrets(request.source)} has both plugin.toml and plugin.yaml, and is taken for a plugin by its plugin.toml`);
    return staged;
  }
  const { adaptHelmPlugin } = await import('../plugins/helm/adapt.ts');
  const { name, problem } = adaptHelmPlugin(tree);
  if (problem !== undefined) throw new UserError('not-a-plugin', `${withoutSecrets(request.source)} is not a plugin: ${problem}`);
  return { ...staged, entries: readTree(tree, { depth: limits.depth, refuse }), helmWord: name };
}

/** Less than this, and nothing of use can be written. */
const FULL_BYTES = 64 << 10;

function isFull(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < FULL_BYTES;
}

/** git says that it cannot write a file, and not why. */
const becauseOfTheDisk = (error: unknown): unknown =>
  isUserError(error) ? new UserError('disk-full', error.message, { hint: 'the disk is full; free some space', status: error.status, cause: error }) : error;

async function bring(request: SourceRequest, world: StageWorld): Promise<Brought<Source>> {
  const { kind, address } = classify(request);
  return (await kind.stage(request, address, world)) as Brought<Source>;
}
