import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { platformText } from '../catalogue/platforms.ts';
import { readCatalogue } from '../catalogue/read-catalogue.ts';
import type { Catalogue, Problem } from '../catalogue/release.ts';
import { type ArchiveLimits, DEFAULT_LIMITS } from '../sources/archive/policy.ts';
import { mapAtOnce } from '../system/at-once.ts';
import { untilInterrupted } from '../system/interrupts.ts';
import { removeTree } from '../system/remove-tree.ts';
import { type DetailsWorld, type FileGroup, findDetails, type GroupDetails, labelOf } from './details/find-details.ts';
import { findFiles, type PublishedFile } from './find-files.ts';
import { addressOf, type EntryParts, entryOf, type IndexEntry, inOrder } from './index-entry.ts';
import { baseProblems, nothingFound, remarks, schemaProblems } from './index-problems.ts';
import { indexText } from './index-text.ts';
import { mergeIndex, withMarks } from './merge-index.ts';
import { type ReadFile, readFiles } from './read-files.ts';

/** What an index is made of. */
export interface IndexRequest {
  /** The directory with the files. */
  readonly binaries: string;
  /** Where they will be had: an http or https address. */
  readonly urlBase: string;
  readonly nameFilter?: RegExp | undefined;
  /** Whether archives are listed, or else programs that are not packed. Plugins of tool's own are archives whatever it says. */
  readonly useArchive: boolean;
  /** Whether directories within are looked into, and are a part of addresses. */
  readonly recursive: boolean;
  /** The entries of an earlier index: the marks of its versions stay, as does whatever else somebody wrote into an entry. */
  readonly earlier?: readonly IndexEntry[];
  /** Whether its other versions stay as well. */
  readonly keepsVersions?: boolean;
  /** Whether a version may have other bytes than in the earlier index. */
  readonly replaceVersion?: boolean;
  /** Whether files are hashed; by default they are. */
  readonly withChecksums?: boolean;
  readonly limits?: ArchiveLimits;
  /** How long a program may take that is asked; Botkube's generator waits for ten seconds too. */
  readonly patienceMs?: number;
  /** Told of the bytes that were read, and of how many there are. */
  readonly onProgress?: (read: number, total: number) => void;
}

export interface BuiltIndex {
  /** YAML. The same files give the same bytes. */
  readonly text: string;
  readonly entries: readonly IndexEntry[];
  readonly catalogue: Catalogue;
  /** Those that disable are errors: the text must not be published. */
  readonly problems: readonly Problem[];
  /** What each address that was built is of, relative to the directory. */
  readonly files: ReadonlyMap<string, string>;
}

const PATIENCE_MS = 10_000;
/** Programs that are asked at a time. */
const ASKED_AT_ONCE = 2;

/**
 * Makes the index of a directory: finds the files by their names, finds out what each plugin is, and hashes what is listed. Nothing is fetched and nothing
 * is written; a program of the directory is run where nothing else tells its version and description.
 * @returns the index, and everything that is wrong
 * @throws UserError where there is no directory
 */
export async function buildIndex(request: IndexRequest): Promise<BuiltIndex> {
  const { urlBase, useArchive, withChecksums = true, earlier = [], limits = DEFAULT_LIMITS, patienceMs = PATIENCE_MS } = request;
  const directory = resolve(request.binaries);
  const found = findFiles(directory, request);
  const { groups, problems: groupProblems } = await readGroups(found.files, { useArchive, limits, withChecksums, onProgress: request.onProgress });
  const known = await withScratch((scratch) => {
    const world: DetailsWorld = { directory, limits, patienceMs, scratch };
    return mapAtOnce(groups, ASKED_AT_ONCE, (group) => findDetails(group, world));
  });
  const parts = known.flatMap((facts, place) => partsOf(groups[place] as FileGroup, facts));
  const { joined, problems: joinProblems } = joinVersions(parts);
  const built = joined.map((part) => entryOf(part, urlBase));
  const merged = request.keepsVersions ? mergeIndex(built, earlier, request.replaceVersion === true) : { entries: withMarks(built, earlier), problems: [] };
  const entries = inOrder(merged.entries);
  const text = await indexText(entries);
  const catalogue = await readCatalogue(text, { origin: 'the index', name: 'index' });
  const problems = [
    ...baseProblems(urlBase),
    ...found.problems,
    ...groupProblems,
    ...known.flatMap((facts) => facts.problems),
    ...joinProblems,
    ...(await schemaProblems(parts)),
    ...merged.problems,
  ];
  // What is wrong with an entry may be known already by the file that it is of.
  if (!problems.some(({ disables }) => disables)) {
    problems.push(...catalogue.problems, ...remarks(entries, found.files, groups));
    if (entries.length === 0) problems.push(nothingFound(directory, request));
  }
  const files = new Map(joined.flatMap((part) => part.files.map(({ path }) => [addressOf(urlBase, path), path] as const)));
  return { text, entries, catalogue, problems, files };
}

/** Does something that may need a directory for a while; it is gone afterwards, also where a signal ends us. */
async function withScratch<T>(action: (scratch: () => string) => Promise<T>): Promise<T> {
  let made: string | undefined;
  const scratch = (): string => {
    made ??= mkdtempSync(join(tmpdir(), 'tool-ask-'));
    return made;
  };
  const tidyUp = (): void => {
    if (made !== undefined) removeTree(made);
  };
  try {
    return await untilInterrupted(tidyUp, () => action(scratch));
  } finally {
    tidyUp();
  }
}

interface ReadOptions {
  readonly useArchive: boolean;
  readonly limits: ArchiveLimits;
  readonly withChecksums: boolean;
  readonly onProgress: IndexRequest['onProgress'];
}

/** Puts files of one directory, type and name together, and reads those that are listed. */
async function readGroups(
  files: readonly PublishedFile[],
  { useArchive, limits, withChecksums, onProgress }: ReadOptions,
): Promise<{ groups: readonly FileGroup[]; problems: readonly Problem[] }> {
  const isListed = ({ type, isPacked }: PublishedFile): boolean => isPacked === (useArchive || type === 'plugin');
  const listed = files.filter(isListed);
  const total = listed.reduce((sum, { size }) => sum + size, 0);
  let bytesRead = 0;
  const read = await readFiles(listed, limits, withChecksums, (bytes) => {
    bytesRead += bytes;
    onProgress?.(bytesRead, total);
  });
  const strays = read.filter(isStray);
  const all = read.filter((file) => !strays.includes(file));
  const byLabel = new Map<string, { group: PublishedFile; listed: typeof all; programs: PublishedFile[] }>();
  const groupOf = (file: PublishedFile) => {
    const label = labelOf(file);
    const group = byLabel.get(label) ?? { group: file, listed: [], programs: [] };
    byLabel.set(label, group);
    return group;
  };
  for (const file of files) if (!file.isPacked) groupOf(file).programs.push(file);
  for (const file of files) if (!strays.some(({ path }) => path === file.path)) groupOf(file);
  for (const file of all) groupOf(file).listed.push(file);
  const problems: Problem[] = all.flatMap(({ path, name, problem }) =>
    problem === undefined ? [] : [{ where: path, name, text: problem, remedy: 'pack it anew', disables: true }],
  );
  for (const { path, name, problem = 'holds no plugin.toml or plugin.yaml' } of strays)
    problems.push({ where: path, name, text: `${problem}: it is left out`, disables: false });
  const groups: FileGroup[] = [];
  for (const [label, { group, listed: own, programs }] of byLabel) {
    const { type, name, version, folder } = group;
    if (own.length > 0) groups.push({ type, name, version, folder, listed: own, programs });
    else problems.push(nothingListed(label, type, name));
  }
  return { groups, problems };
}

/** Whether an archive is only called as a plugin's may be: `NAME-VERSION.tgz`. */
const isStray = ({ version, problem, contents }: ReadFile): boolean =>
  version !== undefined && (problem !== undefined || !['plugin.toml', 'plugin.yaml'].some((file) => contents?.texts.has(file)));

/** Botkube's generator lists such a plugin with `urls: []`, which Botkube then refuses. */
function nothingListed(label: string, type: string, name: string): Problem {
  const [text, remedy] =
    type === 'plugin'
      ? ['is not packed, and a plugin is published as an archive', 'pack it with repository:package']
      : ['field urls cannot be empty: there is no archive of it, only programs', 'pack them, or say -use-archive=false to list them as they are'];
  return { where: label, name, text, remedy, disables: true };
}

/** What of a group can become an entry. */
const partsOf = ({ type, name, listed }: FileGroup, { details, kind }: GroupDetails): EntryParts[] =>
  details.version ? [{ type, name, kind, details, files: listed }] : [];

/** Puts together what directories have of one version. Two files for one platform are a problem. */
function joinVersions(parts: readonly EntryParts[]): { joined: readonly EntryParts[]; problems: readonly Problem[] } {
  const byIdentity = new Map<string, EntryParts>();
  for (const part of parts) {
    const identity = `${part.type}_${part.name}@${part.details.version}`;
    const other = byIdentity.get(identity);
    byIdentity.set(identity, other ? { ...other, files: [...other.files, ...part.files] } : part);
  }
  const joined = [...byIdentity.values()];
  const problems = joined.flatMap(({ name, details, files }) => {
    const seen = new Map<string, string>();
    return files.flatMap((file): Problem[] => {
      const platform = platformText(file);
      const first = seen.get(platform);
      if (first === undefined) seen.set(platform, file.path);
      if (first === undefined) return [];
      const text = `is ${name} ${details.version} for ${platform}, and so is ${first}`;
      return [{ where: file.path, name, text, remedy: 'keep one of them, or give them different versions', disables: true }];
    });
  });
  return { joined, problems };
}
