import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { type Fd, WASIProcExit } from '@bjorn3/browser_wasi_shim';
import { memoryBytes, type WasmPolicy } from '../../plugins/wasm/policy.ts';
import { type ExtismHost, extismHost } from './extism/functions.ts';
import { GuestState } from './guest-state.ts';
import { grantedText, LimitReached } from './limits.ts';
import { takenMessage, writtenMessage } from './messages.ts';
import { Input, Output } from './stdio.ts';
import { TemporaryDirectory } from './temporary-directory.ts';
import { wasiFunctions } from './wasi.ts';

/** Compiling cannot be ended in between; this much takes less than a second. */
const MODULE_BYTES = 64 << 20;
const TIMED_OUT = 124;
const INTERRUPTED = 130;

/** How a guest ended: its own exit status, or what is to be said of its end. */
export interface GuestEnd {
  readonly status: number;
  readonly problem?: string;
  /** Whether Ctrl-C ended it. */
  readonly isInterrupted?: boolean;
}

export interface GuestWorld {
  /** What messages call it: `greet:hello`. */
  readonly name: string;
  /** The words behind its name, in bytes. */
  readonly args: readonly Uint8Array[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program of the thread that asks servers for it. */
  readonly httpProgram: string;
  readonly log: (level: string, line: string) => void;
}

type Exports = Readonly<Record<string, unknown>>;

/**
 * Runs a WASM module on this thread under all of its limits: V8 ends it when its time is over, wherever it is, and keeps its memories and tables within theirs; it has no file, no
 * socket and no variable of the host's but for those of its policy. May be called once in a process, as limits of V8's are of the process.
 */
export function runGuest(file: string, policy: WasmPolicy, world: GuestWorld): GuestEnd {
  const { limits } = policy;
  const { name } = world;
  setFlagsFromString(`--wasm-max-mem-pages=${limits.memoryPages}`);
  setFlagsFromString(`--wasm-max-table-size=${limits.tableElements}`);
  const state = new GuestState();
  let directory: TemporaryDirectory | undefined;
  try {
    const bytes = readFileSync(file);
    if (bytes.length > MODULE_BYTES) throw new Error(`${file} has more than ${MODULE_BYTES} bytes`);
    directory = policy.temporaryDirectory
      ? new TemporaryDirectory(limits.temporaryBytes, () => {
          throw new LimitReached(`${name} filled its temporary directory`, 'temporaryBytes', policy);
        })
      : undefined;
    return { status: withinTime(limits.timeoutMs, () => run(bytes, policy, world, state, directory?.preopened())) };
  } catch (error) {
    return endOf(state.fault ?? error, name, policy, state);
  } finally {
    directory?.remove();
  }
}

/** Calls a function that V8 ends when its time is over, or at Ctrl-C. @param milliseconds above 0 */
function withinTime(milliseconds: number, call: () => number): number {
  const key = 'toolGuest';
  (globalThis as Record<string, unknown>)[key] = call;
  return new Script(`${key}()`).runInThisContext({ timeout: milliseconds, breakOnSigint: true }) as number;
}

function run(bytes: Buffer, policy: WasmPolicy, world: GuestWorld, state: GuestState, directory: Fd | undefined): number {
  const module = new WebAssembly.Module(bytes);
  const { extism, limits } = policy;
  const { name } = world;
  let printed = 0;
  const count = (length: number): void => {
    printed += length;
    if (printed > limits.outputBytes) throw new LimitReached(`${name} printed more than that`, 'outputBytes', policy);
  };
  // What a getter or a post-renderer reads and gives is its message.
  const hasStreams = extism === undefined || extism.message === 'cli/v1' || extism.message === 'test/v1';
  const stdout = new Output(1, count);
  const descriptors = [new Input(hasStreams ? 0 : undefined), hasStreams ? stdout : new Output(undefined, count), new Output(2, count)];
  const host =
    extism &&
    extismHost(state, { policy, name, input: takenMessage(extism, world, policy), httpProgram: world.httpProgram, level: levelOf(world.env), log: world.log });
  const imports = {
    wasi_snapshot_preview1: wasiFunctions(state, {
      args: [Buffer.from(name), ...(extism === undefined ? world.args : [])],
      environment: environmentOf(policy, world.env),
      descriptors: directory === undefined ? descriptors : [...descriptors, directory],
    }),
    ...(host ? { 'extism:host/env': host.functions } : {}),
  };
  refuseImports(module, imports, policy);
  const { exports } = new WebAssembly.Instance(module, imports as WebAssembly.Imports);
  if (exports.memory instanceof WebAssembly.Memory) state.memory = exports.memory;
  if (extism === undefined || host === undefined) return start(exports, '_start');
  return callEntry(exports, host, policy, stdout);
}

/** Calls a function that says how it ended by its end. */
function start(exports: Exports, name: string): number {
  const entry = exports[name];
  if (typeof entry !== 'function') throw new Error(`it exports no function ${name}, as a command of WASI does`);
  entry();
  return 0;
}

/** The call of Extism (contract helm §5.2): what sets it up first, its entry, and what came of that. */
function callEntry(exports: Exports, host: ExtismHost, policy: WasmPolicy, stdout: Output): number {
  const { entry: name } = policy.extism as NonNullable<WasmPolicy['extism']>;
  const entry = exports[name];
  if (typeof entry !== 'function') throw new Error(`plugin error: unknown function: ${name}`);
  for (const first of ['_initialize', 'hs_init', '_start']) {
    const setUp = exports[first];
    if (typeof setUp !== 'function' || first === name) continue;
    try {
      if (first === 'hs_init') setUp(0, 0);
      else setUp();
    } catch (error) {
      if (!(error instanceof WASIProcExit) || error.code !== 0) throw error;
    }
    break;
  }
  const result: unknown = entry();
  const status = typeof result === 'number' || typeof result === 'bigint' ? Number(result) & 0xff : 0;
  const said = host.error();
  if (said !== undefined) throw new Error(`plugin error: ${said}`, { cause: status });
  if (status !== 0) return status;
  stdout.writeAll(writtenMessage(policy.extism as NonNullable<WasmPolicy['extism']>, host.output()));
  return 0;
}

/** @throws Error naming what a module wants that is not there */
function refuseImports(module: WebAssembly.Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>, { extism }: WasmPolicy): void {
  const wanted = extism?.hostFunctions[0];
  if (wanted !== undefined) throw new Error(`plugin requested host function "${wanted}" not found`);
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const known = Object.hasOwn(imports, from) ? imports[from] : undefined;
    if (kind !== 'function' || known === undefined || !Object.hasOwn(known, name))
      throw new Error(`it imports the ${kind} ${from}.${name}, which there is not here`);
  }
}

/** The variables that a policy lets through. */
function environmentOf({ environment }: WasmPolicy, env: GuestWorld['env']): string[] {
  const isLetThrough = (name: string): boolean =>
    environment.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
  return Object.entries(env)
    .filter(([name, value]) => value !== undefined && isLetThrough(name))
    .map(([name, value]) => `${name}=${value}`);
}

const levelOf = ({ TOOL_TRACE, DOKKU_TRACE }: GuestWorld['env']): 'debug' | 'info' => (TOOL_TRACE || DOKKU_TRACE ? 'debug' : 'info');

/** What to say of an error that ended a guest. */
function endOf(error: unknown, name: string, policy: WasmPolicy, { memory }: GuestState): GuestEnd {
  const { limits } = policy;
  if (error instanceof WASIProcExit) return { status: error.code & 0xff };
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
    return { status: TIMED_OUT, problem: new LimitReached(`${name} was ended when its time was over`, 'timeoutMs', policy).message };
  }
  if (code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED') return { status: INTERRUPTED, isInterrupted: true };
  if (error instanceof LimitReached) return { status: error.status, problem: error.message };
  const text = error instanceof Error ? error.message : String(error);
  // V8 says that a memory or a table does not fit by the numbers, and of one that could not grow nothing.
  if (/initial \d+ exceeds|memory size|larger than (the )?maximum|Out of memory|could not allocate memory/i.test(text) && !/table/i.test(text)) {
    return { status: 1, problem: new LimitReached(`${name} needs more memory from its start`, 'memoryPages', policy).message };
  }
  if (/table/i.test(text) && !(error instanceof WebAssembly.RuntimeError)) {
    return { status: 1, problem: new LimitReached(`${name} needs a larger table from its start`, 'tableElements', policy).message };
  }
  if (error instanceof WebAssembly.RuntimeError) {
    const isFull = memory !== undefined && memory.buffer.byteLength >= memoryBytes(limits);
    if (isFull) return { status: 1, problem: new LimitReached(`${name} ended with "${text}", and its memory is full`, 'memoryPages', policy).message };
    // A guest is told that it gets no more memory, or no larger table, and nobody else is; compilers have it end like this then.
    const hint = text === 'unreachable' ? `; if it lacked memory or a larger table: ${grantedText(['memoryPages', 'tableElements'], policy)}` : '';
    return { status: 1, problem: `${name} ended with "${text}"${hint}` };
  }
  return { status: (error instanceof Error && typeof error.cause === 'number' && error.cause) || 1, problem: `${name}: ${text}` };
}
