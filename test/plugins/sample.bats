#!/usr/bin/env bats
# The sample plugin of Dokku's documentation, as it is written there, runs on this library.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper

setup() {
  make_home
  mkdir -p "$PLUGIN_AVAILABLE_PATH/hello/subcommands" "$DOKKU_ROOT/foo"
  ln -s "$PLUGIN_AVAILABLE_PATH/hello" "$PLUGIN_ENABLED_PATH/hello"
  cat >"$PLUGIN_AVAILABLE_PATH/hello/subcommands/default" <<'SAMPLE'
#!/usr/bin/env bash
set -eo pipefail; [[ $DOKKU_TRACE ]] && set -x
source "$PLUGIN_CORE_AVAILABLE_PATH/common/functions"

hello_main_cmd() {
  declare desc="prints Hello \$APP"
  local cmd="hello"
  local argv=("$@")
  [[ ${argv[0]} == "$cmd" ]] && shift 1
  [[ -n $DOKKU_APP_NAME ]] && set -- $DOKKU_APP_NAME $@
  set -- $cmd $@

  [[ -z $2 ]] && dokku_log_fail "Please specify an app to run the command on"
  verify_app_name "$2"
  local APP="$2";

  echo "Hello $APP"
}

hello_main_cmd "$@"
SAMPLE
  chmod +x "$PLUGIN_AVAILABLE_PATH/hello/subcommands/default"
}

@test "it greets the app it is given, by argument or by --app" {
  run -0 tool hello foo
  [[ $output == 'Hello foo' ]]
  DOKKU_APP_NAME=foo run -0 tool hello
  [[ $output == 'Hello foo' ]]
}

@test "it refuses to greet nobody, and an app that does not exist" {
  apart -1 tool hello
  [[ $output == '' && $stderr == ' !     Please specify an app to run the command on' ]]
  apart -20 tool hello nope
  [[ $output == '' && $stderr == ' !     App nope does not exist' ]]
}

@test "a plugin finds the library by its old paths too" {
  cat >"$PLUGIN_AVAILABLE_PATH/hello/subcommands/old" <<'SAMPLE'
#!/usr/bin/env bash
source "$(dirname "$0")/../../common/functions"
source "$PLUGIN_PATH/available/common/property-functions"
source "$PLUGIN_ENABLED_PATH/common/functions"
fn-plugin-property-write hello "$2" greeting hi
dokku_log_info1 "$(fn-plugin-property-get hello "$2" greeting) $(dokku_apps)"
SAMPLE
  chmod +x "$PLUGIN_AVAILABLE_PATH/hello/subcommands/old"
  run -0 tool hello:old foo
  [[ $output == '-----> hi foo' ]]
}
