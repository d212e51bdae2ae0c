/** What a program that hosts plugins made for Helm imports of this package (docs/helm-api.md). */
export { PLUGIN_FILE_NAME, WASM_FILE_NAME } from '../plugins/helm/file-names.ts';
export type {
  ExtismConfig,
  HelmConfig,
  HelmMetadata,
  HelmType,
  PlatformCommand,
  ProtocolCommand,
  SubprocessConfig,
} from '../plugins/helm/metadata.ts';
export { formatEnv, isTarball, parseEnv, prepareCommands } from './commands.ts';
export { type Descriptor, type FindOptions, findPlugin, findPlugins } from './find.ts';
export { type GetterOptions, HOOKS, type HookEvent, InvokeExecError, type Message, type PluginInput, type PluginOutput } from './messages.ts';
export { HelmPlugin } from './plugin.ts';
export {
  createPluginTarball,
  extractPluginMetadata,
  pluginSigningInfo,
  type SigningInfo,
  type SignOptions,
  signPlugin,
  type Verification,
  verifyPlugin,
} from './signing.ts';
export { validateManifest } from './validate.ts';
