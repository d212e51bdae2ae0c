import { shellQuote } from '../../system/shell-quote.ts';
import { type Piece, piecesOf } from './expand.ts';
import type { HelmMetadata, PlatformCommand } from './metadata.ts';
import { commandFor, type HelmPlatform, wordsOf } from './platform-command.ts';

/** Variables that a shell has of itself, whatever its environment says. */
const SHELLS_OWN: ReadonlySet<string> = new Set(['IFS', 'LINENO', 'OPTIND', 'PPID', 'PS1', 'PS2', 'PS4']);

/** A file that stands for a command or a hook of Helm's: it becomes the program that plugin.yaml names. */
export interface HelmStub {
  /** From the plugin's directory on. */
  readonly path: string;
  readonly text: string;
}

/** The events whose hooks run here, and the hooks that they become. Helm's `delete` runs when the files are gone; here, while they are there (contract helm §4). */
const HOOKS: Readonly<Record<string, string>> = { install: 'install', update: 'update', delete: 'uninstall' };

/** Where the executables of a plugin stand that are no commands of its own. */
const FOLDER = '.helm';
export const POST_RENDERER = `${FOLDER}/postrender`;
/** @param protocol a scheme */
export const getterPath = (protocol: string): string => `${FOLDER}/getters/${protocol}`;

/** Whether a protocol can be the scheme of a URL (RFC 3986, 3.1): one that cannot is never asked for. */
export const isScheme = (protocol: string): boolean => /^[a-z][a-z0-9+.-]{0,99}$/.test(protocol);

/**
 * The files that make a plugin of Helm's a plugin here: its command, where it has one, and its hooks. Its command is chosen for one platform, so that nothing needs to
 * read plugin.yaml when it runs.
 */
export function stubsOf({ name, type, config, subprocess }: HelmMetadata, platform: HelmPlatform): HelmStub[] {
  if (subprocess === undefined) return [];
  const { platformCommand, platformHooks, protocolCommands, expandsHookArgs } = subprocess;
  // In the older form a getter keeps its command; in the newer one only what is of that type has one.
  const hasCommand = type === 'cli/v1' || (type === 'getter/v1' && platformCommand.length > 0);
  const hooks = [...platformHooks].filter(([event, commands]) => Object.hasOwn(HOOKS, event) && commands.length > 0);
  // The first entry that has a protocol is the one for it.
  const byProtocol = new Map(protocolCommands.toReversed().flatMap(({ protocols, platformCommand: commands }) => protocols.map((one) => [one, commands])));
  const getters = [...new Set(protocolCommands.flatMap(({ protocols }) => protocols))].filter(isScheme).map((protocol) => ({
    path: getterPath(protocol),
    text: getterStub(name, byProtocol.get(protocol) ?? [], platform),
  }));
  return [
    ...(hasCommand ? [{ path: 'bare/default', text: commandStub(name, platformCommand, config.ignoreFlags, platform) }] : []),
    ...(type === 'postrenderer/v1' ? [{ path: POST_RENDERER, text: postRendererStub(name, platformCommand, platform) }] : []),
    ...getters,
    ...hooks.map(([event, commands]) => ({ path: HOOKS[event] as string, text: hookStub(name, event, commands, expandsHookArgs, platform) })),
  ];
}

/**
 * The `complete` of a plugin that has a completion.yaml or a plugin.complete. @param table what the first says
 */
export function completionStub({ name }: HelmMetadata, table: string): HelmStub {
  const lines = [
    '#!/bin/sh',
    '# Made from completion.yaml and for plugin.complete. An update makes it anew.',
    `HELM_PLUGIN_NAME=${shellQuote(name)} HELM_PLUGIN_DIR="\${0%/complete}"`,
    `tool_helm_table=${shellQuote(table)}`,
    `. "\${TOOL_PACKAGE:?is not set; run this through tool}/libexec/helm-environment"`,
    '. "$TOOL_PACKAGE/libexec/helm-complete"',
    '',
  ];
  return { path: 'complete', text: lines.join('\n') };
}

function postRendererStub(name: string, commands: readonly PlatformCommand[], platform: HelmPlatform): string {
  const found = commandFor(commands, platform);
  return stub(name, 'command', `"\${0%/${POST_RENDERER}}"`, platform, found === undefined ? undefined : execLine(found, true, ' "$@"'), true);
}

/**
 * What brings something by one protocol: a program of the plugin's own folder, whose arguments stay as they are, and four of the caller's: certificate, key, authority, URL
 * (contract helm §3.6). Where Helm would look for the folder in itself, since the command names it already, it is looked for where it is.
 */
function getterStub(name: string, commands: readonly PlatformCommand[], platform: HelmPlatform): string {
  const found = commandFor(commands, platform);
  const [main = '', ...args] = found === undefined ? [] : wordsOf(found);
  const inside = main.replace(/^\$(HELM_PLUGIN_DIR|\{HELM_PLUGIN_DIR\})\//, '');
  const words = [`"$HELM_PLUGIN_DIR"/${written(piecesOf(inside))}`, ...args.map(shellQuote)];
  return stub(name, 'command', `"\${0%/${FOLDER}/*}"`, platform, found === undefined ? undefined : `exec ${words.join(' ')} "$@"`, true);
}

function commandStub(name: string, commands: readonly PlatformCommand[], ignoresFlags: boolean, platform: HelmPlatform): string {
  const found = commandFor(commands, platform);
  const line = found === undefined ? undefined : execLine(found, true, ignoresFlags ? '' : ' "$@"');
  return stub(name, 'command', `"\${0%/bare/default}"`, platform, line);
}

function hookStub(name: string, event: string, commands: readonly PlatformCommand[], expandsArgs: boolean, platform: HelmPlatform): string {
  const found = commandFor(commands, platform);
  return stub(name, `${event} hook`, `"\${0%/*}"`, platform, found === undefined ? undefined : execLine(found, expandsArgs, ''));
}

/**
 * @param line that becomes the program; undefined where there is none for this platform
 * @param isPlain whether its arguments are not looked through for Helm's flags
 */
function stub(name: string, what: string, directory: string, { os, arch }: HelmPlatform, line: string | undefined, isPlain = false): string {
  return [
    '#!/bin/sh',
    `# Made from plugin.yaml: its ${what} for ${os}/${arch}. An update makes it anew.`,
    `HELM_PLUGIN_NAME=${shellQuote(name)} HELM_PLUGIN_DIR=${directory}${isPlain ? ' tool_helm_plain=1' : ''}`,
    `. "\${TOOL_PACKAGE:?is not set; run this through tool}/libexec/helm-environment"`,
    line ?? `tool_helm_has_none ${shellQuote(what)} ${shellQuote(`${os}/${arch}`)}`,
    '',
  ].join('\n');
}

function execLine(command: PlatformCommand, expandsArgs: boolean, rest: string): string {
  const [main = '', ...args] = wordsOf(command);
  const words = [written(piecesOf(main)), ...args.map((arg) => (expandsArgs ? written(piecesOf(arg)) : shellQuote(arg)))];
  return `exec ${words.join(' ')}${rest}`;
}

/** Pieces as one word of sh. */
const written = (pieces: readonly Piece[]): string => {
  const parts = pieces.map((piece) => ('text' in piece ? (piece.text === '' ? '' : shellQuote(piece.text)) : variable(piece.variable)));
  return parts.join('') || "''";
};

/** A variable that no shell can name is in nobody's environment. */
const variable = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) && !SHELLS_OWN.has(name) ? `"\${${name}-}"` : '');
