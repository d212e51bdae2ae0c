import { DEFAULT_ENVIRONMENT, HELM_LIMITS, type WasmLimits, type WasmPolicy } from '../wasm/policy.ts';
import type { ExtismConfig, HelmType } from './metadata.ts';

/** What the module of a plugin of Helm's is granted: what its plugin.yaml asks for, and what Helm documents where that says nothing. @param hosts that it may ask over HTTP */
export function modulePolicy(type: HelmType, extism: ExtismConfig, hosts: readonly string[]): WasmPolicy {
  const { memory, timeout } = extism;
  const given = (value: number, key: keyof WasmLimits): number => (value === 0 ? HELM_LIMITS[key] : value);
  return {
    manifest: 'plugin.yaml',
    limits: {
      ...HELM_LIMITS,
      timeoutMs: given(timeout, 'timeoutMs'),
      memoryPages: given(memory.maxPages, 'memoryPages'),
      httpBytes: given(memory.maxHttpResponseBytes, 'httpBytes'),
      varBytes: given(memory.maxVarBytes, 'varBytes'),
    },
    hosts,
    temporaryDirectory: extism.fileSystem.createTempDir,
    environment: DEFAULT_ENVIRONMENT,
    extism: { entry: extism.entryFuncName, message: type, config: Object.fromEntries(extism.config), hostFunctions: extism.hostFunctions },
  };
}
