import type { PlatformCommand } from '../plugins/helm/metadata.ts';
import { prepareCommand } from '../plugins/helm/platform-command.ts';

/**
 * The program and the arguments of the entry for this platform (contract helm §3.2).
 * @param expandArgs whether variables are expanded in the arguments; in the program they always are
 * @param extraArgs put behind them, as they are
 * @param env what variables stand for
 * @throws Error `no plugin command is applicable`
 */
export function prepareCommands(
  commands: readonly PlatformCommand[],
  expandArgs: boolean,
  extraArgs: readonly string[],
  env: Readonly<Record<string, string>>,
): { readonly main: string; readonly argv: string[] } {
  const prepared = prepareCommand(commands, expandArgs, extraArgs, env);
  if (prepared === undefined) throw new Error('no plugin command is applicable');
  return prepared;
}

/** Variables as a list of `NAME=value` (contract helm §3.3). */
export const formatEnv = (env: Readonly<Record<string, string>>): string[] => Object.entries(env).map(([name, value]) => `${name}=${value}`);

/** Variables from such a list: one without `=` is empty, one without a name is dropped, and the last of several counts (contract helm §3.3). */
export function parseEnv(list: readonly string[]): Record<string, string> {
  const pairs = list.map((entry) => {
    const at = entry.indexOf('=');
    return at < 0 ? ([entry, ''] as const) : ([entry.slice(0, at), entry.slice(at + 1)] as const);
  });
  return Object.fromEntries(pairs.filter(([name]) => name !== ''));
}

/** Whether a file's name ends as that of a plugin's archive: `.tgz` or `.gz`. */
export const isTarball = (file: string): boolean => /\.(gz|tgz)$/.test(file);
