#!/usr/bin/env bats
# What is known of an app, shown and set; its deploy lock; and what the plugin does when it is installed.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper

setup() {
  make_home
  mkdir "$DOKKU_ROOT/web"
  prop set apps web created-at 100
}

@test "a report shows what is known, in columns" {
  tool apps:set web deploy-source git
  apart -0 tool apps:report web
  [[ $stderr == '' && $output == "=====> web app information
       App created at:                  100
       App deploy source:               git
       App deploy source metadata:      
       App dir:                         $DOKKU_ROOT/web
       App global disable autocreation: 
       App locked:                      false" ]]
  local report="$output"
  run -0 plugn trigger report web
  [[ $output == "$report" ]]
  run -0 tool apps:report --quiet web
  [[ $output == "${report#*$'\n'}" ]]
}

@test "a value that would act on a terminal is shown harmless, on one line" {
  prop set apps web deploy-source-metadata $'a\e[31m\nb \xc2\x9b \xe2\x80\xaec é'
  run -0 tool apps:report web
  [[ $output == *$'App deploy source metadata:      a?[31m b ? ?c é\n'* ]]
}

@test "without an app there is a report of each, and of none a warning" {
  mkdir "$DOKKU_ROOT/api"
  run -0 tool apps:report
  [[ $output == '=====> api app information'*$'\n=====> web app information\n'* ]]
  run -0 tool apps:report --app-dir
  [[ $output == "$DOKKU_ROOT/api"$'\n'"$DOKKU_ROOT/web" ]]
  rmdir "$DOKKU_ROOT"/*
  apart -0 tool apps:report
  [[ $output == '' && $stderr == " !     You haven't deployed any applications yet" ]]
}

@test "one flag asks for the bare value" {
  tool apps:set web deploy-source-metadata 'a  b'
  run -0 tool apps:report web --app-deploy-source-metadata
  [[ $output == 'a  b' ]]
  run -0 tool apps:report --app-locked web
  [[ $output == false ]]
  run -0 tool apps:report web --app-deploy-source
  [[ $output == '' ]]
  apart -1 tool apps:report web --app-nope
  [[ $output == '' && $stderr == ' !     Invalid flag passed, valid flags: --app-created-at, --app-deploy-source, --app-deploy-source-metadata, --app-dir, --app-global-disable-autocreation, --app-locked' ]]
  apart -1 tool apps:report web --app-dir --app-locked
  [[ $stderr == ' !     apps:report command allows only a single flag' ]]
  apart -20 tool apps:report nope --app-dir
  [[ $stderr == ' !     App nope does not exist' ]]
}

@test "a report in JSON has each value under both of its keys, in order, whatever it holds" {
  local value
  value=$'quote " slash \\ tab \t line\nend \x01 é & \\u0041'
  tool apps:set web deploy-source-metadata "$value" >/dev/null
  run -0 tool apps:report web --format json
  jq -e --arg value "$value" '."deploy-source-metadata" == $value and ."app-deploy-source-metadata" == $value' <<<"$output"
  [[ $(jq -c keys_unsorted <<<"$output") == '["app-created-at","app-deploy-source","app-deploy-source-metadata","app-dir","app-global-disable-autocreation","app-locked","created-at","deploy-source","deploy-source-metadata","dir","global-disable-autocreation","locked"]' ]]
  run -0 tool apps:report web --app-locked --format=json
  [[ $output == '{"app-locked":"false","locked":"false"}' ]]
  apart -1 tool apps:report web --format yaml
  [[ $output == '' && $stderr == ' !     Invalid output format specified, supported formats: json, stdout' ]]
}

@test "a line of a report is one value, and a bare value is all of it" {
  tool apps:set web deploy-source-metadata $'a\n       App locked: true' >/dev/null
  run -0 tool apps:report web
  [[ $output == *$'metadata:      a        App locked: true\n'* ]]
  run -0 tool apps:report web --app-deploy-source-metadata
  [[ $output == $'a\n       App locked: true' ]]
}

@test "words that a report has no use for are refused" {
  local words
  for words in 'web api' '--global web' '-- web --app-dir'; do
    # shellcheck disable=SC2086 # Several words.
    apart -1 tool apps:report $words
    [[ $output == '' && $stderr == *'Unexpected argument(s): ['* ]]
  done
  apart -2 tool apps:report web --format
  [[ $stderr == *'flag needs an argument: --format'* ]]
  apart -1 tool apps:report web --format=
}

@test "the global report has what is global" {
  run -0 tool apps:report --global --app-global-disable-autocreation
  [[ $output == '' ]]
  apart -0 tool apps:set --global disable-autocreation true
  [[ $output == '=====> Setting disable-autocreation to true' ]]
  run -0 tool apps:report --global
  [[ $output == $'=====> --global app information\n       App global disable autocreation: true' ]]
  run -0 tool apps:report --global --format json
  [[ $output == '{"app-global-disable-autocreation":"true","global-disable-autocreation":"true"}' ]]
  run -0 tool apps:report web --app-global-disable-autocreation
  [[ $output == true ]]
  apart -1 tool apps:report --global --app-locked
  [[ $stderr == ' !     Invalid flag passed, valid flags: --app-global-disable-autocreation' ]]
}

@test "a nested command under --app is told what is global, and not by one app's name" {
  DOKKU_APP_NAME=web run -0 tool apps:set --global disable-autocreation true
  [[ $(prop get apps --global disable-autocreation) == true ]]
  DOKKU_APP_NAME=web run -0 tool apps:report --global --app-global-disable-autocreation
  [[ $output == true ]]
  for words in 'set web --global disable-autocreation false' 'report web --global'; do
    # shellcheck disable=SC2086 # Several words.
    DOKKU_APP_NAME=web apart -2 tool apps:$words
    [[ $stderr == *'web is one app, and --global is for all of them'* ]]
  done
  [[ $(prop get apps --global disable-autocreation) == true ]]
}

@test "a property is set, and unset by an empty value" {
  local value
  for value in git 'a b' '*' '$HOME' $'two\nlines' é; do
    apart -0 tool apps:set web deploy-source "$value"
    [[ $output == "=====> Setting deploy-source to $value" && $(prop get apps web deploy-source) == "$value" ]]
  done
  run -0 tool apps:set web deploy-source -- -n
  [[ $(prop get apps web deploy-source) == -n ]]
  for value in '' no-value; do
    prop set apps web deploy-source git
    if [[ $value ]]; then run -0 tool apps:set web deploy-source; else run -0 tool apps:set web deploy-source ''; fi
    [[ $output == '=====> Unsetting deploy-source' && ! -e $DOKKU_LIB_ROOT/config/apps/web/deploy-source ]]
  done
  run -0 tool apps:set --quiet web deploy-source git
  [[ $output == '' ]]
}

@test "a property that is unknown, or not for all apps, or only for all, is refused" {
  for key in deploy-source deploy-source-metadata; do
    apart -1 tool apps:set --global "$key" git
    [[ $stderr == ' !     Property cannot be specified globally' ]]
  done
  apart -1 tool apps:set web disable-autocreation true
  [[ $stderr == ' !     Property can only be specified globally' ]]
  for key in created-at ../x '*' 'a b'; do
    apart -1 tool apps:set web "$key" x
    [[ $stderr == ' !     Invalid property specified, valid properties include: deploy-source, deploy-source-metadata, disable-autocreation' ]]
  done
  apart -1 tool apps:set web
  [[ $stderr == ' !     No property specified' ]]
  apart -20 tool apps:set nope deploy-source git
  apart -1 tool apps:set
  [[ $stderr == ' !     Please specify an app to run the command on' ]]
  apart -1 tool apps:set --global disable-autocreation true more
  [[ $stderr == *'Unexpected argument(s): [more]'* && $(prop get apps web created-at) == 100 && ! -e $DOKKU_LIB_ROOT/config/apps/--global ]]
}

@test "a deploy lock is made, found, reported and removed" {
  apart -1 tool apps:locked web
  [[ $output == '' && $stderr == ' !     Deploy lock does not exist' ]]
  apart -1 tool apps:unlock web
  [[ $output == '' && $stderr == ' !     Unable to remove deploy lock' ]]
  apart -0 tool apps:lock web
  [[ $output == '-----> Deploy lock created' && $stderr == '' ]]
  run -0 tool apps:lock web
  apart -0 tool apps:locked web
  [[ $output == 'Deploy lock exists' ]]
  run -0 tool apps:locked web --quiet
  [[ $output == '' ]]
  run -0 tool apps:report web --app-locked
  [[ $output == true ]]
  apart -0 tool apps:unlock web
  [[ $output == '-----> Deploy lock removed' ]]
  [[ $stderr == $' !     A deploy may be in progress.\n !     Removing the app lock will not stop in progress deploys.' ]]
  run -1 tool apps:locked web
}

@test "locks are for apps that exist" {
  local command
  for command in lock unlock locked; do
    apart -20 tool "apps:$command" nope
    apart -20 tool "apps:$command" ../web
    apart -1 tool "apps:$command"
    [[ $stderr == ' !     Please specify an app to run the command on' ]]
  done
  [[ ! -e $DOKKU_LIB_ROOT/data ]]
}

@test "the lock of a deploy that is under way is seen, keeps its text, and apps:unlock frees it" {
  run -0 library 'acquire_app_deploy_lock web
    "$PLUGIN_CORE_AVAILABLE_PATH/apps/subcommands/lock" apps:lock web
    cat "$DOKKU_LIB_ROOT/data/apps/web/.deploy.lock"
    "$PLUGIN_CORE_AVAILABLE_PATH/apps/subcommands/unlock" apps:unlock web 2>/dev/null
    bash -c "source \"\$PLUGIN_CORE_AVAILABLE_PATH/common/functions\"; acquire_app_deploy_lock web exclusive && echo mine" 200>&-'
  [[ $output == "-----> Deploy lock created
pid-$DOKKU_PID
-----> Deploy lock removed
mine" ]]
}

@test "a source of code is noted by trigger" {
  plugn trigger deploy-source-set web git-sync $'https://example.com/\n x'
  [[ $(prop get apps web deploy-source) == git-sync && $(prop get apps web deploy-source-metadata) == $'https://example.com/\n x' ]]
  run -20 plugn trigger deploy-source-set ../web git x
}

@test "installing makes the folders, and dates apps that have no date" {
  mkdir "$DOKKU_ROOT/old" && touch -d @200 "$DOKKU_ROOT/old"
  run -0 "$PLUGIN_ENABLED_PATH/apps/install"
  [[ $output == '' && -d $DOKKU_LIB_ROOT/data/apps ]]
  [[ $(prop get apps old created-at) == 200 && $(prop get apps web created-at) == 100 ]]
  run -0 "$PLUGIN_ENABLED_PATH/apps/install"
}

@test "a home that may not be written is one clear line" {
  make_home_of_root
  mkdir -p "$DOKKU_ROOT/web" "$DOKKU_LIB_ROOT/data/apps/web"
  apart -1 as_nobody "$PLUGIN_ENABLED_PATH/apps/subcommands/lock" apps:lock web
  [[ $stderr == " !     Unable to create deploy lock: check that $DOKKU_LIB_ROOT/data/apps/web is a directory you may write to" ]]
  tool apps:lock web
  apart -1 as_nobody "$PLUGIN_ENABLED_PATH/apps/subcommands/unlock" apps:unlock web
  [[ $stderr == *" !     Unable to remove deploy lock: check that $DOKKU_LIB_ROOT/data/apps/web is writable" ]]
  run -0 as_nobody "$PLUGIN_ENABLED_PATH/apps/subcommands/report" apps:report web --app-locked
  [[ $output == true ]]
  apart -1 as_nobody "$PLUGIN_ENABLED_PATH/apps/subcommands/set" apps:set web deploy-source git
  [[ $stderr == *'Unable to '* ]]
}
