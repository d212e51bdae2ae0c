import { chmodSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { basename, join } from 'node:path';
import { hostPlatform, platformText, suits } from '../../catalogue/platforms.ts';
import type { Problem, ReleaseKind } from '../../catalogue/release.ts';
import { isUserError } from '../../errors.ts';
import { packingOf } from '../../sources/archive/packing.ts';
import type { ArchiveLimits } from '../../sources/archive/policy.ts';
import { unpackArchive } from '../../sources/archive/unpack.ts';
import { unpackOne } from '../../sources/catalogue/bring-file.ts';
import { checkProgram, firstProgram } from '../../sources/catalogue/program.ts';
import { removeTree } from '../../system/remove-tree.ts';
import { readSmallFile, SETTINGS_BYTES, whyUnread } from '../../system/small-file.ts';
import type { FileType } from '../file-names.ts';
import type { PublishedFile } from '../find-files.ts';
import type { ReadFile } from '../read-files.ts';
import { completed, isComplete, type PluginDetails, type ToldDetails } from './plugin-details.ts';
import { readTomlDetails, readYamlDetails } from './read-manifest.ts';

/** The files of one directory that are of one type and name. */
export interface FileGroup {
  readonly type: FileType;
  readonly name: string;
  /** Where their names say it. */
  readonly version?: string | undefined;
  readonly folder: string;
  /** Those that are listed. */
  readonly listed: readonly ReadFile[];
  /** Programs that stand beside them, or are them. */
  readonly programs: readonly PublishedFile[];
}

/** What is known of a group, and what is wrong with what told it. */
export interface GroupDetails {
  readonly details: PluginDetails;
  /** What the archives of a plugin of tool's own are. */
  readonly kind?: ReleaseKind | undefined;
  readonly problems: readonly Problem[];
}

export interface DetailsWorld {
  /** The directory that is published. */
  readonly directory: string;
  readonly limits: ArchiveLimits;
  readonly patienceMs: number;
  /** A directory for what is asked, which is made when it is first needed. */
  readonly scratch: () => string;
}

/**
 * Finds out what an index says of a group of files. Each part is told by the first that tells it: the manifest in an archive, a file of the same form
 * beside it, and where version or description are still missing the program for this machine, asked as Botkube's generator does or for `define`.
 */
export async function findDetails(group: FileGroup, world: DetailsWorld): Promise<GroupDetails> {
  const problems: Problem[] = [];
  const note = (where: string, faults: readonly string[]): void => {
    for (const text of faults) problems.push({ where, name: group.name, text, disables: true });
  };
  const { details: packed, kind } = await packedDetails(group, problems, note);
  let details = completed(packed, besideDetails(group, world.directory, note));
  let why = '';
  if (group.type !== 'plugin' && !isComplete(details)) {
    const asked = await askHere(group, world);
    if (asked.details) {
      note(asked.path, asked.faults);
      details = completed(details, asked.details);
    } else why = `; ${asked.why}`;
  }
  const missing = (['version', 'description'] as const).filter((field) => !details[field]);
  if (missing.length > 0 && problems.length === 0 && group.listed.every(({ problem }) => problem === undefined)) problems.push(untold(group, missing, why));
  return { details, kind, problems };
}

/** What a group is called in messages: `linux/executor_helm`, `greet-1.0.0`. */
export const labelOf = ({ folder, type, name, version }: Pick<FileGroup, 'folder' | 'type' | 'name' | 'version'>): string =>
  `${folder === '' ? '' : `${folder}/`}${version === undefined ? `${type}_${name}` : `${name}-${version}`}`;

function untold(group: FileGroup, missing: readonly string[], why: string): Problem {
  const { type, name } = group;
  const inArchive = `put a plugin.toml with [plugin], version and description into the archive, or write ${type}_${name}.toml in that form beside it`;
  return {
    where: labelOf(group),
    name,
    text: `${missing.map((field) => `${field} field cannot be empty`).join(', ')}${why}`,
    remedy:
      type === 'plugin'
        ? inArchive
        : `${inArchive}, or have a program for ${platformText(hostPlatform())} here that answers as a plugin of Botkube's does, or that prints its definition for \`define\``,
    disables: true,
  };
}

type Note = (where: string, faults: readonly string[]) => void;

/** What the manifests in archives say, which must all say the same version. */
async function packedDetails(
  { type, name, version: stated, listed }: FileGroup,
  problems: Problem[],
  note: Note,
): Promise<Pick<GroupDetails, 'details' | 'kind'>> {
  let first: { readonly path: string; readonly told: ToldDetails } | undefined;
  let kind: ReleaseKind | undefined;
  for (const { path, contents } of listed) {
    if (!contents) continue;
    const [toml, yaml] = ['plugin.toml', 'plugin.yaml'].map((manifest) => contents.texts.get(manifest));
    const isHelms = type === 'plugin' && toml === undefined && yaml !== undefined;
    const told = isHelms ? await readYamlDetails(yaml) : toml === undefined ? undefined : readTomlDetails(toml);
    if (type === 'plugin') kind ??= isHelms ? 'helm' : 'plugin';
    if (!told) {
      const text = 'holds no plugin.toml or plugin.yaml at its top, or in its only directory';
      if (type === 'plugin') problems.push({ where: path, name, text, remedy: 'pack it with repository:package', disables: true });
      continue;
    }
    note(`${path}: ${isHelms ? 'plugin.yaml' : 'plugin.toml'}`, told.faults);
    first ??= { path, told };
    const { version } = told.details;
    if (stated !== undefined && version !== stated) {
      problems.push({ where: path, name, text: `says version ${version || 'none'}`, remedy: 'pack it anew with plugin:package', disables: true });
    }
    if (version !== first.told.details.version) {
      const text = `says version ${version ?? 'none'}, and ${first.path} says ${first.told.details.version ?? 'none'}`;
      problems.push({ where: path, name, text, remedy: 'build the files of one version together, and keep those of others elsewhere', disables: true });
    }
  }
  return { details: first?.told.details ?? {}, kind };
}

/** What a file beside the others says: `TYPE_NAME.toml`, or `NAME.toml`. */
function besideDetails({ type, name, folder }: FileGroup, directory: string, note: Note): PluginDetails {
  for (const base of [`${type}_${name}.toml`, `${name}.toml`]) {
    const path = join(folder, base);
    if (!existsSync(join(directory, path))) continue;
    try {
      const { details, faults } = readTomlDetails(readSmallFile(join(directory, path), SETTINGS_BYTES));
      note(path, faults);
      return details;
    } catch (error) {
      note(path, [whyUnread(error)]);
    }
  }
  return {};
}

type AskedHere = (ToldDetails & { readonly path: string }) | { readonly details?: undefined; readonly why: string };

/** Asks the program of a group that is for this machine: the one beside an archive, or else the one in it. */
async function askHere(group: FileGroup, { limits, patienceMs, scratch: scratchOf }: DetailsWorld): Promise<AskedHere> {
  const here = hostPlatform();
  const program = [...group.programs, ...group.listed.filter(({ isPacked, problem }) => isPacked && !problem)].find((file) => suits(file, here));
  if (!program) return { why: `cannot find binary for ${platformText(here)}` };
  const { path, type } = program;
  if (!program.isPacked && !program.isExecutable) return { why: `${path} cannot be asked: it is not executable; chmod +x ${basename(path)}` };
  const room = mkdtempSync(join(scratchOf(), 'of-'));
  try {
    const file = program.isPacked ? await unpackProgram(program, room, limits) : program.file;
    checkProgram(file, path);
    const scratch = join(room, 'scratch');
    mkdirSync(scratch);
    const asked = { file, type: type === 'source' ? type : 'executor', scratch, patienceMs } as const;
    const { askDefinition, askPlugin } = await import('./ask-program.ts');
    const metadata = await askPlugin(asked);
    if (metadata.details) return { ...metadata, path };
    if (metadata.isPlugin) return { why: `${path} was asked: ${metadata.why}` };
    const definition = await askDefinition(asked);
    if (definition.details) return { ...definition, path };
    return { why: `${path} was asked: ${metadata.why}; ${definition.why}` };
  } catch (error) {
    if (isUserError(error)) return { why: error.message };
    throw error;
  } finally {
    removeTree(room);
  }
}

/** @returns where the program is */
async function unpackProgram({ file, path }: PublishedFile, room: string, limits: ArchiveLimits): Promise<string> {
  const packing = await packingOf(file);
  const target = join(room, 'unpacked');
  if (packing?.holds === 'one file') await unpackOne(file, packing.format, target, path, limits);
  else await unpackArchive(file, path, target, limits, packing ?? {});
  const program = packing?.holds === 'one file' ? target : join(target, firstProgram({ root: target, label: path }));
  chmodSync(program, 0o755);
  return program;
}
