import { arch as nodeArch, platform as nodePlatform } from 'node:process';
import { expand } from './expand.ts';
import type { PlatformCommand } from './metadata.ts';

/** A platform in Go's words: `linux` and `amd64`. */
export interface HelmPlatform {
  readonly os: string;
  readonly arch: string;
}

const SYSTEMS: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'illumos' };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };

/** The platform that this process runs on. */
export const thisPlatform = (): HelmPlatform => ({ os: SYSTEMS[nodePlatform] ?? nodePlatform, arch: ARCHITECTURES[nodeArch] ?? nodeArch });

/**
 * The entry for a platform: the first with both its system and its architecture, else the first with its system alone, else the first with neither. One with an
 * architecture alone is never used. Whether letters are capital does not matter.
 * @returns undefined where there is none, or where it names no program
 */
export function commandFor(commands: readonly PlatformCommand[], { os, arch }: HelmPlatform): PlatformCommand | undefined {
  const isAs = (told: string, wanted: string): boolean => told.toLowerCase() === wanted;
  const found =
    commands.find((one) => isAs(one.os, os) && isAs(one.arch, arch)) ??
    commands.find((one) => isAs(one.os, os) && one.arch === '') ??
    commands.find((one) => one.os === '' && one.arch === '');
  return found === undefined || found.command === '' || found.command.startsWith(' ') ? undefined : found;
}

/** The words of a command: split at every single space, so that two of them make an empty one. */
export const wordsOf = ({ command, args }: Pick<PlatformCommand, 'command' | 'args'>): string[] => [...command.split(' '), ...args];

/**
 * A command with its arguments, ready to be run (contract helm §3.2).
 * @param expandsArgs whether variables are expanded in its arguments; in the program they always are
 * @param extraArgs put behind them, as they are
 * @param env what variables stand for
 * @returns undefined where no command is for this platform
 */
export function prepareCommand(
  commands: readonly PlatformCommand[],
  expandsArgs: boolean,
  extraArgs: readonly string[],
  env: Readonly<Record<string, string>>,
  platform: HelmPlatform = thisPlatform(),
): { readonly main: string; readonly argv: string[] } | undefined {
  const found = commandFor(commands, platform);
  if (found === undefined) return undefined;
  const [main = '', ...args] = wordsOf(found);
  return { main: expand(main, env), argv: [...args.map((arg) => (expandsArgs ? expand(arg, env) : arg)), ...extraArgs] };
}
