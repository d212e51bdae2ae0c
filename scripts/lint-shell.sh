#!/bin/sh
# Checks shell files with ShellCheck and shfmt. A machine without them says so; under CI that is a failure.
set -eu
status=0
for program in shellcheck shfmt; do
  if ! command -v "$program" >/dev/null 2>&1; then
    printf 'skipped: needs %s\n' "$program"
    [ -z "${CI:-}" ] || status=1
  fi
done
# A stub of two lines is held to its kind by test/unit/stubs.test.ts, and what it sources is read as itself.
files=$(wc -l -- "$@" | awk '$2 != "total" && !($1 == 2 && $2 ~ /^(compat|plugins)\//) { print $2 }')
[ -n "$files" ] || exit "$status"
# shellcheck disable=SC2086 # names of files in the checkout, without spaces
set -- $files
# Each file is read with all that it sources, which for some takes seconds: few at a time, so that no process is left with many of those.
if command -v shellcheck >/dev/null 2>&1; then printf '%s\0' "$@" | xargs -0 -n 6 -P "$(nproc)" shellcheck || status=1; fi
if command -v shfmt >/dev/null 2>&1; then shfmt -d "$@" || status=1; fi
exit "$status"
