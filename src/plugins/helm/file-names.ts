/** The name of Helm's manifests. */
export const PLUGIN_FILE_NAME: string = 'plugin.yaml';
/** The module of a plugin whose runtime is `extism/v1`. */
export const WASM_FILE_NAME: string = 'plugin.wasm';
