import { isTable } from '../../config/toml.ts';
import { readDuration } from '../../system/duration.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { nearest } from '../../system/nearest.ts';
import { isOneOf, isText } from '../../system/own-json.ts';
import { DEFAULT_ENVIRONMENT, DEFAULT_LIMITS, type WasmLimits, type WasmPolicy } from './policy.ts';

/** What a plugin.toml asks for its modules. */
export type AskedRuntime = Pick<WasmPolicy, 'limits' | 'hosts' | 'temporaryDirectory' | 'environment'>;

/** What a limit may be at most: what the host can hold to. */
const MOST: WasmLimits = {
  timeoutMs: 24 * 3_600_000,
  memoryPages: 65_536,
  tableElements: 10_000_000,
  outputBytes: Number.MAX_SAFE_INTEGER,
  varBytes: 1 << 30,
  httpBytes: 1 << 30,
  temporaryBytes: Number.MAX_SAFE_INTEGER,
};

const COUNTS = {
  memory_pages: 'memoryPages',
  table_elements: 'tableElements',
  output_bytes: 'outputBytes',
  var_bytes: 'varBytes',
  http_bytes: 'httpBytes',
  temporary_bytes: 'temporaryBytes',
} as const satisfies Record<string, keyof WasmLimits>;
const isCountKey = isOneOf(...(Object.keys(COUNTS) as (keyof typeof COUNTS)[]));
const KEYS = ['timeout', 'hosts', 'temporary_directory', 'environment', ...Object.keys(COUNTS)];

/** A host name, or a pattern with `*` in it; no scheme, port or path. */
const HOST = /^(?=.*[a-z0-9*])[a-z0-9*.-]{1,253}$/i;
const VARIABLE = /^[A-Za-z_]\w*\*?$/;

/**
 * Reads `[plugin.runtime]` of a plugin.toml.
 * @param table its value; undefined where there is none
 * @returns what it asks for, or in words what is wrong with it
 */
export function readRuntimeTable(
  table: unknown,
): { readonly asked: AskedRuntime; readonly problem?: undefined } | { readonly asked?: undefined; readonly problem: string } {
  const asked = { limits: { ...DEFAULT_LIMITS }, hosts: [] as string[], temporaryDirectory: false, environment: [...DEFAULT_ENVIRONMENT] };
  if (table === undefined) return { asked };
  if (!isTable(table)) return { problem: '[plugin.runtime] is not a table' };
  for (const [key, value] of Object.entries(table)) {
    const wrong = (what: string) => ({ problem: `${key} under [plugin.runtime] ${what}` });
    if (isCountKey(key)) {
      const most = MOST[COUNTS[key]];
      if (!Number.isSafeInteger(value) || Number(value) < 1 || Number(value) > most) return wrong(`is not a whole number from 1 to ${most}`);
      asked.limits = { ...asked.limits, [COUNTS[key]]: value };
    } else if (key === 'timeout') {
      const timeoutMs = milliseconds(value);
      if (timeoutMs === undefined || timeoutMs < 1 || timeoutMs > MOST.timeoutMs)
        return wrong('is not a time such as "500ms", "30s" or "5m", of a day at most');
      asked.limits = { ...asked.limits, timeoutMs };
    } else if (key === 'hosts' || key === 'environment') {
      const pattern = key === 'hosts' ? HOST : VARIABLE;
      if (!Array.isArray(value) || !value.every((one) => isText(one) && pattern.test(one))) {
        return wrong(key === 'hosts' ? 'is not a list of host names such as "api.example.org" or "*.example.org"' : 'is not a list of names of variables');
      }
      if (key === 'hosts') asked.hosts = value;
      else asked.environment.push(...(value as string[]));
    } else if (key === 'temporary_directory') {
      if (typeof value !== 'boolean') return wrong('is neither true nor false');
      asked.temporaryDirectory = value;
    } else {
      const meant = nearest(key, KEYS);
      return { problem: `[plugin.runtime] has a key "${harmlessLine(key)}", which is unknown${meant === undefined ? '' : `; did you mean ${meant}?`}` };
    }
  }
  return { asked };
}

/** Of a time with its unit, which is needed. */
function milliseconds(value: unknown): number | undefined {
  if (!isText(value)) return undefined;
  const [, amount] = /^(\d{1,9})ms$/.exec(value) ?? [];
  if (amount !== undefined) return Number(amount);
  return /[smh]$/.test(value) ? readDuration(value) : undefined;
}
