import { resolve } from 'node:path';
import type { EditedVersions } from '../../addons/versions-file.ts';
import { readIndexFile, writeIndexFile } from '../../publishing/index-file.ts';
import { realFile, statOrNothing } from '../../system/links.ts';
import type { Outcome } from '../command.ts';

/** An edit of a versions.json, as a line asks for it. */
interface VersionsLine {
  readonly output?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly version: string;
  /** In words: `published`. */
  readonly done: string;
  /** Whether the file may be made. */
  readonly isNewAllowed: boolean;
  readonly edit: (text: string, origin: string) => Promise<EditedVersions>;
}

/** Edits a versions.json, unless it is a dry run, and tells what became of it. @throws UserError where it cannot be read or written */
export async function versionsOutcome({ output = './versions.json', dryRun, version, done, isNewAllowed, edit }: VersionsLine): Promise<Outcome> {
  const file = realFile(resolve(output));
  const { text, isChanged } = await edit(isNewAllowed && !statOrNothing(file) ? '' : readIndexFile(file), output);
  if (isChanged && !dryRun) writeIndexFile(file, text);
  const data = { file: output, version, changed: isChanged && !dryRun };
  if (!isChanged) return { data, lines: () => [`${output}: ${version} is unchanged`] };
  return { data, lines: () => [dryRun ? `${output}: ${version} would be ${done}` : { info: `${output}: ${version} ${done}` }] };
}
