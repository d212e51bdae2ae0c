#!/usr/bin/env bats
# Which names an app may have, who may take one, and apps that are made on a first push.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() { make_home; }

# refused <name> <reason> <command> <argument>...
refused() {
  local expected=" !     App name $1 is reserved: $2; choose another name"
  apart -1 "${@:3}"
  [[ $output == '' && $stderr == "$expected" ]] || { printf '%s\n' "$output" "$stderr" && return 1; }
  [[ ! -e $DOKKU_ROOT/$1 ]]
}

@test "a plugin's name is no app's: core, enabled, installed, or gone wrong" {
  mkdir -p "$DOKKU_ROOT/web" "$PLUGIN_AVAILABLE_PATH/off"
  make_hook hello nothing </dev/null
  ln -s /nowhere "$PLUGIN_ENABLED_PATH/dangling"
  ln -s "$REPOSITORY/plugins/trace" "$PLUGIN_CORE_AVAILABLE_PATH/shadowed"
  local name
  for name in apps common hello off dangling shadowed; do
    refused "$name" 'a plugin is called so' tool apps:create "$name"
    refused "$name" 'a plugin is called so' tool apps:rename web "$name"
    refused "$name" 'a plugin is called so' tool apps:clone web "$name"
    refused "$name" 'a plugin is called so' plugn trigger app-create "$name"
    run -1 plugn trigger app-maybe-create "$name"
    [[ $output == " !     App name $name is reserved: a plugin is called so; choose another name" && ! -e $DOKKU_ROOT/$name ]]
  done
  [[ $(ls "$DOKKU_ROOT") == web && ! -e $DOKKU_LIB_ROOT/config ]]
}

@test "the folder in which a plugin that is gone keeps its properties is no app's" {
  prop set gone web key value
  refused gone "a plugin keeps its properties in $DOKKU_LIB_ROOT/config/gone" tool apps:create gone
  [[ $(prop get gone web key) == value ]]
  rm -r "$DOKKU_LIB_ROOT/config/gone/web"
  # What an app left behind are files.
  : >"$DOKKU_LIB_ROOT/config/gone/ENV"
  run -0 tool apps:create gone
}

@test "old names may be left, and not taken" {
  mkdir "$DOKKU_ROOT"/{my_app,other_app}
  run -0 tool apps:rename my_app my-app
  run -0 tool apps:clone other_app other-app
  run -0 tool apps:destroy other_app --force
  local name
  for name in new_app 'two words' '*' ../x .x Web $'a\nb' a/b ''; do
    apart -1 tool apps:rename my-app "$name"
    [[ $stderr == ' !     App name must begin with lowercase '* || $stderr == ' !     Please specify an new app name' ]]
    apart -1 tool apps:clone my-app "$name"
    [[ $stderr == ' !     App name must begin with lowercase '* || $stderr == ' !     Please specify an new app name' ]]
  done
  [[ $(ls -A "$DOKKU_ROOT") == $'my-app\nother-app' ]]
}

@test "of many who create one app at once exactly one wins" {
  make_recorders post-create post-delete
  local n won=0
  local -a made=()
  for n in {1..8}; do
    tool apps:create web >"$BATS_TEST_TMPDIR/$n" 2>&1 3>&- &
    made+=($!)
  done
  for n in "${made[@]}"; do
    if wait "$n"; then won=$((won + 1)); fi
  done
  ((won == 1))
  [[ $(<"$RECORD") == 'post-create web' && -f $DOKKU_LIB_ROOT/config/apps/web/created-at ]]
  [[ $(cat "$BATS_TEST_TMPDIR"/[1-8] | sort | uniq -c | sed 's/^ *//') == $'7  !     Name is already taken\n1 -----> Creating web...' ]]
}

@test "a first push creates its app, once and silently" {
  make_recorders post-create
  run -0 plugn trigger app-maybe-create web
  [[ $output == '' && -d $DOKKU_ROOT/web ]]
  run -0 plugn trigger app-maybe-create web
  [[ $output == '' && $(<"$RECORD") == 'post-create web' ]]
  run -1 plugn trigger app-maybe-create 'x;y'
  [[ $output == ' !     App name must begin with'* && $(ls -A "$DOKKU_ROOT") == web ]]
}

@test "what a first push fails of is shown, and nothing is left" {
  make_hook zz post-create <<<'echo no room >&2; exit 3'
  run -1 plugn trigger app-maybe-create web
  [[ $output == *$'no room\n !     A post-create hook failed with status 3\n !     App web was not created'* && -z $(ls -A "$DOKKU_ROOT") ]]
}

@test "a first push creates nothing where that is turned off" {
  tool apps:set --global disable-autocreation true >/dev/null
  mkdir "$DOKKU_ROOT/web"
  run -0 plugn trigger app-maybe-create web
  TOOL_ABI=acme:/x run -1 plugn trigger app-maybe-create api
  [[ $output == $' !     App auto-creation disabled.\n !     Re-enable app auto-creation or create an app with \'acme apps:create api\'' ]]
  [[ ! -e $DOKKU_ROOT/api ]]
  run -0 tool apps:create api
  tool apps:set --global disable-autocreation >/dev/null
  run -0 plugn trigger app-maybe-create third
}
