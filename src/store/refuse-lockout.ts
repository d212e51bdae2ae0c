import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Environment, Layout } from '../home/layout.ts';
import { isExecutableFile } from '../plugins/executable.ts';
import { type HookCall, runHook } from '../triggers/run-hook.ts';
import { TRANSACTION } from './refuse-nested.ts';

/** A guard that cannot be run denies. */
const CANNOT_BE_RUN = 126;

/**
 * Asks a guard that has just been enabled whether whoever does this may take it away again: one that says no would keep them out from then on.
 * @param outcome what becomes of the plugin, for the message: "was not installed"
 * @throws UserError when it denies, cannot be run or fails
 */
export async function refuseLockout(
  layout: Layout,
  name: string,
  outcome: string,
  env: Environment,
  beforeStart: HookCall['beforeStart'] = nobodyWatches,
): Promise<void> {
  const user = env.SSH_USER ?? '';
  const key = env.SSH_NAME || 'default';
  const argv = [user, key, 'plugin:uninstall', name];
  const call: HookCall = { plugin: name, hook: 'user-auth', argv, stdin: 'ignore', stdout: 2, beforeStart };
  const status = isExecutableFile(join(layout.enabled, name, 'user-auth')) ? await runHook(layout, call, { ...env, [TRANSACTION]: name }) : CANNOT_BE_RUN;
  if (status === 0) return;
  const who = key === 'default' ? `the user ${user}` : `the user ${user} with the key ${key}`;
  throw new UserError(
    'guard-locks-out',
    `The guard of ${name} would keep ${who} from \`plugin:uninstall ${name}\` (status ${status}), so the plugin ${outcome}`,
    {
      hint: '`--skip-guard-check` enables it all the same',
    },
  );
}

const nobodyWatches = (_: ChildProcess): void => {};
