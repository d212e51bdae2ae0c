import { join } from 'node:path';
import { inspectExecutable } from '../plugins/executable.ts';
import { type Environment, namesIn } from '../plugins/layout.ts';
import { isPluginName } from '../plugins/names.ts';
import { somethingAt } from '../system/links.ts';

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
  return namesIn(join(pluginPath, 'enabled')).flatMap((plugin) => {
    const file = join(pluginPath, 'enabled', plugin, hook);
    const runnable = inspectExecutable(file, env.PATH ?? '');
    if (runnable.kind === 'missing') return somethingAt(file) ? [{ plugin, file, runs: false, why: 'not a regular file' }] : [];
    if (!isPluginName(plugin)) return [{ plugin, file, runs: false, why: "its name is not a plugin's" }];
    if (runnable.kind === 'runnable') return [{ plugin, file, runs: true, why: '' }];
    // Only a missing execute bit is skipped; a hook whose interpreter is missing fails the trigger.
    const skipped = runnable.remedy.startsWith('chmod');
    return [{ plugin, file, runs: !skipped, why: skipped ? runnable.problem : `will fail: ${runnable.problem}` }];
  });
}
