import { memoryBytes, type WasmPolicy } from '../../../plugins/wasm/policy.ts';
import type { GuestState } from '../guest-state.ts';
import { LimitReached } from '../limits.ts';
import { HttpClient } from './http.ts';
import { ExtismMemory } from './memory.ts';

/** The levels of log lines, from the lowest. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
const LOG_BYTES = 4096;

/** What of an Extism call is asked for once it is over. */
export interface ExtismHost {
  readonly functions: Record<string, (...args: never[]) => unknown>;
  readonly memory: ExtismMemory;
  /** What the guest gave out. */
  output(): Uint8Array;
  /** What it said went wrong; undefined where it said nothing. */
  error(): string | undefined;
}

/** How a guest is told of the world, and tells of itself. */
export interface ExtismWorld {
  readonly policy: WasmPolicy;
  readonly name: string;
  readonly input: Uint8Array;
  /** The program of the thread that asks servers. */
  readonly httpProgram: string;
  /** The lowest level that is heard: `debug` where a command is traced, else `info`. */
  readonly level: (typeof LEVELS)[number];
  readonly log: (level: string, line: string) => void;
}

/**
 * The functions that a guest made for Extism imports from `extism:host/env` (contract helm §5.3), each of which keeps its limit. Offsets are of the memory that both share.
 */
export function extismHost(state: GuestState, { policy, name, input, httpProgram, level, log }: ExtismWorld): ExtismHost {
  const { limits, extism } = policy;
  const memory = new ExtismMemory(memoryBytes(limits));
  const http = new HttpClient(name, policy, httpProgram);
  const config = new Map(Object.entries(extism?.config ?? {}));
  const vars = new Map<string, Uint8Array>();
  let varBytes = 0;
  let [outputAt, outputLength, errorAt] = [0, 0, 0];
  const inputAt = memory.write(input);
  if (inputAt === 0 && input.length > 0) throw new LimitReached(`${name} was given ${input.length} bytes`, 'memoryPages', policy);
  const big = (value: number): bigint => BigInt(value);
  const logs = Object.fromEntries(
    LEVELS.map((one, index) => [
      `log_${one}`,
      (offset: bigint): void => {
        if (index >= LEVELS.indexOf(level)) log(one, new TextDecoder().decode(memory.read(Number(offset)).subarray(0, LOG_BYTES)));
      },
    ]),
  );
  const functions = {
    alloc: (length: bigint) => big(memory.alloc(Number(length))),
    free: (offset: bigint) => memory.free(Number(offset)),
    length: (offset: bigint) => big(memory.length(Number(offset))),
    length_unsafe: (offset: bigint) => big(memory.length(Number(offset))),
    ...memory.access,
    reset: () => memory.reset(),
    memory_bytes: () => big(memoryBytes(limits)),
    input_offset: () => big(inputAt),
    input_length: () => big(input.length),
    input_load_u8: (at: bigint) => memory.access.load_u8(big(inputAt) + at),
    input_load_u64: (at: bigint) => memory.access.load_u64(big(inputAt) + at),
    input_set: () => {},
    output_set: (offset: bigint, length: bigint): void => {
      [outputAt, outputLength] = [Number(offset), Number(length)];
    },
    output_offset: () => big(outputAt),
    output_length: () => big(outputLength),
    error_set: (offset: bigint): void => {
      errorAt = Number(offset);
    },
    error_get: () => big(errorAt),
    config_get: (key: bigint): bigint => {
      const value = config.get(memory.text(Number(key)));
      return value === undefined ? 0n : big(memory.write(new TextEncoder().encode(value)));
    },
    var_get: (key: bigint): bigint => {
      const value = vars.get(memory.text(Number(key)));
      return value === undefined ? 0n : big(memory.write(value));
    },
    var_set: (key: bigint, offset: bigint): void => {
      const variable = memory.text(Number(key));
      const size = (value: Uint8Array | undefined): number => (value === undefined ? 0 : Buffer.byteLength(variable) + value.length);
      const value = offset === 0n ? undefined : memory.read(Number(offset));
      const after = varBytes - size(vars.get(variable)) + size(value);
      if (after > limits.varBytes) throw new LimitReached(`${name} keeps ${after} bytes of variables`, 'varBytes', policy);
      varBytes = after;
      if (value === undefined) vars.delete(variable);
      else vars.set(variable, value);
    },
    http_request: (request: bigint, body: bigint): bigint => {
      const answer = http.ask(memory.text(Number(request)), body === 0n ? undefined : memory.read(Number(body)));
      return answer.length === 0 ? 0n : big(memory.write(answer));
    },
    http_status_code: () => http.status,
    http_headers: (): bigint => (http.headers === undefined ? 0n : big(memory.write(new TextEncoder().encode(JSON.stringify(http.headers))))),
    get_log_level: () => LEVELS.indexOf(level),
    ...logs,
  };
  return {
    functions: state.guarded(functions),
    memory,
    output: () => memory.slice(outputAt, outputLength),
    error: () => (errorAt === 0 ? undefined : memory.text(errorAt)),
  };
}
