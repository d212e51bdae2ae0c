import { INDEX_CHARACTERS } from '../catalogue/formats/yaml.ts';
import { UserError } from '../errors.ts';
import { explainDiskErrors } from '../system/disk-errors.ts';
import { writeWhole } from '../system/durable.ts';
import { statOrNothing } from '../system/links.ts';
import { readSmallFile, whyUnread } from '../system/small-file.ts';

/** What an index is called unless somebody says otherwise, as by Botkube's generator. */
export const INDEX_NAME = 'plugins-index.yaml';

/** The text of an index file. @throws UserError where there is none, or it cannot be read */
export function readIndexFile(file: string): string {
  try {
    return readSmallFile(file, INDEX_CHARACTERS);
  } catch (error) {
    throw new UserError('unreadable-file', `${file} ${whyUnread(error)}`, { hint: 'name an index file on this machine', cause: error });
  }
}

/** Writes an index file whole or not at all; its mode and owner stay. @throws UserError where it cannot be written */
export function writeIndexFile(file: string, text: string): void {
  explainDiskErrors('write the index', file, () => writeWhole(file, text, statOrNothing(file) ?? 0o644));
}
