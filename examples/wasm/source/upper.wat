;; Prints standard input in capital letters. Build it with wabt (https://github.com/WebAssembly/wabt): wat2wasm source/upper.wat -o bare/default.wasm
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 2)
  ;; At 0 the vector of a read or a write, at 8 how much was read or written, from 1024 on the bytes.
  (func (export "_start") (local $at i32) (local $end i32) (local $byte i32)
    (loop $more
      (i32.store (i32.const 0) (i32.const 1024))
      (i32.store (i32.const 4) (i32.const 65536))
      (if (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)) (then (call $exit (i32.const 1))))
      (if (i32.eqz (i32.load (i32.const 8))) (then (return)))
      (local.set $at (i32.const 1024))
      (local.set $end (i32.add (i32.const 1024) (i32.load (i32.const 8))))
      (loop $next
        (local.set $byte (i32.load8_u (local.get $at)))
        (if (i32.and (i32.ge_u (local.get $byte) (i32.const 97)) (i32.le_u (local.get $byte) (i32.const 122)))
          (then (i32.store8 (local.get $at) (i32.sub (local.get $byte) (i32.const 32)))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
      (i32.store (i32.const 4) (i32.load (i32.const 8)))
      (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)) (then (call $exit (i32.const 1))))
      (br $more))))
