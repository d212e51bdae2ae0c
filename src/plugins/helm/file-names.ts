/** The name of Helm's manifests. */
export const PLUGIN_FILE_NAME: string = 'plugin.yaml';
/** The module of a plugin whose runtime is `extism/v1`. */
export const WASM_FILE_NAME: string = 'plugin.wasm';

/** The executable that its command becomes. */
export const COMMAND_STUB = 'bare/default';
/** Where the executables of a plugin stand that are no commands of its own: its post-renderer, and its getters. */
export const STUB_FOLDER = '.helm';
export const POST_RENDERER: string = `${STUB_FOLDER}/postrender`;
export const GETTERS_FOLDER: string = `${STUB_FOLDER}/getters`;
/** @param protocol a scheme */
export const getterPath = (protocol: string): string => `${GETTERS_FOLDER}/${protocol}`;
