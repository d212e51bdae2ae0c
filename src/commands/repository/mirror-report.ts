import { errorLine } from '../../errors.ts';
import type { MirroredSource, ToldRelease } from '../../mirror/mirror-source.ts';
import type { MirrorResult } from '../../mirror/run-mirror.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { sizeText } from '../../system/size-text.ts';
import type { Line } from '../../terminal/lines.ts';

/** Releases of each kind that are listed; the first pass of a large repository has thousands. */
const LISTED = 20;

/** What became of a source, for people. */
export function mirrorLines(result: MirrorResult, isDryRun: boolean): Line[] {
  if ('error' in result) return [{ error: `${result.source}: ${errorLine(result.error)}` }];
  const { source, added, marked } = result;
  const told = (all: readonly ToldRelease[]): Line[] => listed(all, ({ release, what }) => ({ warning: `${source}: ${harmlessLine(`${release} ${what}`)}` }));
  return [
    { info: `${source}: ${counts(result, isDryRun)}` },
    ...listed(added, ({ release, files }) => {
      const bytes = files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
      return `       ${release}${isDryRun ? ` from ${files.map(({ url }) => url).join(', ')}` : ` (${sizeText(bytes)})`}`;
    }),
    ...listed(marked, ({ release, what }) => `       ${release} ${isDryRun ? 'would be' : 'is'} ${what}`),
    ...told(result.changed),
    ...told(result.failed.map(({ release, what }) => ({ release, what: `is not mirrored: ${what}` }))),
    ...told(result.skipped.map(({ release, what }) => ({ release, what: `is left out: ${what}` }))),
  ];
}

function counts({ added, marked, changed, failed, skipped, unchanged, stopped }: MirroredSource, isDryRun: boolean): string {
  const parts: [number, string][] = [
    [added.length, isDryRun ? 'would be added' : 'added'],
    [marked.length, isDryRun ? 'would be marked' : 'marked'],
    [failed.length, 'failed'],
    [skipped.length, 'left out'],
    [unchanged, 'unchanged'],
    [new Set(changed.map(({ release }) => release)).size, 'changed at the source'],
  ];
  const words = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `${words.length === 0 ? 'nothing to mirror' : words.join(', ')}${stopped ? ', ended before all was looked at' : ''}`;
}

function listed<T>(all: readonly T[], line: (one: T) => Line): Line[] {
  const lines = all.slice(0, LISTED).map(line);
  return all.length > LISTED ? [...lines, `       … and ${all.length - LISTED} more; --json lists all`] : lines;
}
