import { shellQuote } from '../../system/shell-quote.ts';
import { type Piece, piecesOf } from './expand.ts';
import { COMMAND_STUB, getterPath, POST_RENDERER } from './file-names.ts';
import { type HelmMetadata, hasCommand, type PlatformCommand } from './metadata.ts';
import { moduleStubs } from './module-stubs.ts';
import { isScheme } from './names.ts';
import { type HelmHost, thisHost, wordsOf } from './platform-command.ts';
import { choosing, type HelmStub, type StubParts, stubText } from './stub-text.ts';

/** Variables that a shell has of itself, whatever its environment says. */
const SHELLS_OWN: ReadonlySet<string> = new Set(['IFS', 'LINENO', 'OPTIND', 'PPID', 'PS1', 'PS2', 'PS4']);

/** The events whose hooks run here, and the hooks that they become. Helm's `delete` runs when the files are gone; here, while they are there (contract helm §4). */
const HOOKS: Readonly<Record<string, string>> = { install: 'install', update: 'update', delete: 'uninstall' };

/** The names of those. */
export const HOOK_STUBS: readonly string[] = Object.values(HOOKS);

/** Where stubs are made, and for what. */
export interface StubWorld {
  /** The hosts that the plugin's module may ask over HTTP; none where nothing is said. */
  readonly hosts?: readonly string[];
  /** The plugin's directory, where the stubs stand elsewhere. */
  readonly directory?: string | undefined;
  readonly host?: HelmHost;
}

/**
 * The files that make a plugin of Helm's a plugin here: its command, where it has one, its getters, its post-renderer and its hooks. Nothing needs to read plugin.yaml when
 * they run.
 */
export function stubsOf(metadata: HelmMetadata, { hosts = [], directory, host = thisHost() }: StubWorld = {}): HelmStub[] {
  const { name, type, config, subprocess, extism } = metadata;
  if (extism !== undefined) return moduleStubs(metadata, extism, hosts, directory);
  if (subprocess === undefined) return [];
  const { platformCommand, platformHooks, protocolCommands, expandsHookArgs } = subprocess;
  const hooks = [...platformHooks].filter(([event, commands]) => Object.hasOwn(HOOKS, event) && commands.length > 0);
  // The first entry that has a protocol is the one for it.
  const byProtocol = new Map(protocolCommands.toReversed().flatMap(({ protocols, platformCommand: commands }) => protocols.map((one) => [one, commands])));
  const protocols = [...new Set(protocolCommands.flatMap((entry) => entry.protocols))].filter(isScheme);
  const at = (path: string, what: string, rest: Pick<StubParts, 'lines' | 'isPlain'>): HelmStub => ({
    path,
    text: stubText({ name, path, directory, from: `plugin.yaml: its ${what}`, ...rest }),
  });
  const line = (words: (command: PlatformCommand) => string, rest: string) => (command: PlatformCommand) => `exec ${words(command)}${rest}`;
  const passed = config.ignoreFlags ? '' : ' "$@"';
  return [
    ...(hasCommand(metadata) ? [at(COMMAND_STUB, 'command', { lines: choosing(platformCommand, 'command', host, line(expanded, passed)) })] : []),
    ...(type === 'postrenderer/v1'
      ? [at(POST_RENDERER, 'command', { lines: choosing(platformCommand, 'command', host, line(expanded, ' "$@"')), isPlain: true })]
      : []),
    ...protocols.map((protocol) =>
      at(getterPath(protocol), `getter of ${protocol}`, {
        lines: choosing(byProtocol.get(protocol) ?? [], 'command', host, line(insideDirectory, ' "$@"')),
        isPlain: true,
      }),
    ),
    ...hooks.map(([event, commands]) =>
      at(HOOKS[event] as string, `${event} hook`, { lines: choosing(commands, `${event} hook`, host, line(expandsHookArgs ? expanded : mainExpanded, '')) }),
    ),
  ];
}

/**
 * The `complete` of a plugin that has a completion.yaml or a plugin.complete. @param table what the first says
 */
export const completionStub = ({ name, config }: HelmMetadata, table: string, { directory }: StubWorld = {}): HelmStub => ({
  path: 'complete',
  text: stubText({
    name,
    path: 'complete',
    directory,
    from: 'completion.yaml and for plugin.complete',
    lines: [`tool_helm_table=${shellQuote(table)}${config.ignoreFlags ? ' tool_helm_ignores=1' : ''}`, '. "$TOOL_PACKAGE/libexec/helm-complete"'],
  }),
});

/** A command as words of sh, with the variables of all of them expanded. */
const expanded = (command: PlatformCommand): string =>
  wordsOf(command)
    .map((word) => written(piecesOf(word)))
    .join(' ');

/** A command of whose words the program alone has its variables expanded. */
function mainExpanded(command: PlatformCommand): string {
  const [main = '', ...args] = wordsOf(command);
  return [written(piecesOf(main)), ...args.map(shellQuote)].join(' ');
}

/**
 * What brings something by one protocol: a program of the plugin's own folder, whose arguments stay as they are; four of the caller's come behind them: certificate, key,
 * authority, URL (contract helm §3.6). Where Helm would look for the folder in itself, since the command names it already, it is looked for where it is.
 */
function insideDirectory(command: PlatformCommand): string {
  const [main = '', ...args] = wordsOf(command);
  const inside = main.replace(/^\$(HELM_PLUGIN_DIR|\{HELM_PLUGIN_DIR\})\//, '');
  return [`"$HELM_PLUGIN_DIR"/${written(piecesOf(inside))}`, ...args.map(shellQuote)].join(' ');
}

/** Pieces as one word of sh. */
const written = (pieces: readonly Piece[]): string => {
  const parts = pieces.map((piece) => ('text' in piece ? (piece.text === '' ? '' : shellQuote(piece.text)) : variable(piece.variable)));
  return parts.join('') || "''";
};

/** A variable that no shell can name is in nobody's environment. */
const variable = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) && !SHELLS_OWN.has(name) ? `"\${${name}-}"` : '');
