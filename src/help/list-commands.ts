import { join } from 'node:path';
import { familyOf } from '../home/core-names.ts';
import type { Layout } from '../home/layout.ts';
import { columns } from '../terminal/columns.ts';
import { entriesFromFiles } from './plugin-help.ts';

/** The page for a plugin that has commands and none for its bare name. */
export function listCommands(plugin: string, layout: Layout): string {
  const rows = entriesFromFiles(plugin, familyOf(layout, plugin) ?? join(layout.enabled, plugin)).map(({ usage, description }) =>
    description === '' ? [usage] : [usage, description],
  );
  return [`Usage: ${layout.brand} ${plugin}:COMMAND`, '', 'Commands:', '', ...columns(rows, '    ')].join('\n');
}
