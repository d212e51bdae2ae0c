import { relative } from 'node:path';
import { UserError } from '../../errors.ts';
import { findGarbage, type Garbage, removeGarbage } from '../../store/garbage.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { sizeText } from '../../system/size-text.ts';
import { columns } from '../../terminal/columns.ts';
import type { Line } from '../../terminal/lines.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Lists what nothing needs, and removes it where that is asked for. */
export async function run({ layout, env, options, warn }: CommandContext<'store:gc'>): Promise<Outcome> {
  if (!options.remove) {
    const found = findGarbage(layout);
    return { data: facts(found, false), lines: () => linesOf(found, layout.home, `\`${layout.brand} store:gc --remove\` removes that`) };
  }
  refuseNested(env);
  // What is under way refers to things that nothing else does yet.
  return withStoreMutex(layout, warn, async () => {
    const found = findGarbage(layout);
    const left = removeGarbage(found);
    const failure =
      left.length === 0
        ? undefined
        : new UserError('file-system-error', `Cannot remove ${left.map(({ path }) => path).join(', ')}`, { hint: 'check who owns it' });
    return { data: facts(found, true), lines: () => linesOf(found, layout.home, 'removed'), failure };
  });
}

const facts = (found: readonly Garbage[], removed: boolean): object => ({ removed, bytes: total(found), found });

const total = (found: readonly Garbage[]): number => found.reduce((sum, { bytes }) => sum + bytes, 0);

function linesOf(found: readonly Garbage[], home: string, ending: string): Line[] {
  if (found.length === 0) return [{ info: 'Everything that is kept is needed' }];
  const rows = found.map(({ kind, bytes, path, why }) => [kind, sizeText(bytes), harmlessLine(relative(home, path)), why]);
  return [...columns([['KIND', 'SIZE', 'PATH', 'WHY'], ...rows]), { info: `${sizeText(total(found))}; ${ending}` }];
}
