import type { ExtismConfig, HelmConfig, HelmMetadata, PlatformCommand, SubprocessConfig } from './metadata.ts';

/** As YAML has what Go leaves out. */
const orNull = <T>(list: readonly T[]): readonly T[] | null => (list.length === 0 ? null : list);

/**
 * What a plugin.yaml says in its common form, by the names that Go has for the fields, as Helm writes it into a provenance file (contract helm §7.2). Nobody reads it there.
 * @returns a value that YAML can have
 */
export const goMetadata = ({ apiVersion, name, type, runtime, version, sourceURL, config, subprocess, extism }: HelmMetadata): object => ({
  APIVersion: apiVersion,
  Config: configOf(type, config),
  Name: name,
  Runtime: runtime,
  RuntimeConfig: subprocess === undefined ? extism && extismOf(extism) : subprocessOf(subprocess),
  SourceURL: sourceURL,
  Type: type,
  Version: version,
});

function configOf(type: HelmMetadata['type'], { usage, shortHelp, longHelp, ignoreFlags, protocols }: HelmConfig): object {
  if (type === 'cli/v1') return { IgnoreFlags: ignoreFlags, LongHelp: longHelp, ShortHelp: shortHelp, Usage: usage };
  return type === 'getter/v1' ? { Protocols: orNull(protocols) } : {};
}

const commandOf = ({ os, arch, command, args }: PlatformCommand): object => ({ Architecture: arch, Args: orNull(args), Command: command, OperatingSystem: os });

const subprocessOf = ({ platformCommand, platformHooks, protocolCommands }: SubprocessConfig): object => ({
  PlatformCommand: orNull(platformCommand.map(commandOf)),
  PlatformHooks: platformHooks.size === 0 ? null : Object.fromEntries([...platformHooks].map(([event, commands]) => [event, commands.map(commandOf)])),
  ProtocolCommands: orNull(
    protocolCommands.map(({ protocols, platformCommand: commands }) => ({ PlatformCommand: orNull(commands.map(commandOf)), Protocols: orNull(protocols) })),
  ),
});

const extismOf = ({ memory, config, allowedHosts, fileSystem, timeout, hostFunctions, entryFuncName }: ExtismConfig): object => ({
  AllowedHosts: orNull(allowedHosts),
  Config: config.size === 0 ? null : Object.fromEntries(config),
  EntryFuncName: entryFuncName,
  FileSystem: { CreateTempDir: fileSystem.createTempDir },
  HostFunctions: orNull(hostFunctions),
  Memory: { MaxHTTPResponseBytes: memory.maxHttpResponseBytes, MaxPages: memory.maxPages, MaxVarBytes: memory.maxVarBytes },
  Timeout: timeout,
});
