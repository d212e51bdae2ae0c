import { plural } from '../../system/word-list.ts';
import type { WasmLimits, WasmPolicy } from './policy.ts';

/** The keys that the limits have in each manifest: under `[plugin.runtime]`, and under `runtimeConfig`. */
export const LIMIT_KEYS: Readonly<Record<WasmPolicy['manifest'], Readonly<Record<keyof WasmLimits | 'hosts', string | undefined>>>> = {
  'plugin.toml': {
    timeoutMs: 'timeout',
    memoryPages: 'memory_pages',
    tableElements: 'table_elements',
    outputBytes: 'output_bytes',
    varBytes: 'var_bytes',
    httpBytes: 'http_bytes',
    temporaryBytes: 'temporary_bytes',
    hosts: 'hosts',
  },
  'plugin.yaml': {
    timeoutMs: 'timeout',
    memoryPages: 'memory.maxPages',
    // Helm has no keys for these; they are what tool grants to everybody.
    tableElements: undefined,
    outputBytes: undefined,
    varBytes: 'memory.maxVarBytes',
    httpBytes: 'memory.maxHttpResponseBytes',
    temporaryBytes: undefined,
    hosts: 'allowedHosts',
  },
};

export const LIMIT_TABLES = { 'plugin.toml': '[plugin.runtime]', 'plugin.yaml': 'runtimeConfig' };

/** A limit as people read it: `30 s`, `4 pages of 64 KiB`. */
export function limitText(limit: keyof WasmLimits, value: number): string {
  if (limit === 'timeoutMs') return value % 1000 === 0 ? `${value / 1000} s` : `${value} ms`;
  if (limit === 'memoryPages') return `${plural(value, 'page')} of 64 KiB`;
  if (limit === 'tableElements') return `${value} elements`;
  return `${value} bytes`;
}
