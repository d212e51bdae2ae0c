import { howToFollow, isExact, knownKind, samePlace, sourceText } from '../../sources/source.ts';
import { UNKNOWN } from '../../sources/unknown.ts';
import { writtenChange } from '../../store/journal.ts';
import { type Receipt, writtenReceipt } from '../../store/receipts.ts';
import { harmlessLine } from '../../system/harmless.ts';
import type { Installed } from './install-one.ts';

/** What came of an install, for programs. */
export function installedFacts({ name, placed, passedOver }: Installed): Readonly<Record<string, unknown>> {
  if (placed.outcome === 'planned') return { name, changed: false, plan: writtenChange(placed.change), hooks: placed.hooks, passedOver };
  return { name, changed: placed.outcome === 'placed', receipt: placed.receipt && writtenReceipt(placed.receipt), passedOver };
}

/** What came of an install, for people. */
export function installedText({ name, placed, stood, hasNewer }: Installed, brand: string): string {
  switch (placed.outcome) {
    case 'kept':
      return `Plugin ${name} is already installed from ${placed.receipt ? sourceText(placed.receipt.source) : 'there'}${hasNewer ? newerText(name, placed.receipt, brand) : ''}`;
    case 'planned': {
      const { version: asWritten = '', source = UNKNOWN } = placed.change.to?.receipt ?? {};
      const version = harmlessLine(asWritten);
      const what = stood
        ? `would update ${name} from ${harmlessLine(placed.before?.version ?? '') || 'what is there'} to ${version}, from ${sourceText(source)}`
        : `would install ${name} ${version} from ${sourceText(source)}`;
      const moved = placed.change.movesCoreTo;
      const room = moved === undefined ? [] : [`would leave the core plugin ${name} reachable as ${moved}`];
      return [what, ...room, ...(stood ? [] : [`would enable ${name}`]), ...placed.hooks.map((hook) => `would run its ${hook} hook`)].join('\n');
    }
    case 'placed':
      return stood ? `Plugin ${name} ${changeText(placed.before, placed.receipt)}` : `Plugin ${name} enabled`;
  }
}

function newerText(name: string, receipt: Receipt | undefined, brand: string): string {
  if (receipt && isExact(receipt.source)) return ` and pinned there; ${howToFollow(receipt.source, `${brand} plugin:update`, name)}`;
  return `; \`${brand} plugin:update ${name}\` brings what is new`;
}

/** What an update that was asked for in words has changed: `moved to …`, `updated and follows main`, `updated and pinned to v1.0.0`. */
export function changeText(before: Receipt | undefined, { source }: Receipt): string {
  if (!before || !samePlace(before.source, source)) return `moved to ${sourceText(source)}`;
  const standsAt = knownKind(source)?.standsAt(source);
  return standsAt === undefined ? 'updated' : `updated and ${standsAt}`;
}
