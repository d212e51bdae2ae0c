#!/usr/bin/env bats
# The trace plugin.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() { make_home; }

@test "tracing is turned on and off by a file that the launcher sources" {
  run -0 tool trace:on
  [[ $output == '-----> Enabling trace mode' ]]
  [[ $(ls -A "$DOKKU_ROOT/.dokkurc") == DOKKU_TRACE && $(bash -c '. "$DOKKU_ROOT/.dokkurc/DOKKU_TRACE"; printenv DOKKU_TRACE') == 1 ]]
  run -0 tool trace:on
  run -0 tool trace:off
  [[ $output == '-----> Disabling trace mode' && ! -e $DOKKU_ROOT/.dokkurc/DOKKU_TRACE ]]
  run -0 tool trace:off
}

@test "the bare command, --help and trace:help show one page" {
  run -0 tool trace
  [[ $output == 'Usage: tool trace[:COMMAND]

Manage trace mode

Additional commands:
    trace       Show help for trace mode
    trace:off   Disable trace mode
    trace:on    Enable trace mode for every command' ]]
  local page="$output"
  run -0 tool trace:help
  [[ $output == "$page" ]]
  run -0 tool trace --help
  [[ $output == "$page" ]]
  run -0 tool trace:on --help
  [[ $output == $'Usage: tool trace:on\n\nEnable trace mode for every command.\n'* && ! -e $DOKKU_ROOT/.dokkurc ]]
}

@test "arguments that mean nothing are refused" {
  apart -1 tool trace:on now
  [[ $stderr == $' !     Unexpected argument(s): [now]\n !     Usage: tool trace:on' && ! -e $DOKKU_ROOT/.dokkurc ]]
  apart -2 tool trace --loud
  [[ $output == '' && $stderr == $' !     unknown flag: --loud\n !     Usage: tool trace' ]]
  run -10 "$PLUGIN_ENABLED_PATH/trace/commands" trace:on
}

@test "a home that may not be written is one clear line" {
  make_home_of_root
  apart -1 as_nobody "$PLUGIN_ENABLED_PATH/trace/subcommands/on" trace:on
  [[ $stderr == " !     Unable to write in $DOKKU_ROOT/.dokkurc: check that it is a directory you may write to" ]]
  mkdir "$DOKKU_ROOT/.dokkurc" && : >"$DOKKU_ROOT/.dokkurc/DOKKU_TRACE"
  apart -1 as_nobody "$PLUGIN_ENABLED_PATH/trace/subcommands/off" trace:off
  [[ $stderr == " !     Unable to remove $DOKKU_ROOT/.dokkurc/DOKKU_TRACE: check that its folder is writable" ]]
}
