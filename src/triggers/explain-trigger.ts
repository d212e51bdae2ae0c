import type { Environment } from '../home/layout.ts';
import { isPluginName } from '../home/names.ts';
import { inspectExecutable } from '../plugins/executable.ts';
import { moduleInPlaceOf } from '../plugins/wasm/module-file.ts';
import { somethingAt } from '../system/links.ts';
import { placesFor } from './listeners.ts';

/** What would happen to one plugin's hook if the trigger fired now. */
export interface TriggerStep {
  readonly plugin: string;
  readonly file: string;
  readonly runs: boolean;
  /** Why it would be skipped, or would fail; empty when all is well. */
  readonly why: string;
}

/** Who would run for a trigger, in order, and who is skipped and why: what bin/plugn does, told instead of done. */
export function explainTrigger(pluginPath: string, hook: string, env: Environment): TriggerStep[] {
  return placesFor(pluginPath, hook).flatMap(({ plugin, file }) => {
    const runnable = inspectExecutable(file, env.PATH ?? '');
    if (runnable.kind === 'missing' && moduleInPlaceOf(file) !== undefined)
      return [{ plugin, file, runs: false, why: 'it is a WASM module, and has no program beside it' }];
    if (runnable.kind === 'missing') return somethingAt(file) ? [{ plugin, file, runs: false, why: 'not a regular file' }] : [];
    if (!isPluginName(plugin)) return [{ plugin, file, runs: false, why: "its name is not a plugin's" }];
    if (runnable.kind === 'runnable') return [{ plugin, file, runs: true, why: '' }];
    // Only a missing execute bit is skipped; a hook whose interpreter is missing fails the trigger.
    const skipped = runnable.remedy.startsWith('chmod');
    return [{ plugin, file, runs: !skipped, why: skipped ? runnable.problem : `will fail: ${runnable.problem}` }];
  });
}
