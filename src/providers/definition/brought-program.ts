import { renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../errors.ts';
import { hasCookie } from '../../plugins/botkube/has-cookie.ts';
import { programOfStub, sourceStub } from '../../plugins/botkube/source-stub.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { refuseForeign } from './check-program.ts';

/** What was brought as a provider. */
export interface BroughtProgram {
  /** What is started. */
  readonly started: string;
  /** What that starts, where it is the stub of a source of Botkube. */
  readonly source: string | undefined;
}

/** As Botkube's generator has names of files: `source_NAME_OS_ARCH` (contract registry §1.3). */
const LISTED_NAME = /^source_(.+?)_[a-z0-9]+_[a-z0-9]+$/;
const SOURCE_SUFFIX = '.botkube';

/**
 * A program that is kept: a source of Botkube, which has its cookie in its bytes, is put behind a stub that speaks for it. The provider is called as the file, as the source has no name of its own.
 * @param file in a directory of its own
 */
export function keptProgram(file: string): BroughtProgram {
  if (!hasCookie(file)) return { started: file, source: undefined };
  const fileName = basename(file);
  const name = LISTED_NAME.exec(fileName)?.[1] ?? fileName;
  const [started, source] = [join(dirname(file), name), join(dirname(file), `${name}${SOURCE_SUFFIX}`)];
  renameSync(file, source);
  writeFileSync(started, sourceStub({ name, program: basename(source) }), { mode: 0o700 });
  return { started, source };
}

/** The provider of a plugin, which is run where it is. @throws UserError where others could change it, or what it starts is not there */
export function carriedProgram(file: string): BroughtProgram {
  const source = programOfStub(file);
  for (const one of source === undefined ? [file] : [file, source]) {
    const stat = statSync(one, { throwIfNoEntry: false });
    if (!stat?.isFile()) throw new UserError('not-a-file', `There is no file ${harmlessLine(one)}`, { hint: 'give the program of a provider, or its URL' });
    refuseForeign(basename(one), one, stat);
  }
  return { started: file, source };
}
