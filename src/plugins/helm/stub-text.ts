import { shellQuote } from '../../system/shell-quote.ts';
import type { PlatformCommand } from './metadata.ts';
import { choicesOf, type HelmHost } from './platform-command.ts';

/** A file that stands for a command, a hook, a getter or a post-renderer of Helm's: it becomes the program that plugin.yaml names. */
export interface HelmStub {
  /** From the plugin's directory on. */
  readonly path: string;
  readonly text: string;
}

/** What a stub is made of. */
export interface StubParts {
  /** The plugin's name in Helm. */
  readonly name: string;
  /** Its own, from the plugin's directory on. */
  readonly path: string;
  /** The plugin's directory, where the stub stands elsewhere. Without it the stub holds no path, so that a home can be moved. */
  readonly directory?: string | undefined;
  /** Whether its arguments are not looked through for Helm's flags. */
  readonly isPlain?: boolean;
  /** What it is made from, for who reads it. */
  readonly from: string;
  /** What it does, once its environment is Helm's. */
  readonly lines: readonly string[];
}

/** A stub as sh. */
export const stubText = ({ name, path, directory, isPlain = false, from, lines }: StubParts): string =>
  [
    '#!/bin/sh',
    `# Made from ${from}. An update makes it anew.`,
    `HELM_PLUGIN_NAME=${shellQuote(name)} HELM_PLUGIN_DIR=${directory === undefined ? `"\${0%/${path}}"` : shellQuote(directory)}${isPlain ? ' tool_helm_plain=1' : ''}`,
    `. "\${TOOL_PACKAGE:?is not set; run this through tool}/libexec/helm-environment"`,
    ...lines,
    '',
  ].join('\n');

/**
 * Lines of sh that choose among the entries of plugin.yaml when they run, so that a home on another machine needs nothing written anew (contract helm §3.1). Where one
 * entry is for all platforms there is nothing to choose.
 * @param what the entries are of: a command, or a hook
 * @param host where this is written
 * @param become the line that becomes the program of an entry
 */
export function choosing(commands: readonly PlatformCommand[], what: string, host: HelmHost, become: (command: PlatformCommand) => string): string[] {
  const none = `tool_helm_has_none ${shellQuote(what)} "$tool_helm_platform"`;
  const choices = choicesOf(commands);
  const [only] = choices;
  if (choices.length === 1 && only?.os === '' && only.command !== undefined) return [become(only.command)];
  const pattern = (os: string, arch: string): string => (os === '' ? '*' : `${shellQuote(os)}/${arch === '' ? '*' : shellQuote(arch)}`);
  const arms = choices.map(({ os, arch, command }) => `  ${pattern(os, arch)}) ${command === undefined ? none : become(command)} ;;`);
  return [
    `tool_helm_platform=${shellQuote(`${host.os}/${host.arch}`)} tool_helm_kernel=${shellQuote(host.kernel)}`,
    '. "$TOOL_PACKAGE/libexec/helm-platform"',
    ...(arms.length === 0 ? [] : ['case $tool_helm_platform in', ...arms, 'esac']),
    // An entry without a platform is the last arm, and goes on for no other.
    ...(choices.some(({ os }) => os === '') ? [] : [none]),
  ];
}
