import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { isProviderName, PROVIDER_NAME_RULE } from '../home/names.ts';
import { explainDiskErrors } from '../system/disk-errors.ts';
import { somethingAt } from '../system/links.ts';
import { makeFolder } from '../system/make-folder.ts';
import { makeWholeFolder } from '../system/whole-folder.ts';

/** The languages that there is a skeleton for. */
export const LANGUAGES = ['ts', 'bash', 'python'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The folders in plugins/provider/skeletons whose files one has: that of its language, and the test that has the provider run by its host's protocol, in Node. */
const FOLDERS: Readonly<Record<Language, readonly string[]>> = { ts: ['ts', 'node-test'], bash: ['bash', 'node-test'], python: ['python'] };

/** What the provider in a skeleton is called, in its files and as a file. */
const SAMPLE = 'sample-provider';
/** A file of a new provider. */
export interface SkeletonFile {
  /** From its directory on. */
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/**
 * The files of a new provider: the skeleton of its language with its name in it, and for TypeScript the SDK that it is built with.
 * @param packagePath where this package is
 * @throws UserError for what cannot be a name
 */
export function skeletonOf(packagePath: string, name: string, language: Language): SkeletonFile[] {
  if (!isProviderName(name)) throw new UserError('bad-value', `"${name}" cannot be the name of a provider`, { hint: PROVIDER_NAME_RULE });
  const files = FOLDERS[language]
    .flatMap((folder) => filesIn(join(packagePath, 'plugins/provider/skeletons', folder)))
    .map((file) => ({
      ...file,
      path: file.path.replaceAll(SAMPLE, name).replace(/(^|\/)dot-/, '$1.'),
      text: file.text.replaceAll(SAMPLE, name),
    }));
  const sdk = language === 'ts' ? filesIn(join(packagePath, 'dist/sdk')).map((file) => ({ ...file, path: `sdk/${file.path}` })) : [];
  return [...files, ...sdk].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** @throws UserError where something stands in the place of a new provider */
export function refuseTaken(directory: string): void {
  if (somethingAt(directory)) throw new UserError('in-the-way', `${directory} is there already`, { hint: 'name another directory with --directory' });
}

/** Writes a new provider, whole or not at all. @throws UserError where it cannot be written */
export function writeSkeleton(directory: string, files: readonly SkeletonFile[]): void {
  explainDiskErrors('make a provider', directory, () => {
    makeFolder(dirname(directory));
    makeWholeFolder(directory, (folder) => {
      for (const { path, text, mode } of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
        chmodSync(join(folder, path), mode);
      }
    });
  });
}

const filesIn = (folder: string): SkeletonFile[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8'), mode: statSync(join(folder, path)).mode & 0o111 ? 0o755 : 0o644 }));
