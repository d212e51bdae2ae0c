/* Counts the bytes and lines of standard input: a command of WASI in C, built with clang, lld and wasi-libc:
   clang --target=wasm32-wasi -Os -s -o subcommands/count.wasm source/count.c */
#include <stdio.h>

int main(int argc, char **argv) {
  (void)argv;
  /* What stands in subcommands/ is given its command word first. */
  if (argc > 2) {
    fputs("count takes no arguments\n", stderr);
    return 2;
  }
  unsigned long bytes = 0, lines = 0;
  for (int byte; (byte = getchar()) != EOF; bytes++) lines += byte == '\n';
  printf("%lu lines, %lu bytes\n", lines, bytes);
  return 0;
}
