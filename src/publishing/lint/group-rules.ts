import type { Draft } from '../../catalogue/formats/drafts.ts';
import { shown } from '../../catalogue/formats/fields.ts';
import { groupByKey } from '../../catalogue/order.ts';
import type { FormatName } from '../../catalogue/release.ts';
import { schemeNamed } from '../../catalogue/versions/schemes.ts';
import { type Finding, findingOf, remark } from './finding.ts';

/** What is to be said of all versions of a name together, and of the index as a whole. */
export function* groupFindings(entries: readonly Draft[], format: FormatName): Generator<Finding> {
  const usable = entries.filter(({ report }) => !report.isRefused);
  for (const group of groupByKey(usable, ({ release }) => release).values()) {
    const [first] = group;
    if (first === undefined) continue;
    const offered = group.filter(({ release }) => release.yanked === undefined);
    if (offered.length === 0) yield findingOf(remark('no-release', 'every version of it was taken back', 'publish one that can be used'), first);
    else if (offered.every(({ release }) => release.prerelease)) {
      const text = 'it has no version but prereleases, which are installed only where somebody asks for exactly that version';
      yield findingOf(remark('no-release', text, 'publish a release'), offered[0] ?? first);
    }
    yield* sameVersions(group);
  }
  const untyped = format === 'botkube' ? usable.filter(({ release }) => release.type === undefined) : [];
  if (untyped[0]) {
    const others = untyped.length === 1 ? '' : untyped.length === 2 ? ', nor has another entry' : `, nor have ${untyped.length - 1} others`;
    const text = `it has no type${others}: Botkube refuses the whole index`;
    yield findingOf(remark('botkube-type', text, 'keep plugins of tool and those for Botkube in two indexes, if Botkube is to read one'), untyped[0]);
  }
}

/** Versions that are written differently, and are one: `v1.2.0` and `1.2.0`. */
function* sameVersions(group: readonly Draft[]): Generator<Finding> {
  const ordered = group.filter(({ release }) => release.scheme !== 'opaque');
  const compare = (a: Draft, b: Draft): number => schemeNamed(a.release.scheme).compare(a.release.version, b.release.version) || a.ordinal - b.ordinal;
  const sorted = ordered.toSorted(compare);
  for (const [index, entry] of sorted.entries()) {
    const before = sorted[index - 1];
    if (!before || schemeNamed(entry.release.scheme).compare(before.release.version, entry.release.version) !== 0) continue;
    const text = `version ${shown(entry.release.version)} is the same as ${shown(before.release.version)}, so nothing tells which of them is installed`;
    yield findingOf(remark('same-version', text, 'keep one of them'), entry);
  }
}
