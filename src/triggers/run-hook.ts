import type { ChildProcess, StdioOptions } from 'node:child_process';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Environment, Layout } from '../home/layout.ts';
import { childEnvironment, runChild, startChild } from '../system/child.ts';
import { somethingAt } from '../system/links.ts';

/** One hook of one plugin, and what it is given. */
export interface HookCall {
  readonly plugin: string;
  readonly hook: string;
  readonly argv: readonly string[];
  /** `ignore` where it is to read nothing; else it shares ours. */
  readonly stdin?: 'ignore' | 'inherit';
  /** The descriptor that it prints on: 2 where stdout is for data alone. */
  readonly stdout: 1 | 2;
  /** Told the process before the hook runs in it; a throw, or our death, and it never does. */
  readonly beforeStart: (child: ChildProcess) => void;
}

/**
 * Runs one hook of one plugin, if it has it, as libexec/plugn runs it in a trigger: configuration, checks, the event log and what is said of a failure
 * are its affair. Through enabled/ where the plugin is enabled, so that `$0` is what plugins expect.
 * @returns the hook's exit status, 0 without a hook or where it is skipped with a warning
 */
export async function runHook(layout: Layout, { plugin, hook, argv, stdin = 'inherit', stdout, beforeStart }: HookCall, env: Environment): Promise<number> {
  const folder = somethingAt(join(layout.enabled, plugin)) ? layout.enabled : layout.available;
  const directory = join(folder, plugin);
  const libexec = join(layout.packagePath, 'libexec');
  const stdio: StdioOptions = [stdin, stdout, 'inherit', 'pipe'];
  const { process: child, exited } = startChild('sh', [join(libexec, 'hook'), directory, hook, ...argv], { env: childEnvironment(env), stdio });
  const gatePipe = child.stdio[3] as Writable;
  gatePipe.on('error', () => {});
  try {
    beforeStart(child);
    gatePipe.end('\n');
  } catch (error) {
    gatePipe.destroy();
    throw error;
  }
  const status = await exited;
  // The shell has become the hook, so what is said of its failure is said by another.
  const failure = [join(libexec, 'hook-failed'), hook, plugin, join(directory, hook), String(status), layout.packagePath];
  if (status !== 0) await runChild('sh', failure, { env: childEnvironment(env), output: 'inherit-to-stderr' });
  return status;
}
