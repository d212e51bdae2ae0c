import { spoolEvent } from '../home/event-spool.ts';
import type { Layout } from '../home/layout.ts';
import { spoolOf } from '../home/spool-path.ts';
import { storePaths } from '../home/store-paths.ts';
import { sourceText } from '../sources/source.ts';
import type { Change } from './journal.ts';
import { currentReceipt, type Receipt, receiptsOf } from './receipts.ts';

/** The type of events about the plugins of a home; `plugins` are instances of providers, as Digital Rebar has it. */
const TYPE = 'tool_plugins';

/** Tells of a change that is committed. One that is tidied up again, as its process died, is told of again. */
export function tellChange(layout: Layout, { kind, plugin, from, to }: Change): void {
  spoolEvent(spoolOf(layout.home), () => {
    const earlier = from === null ? undefined : receiptsOf(storePaths(layout.pluginPath), plugin).find(({ generation }) => generation === from.generation);
    const original = from === null ? null : shown(plugin, earlier, from.enabled);
    const action = kind === 'install' && to?.receipt.source.kind === 'link' ? 'link' : kind;
    return { type: TYPE, action, key: plugin, object: to === null ? original : shown(plugin, to.receipt, to.enabled), original };
  });
}

/** Tells that a plugin is enabled from now on, or is not. */
export function tellEnabled(layout: Layout, plugin: string, isEnabled: boolean): void {
  spoolEvent(spoolOf(layout.home), () => {
    const receipt = currentReceipt(storePaths(layout.pluginPath), plugin);
    const object = shown(plugin, receipt, isEnabled);
    return { type: TYPE, action: isEnabled ? 'enable' : 'disable', key: plugin, object, original: { ...object, Enabled: !isEnabled } };
  });
}

const shown = (name: string, receipt: Receipt | undefined, isEnabled: boolean): Readonly<Record<string, unknown>> => ({
  Name: name,
  Version: receipt?.version ?? '',
  Source: receipt === undefined ? '' : sourceText(receipt.source),
  Generation: receipt?.generation ?? null,
  Enabled: isEnabled,
});
