import { join } from 'node:path';
import type { Environment, Layout } from '../home/layout.ts';
import { childEnvironment, runChild } from '../system/child.ts';

/** Fires a trigger through bin/plugn, streams and all. @param stdout the descriptor that hooks print on @returns its status */
export async function fireTrigger({ packagePath }: Layout, hook: string, env: Environment, stdout: 1 | 2 = 1): Promise<number> {
  const { status } = await runChild(join(packagePath, 'bin/plugn'), ['trigger', hook], {
    env: childEnvironment(env),
    output: stdout === 2 ? 'inherit-to-stderr' : 'inherit',
  });
  return status;
}
