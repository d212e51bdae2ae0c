import { chmodSync, copyFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Environment } from '../../home/layout.ts';
import { download } from '../../http/download.ts';
import { fileHash } from '../../system/file-hash.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { temporaryBeside } from '../../system/links.ts';
import { removeTree } from '../../system/remove-tree.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import type { ProviderPaths } from '../paths.ts';
import { askDefinition, askToUnpack } from './ask-provider.ts';
import { carriedProgram, keptProgram } from './brought-program.ts';
import { readContent } from './content.ts';
import type { Definition } from './definition.ts';
import { generationPaths, type ProviderRecord, type ProviderSource } from './record.ts';
import { treeProblem } from './safe-tree.ts';

const MOST_BYTES = 512 << 20;

/** A provider that was asked for everything, in a directory that is put into place by one rename. */
export interface StagedProvider {
  readonly directory: string;
  readonly definition: Definition;
  readonly sha256: string;
  /** What went wrong with unpacking: the provider is used without its files then. */
  readonly warning: string | undefined;
}

/** What is asked of whoever brings a provider. */
export interface StageRequest {
  readonly source: ProviderSource;
  /** The checksum that it must have. */
  readonly sha256?: string | undefined;
  readonly env: Environment;
  readonly onProgress?: (received: number, total: number | undefined) => void;
}

/**
 * Brings a provider into a directory of its own: the program, its definition, what it unpacks, and its content. Nothing of it counts before that directory is put into place.
 * @throws UserError, with nothing left of the directory
 */
export async function stageProvider(paths: ProviderPaths, request: StageRequest): Promise<StagedProvider> {
  const directory = temporaryBeside(join(paths.staging, 'x'));
  mkdirSync(join(directory, 'program'), { recursive: true, mode: 0o700 });
  try {
    return await stageInto(directory, request);
  } catch (error) {
    removeTree(directory);
    throw error;
  }
}

async function stageInto(directory: string, { source, sha256: wanted, env, onProgress }: StageRequest): Promise<StagedProvider> {
  const isKept = source.kind !== 'plugin';
  const brought = isKept ? join(directory, 'program', broughtName(source)) : source.place;
  await bring(source, brought, env, onProgress);
  const { started, source: behind } = isKept ? keptProgram(brought) : carriedProgram(brought);
  const { size } = statSync(behind ?? started);
  const sha256 = await fileHash(behind ?? started);
  if (wanted !== undefined && wanted !== sha256)
    throw new UserError('checksum-mismatch', `${shownPlace(source)} has the sha256 ${sha256}, not ${wanted}`, { hint: 'do not use it unless you know why' });
  const scratch = join(directory, 'scratch');
  mkdirSync(scratch, { mode: 0o700 });
  const definition = await askDefinition({ program: started, cwd: scratch, env });
  const { name } = definition;
  const files = generationPaths(directory, name);
  if (isKept && started !== files.program) {
    copyFileSync(started, files.program);
    chmodSync(files.program, 0o700);
    removeTree(started);
  }
  const warning = await unpack(isKept ? files.program : started, scratch, files.files, env);
  removeTree(scratch);
  const content = readContent(definition.content, name);
  const record: ProviderRecord = {
    format: 1,
    source: { kind: source.kind, place: shownPlace(source) },
    sha256,
    ...(behind === undefined ? {} : { stub: await fileHash(started) }),
    size,
    installedAt: new Date().toISOString(),
    program: isKept ? '' : source.place,
    definition: { ...definition, content: '' },
  };
  writeFileSync(files.content, JSON.stringify(content), { mode: 0o600, flush: true });
  writeFileSync(files.record, JSON.stringify(record), { mode: 0o600, flush: true });
  return { directory, definition, sha256, warning };
}

const shownPlace = ({ kind, place }: ProviderSource): string => (kind === 'url' ? withoutSecrets(place) : place);

/** The program's own name, by which its interpreter may know it. */
const broughtName = ({ place }: ProviderSource): string => {
  const name = basename(place.replace(/[?#].*$/s, ''));
  return /^[\w][\w.-]{0,99}$/.test(name) ? name : 'provider';
};

async function bring({ kind, place }: ProviderSource, target: string, env: Environment, onProgress: StageRequest['onProgress']): Promise<void> {
  if (kind === 'plugin') return;
  if (kind === 'url') {
    await download(place, target, { maxBytes: MOST_BYTES, ...(onProgress ? { onProgress } : {}) }, env);
  } else {
    const file = resolve(place);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat?.isFile()) throw new UserError('not-a-file', `There is no file ${harmlessLine(place)}`, { hint: 'give the program of a provider, or its URL' });
    if (stat.size > MOST_BYTES)
      throw new UserError('too-large', `${harmlessLine(place)} is larger than ${MOST_BYTES >> 20} MiB`, { hint: 'this is no provider' });
    copyFileSync(file, target);
  }
  chmodSync(target, 0o700);
}

/** Has the files unpacked, into a directory that is fresh and is not there where anything is wrong. */
async function unpack(program: string, cwd: string, directory: string, env: Environment): Promise<string | undefined> {
  const { problem: failed, mayHaveNone } = await askToUnpack({ program, cwd, env }, directory);
  const stat = statSync(directory, { throwIfNoEntry: false });
  if (stat === undefined && mayHaveNone) return undefined;
  const problem = failed ?? (stat?.isDirectory() ? treeProblem(directory) : undefined);
  if (problem === undefined) return undefined;
  removeTree(directory);
  return problem;
}
