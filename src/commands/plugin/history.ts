import { UserError } from '../../errors.ts';
import { isPluginName } from '../../home/names.ts';
import { pluginHint } from '../../home/not-installed.ts';
import { storePaths } from '../../home/store-paths.ts';
import { sourceText, writtenSource } from '../../sources/source.ts';
import { keptGenerations } from '../../store/generations.ts';
import { currentReceipt, type Receipt, receiptsOf } from '../../store/receipts.ts';
import { columns } from '../../terminal/columns.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Prints the generations of a plugin, newest first: what is there, what can be brought back, what is gone. */
export async function run({ layout, args: [name] }: CommandContext<'plugin:history'>): Promise<Outcome> {
  const paths = storePaths(layout.pluginPath);
  const receipts = isPluginName(name) ? receiptsOf(paths, name) : [];
  if (receipts.length === 0)
    throw new UserError(
      'no-history',
      `Nothing is known of a plugin "${name}"`,
      pluginHint(layout, name, 'only plugins that plugin:install put there have a history'),
    );
  const current = currentReceipt(paths, name)?.generation;
  const kept = new Set(keptGenerations(layout, name));
  const state = (generation: number): string => (generation === current ? 'current' : kept.has(generation) ? 'kept' : 'gone');
  const rows = receipts.toReversed().map((receipt) => ({ ...receipt, state: state(receipt.generation) }));
  return {
    data: rows.map((row) => ({ ...row, source: writtenSource(row.source) })),
    lines: () => columns(rows.map((row) => [String(row.generation), row.state, row.version || '-', timeText(row), sourceText(row.source)])),
  };
}

const timeText = ({ time, broughtBack }: Receipt): string => (broughtBack === undefined ? time : `${time}, brought back ${broughtBack}`);
