import { machine, type } from 'node:os';
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
export const thisPlatform = (): HelmPlatform => ({ os: SYSTEMS[process.platform] ?? process.platform, arch: ARCHITECTURES[process.arch] ?? process.arch });

/** A platform, and how it is recognised. */
export interface HelmHost extends HelmPlatform {
  /** What `uname -sm` says there: the architecture of the kernel, which may be another one. */
  readonly kernel: string;
}

export const thisHost = (): HelmHost => ({ ...thisPlatform(), kernel: `${type()} ${machine()}` });

/** An entry, and the platforms that it is for. Empty strings stand for any, and `command` is undefined where it names no program. */
export interface Choice extends HelmPlatform {
  readonly command: PlatformCommand | undefined;
}

/**
 * The entries that may be chosen, in the order of the choice: those with both a system and an architecture, those with a system alone, those with neither. Of several
 * for one platform the first is used, one with an architecture alone is never used, and capital letters do not matter (contract helm §3.1).
 */
export function choicesOf(commands: readonly PlatformCommand[]): readonly Choice[] {
  const byPlatform = new Map<string, Choice>();
  const all = commands.map((command): Choice => {
    const isNone = command.command === '' || command.command.startsWith(' ');
    return { os: command.os.toLowerCase(), arch: command.arch.toLowerCase(), command: isNone ? undefined : command };
  });
  const inOrder = [
    ...all.filter(({ os, arch }) => os !== '' && arch !== ''),
    ...all.filter(({ arch }) => arch === '').sort((a, b) => Number(a.os === '') - Number(b.os === '')),
  ];
  for (const choice of inOrder) {
    const key = `${choice.os}/${choice.arch}`;
    if (!byPlatform.has(key)) byPlatform.set(key, choice);
  }
  return [...byPlatform.values()];
}

/** The entry for a platform; undefined where there is none, or where it names no program. */
export const commandFor = (commands: readonly PlatformCommand[], platform: HelmPlatform): PlatformCommand | undefined =>
  choicesOf(commands).find(({ os, arch }) => (os === '' || os === platform.os) && (arch === '' || arch === platform.arch))?.command;

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
