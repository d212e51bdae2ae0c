#!/usr/bin/env bats
# The logging functions: which stream, which form, what --quiet does to each.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() { make_home; }

@test "every line goes to its own stream in its own form" {
  apart -0 library '
    dokku_log_quiet a; dokku_log_info1 b; dokku_log_info1_quiet c; dokku_log_info2 d; dokku_log_info2_quiet e
    dokku_log_verbose f; dokku_log_verbose_quiet g; dokku_log_exclaim h; dokku_log_exclaim_quiet i
    dokku_log_warn j; dokku_log_warn_quiet k; dokku_log_stderr l'
  [[ $output == $'a\n-----> b\n-----> c\n=====> d\n=====> e\n       f\n       g\n !     h\n !     i' ]]
  [[ $stderr == $' !     j\n !     k\nl' ]]
}

@test "quiet silences what is called quiet and nothing else" {
  DOKKU_QUIET_OUTPUT=1 apart -0 library '
    dokku_log_quiet a; dokku_log_info1 b; dokku_log_info1_quiet c; dokku_log_info2 d; dokku_log_info2_quiet e
    dokku_log_verbose f; dokku_log_verbose_quiet g; dokku_log_exclaim h; dokku_log_exclaim_quiet i
    dokku_log_warn j; dokku_log_warn_quiet k; dokku_log_stderr l; dokku_col_log_info1_quiet m
    dokku_col_log_info2_quiet n; dokku_col_log_msg_quiet o'
  [[ $output == $'-----> b\n=====> d\n       f\n !     h' ]]
  [[ $stderr == $' !     j\nl' ]]
}

@test "arguments are joined by one space, whatever they hold and whatever IFS is" {
  run -0 library 'IFS=:; dokku_log_info1 "a  b" "*" "-n" "\t%s" ""; dokku_log_quiet -e "\n"'
  [[ $output == $'-----> a  b * -n \\t%s \n-e \\n' ]]
}

@test "failing prints and ends with 1, or with the status that was asked for" {
  apart -1 library 'dokku_log_fail no way; echo not reached'
  [[ $output == '' && $stderr == ' !     no way' ]]
  DOKKU_FAIL_EXIT_CODE=7 run -7 library 'dokku_log_fail no way'
  DOKKU_QUIET_OUTPUT=1 run -1 library 'dokku_log_fail no way'
  [[ $output == ' !     no way' ]]
  DOKKU_QUIET_OUTPUT=1 run -1 library 'dokku_log_fail_quiet no way'
  [[ $output == '' ]]
}

@test "exiting says why on stderr, bare, and succeeds" {
  apart -0 library 'dokku_log_exit all done; echo not reached'
  [[ $output == '' && $stderr == 'all done' ]]
  DOKKU_QUIET_OUTPUT=1 run -0 library 'dokku_log_exit_quiet all done; echo not reached'
  [[ $output == '' ]]
}

@test "columns keep their widths and their trailing blanks" {
  run -0 library 'dokku_col_log_info1 App Type Id Status; dokku_col_log_info2 a b; dokku_col_log_msg one "t w o"'
  local expected
  printf -v expected '%-6s %-18s %-25s %-25s %-25s\n' '----->' App Type Id Status '=====>' a b '' ''
  printf -v expected '%s%-25s %-25s %-25s %-25s' "$expected" one 't w o' '' ''
  [[ $output == "$expected" ]]
}

@test "events and trigger calls go to syslog" {
  mkdir "$BATS_TEST_TMPDIR/bin"
  printf '#!/bin/sh\nprintf "[%%s]" "$@"\n' >"$BATS_TEST_TMPDIR/bin/logger"
  chmod +x "$BATS_TEST_TMPDIR/bin/logger"
  PATH="$BATS_TEST_TMPDIR/bin:$PATH" DOKKU_PID=12 NAME=ann FINGERPRINT=f run -0 library 'dokku_log_plugn_trigger_call post-create web x'
  [[ $output == '[-t][dokku-event][-i][--][INVOKED: post-create( web x ) NAME=ann FINGERPRINT=f DOKKU_PID=12]' ]]
}

@test "what is logged goes on where there is no logger, and that is said" {
  PATH=/nowhere apart -0 "$BASH" -c 'source "$1/functions"; dokku_log_event x; dokku_log_plugn_trigger_call; echo on' plugin "$COMMON"
  [[ $output == on && $stderr == *' !     The event is not logged: logger was not found; install it (bsdutils)'* ]]
}
