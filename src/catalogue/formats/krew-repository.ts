import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../../errors.ts';
import { blobTexts, fileHistory, type ReadLimits, treeFiles } from '../../git/objects.ts';
import { inByteOrder } from '../../home/names.ts';
import { readSmallFile, whyUnread } from '../../system/small-file.ts';
import { isReleaseName } from '../names.ts';
import type { Catalogue, Problem } from '../release.ts';
import { type Draft, type EntryListener, finishDrafts } from './drafts.ts';
import { isMap } from './fields.ts';
import { readKrewManifest } from './krew.ts';
import { FOLDER, hasFolder } from './krew-folder.ts';
import { parseYaml, type YamlDocument, type YamlMap, type YamlProblem } from './yaml.ts';

const ENDING = '.yaml';

/** The largest manifest of krew's own index is about 20 KB. */
const MANIFEST_BYTES = 256 << 10;
const MOST_MANIFESTS = 20_000;
/** Commits of one manifest that are looked at. */
const MOST_COMMITS = 2000;
const LIMITS: ReadLimits = { bytes: 128 << 20, timeoutMs: 60_000 };

/** The text of a manifest that is to be read, or why there is none. */
interface Manifest {
  readonly path: string;
  readonly read: () => string;
  readonly commit?: string;
}

/**
 * Reads the manifests of a directory that is like krew's index: those in its `plugins`, or in itself where it has none. Links are passed over.
 * @throws UserError where there are no manifests, or too many
 */
export async function readKrewDirectory(directory: string, onEntry?: EntryListener): Promise<Catalogue> {
  const [folder, prefix] = hasFolder(directory) ? [join(directory, FOLDER), `${FOLDER}/`] : [directory, ''];
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith(ENDING));
  const manifests = names
    .map(({ name }) => ({ path: `${prefix}${name}`, read: () => readSmallFile(join(folder, name), MANIFEST_BYTES) }))
    .sort((a, b) => inByteOrder(a.path, b.path));
  return readManifests(checkedCount(manifests, directory), onEntry);
}

/**
 * Reads the manifests of a commit of a clone, bare or not.
 * @throws UserError where the commit cannot be read, or has no manifests, or too many
 */
export async function readKrewClone(clone: string, commit = 'HEAD', onEntry?: EntryListener): Promise<Catalogue> {
  const files = (await treeFiles(clone, commit, `${FOLDER}/`, LIMITS)).filter(({ path }) => path.endsWith(ENDING));
  checkedCount(files, clone);
  const texts = await blobTexts(
    clone,
    files.map(({ blob }) => blob),
    LIMITS,
  );
  return readManifests(
    files.map(({ path, blob }) => ({ path, read: () => withinLimit(texts.get(blob)) })),
    onEntry,
  );
}

/**
 * The versions of one plugin in the history of an index: git is krew's list of versions. Newest first, each as the newest commit has it that states it
 * (`Release.commit`). None where the index has taken the plugin out. Manifests that were never any good are passed over in silence: nobody can mend them.
 * @param clone with its whole history, bare or not
 * @param commit that the history leads to
 * @throws UserError where the history cannot be read
 */
export async function krewHistory(clone: string, commit: string, name: string): Promise<Catalogue> {
  if (!isReleaseName(name)) return { format: 'krew', releases: [], problems: [] };
  const changes = await fileHistory(clone, commit, `${FOLDER}/${name}.yaml`, MOST_COMMITS, LIMITS);
  const isTakenOut = changes[0] !== undefined && changes[0].blob === undefined;
  const kept = isTakenOut ? [] : changes.filter(({ blob }) => blob !== undefined);
  const texts = await blobTexts(
    clone,
    kept.map(({ blob }) => blob ?? ''),
    LIMITS,
  );
  const manifests = kept.map(({ commit: of, blob }) => ({ path: `${FOLDER}/${name}.yaml`, read: () => withinLimit(texts.get(blob ?? '')), commit: of }));
  // Another plugin's manifest that this one was made of is no version of it. Of a version that was changed afterwards the last state counts: it is refused as a duplicate otherwise.
  const seen = new Set<string>();
  const drafts = (await draftsOf(manifests, name)).drafts.filter(({ release: { version }, report }) => {
    const isNew = !report.isRefused && !seen.has(version);
    if (isNew) seen.add(version);
    return isNew;
  });
  return { format: 'krew', releases: finishDrafts(drafts), problems: [] };
}

function checkedCount<T>(manifests: readonly T[], place: string): readonly T[] {
  if (manifests.length === 0) throw new UserError('not-an-index', `${place} holds no manifests of krew's`, { hint: `they are ${FOLDER}/NAME.yaml` });
  if (manifests.length <= MOST_MANIFESTS) return manifests;
  throw new UserError('too-large', `${place} holds ${manifests.length} manifests, and ${MOST_MANIFESTS} are read at most`);
}

function withinLimit(text: string | undefined): string {
  if (text === undefined) throw new UserError('unreadable-file', 'is missing in the repository');
  if (text.length > MANIFEST_BYTES) throw new UserError('too-large', `is larger than ${MANIFEST_BYTES} bytes`);
  return text;
}

async function readManifests(manifests: readonly Manifest[], onEntry?: EntryListener): Promise<Catalogue> {
  const { drafts, problems } = await draftsOf(manifests);
  const releases = finishDrafts(drafts, onEntry);
  return { format: 'krew', releases, problems: [...problems, ...drafts.flatMap(({ report }) => report.problems)] };
}

/** @param name what all are called; by default each as its file */
async function draftsOf(manifests: readonly Manifest[], name?: string): Promise<{ drafts: Draft[]; problems: Problem[] }> {
  const [drafts, problems]: [Draft[], Problem[]] = [[], []];
  for (const { path, read, commit } of manifests) {
    const document = await documentOf(read);
    if ('text' in document) {
      problems.push({ where: path, line: document.line, text: document.text, remedy: document.remedy, disables: true });
      continue;
    }
    const draft = readKrewManifest(document, document.value, path, drafts.length + 1, name ?? basename(path, ENDING));
    drafts.push(commit === undefined ? draft : { ...draft, release: { ...draft.release, commit } });
  }
  return { drafts, problems };
}

async function documentOf(read: () => string): Promise<(YamlDocument & { value: YamlMap }) | (Partial<YamlProblem> & { text: string })> {
  let text: string;
  try {
    text = read();
  } catch (error) {
    return { text: whyUnread(error) };
  }
  const document = await parseYaml(text);
  if ('text' in document) return document;
  const { value, lineOf } = document;
  return isMap(value) ? { value, lineOf } : { text: 'is no mapping' };
}
