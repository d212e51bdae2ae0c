import type { SyncStep } from '../../sync/sync.ts';
import { harmlessLine } from '../../system/harmless.ts';
import type { Line } from '../../terminal/lines.ts';

const DONE: Readonly<Record<Exclude<SyncStep['step'], 'kept' | 'extra' | 'failed'>, readonly [done: string, wouldBe: string]>> = {
  installed: ['installed', 'install'],
  updated: ['updated', 'update'],
  enabled: ['enabled', 'enable'],
  disabled: ['disabled', 'disable'],
  pinned: ['pinned', 'pin'],
  unpinned: ['unpinned', 'unpin'],
  removed: ['uninstalled', 'uninstall'],
};

/** What a step of a sync is in words; undefined for what was left as it was. */
export function stepLine({ name, step, version, problem }: SyncStep, dryRun: boolean, brand: string): Line | undefined {
  if (step === 'kept') return undefined;
  if (step === 'failed') return { warning: problem ?? name };
  if (step === 'extra')
    return { warning: `${name} is installed and not asked for; \`${brand} plugin:sync --prune\` takes away what was installed from a source` };
  const [done, wouldBe] = DONE[step];
  const what = version ? `${name} ${harmlessLine(version)}` : name;
  return dryRun ? `would ${wouldBe} ${what}` : { info: `Plugin ${what} ${done}` };
}
