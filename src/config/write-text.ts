import { explainDiskErrors } from '../system/disk-errors.ts';
import { writeDurably } from '../system/durable.ts';
import { statOrNothing } from '../system/links.ts';

/**
 * Writes the text of a configuration file, unless it is what the file holds. Its mode and owner stay.
 * @param file the file itself, no link to it
 * @throws UserError when it cannot be written
 */
export function writeTomlText(file: string, before: string, after: string): void {
  if (after !== before) explainDiskErrors('write the configuration', file, () => writeDurably(file, after, statOrNothing(file)));
}
