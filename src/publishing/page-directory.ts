import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { UserError } from '../errors.ts';
import { inByteOrder } from '../home/names.ts';
import { explainDiskErrors } from '../system/disk-errors.ts';
import { realFile, somethingAt, statOrNothing, temporaryBeside } from '../system/links.ts';
import { makeFolder } from '../system/make-folder.ts';
import { removeTree } from '../system/remove-tree.ts';
import { LIST_BYTES, readSmallFile } from '../system/small-file.ts';

/** The file that says that a directory is a command's to replace, and how its list of the directory's files begins. */
const markerOf = (command: string) => ({
  name: `.${command.replace(':', '-')}`,
  head: `Written by ${command}, which replaces this directory. Its files:\n`,
});

/** A directory of pages as it is to be. */
export interface PagePlan {
  readonly directory: string;
  readonly files: ReadonlyMap<string, string>;
  /** What becomes of what is there. */
  readonly state: 'new' | 'replaced' | 'unchanged';
}

export interface PageRequest {
  readonly output: string;
  /** By path below it. */
  readonly files: ReadonlyMap<string, string>;
  /** Files and directories that must not be in it: what the pages are made from. */
  readonly kept: readonly string[];
  readonly isForced: boolean;
  /** The command that writes them; repository:page where this is left out. */
  readonly by?: string;
}

/**
 * Plans a directory of pages.
 * @throws UserError where it would take the place of something that is not this command's, or of what the pages are made from
 */
export function planPages({ output, files, kept, isForced, by = 'repository:page' }: PageRequest): PagePlan {
  const { name: marker, head } = markerOf(by);
  const directory = realFile(resolve(output));
  const marked = new Map([...files, [marker, head + [...files.keys()].map((path) => `${path}\n`).join('')]]);
  for (const path of [process.cwd(), ...kept.map((file) => realFile(resolve(file)))]) {
    if (path !== directory && !path.startsWith(`${directory.replace(/\/$/, '')}${sep}`)) continue;
    throw new UserError('in-the-way', `${directory} cannot be replaced: ${path === directory ? 'it' : path} is in use`, {
      hint: 'give --output a directory of its own, like ./site',
    });
  }
  if (!somethingAt(directory)) return { directory, files: marked, state: 'new' };
  if (!statOrNothing(directory)?.isDirectory())
    throw new UserError('not-a-directory', `${directory} is not a directory`, { hint: 'give --output a directory of its own, like ./site' });
  const there = filesBelow(directory);
  if (there.length === 0) return { directory, files: marked, state: 'new' };
  if (!isForced) refuseForeign(directory, there, by);
  const isSame = there.length === marked.size && there.every((path) => marked.get(path) === textOf(join(directory, path)));
  return { directory, files: marked, state: isSame ? 'unchanged' : 'replaced' };
}

/** Refuses a directory that holds anything but what this command wrote into it. */
function refuseForeign(directory: string, there: readonly string[], by: string): void {
  const { name, head } = markerOf(by);
  const hint = 'give --output another directory, or use --force, which removes what is in it';
  const marker = there.includes(name) ? textOf(join(directory, name)) : undefined;
  if (!marker?.startsWith(head)) throw new UserError('not-ours', `${directory} was not made by ${by}`, { hint });
  const own = new Set([name, ...marker.slice(head.length).split('\n')]);
  const foreign = there.find((path) => !own.has(path));
  if (foreign !== undefined) throw new UserError('not-ours', `${join(directory, foreign)} was not made by ${by}`, { hint });
}

/** Everything in a directory that is no directory, in byte order of the paths. */
const filesBelow = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort(inByteOrder);

/** Undefined for what cannot be read, or is no text that this command writes. */
function textOf(file: string): string | undefined {
  try {
    return readSmallFile(file, LIST_BYTES);
  } catch {
    return undefined;
  }
}

/**
 * Carries out a plan: the directory is made under another name, and takes the place of the old one when it is whole.
 * @throws UserError where it cannot be written
 */
export function writePages(plan: PagePlan): void {
  if (plan.state !== 'unchanged') explainDiskErrors('write the catalogue', plan.directory, () => write(plan));
}

function write({ directory, files, state }: PagePlan): void {
  makeFolder(dirname(directory));
  const made = temporaryBeside(directory);
  const old = temporaryBeside(directory);
  try {
    fill(made, files);
    if (state === 'replaced') renameSync(directory, old);
    renameSync(made, directory);
  } catch (error) {
    if (existsSync(old) && !existsSync(directory)) renameSync(old, directory);
    removeTree(made);
    throw error;
  }
  removeTree(old);
}

/** Whatever the umask is: a web server has to read the files. */
function fill(directory: string, files: ReadonlyMap<string, string>): void {
  makeDirectory(directory);
  const made = new Set(['.', 'p']);
  if ([...files.keys()].some((path) => path.startsWith('p/'))) makeDirectory(join(directory, 'p'));
  for (const [path, text] of files) {
    if (!made.has(dirname(path))) makeDirectory(join(directory, dirname(path)));
    made.add(dirname(path));
    writeFileSync(join(directory, path), text, { flag: 'wx' });
    chmodSync(join(directory, path), 0o644);
  }
}

function makeDirectory(directory: string): void {
  mkdirSync(directory);
  chmodSync(directory, 0o755);
}
