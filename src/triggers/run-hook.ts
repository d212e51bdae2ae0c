import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { UserError } from '../errors.ts';
import { inspectExecutable } from '../plugins/executable.ts';
import type { Environment, Layout } from '../plugins/layout.ts';
import { childEnvironment } from '../system/child.ts';
import { somethingAt } from '../system/links.ts';

const CANNOT_START = 126;

/** One hook of one plugin, and what it is given. */
export interface HookCall {
  readonly plugin: string;
  readonly hook: string;
  readonly argv: readonly string[];
  /** The descriptor that it prints on: 2 where stdout is for data alone. */
  readonly stdout: 1 | 2;
  /** Told the process before the hook runs in it; a throw, or our death, and it never does. */
  readonly beforeStart: (child: ChildProcess) => void;
}

/**
 * Runs one hook of one plugin, if it has it: through enabled/ where it is enabled, so that `$0` is what plugins expect.
 * @returns the hook's exit status, 0 without a hook; a hook that is not executable is skipped with plugn's warning in `skipped`
 */
export async function runHook(
  layout: Layout,
  { plugin, hook, argv, stdout, beforeStart }: HookCall,
  env: Environment,
): Promise<{ status: number; skipped?: string }> {
  const folder = somethingAt(join(layout.enabled, plugin)) ? layout.enabled : layout.available;
  const file = join(folder, plugin, hook);
  const runnable = inspectExecutable(file, env.PATH ?? '');
  if (runnable.kind === 'missing') return { status: 0 };
  if (runnable.kind === 'broken' && runnable.remedy.startsWith('chmod')) {
    return { status: 0, skipped: `Trigger '${hook}' is not executable, skipping plugin (${plugin})` };
  }
  if (process.getuid?.() === 0 && env.TOOL_HOP_USER) refuseForeignHook(plugin, file);
  const gate = join(layout.packagePath, 'libexec/when-told');
  const child = spawn('sh', [gate, file, ...argv], { env: childEnvironment(env), stdio: ['inherit', stdout, 'inherit', 'pipe'] });
  const ended = new Promise<number>((done) => {
    child.on('error', () => done(CANNOT_START));
    child.on('exit', (code, signal) => done(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
  const told = child.stdio[3] as Writable;
  told.on('error', () => {});
  try {
    beforeStart(child);
    told.end('\n');
  } catch (error) {
    told.destroy();
    throw error;
  }
  return { status: await ended };
}

/**
 * On a server root runs hooks that are root's, and nothing that the system user could change meanwhile; as libexec/plugn does.
 * @throws UserError REFUSED when the hook or its plugin belongs to another user
 */
function refuseForeignHook(plugin: string, file: string): void {
  if ([dirname(file), file].every((path) => statSync(path).uid === 0)) return;
  throw new UserError('REFUSED', `The hook ${file} belongs to another user, and root runs only code that is root's`, {
    hint: `install ${plugin} without --link, or chown it to root`,
  });
}
