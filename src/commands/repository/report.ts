import type { Problem } from '../../catalogue/release.ts';
import { errorLine } from '../../errors.ts';
import type { UpdatedRepository } from '../../repositories/update.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { plural } from '../../system/word-list.ts';
import type { Line } from '../../terminal/lines.ts';

/** Problems that are listed; a broken index may have thousands. */
const LISTED = 10;

/** What became of a repository's index, for programs. */
export function updateFacts({ name, outcome, meta, changes, older, problems, error }: UpdatedRepository): object {
  return {
    name,
    outcome,
    ...(meta ? { type: meta.catalogue, plugins: meta.names, releases: meta.releases, fetchedAt: meta.fetchedAt } : {}),
    ...(changes ? { changes } : {}),
    ...(older === undefined ? {} : { older }),
    problems,
    ...(error ? { error: errorLine(error) } : {}),
  };
}

/** What became of a repository's index, for people. */
export function updateLines({ name, outcome, meta, changes, problems, error }: UpdatedRepository): Line[] {
  if (error) return [{ error: `${name}: ${errorLine(error)}` }];
  const count = meta ? `${plural(meta.names, 'plugin')}, ${plural(meta.releases, 'release')}` : '';
  const told = changes ? `${count} (${changes.added} new, ${changes.changed} changed, ${changes.removed} removed)` : count;
  const line = `${name}: ${outcome === 'unchanged' ? `unchanged, ${told}` : told}`;
  return [outcome === 'unchanged' ? line : { info: line }, ...problemLines(name, problems)];
}

/** What is wrong with entries of an index, the first of them one a line. */
export function problemLines(name: string, problems: readonly Problem[]): Line[] {
  const lines = problems.slice(0, LISTED).map((problem): Line => ({ warning: `${name}: ${problemLine(problem)}` }));
  const more = problems.length - lines.length;
  return more > 0 ? [...lines, { warning: `${name}: ${more} more problems; --json lists all` }] : lines;
}

function problemLine({ where, name, line, text, remedy, disables }: Problem): string {
  const at = `${where}${name === undefined ? '' : ` (${name})`}${line === undefined ? '' : `, line ${line}`}`;
  return harmlessLine(`${at}${disables ? ' is skipped' : ''}: ${text}${remedy === undefined ? '' : `; ${remedy}`}`);
}
