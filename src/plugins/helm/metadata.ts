/** One entry of `platformCommand`: what to run where (contract helm §1.2). Empty strings stand for what is left out. */
export interface PlatformCommand {
  readonly os: string;
  readonly arch: string;
  /** The program and its first arguments, separated by single spaces. */
  readonly command: string;
  readonly args: readonly string[];
}

/** What a getter runs for some protocols. */
export interface ProtocolCommand {
  readonly protocols: readonly string[];
  readonly platformCommand: readonly PlatformCommand[];
}

export type HelmType = 'cli/v1' | 'getter/v1' | 'postrenderer/v1' | 'test/v1';

/** `config` of a plugin, by its type. */
export interface HelmConfig {
  readonly usage: string;
  readonly shortHelp: string;
  readonly longHelp: string;
  readonly ignoreFlags: boolean;
  /** Of a getter. */
  readonly protocols: readonly string[];
}

/** `runtimeConfig` of a plugin that is a program. */
export interface SubprocessConfig {
  readonly platformCommand: readonly PlatformCommand[];
  readonly platformHooks: ReadonlyMap<string, readonly PlatformCommand[]>;
  readonly protocolCommands: readonly ProtocolCommand[];
  /** Whether variables are expanded in the arguments of hooks: in the older form of the manifest alone (contract helm §3.2). */
  readonly expandsHookArgs: boolean;
}

/** `runtimeConfig` of a plugin that is a WebAssembly module; zero stands for what is left out. */
export interface ExtismConfig {
  readonly memory: { readonly maxPages: number; readonly maxHttpResponseBytes: number; readonly maxVarBytes: number };
  readonly config: ReadonlyMap<string, string>;
  readonly allowedHosts: readonly string[];
  readonly fileSystem: { readonly createTempDir: boolean };
  /** In milliseconds. */
  readonly timeout: number;
  readonly hostFunctions: readonly string[];
  readonly entryFuncName: string;
}

/** What a plugin.yaml says, in the one form that both of its versions are converted to (contract helm §1). */
export interface HelmMetadata {
  readonly apiVersion: 'legacy' | 'v1';
  readonly name: string;
  readonly type: HelmType;
  readonly runtime: 'subprocess' | 'extism/v1';
  readonly version: string;
  readonly sourceURL: string;
  readonly config: HelmConfig;
  /** Of the runtime `subprocess`. */
  readonly subprocess?: SubprocessConfig;
  /** Of the runtime `extism/v1`. */
  readonly extism?: ExtismConfig;
}

/** Whether a plugin has a command: in the older form a getter keeps its own; in the newer one only what is of that type has one. */
export const hasCommand = ({ type, subprocess }: HelmMetadata): boolean =>
  type === 'cli/v1' || (type === 'getter/v1' && subprocess !== undefined && subprocess.platformCommand.length > 0);
