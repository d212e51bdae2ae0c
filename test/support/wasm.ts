import wabt from 'wabt';
import { DEFAULT_LIMITS, type WasmPolicy } from '../../src/plugins/wasm/policy.ts';

const assembler = await wabt();

/** A module of WebAssembly's text format as bytes. */
export function wasm(text: string): Buffer {
  const module = assembler.parseWat('guest.wat', text, { exceptions: true, bulk_memory: true, mutable_globals: true, reference_types: true });
  try {
    return Buffer.from(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}

/** The imports of WASI that guests here have, a memory, and `$say`, which prints what is at an address. */
const WASI = `
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_symlink" (func $path_symlink (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_create_directory" (func $path_create_directory (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_rename" (func $path_rename (param i32 i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (func $write (param $fd i32) (param $at i32) (param $length i32) (result i32)
    (i32.store (i32.const 0) (local.get $at))
    (i32.store (i32.const 4) (local.get $length))
    (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)))
  (func $open (param $at i32) (param $length i32) (param $oflags i32) (result i32)
    (call $path_open (i32.const 3) (i32.const 0) (local.get $at) (local.get $length) (local.get $oflags) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 12)))`;

/** A command of WASI. @param body what it does @param more functions, data, tables; text from address 1024 on @param imports more of them */
export const command = (body: string, more = '', imports = ''): Buffer => wasm(`(module ${imports} ${WASI} ${more} (func (export "_start") ${body}))`);

/** What guests made for Extism have: `$put` copies text of the module's to the host's memory. */
const EXTISM = `
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "load_u8" (func $load_u8 (param i64) (result i32)))
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_offset" (func $input_offset (result i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/env" "error_set" (func $error_set (param i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "config_get" (func $config_get (param i64) (result i64)))
  (import "extism:host/env" "var_get" (func $var_get (param i64) (result i64)))
  (import "extism:host/env" "var_set" (func $var_set (param i64 i64)))
  (import "extism:host/env" "http_request" (func $http_request (param i64 i64) (result i64)))
  (import "extism:host/env" "http_status_code" (func $http_status_code (result i32)))
  (import "extism:host/env" "log_info" (func $log_info (param i64)))
  (memory (export "memory") 1)
  (func $put (param $at i32) (param $length i32) (result i64) (local $offset i64) (local $index i32)
    (local.set $offset (call $alloc (i64.extend_i32_u (local.get $length))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $index) (local.get $length)))
      (call $store_u8 (i64.add (local.get $offset) (i64.extend_i32_u (local.get $index))) (i32.load8_u (i32.add (local.get $at) (local.get $index))))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br $next)))
    (local.get $offset))`;

/** A guest made for Extism, whose entry gives a status. */
export const extism = (body: string, more = ''): Buffer => wasm(`(module ${EXTISM} ${more} (func (export "helm_plugin_main") (result i32) ${body}))`);

/** The policy of a guest that is granted what a plugin.toml without a word of it grants. */
export const policy = (words: Partial<Omit<WasmPolicy, 'limits'>> & { limits?: Partial<WasmPolicy['limits']> } = {}): WasmPolicy => ({
  manifest: 'plugin.toml',
  hosts: [],
  temporaryDirectory: false,
  environment: [],
  ...words,
  limits: { ...DEFAULT_LIMITS, ...words.limits },
});
