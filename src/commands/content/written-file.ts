import { resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { explainDiskErrors } from '../../system/disk-errors.ts';
import { writeWhole } from '../../system/durable.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { realFile, statOrNothing } from '../../system/links.ts';
import { readSmallBytes } from '../../system/small-file.ts';

/** What becomes of a file that is made of others. */
export interface WrittenFile {
  readonly file: string;
  /** Whether it was not what it is to be. */
  readonly isStale: boolean;
  /** Whether it was written. */
  readonly changed: boolean;
}

const MOST_BYTES = 64 << 20;

/**
 * Writes a file that is made of others, whole or not at all, where it is not that already.
 * @throws UserError index-out-of-date with `check`, where it would be written
 */
export function writeMade(output: string, text: string, { check, dryRun }: { check?: boolean | undefined; dryRun?: boolean | undefined }): WrittenFile {
  const file = realFile(resolve(output));
  const before = statOrNothing(file);
  if (before && !before.isFile()) throw new UserError('in-the-way', `${harmlessLine(output)} is no file`, { hint: 'give the output another name' });
  const isStale = before === undefined || explainDiskErrors('read the output', output, () => readSmallBytes(file, MOST_BYTES)).toString() !== text;
  if (isStale && check)
    throw new UserError('index-out-of-date', `${harmlessLine(output)} is not what would be written`, {
      hint: 'write it anew with the same line without --check',
    });
  const changed = isStale && !dryRun;
  if (changed) explainDiskErrors('write the output', output, () => writeWhole(file, text, before ?? 0o644));
  return { file: output, isStale, changed };
}
