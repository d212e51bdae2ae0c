/** The two forms of plugin.yaml as Go has them, for the messages of its decoder name these types (contract helm §1.2, §1.3). */
import { anyMap, bool, count, listOf, mapOf, struct, text } from './decode-yaml.ts';
import type { ExtismConfig, PlatformCommand } from './metadata.ts';

const platformCommand = struct<PlatformCommand>('plugin.PlatformCommand', { os: text, arch: text, command: text, args: listOf(text) });
const platformHooks = mapOf(listOf(platformCommand));
const downloader = struct<{ readonly protocols: readonly string[]; readonly command: string }>('plugin.Downloaders', {
  protocols: listOf(text),
  command: text,
});

/** Only what says which form it is. */
export const versioned = struct('struct { APIVersion string "yaml:\\"apiVersion\\"" }', { apiVersion: text });

export const legacyForm = struct('plugin.MetadataLegacy', {
  name: text,
  version: text,
  usage: text,
  description: text,
  platformCommand: listOf(platformCommand),
  command: text,
  ignoreFlags: bool,
  platformHooks,
  hooks: mapOf(text),
  downloaders: listOf(downloader),
});

export const v1Form = struct('plugin.MetadataV1', {
  apiVersion: text,
  name: text,
  type: text,
  runtime: text,
  version: text,
  sourceURL: text,
  config: anyMap,
  runtimeConfig: anyMap,
});

export const cliConfig = struct('schema.ConfigCLIV1', { usage: text, shortHelp: text, longHelp: text, ignoreFlags: bool });
export const getterConfig = struct('schema.ConfigGetterV1', { protocols: listOf(text) });
export const postRendererConfig = struct('schema.ConfigPostRendererV1', {});
export const testConfig = struct('schema.ConfigTestV1', {});

export const subprocessConfig = struct('plugin.RuntimeConfigSubprocess', {
  platformCommand: listOf(platformCommand),
  platformHooks,
  protocolCommands: listOf(
    struct<{ readonly protocols: readonly string[]; readonly platformCommand: readonly PlatformCommand[] }>('plugin.SubprocessProtocolCommand', {
      protocols: listOf(text),
      platformCommand: listOf(platformCommand),
    }),
  ),
});

export const extismConfig = struct<ExtismConfig>('plugin.RuntimeConfigExtismV1', {
  memory: struct<ExtismConfig['memory']>('plugin.RuntimeConfigExtismV1Memory', {
    maxPages: count('uint32', 2 ** 32 - 1),
    maxHttpResponseBytes: count('int64', Number.MAX_SAFE_INTEGER),
    maxVarBytes: count('int64', Number.MAX_SAFE_INTEGER),
  }),
  config: mapOf(text),
  allowedHosts: listOf(text),
  fileSystem: struct<ExtismConfig['fileSystem']>('plugin.RuntimeConfigExtismV1FileSystem', { createTempDir: bool }),
  timeout: count('uint64', Number.MAX_SAFE_INTEGER),
  hostFunctions: listOf(text),
  entryFuncName: text,
});
