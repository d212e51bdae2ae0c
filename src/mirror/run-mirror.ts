import { errorLine, isUserError, UserError } from '../errors.ts';
import { plural } from '../system/word-list.ts';
import { type MirroredSource, type MirrorWorld, mirrorSource } from './mirror-source.ts';
import type { ReadSource } from './read-source.ts';

/** What became of a source: what was mirrored of it, or why nothing could be. */
export type MirrorResult = MirroredSource | { readonly source: string; readonly error: UserError };

/** How one source is asked, and mirrored. */
export interface MirrorJob {
  readonly name: string;
  /** @throws UserError where its index cannot be had */
  read(): Promise<ReadSource>;
  readonly world: MirrorWorld;
}

/**
 * Mirrors sources one after another. One that cannot be had keeps none of the others from it.
 * @param onResult told of each as soon as it is over
 * @throws UserError where the mirror itself cannot be read or written
 */
export async function runMirror(jobs: readonly MirrorJob[], onResult: (result: MirrorResult) => void): Promise<MirrorResult[]> {
  const results: MirrorResult[] = [];
  for (const { name, read, world } of jobs) {
    if (world.isStopped()) break;
    const source = await read().catch((error: unknown) => {
      // What is wrong with the line is wrong for all of them.
      if (isUserError(error) && error.status !== 2) return error;
      throw error;
    });
    const result: MirrorResult = isUserError(source) ? { source: name, error: source } : await mirrorSource(source, world);
    results.push(result);
    onResult(result);
  }
  return results;
}

/** What is wrong with a whole pass: that some could not be mirrored, or that what was published has changed; undefined where nothing is. */
export function failureOf(results: readonly MirrorResult[]): UserError | undefined {
  const broken = results.filter((one) => 'error' in one).map(({ source }) => source);
  const done = results.filter((one): one is MirroredSource => !('error' in one));
  const failed = done.flatMap((one) => one.failed);
  if (broken.length > 0) return new UserError('some-failed', `${broken.length} of ${results.length} not mirrored: ${broken.join(', ')}`);
  if (failed.length > 0) {
    return new UserError('some-failed', `${plural(failed.length, 'release')} not mirrored: ${failed.map(({ release }) => release).join(', ')}`);
  }
  const changed = [...new Set(done.flatMap((one) => one.changed.map(({ release }) => release)))];
  if (changed.length === 0) return undefined;
  return new UserError('upstream-changed', `${plural(changed.length, 'release')} changed after being mirrored: ${changed.join(', ')}`, {
    status: CHANGED_STATUS,
    hint: 'nothing of it was taken over; ask the publisher why',
  });
}

/** The exit status for what has changed where nothing else failed. */
const CHANGED_STATUS = 3;

/** A result as JSON has it. */
export const resultFacts = (result: MirrorResult): object => ('error' in result ? { source: result.source, error: errorLine(result.error) } : result);
