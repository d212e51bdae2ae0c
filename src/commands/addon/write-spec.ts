import { explainDiskErrors } from '../../system/disk-errors.ts';
import { writeWhole } from '../../system/durable.ts';
import { statOrNothing } from '../../system/links.ts';

/** Writes a spec whole or not at all, with the mode of what stands there. Loaded where one is written. @throws UserError where it cannot be */
export function writeSpec(file: string, text: string): void {
  explainDiskErrors('write the spec', file, () => writeWhole(file, text, statOrNothing(file) ?? 0o644));
}
