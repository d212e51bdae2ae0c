#!/usr/bin/env bats
# The executables that programs in any language call: common, and the part of prop that moves config vars; and the triggers
# of the common plugin.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper

setup() {
  make_home
  mkdir "$DOKKU_ROOT/web" "$DOKKU_ROOT/old_app"
}

common() { "$COMMON/common" "$@"; }

# make_config: a plugin that keeps config vars as files vars/<app>/<key>, and says what it is asked to unset
make_config() {
  export VARS="$BATS_TEST_TMPDIR/vars"
  mkdir -p "$VARS"/{--global,web,old_app}
  make_hook keeper config-get <<<'cat "$VARS/$1/$2" 2>/dev/null; true'
  make_hook keeper config-get-global <<<'cat "$VARS/--global/$1" 2>/dev/null; true'
  make_hook keeper config-unset <<<'printf "%s\n" "$* $DOKKU_QUIET_OUTPUT" >>"$VARS/unset"; rm "$VARS/$1/$2"'
}

@test "common verify-app-name, common is-valid-app-name and its old form say no with a status of their own" {
  run -0 common verify-app-name old_app
  run -0 common is-valid-app-name web
  run -0 common is-valid-app-name-old old_app
  apart -20 common verify-app-name nope
  [[ $output == '' && $stderr == ' !     App nope does not exist' ]]
  apart -1 common is-valid-app-name old_app
  [[ $stderr == ' !     App name must begin with '* ]]
  apart -1 common verify-app-name
  [[ $stderr == ' !     Please specify an app to run the command on' ]]
  local name
  for name in '*' ../root '$(id)' $'a\nb' 'a b' -- -x; do
    run -1 common is-valid-app-name-old -- "$name"
  done
}

@test "common's flags may stand anywhere, and quiet leaves the status alone" {
  apart -20 common --quiet verify-app-name nope
  [[ $output == '' && $stderr == '' ]]
  apart -20 common verify-app-name nope --quiet
  [[ $stderr == '' ]]
  apart -2 common --loud verify-app-name web
  [[ $output == '' && $stderr == $' !     unknown flag: --loud\n !     Usage: common [--quiet] [--global] COMMAND [ARG...]' ]]
  apart -1 common frobnicate
  [[ $output == '' && $stderr == ' !     Invalid common command call: frobnicate' ]]
  apart -1 common
  [[ $stderr == ' !     Invalid common command call: ' ]]
}

@test "common plugn-trigger-exists and common scheduler-detect print an answer without a line end" {
  make_recorders some-trigger
  [[ $(common plugn-trigger-exists some-trigger && echo .) == true. && $(common plugn-trigger-exists other && echo .) == false. ]]
  [[ $(common plugn-trigger-exists ../recorder/some-trigger) == false ]]
  [[ $(common scheduler-detect web && echo .) == docker-local. ]]
  make_hook answer scheduler-detect <<<'[[ $1 == --global ]] && echo swarm; true'
  [[ $(common --global scheduler-detect && common scheduler-detect --global && common scheduler-detect web) == swarmswarmswarm ]]
}

@test "common is-deployed answers by status, and says no aloud" {
  apart -1 common is-deployed web
  [[ $output == '' && $stderr == ' !     App web not deployed' ]]
  apart -1 common --quiet is-deployed web
  [[ $stderr == '' ]]
  apart -1 common is-deployed ../web
  [[ $stderr == ' !     App ../web not deployed' ]]
  plugn trigger core-post-deploy web
  run -0 common is-deployed web
}

@test "common compose-up, common compose-down, common copy-from-image and common copy-dir-from-image are refused" {
  local command
  for command in compose-up compose-down copy-from-image copy-dir-from-image; do
    apart -1 common "$command" web img /from /to
    [[ $output == '' && $stderr == ' !     Unable to '*': nothing here builds or runs apps; use docker c'* ]]
  done
}

@test "common docker-cleanup, common image-is-cnb-based and common image-is-herokuish-based need no app to be asked" {
  export DOCKER_BIN=/nowhere
  run -0 common docker-cleanup web
  [[ $output == '-----> Nothing to clean up: '* ]]
  run -0 common image-is-cnb-based ''
  [[ $output == false ]]
  apart -1 common image-is-herokuish-based img web
  [[ $output == '' && $stderr == *'/nowhere was not found'* ]]
}

@test "prop migrate-config-to-property moves a config var of every app, and the global one" {
  make_config
  printf 'a *  b\n' >"$VARS/web/K"
  printf -- '-n' >"$VARS/--global/G"
  run -0 prop migrate-config-to-property hello key K --global-config-var G
  [[ $output == '-----> Moving G of global to the property key of hello; from now on set it with hello:set --global key
-----> Moving K of web to the property key of hello; from now on set it with hello:set web key' ]]
  printf 'a *  b\n' | cmp - "$DOKKU_LIB_ROOT/config/hello/web/key"
  [[ $(prop get hello --global key) == -n && ! -e $DOKKU_LIB_ROOT/config/hello/old_app ]]
  [[ $(<"$VARS/unset") == $'--global G true 1\nweb K true 1' ]]
  run -0 prop migrate-config-to-property hello key K --global-config-var G
  [[ $output == '' ]]
}

@test "a property that is set is not overwritten by a config var, and the var stays" {
  make_config
  printf old >"$VARS/web/K"
  prop set hello web key ''
  run -0 prop migrate-config-to-property hello key K
  [[ $output == '' && -f $VARS/web/K && $(<"$DOKKU_LIB_ROOT/config/hello/web/key") == '' ]]
}

@test "values are changed on the way as the transform says, and lists are split at blanks" {
  make_config
  local case
  for case in 'restore-bool 0 false' 'restore-bool 1 true' 'non-empty-to-true x true' 'skip-all-checks-to-disabled true _all_' 'checks-enabled-to-skipped 0 _all_'; do
    # shellcheck disable=SC2086 # Three words.
    set -- $case
    printf %s "$2" >"$VARS/web/K"
    prop migrate-config-to-property hello "$1-$2" K --transform "$1" >/dev/null
    [[ $(prop get hello web "$1-$2") == "$3" ]]
  done
  printf 'a  *\nb' >"$VARS/web/L"
  prop migrate-config-to-property hello list L --list >/dev/null
  [[ $(prop lrange hello web list) == $'a\n*\nb' ]]
  printf false >"$VARS/web/L"
  prop migrate-config-to-property hello none L --list --transform skip-all-checks-to-disabled >/dev/null
  [[ $(prop llen hello web none) == 0 && ! -e $VARS/web/L ]]
}

@test "a migration that is misspelt moves nothing" {
  make_config
  printf v >"$VARS/web/K"
  apart -1 prop migrate-config-to-property hello key K --transform shout
  [[ $stderr == 'Unknown transform: shout' ]]
  apart -1 prop migrate-config-to-property hello key K --lists
  [[ $stderr == 'Unknown argument for migrate-config-to-property: --lists' ]]
  apart -1 prop migrate-config-to-property hello key K --transform
  apart -1 prop migrate-config-to-property hello key
  [[ $stderr == 'Please specify the config var for migrate-config-to-property' ]]
  apart -1 prop migrate-config-to-property hello key '../K'
  [[ $stderr == 'Invalid name of a config var: ../K' ]]
  apart -1 prop migrate-config-to-property ../hello key K
  [[ -f $VARS/web/K && ! -e $DOKKU_LIB_ROOT/config ]]
}

@test "fn-migrate-config-to-property does the same, and without a config plugin nothing" {
  run -0 library 'fn-migrate-config-to-property hello key K G'
  [[ $output == '' ]]
  make_config
  printf v >"$VARS/old_app/K"
  printf g >"$VARS/--global/G"
  run -0 library 'fn-migrate-config-to-property hello key K'
  [[ $output == '-----> Moving K of old_app '* && -f $VARS/--global/G ]]
  run -0 library 'fn-migrate-config-to-property hello key "" G'
  [[ $(prop get hello --global key)$(prop get hello old_app key) == gv ]]
}

@test "fn-config-set hands values on as they are, through the plugin that keeps them" {
  apart -1 library 'fn-config-set web true K=V; echo not reached'
  [[ $output == '' && $stderr == ' !     Unable to set config vars of web: no enabled plugin keeps them (trigger config-set)' ]]
  make_hook keeper config-set <<<'printf "[%s]" "$@"'
  run -0 library 'fn-config-set web true "A=x  *" "B=\$(id)"; fn-config-set --global false -n=1'
  [[ $output == '[--no-restart][web][A=x  *][B=$(id)][--global][-n=1]' ]]
  run -1 library 'fn-config-set web true'
  [[ $output == ' !     At least one env pair must be given' ]]
}

@test "what common remembers of an app is set up, goes along with a rename and not with a clone" {
  plugn trigger install
  [[ -d $DOKKU_LIB_ROOT/config/common ]]
  prop set common web deployed true
  prop set common web other x
  plugn trigger post-app-clone-setup web copy
  [[ $(prop get common copy other) == x && $(prop get common copy deployed) == '' && $(prop get common web deployed) == true ]]
  plugn trigger post-app-rename-setup web new
  [[ $(prop get common new deployed) == true && ! -e $DOKKU_LIB_ROOT/config/common/web ]]
  plugn trigger post-delete new
  [[ ! -e $DOKKU_LIB_ROOT/config/common/new ]]
}

@test "setup mends a directory that others cannot read" {
  mkdir -p "$DOKKU_LIB_ROOT/config/hello"
  chmod 0700 "$DOKKU_LIB_ROOT/config" "$DOKKU_LIB_ROOT/config/hello"
  prop setup hello
  [[ $(stat -c %a "$DOKKU_LIB_ROOT/config" "$DOKKU_LIB_ROOT/config/hello") == $'755\n755' ]]
}
