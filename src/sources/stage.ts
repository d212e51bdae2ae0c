import { realpathSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { isUserError, UserError } from '../errors.ts';
import { DEPTH_HINT } from '../plugins/depth-limit.ts';
import { isHelmDirectory } from '../plugins/helm/is-helm-directory.ts';
import type { Signature } from '../provenance/signature.ts';
import { somethingAt } from '../system/links.ts';
import { withoutSecrets } from '../system/secrets.ts';
import type { TreeEntry } from '../system/tree-hash.ts';
import { classify } from './classify.ts';
import type { Brought, StageWorld } from './kind.ts';
import type { Source } from './kinds.ts';
import type { SourceRequest } from './request.ts';
import { isCopy, repositoryOf } from './source.ts';

/**
 * Which of the hosts that the modules of a plugin ask for they may ask over HTTP.
 * @param allowed hosts that were allowed elsewhere: by a lock
 * @throws UserError where its user has to say so first
 */
export type GrantHosts = (hosts: readonly string[], allowed?: readonly string[]) => Promise<readonly string[]>;

export interface StageOptions extends Pick<StageWorld, 'limits' | 'listener' | 'catalogues' | 'plainHttp' | 'trust' | 'getters'> {
  /** Without it, none. */
  readonly grantHosts?: GrantHosts | undefined;
  /** Brings the tree in place of its source: out of a bundle, where there is no network. */
  readonly supply?: ((world: StageWorld) => Promise<Brought<Source>>) | undefined;
}

/** A tree made whole in staging, where it came from, and the hash of what is in it. */
export interface Staged extends Omit<Brought<Source>, 'notes' | 'program'> {
  readonly tree: string;
  /** sha256 of names, execute bits and contents without `.git`, in hex; of a link to a plugin of Helm's, of what was made for it; empty for any other link. */
  readonly hash: string;
  /** What is in the tree; nothing for what is no copy. */
  readonly entries: readonly TreeEntry[];
  /** Of a plugin of Helm's: the command word that it has there. */
  readonly helmWord?: string;
  /** The hosts that its modules may ask over HTTP, where they ask for any. */
  readonly allowedHosts?: readonly string[];
}

/** A tree as its source gave it, before anything is added to it. */
export type BroughtTree = Brought<Source> & Pick<Staged, 'tree' | 'hash' | 'entries'>;

/**
 * Brings the tree of a copy and nothing more: what it is for a bundle.
 * @throws UserError when it cannot be had
 */
export async function bringTree(request: SourceRequest, scratch: string, options: StageOptions): Promise<BroughtTree> {
  const tree = join(scratch, 'tree');
  const brought = await broughtInto(tree, request, scratch, options);
  const { readTree, treeHash } = await import('../system/tree-hash.ts');
  const entries = readTree(tree, { depth: options.limits.depth, refuse: refuser(request) });
  return { ...brought, tree, entries, hash: treeHash(entries) };
}

async function broughtInto(tree: string, request: SourceRequest, scratch: string, options: StageOptions): Promise<Brought<Source>> {
  const { limits, listener, catalogues, plainHttp, trust, getters, supply } = options;
  const world = { tree, scratch, limits, listener, catalogues, plainHttp, trust, getters };
  return (supply ? supply(world) : bring(request, world))
    .finally(() => listener.onEnd?.())
    .catch((error: unknown) => {
      throw isFull(scratch) ? becauseOfTheDisk(error) : error;
    });
}

const refuser =
  ({ source }: SourceRequest) =>
  (what: string): never => {
    throw new UserError('source-refused', `${withoutSecrets(source)} is refused: ${what}`, { hint: DEPTH_HINT });
  };

/**
 * Brings a plugin's tree into a staging directory, whatever it comes from.
 * @throws UserError when it cannot be had
 */
export async function stage(request: SourceRequest, scratch: string, options: StageOptions): Promise<Staged> {
  const { limits, listener, trust } = options;
  const tree = join(scratch, 'tree');
  const { notes = [], program, ...came } = await broughtInto(tree, request, scratch, options);
  for (const note of notes) listener.onNote?.(note);
  const brought = { ...came, signature: signatureOf(came, trust) };
  const isHelms = isHelmDirectory(tree);
  if (!isHelms && somethingAt(join(tree, 'plugin.yaml')))
    listener.onNote?.(`${withoutSecrets(request.source)} has both plugin.toml and plugin.yaml, and is taken for a plugin by its plugin.toml`);
  // Nobody is asked about no hosts.
  const grant: GrantHosts = async (hosts) => (hosts.length === 0 ? [] : (options.grantHosts?.(hosts) ?? []));
  if (!isCopy(brought.source)) {
    const { hash = '', ...made } = await link(tree, isHelms, grant);
    return { ...brought, tree, hash, entries: [], ...whatWasMade(made, request) };
  }
  const { readTree, treeHash } = await import('../system/tree-hash.ts');
  const refuse = refuser(request);
  const entries = readTree(tree, { depth: limits.depth, refuse });
  const staged = { ...brought, tree, hash: treeHash(entries), entries };
  const again = (): readonly TreeEntry[] => readTree(tree, { depth: limits.depth, refuse });
  if (program !== undefined) {
    const { adaptExecutor } = await import('../plugins/botkube/adapt-executor.ts');
    return adaptExecutor(tree, program) ? { ...staged, entries: again() } : staged;
  }
  if (!isHelms && !entries.some(({ path }) => path.toString('latin1').endsWith('.wasm'))) return staged;
  const made = isHelms
    ? await (await import('../plugins/helm/adapt.ts')).adaptHelmPlugin(tree, grant)
    : await (await import('../plugins/wasm/adapt-modules.ts')).adaptModules(tree, grant);
  return { ...staged, ...whatWasMade(made, request), entries: again() };
}

/** Makes what stands for a directory that is linked: for a plugin of Helm's, or one with modules, more than the link. */
async function link(tree: string, isHelms: boolean, grant: GrantHosts): Promise<Made & { readonly hash?: string }> {
  if (isHelms) return (await import('../plugins/helm/linked.ts')).linkHelmPlugin(tree, realpathSync(tree), grant);
  const { modulesIn } = await import('../plugins/wasm/modules.ts');
  return modulesIn(tree).length === 0 ? { hosts: [] } : (await import('../plugins/wasm/linked.ts')).linkedHosts(tree, grant);
}

/** What was made of a plugin of Helm's, whose name that is, or of modules; or the one line that says why nothing can be. */
type Made =
  | { readonly name?: string | undefined; readonly hosts: readonly string[]; readonly problem?: undefined }
  | { readonly hosts?: undefined; readonly problem: string };

/** @throws UserError where nothing could be made */
function whatWasMade(made: Made, { source }: SourceRequest): Pick<Staged, 'helmWord' | 'allowedHosts'> {
  if (made.problem !== undefined) throw new UserError('not-a-plugin', `${withoutSecrets(source)} is not a plugin: ${made.problem}`);
  const { name, hosts } = made;
  return { ...(name === undefined ? {} : { helmWord: name }), ...(hosts.length === 0 ? {} : { allowedHosts: hosts }) };
}

/** What a kind of source that has no signatures brings is unsigned, where somebody asks. A link is its owner's. */
function signatureOf({ source, signature }: Brought<Source>, trust: StageOptions['trust']): Signature | undefined {
  if (signature !== undefined || !isCopy(source) || trust === undefined) return signature;
  return trust.looks(repositoryOf(source)) === 'nowhere' ? undefined : { state: 'unsigned' };
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
