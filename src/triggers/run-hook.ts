import { join } from 'node:path';
import { inspectExecutable } from '../plugins/executable.ts';
import type { Environment, Layout } from '../plugins/layout.ts';
import { childEnvironment, runChild } from '../system/child.ts';
import { somethingAt } from '../system/links.ts';

/**
 * Runs one hook of one plugin, if it has it: through enabled/ where it is enabled, so that `$0` is what plugins expect.
 * @returns the hook's exit status, 0 without a hook; a hook that is not executable is skipped with plugn's warning in `skipped`
 */
export async function runHook(
  layout: Layout,
  plugin: string,
  hook: string,
  argv: readonly string[],
  env: Environment,
): Promise<{ status: number; skipped?: string }> {
  const folder = somethingAt(join(layout.enabled, plugin)) ? layout.enabled : layout.available;
  const file = join(folder, plugin, hook);
  const runnable = inspectExecutable(file, env.PATH ?? '');
  if (runnable.kind === 'missing') return { status: 0 };
  if (runnable.kind === 'broken' && runnable.remedy.startsWith('chmod')) {
    return { status: 0, skipped: `Trigger '${hook}' is not executable, skipping plugin (${plugin})` };
  }
  const { status } = await runChild(file, argv, { env: childEnvironment(env), output: 'inherit' });
  return { status };
}
