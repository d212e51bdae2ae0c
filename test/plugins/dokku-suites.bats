#!/usr/bin/env bats
# test/dokku/run, on a checkout that only looks like Dokku's: tests of these names are to pass.
# shellcheck disable=SC2154,SC2016 # bats sets lines; what is in single quotes is for the tests that are run.

load helper

setup() {
  ((EUID == 0)) || skip "needs root, to become somebody else"
  command -v jq >/dev/null || skip "needs jq"
  CHECKOUT="$BATS_TEST_TMPDIR/checkout" SEEN="$BATS_TEST_TMPDIR/seen"
  mkdir -p "$CHECKOUT/tests/unit" "$CHECKOUT/contrib"
  : >"$CHECKOUT/contrib/dokku_client.sh"
  printf 'SEEN=%q\n' "$SEEN" >"$CHECKOUT/tests/unit/test_helper.bash"
  # Where the other users can go; the helper's teardown takes it away.
  OPEN_HOME="$(mktemp -d "${TMPDIR:-/tmp}/tool-suites.XXXXXX")"
  chmod 0755 "$OPEN_HOME"
  export TMPDIR="$OPEN_HOME"
  # bats has put its inner parts in front, `bats` among them.
  PATH="${PATH#"$BATS_LIBEXEC:"}"
  printf 'load test_helper\n' >"$CHECKOUT/tests/unit/trace.bats"
}

# dokku_test <name>: a test of trace.bats, its commands on stdin
dokku_test() {
  printf '@test "%s" {\n%s\n}\n' "$1" "$(cat)" >>"$CHECKOUT/tests/unit/trace.bats"
}

@test "tests have a server of their own, and leave nothing behind" {
  dokku_test '(trace) trace:help' <<'END'
    printf '%s\n' /var/lib/dokku "$DOKKU_LIB_PATH" "$(dokku --version)" "$(id -un)" "$(sudo -E -u dokku id -un)" >"$SEEN"
    ssh -p 22 -t dokku@dokku.me -- apps:create 'two"  "words' >>"$SEEN" 2>&1 || true
    ssh dokku@dokku.me config:set --global 'a="b  c"'
    [[ $(dokku config:get --global a) == 'b  c' ]]
END
  dokku_test '(trace) trace:on' <<'END'
    [[ $(docker ps) == '' && $(ssh elsewhere ls 2>&1) == *'there is no elsewhere'* ]]
    git clone --quiet https://github.com/dokku/smoke-test-plugin.git "$TMPDIR/clone"
    git -C "$TMPDIR/clone" checkout --quiet v0.2.0
END
  dokku_test '(trace) trace:off, trace off' <<<'true'
  run -0 "$REPOSITORY/test/dokku/run" "$CHECKOUT" trace
  [[ ${lines[1]} =~ ^trace\ +3\ +0\ +0\ +3\ +0$ && ${#lines[@]} == 3 ]]
  mapfile -t seen <"$SEEN"
  [[ ${seen[0]} == "$OPEN_HOME"/tool-dokku.*/home && ${seen[1]} == "${seen[0]}" && ! -e ${seen[0]%/home} ]]
  [[ ${seen[2]} == 'dokku version '* && ${seen[3]} == root && ${seen[4]} == daemon && ${seen[5]} == ' !     App name must begin'* ]]
}

@test "a test that was to pass and did not is named, and is a failure" {
  dokku_test '(trace) trace:help' <<<'echo the reason; false'
  dokku_test '(trace) trace:on' <<<'skip'
  dokku_test 'one more' <<<'true'
  run -1 "$REPOSITORY/test/dokku/run" --verbose "$CHECKOUT" trace
  [[ ${lines[1]} =~ ^trace\ +1\ +1\ +1\ +3\ +3$ ]]
  [[ $output == *'was to pass: trace: (trace) trace:help'*'# the reason'*'was to pass: trace: (trace) trace:on'*'was to pass: trace: (trace) trace:off, trace off'* ]]
  [[ $output == *$'passes, and is not in test/dokku/expected: trace: one more\n'* ]]
}

@test "a directory that the other users cannot enter is refused" {
  chmod 0700 "$OPEN_HOME"
  run -2 "$REPOSITORY/test/dokku/run" "$CHECKOUT" trace
  [[ $output == " !     The user daemon cannot enter $OPEN_HOME/tool-dokku."*'; name another directory in TMPDIR' ]]
}

@test "what is no checkout, or no file of it, is refused" {
  run -2 "$REPOSITORY/test/dokku/run" "$BATS_TEST_TMPDIR/nowhere"
  [[ $output == ' !     There is no directory '* ]]
  run -2 "$REPOSITORY/test/dokku/run" "$CHECKOUT" postgres
  [[ $output == ' !     postgres is none of the files that need no Docker: version '* ]]
  rm "$CHECKOUT/tests/unit/test_helper.bash"
  run -2 "$REPOSITORY/test/dokku/run" "$CHECKOUT" trace
  [[ $output == *'is no checkout of Dokku'* ]]
  [[ $(ls -A "$OPEN_HOME") == '' ]]
  run -2 "$REPOSITORY/test/dokku/run"
  [[ $output == Usage:* ]]
}
