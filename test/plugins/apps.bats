#!/usr/bin/env bats
# The apps plugin: its commands, its triggers, and what is left behind when a hook fails.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() { make_home; }

destroy_hooks=(deployed-app-image-tag pre-delete scheduler-detect scheduler-stop scheduler-post-delete post-delete scheduler-retire)

@test "an app is created, announced to plugins, listed and found" {
  make_recorders post-create
  apart -0 tool apps:create web
  [[ $output == '-----> Creating web...' && $stderr == '' ]]
  [[ $(<"$RECORD") == 'post-create web' && $(stat -c %a "$DOKKU_ROOT/web") == 755 ]]
  [[ $(<"$DOKKU_LIB_ROOT/config/apps/web/created-at") =~ ^[0-9]{10,}$ ]]
  apart -0 tool apps:exists web
  [[ $output == '' && $stderr == '' ]]
  run -0 tool apps
  [[ $output == $'=====> My Apps\nweb' ]]
}

@test "the list has a header, and quiet takes it away" {
  mkdir "$DOKKU_ROOT"/{b,a}
  run -0 tool apps:list --quiet
  [[ $output == $'a\nb' ]]
  run -0 tool apps:list --format=json
  [[ $output == '["a","b"]' ]]
  run -0 tool apps --format stdout
  [[ $output == $'=====> My Apps\na\nb' ]]
  apart -1 tool apps:list --format yaml
  [[ $output == '' && $stderr == ' !     Invalid output format specified, supported formats: json, stdout' ]]
}

@test "no apps are no failure" {
  apart -0 tool apps:list
  [[ $output == '=====> My Apps' && $stderr == " !     You haven't deployed any applications yet" ]]
  apart -0 tool apps:list --format json
  [[ $output == '[]' && $stderr == '' ]]
}

@test "a list under --app ignores the app, as a nested command must" {
  mkdir "$DOKKU_ROOT/web"
  DOKKU_APP_NAME=web run -0 tool apps:list web
  [[ $output == $'=====> My Apps\nweb' ]]
  run -1 tool apps:list web
  [[ $output == $' !     Unexpected argument(s): [web]\n !     Usage: tool apps:list [--format json|stdout]' ]]
}

@test "a name that is taken, missing or bad creates nothing" {
  mkdir "$DOKKU_ROOT/web" && : >"$DOKKU_ROOT/file" && ln -s /nowhere "$DOKKU_ROOT/dangling"
  local name
  for name in web file dangling; do
    apart -1 tool apps:create "$name"
    [[ $output == '' && $stderr == ' !     Name is already taken' ]]
  done
  apart -1 tool apps:create ''
  [[ $stderr == ' !     Please specify an app to run the command on' ]]
  apart -1 tool apps:create
  [[ $stderr == ' !     Please specify an app to run the command on' ]]
  for name in 'two words' '*' ../x .x Web a_b $'a\nb' a/b; do
    apart -1 tool apps:create "$name"
    [[ $stderr == ' !     App name must begin with lowercase '* ]]
  done
  apart -1 tool apps:create -- -x
  [[ $(ls -A "$DOKKU_ROOT") == $'dangling\nfile\nweb' ]]
}

@test "extra arguments and unknown flags are named, with the usage" {
  apart -1 tool apps:create web 'two words'
  [[ $stderr == $' !     Unexpected argument(s): [two words]\n !     Usage: tool apps:create <app>' ]]
  TOOL_ABI=acme:/x apart -2 tool apps:create --fast web
  [[ $output == '' && $stderr == $' !     unknown flag: --fast\n !     Usage: acme apps:create <app>' ]]
  apart -2 tool apps:list --format
  [[ $stderr == $' !     flag needs an argument: --format\n !     Usage: tool apps:list [--format json|stdout]' ]]
  apart -2 tool apps:destroy -y web
  [[ $stderr == $' !     unknown flag: -y\n'* && ! -e $DOKKU_ROOT/web ]]
}

@test "an app that --app names, and an argument once more, is named once" {
  # What Dokku's client sends: it finds the app in the remote that it has just added.
  DOKKU_APP_NAME=web run -0 tool apps:create web web
  [[ $output == '-----> Creating web...' && $(ls -A "$DOKKU_ROOT") == *web* ]]
  DOKKU_APP_NAME=web apart -1 tool apps:create web api
  [[ $stderr == $' !     Unexpected argument(s): [api]\n'* ]]
  DOKKU_APP_NAME=web apart -1 tool apps:create web web web
  [[ $stderr == $' !     Unexpected argument(s): [web web]\n'* ]]
  apart -1 tool apps:create api api
  [[ $stderr == $' !     Unexpected argument(s): [api]\n'* && ! -e $DOKKU_ROOT/api ]]
}

@test "global flags may follow the command word" {
  run -0 tool apps:create --quiet web --force
  [[ $output == '' && -d $DOKKU_ROOT/web ]]
  apart -0 tool apps:exists --trace web
  [[ $output == '' && $stderr == *'+ verify_app_name web'* ]]
}

@test "an app that is missing ends with status 20" {
  for command in apps:exists apps:destroy; do
    apart -20 tool "$command" nope
    [[ $output == '' && $stderr == ' !     App nope does not exist' ]]
    apart -1 tool "$command"
    [[ $stderr == ' !     Please specify an app to run the command on' ]]
  done
}

@test "a failing post-create hook takes the app away again" {
  make_recorders post-create post-delete
  make_hook zz-last post-create <<<'printf "why not\n" >&2; "$PLUGIN_CORE_AVAILABLE_PATH/common/prop" set zz "$1" k v; exit 7'
  make_hook zz-last post-delete <<<'"$PLUGIN_CORE_AVAILABLE_PATH/common/prop" destroy zz "$1"'
  apart -1 tool apps:create web
  [[ $output == '-----> Creating web...' ]]
  [[ $stderr == $'why not\n !     A post-create hook failed with status 7\n !     App web was not created' ]]
  [[ $(<"$RECORD") == $'post-create web\npost-delete web latest' ]]
  [[ -z $(ls -A "$DOKKU_ROOT") && -z $(find "$DOKKU_LIB_ROOT/config" -name 'web*') ]]
  rm "$PLUGIN_ENABLED_PATH/zz-last"
  run -0 tool apps:create web
}

@test "a create that is interrupted takes the app away again" {
  make_hook slow post-create <<<'touch "$DOKKU_LIB_ROOT/started"; exec sleep 0.3'
  "$PLUGIN_ENABLED_PATH/apps/subcommands/create" apps:create web >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
  local create=$!
  while [[ ! -e $DOKKU_LIB_ROOT/started ]]; do sleep 0.02; done
  [[ -d $DOKKU_ROOT/web ]]
  kill -TERM "$create"
  wait "$create" || status=$?
  ((status == 143))
  [[ -z $(ls -A "$DOKKU_ROOT") && $(<"$BATS_TEST_TMPDIR/out") == *' !     App web was not created' ]]
}

@test "of two who create the same app at once one succeeds" {
  tool apps:create web >"$BATS_TEST_TMPDIR/1" 2>&1 3>&- &
  local first=$! failures=0
  tool apps:create web >"$BATS_TEST_TMPDIR/2" 2>&1 || failures=1
  wait "$first" || failures=$((failures + 1))
  [[ $failures == 1 && -d $DOKKU_ROOT/web && -f $DOKKU_LIB_ROOT/config/apps/web/created-at ]]
}

@test "an app is destroyed when its name is typed, and plugins hear of it in order" {
  mkdir -p "$DOKKU_ROOT/web/deep" "$DOKKU_LIB_ROOT/data/apps/web" "$DOKKU_LIB_ROOT/config/web"
  : >"$DOKKU_LIB_ROOT/config/web/ENV"
  prop set apps web created-at 1
  prop set common web deployed true
  make_recorders "${destroy_hooks[@]}"
  apart -0 tool apps:destroy web <<<web
  [[ $output == $'> -----> Destroying web (including all add-ons)\n-----> Cleaning up...\n-----> Retiring old containers and images' ]]
  [[ $stderr == $' !     WARNING: Potentially Destructive Action\n !     This command will destroy app web.\n !     To proceed, type "web"' ]]
  [[ $(<"$RECORD") == "deployed-app-image-tag web
pre-delete web latest
scheduler-detect web
scheduler-detect --global
scheduler-stop docker-local web true
scheduler-post-delete docker-local web latest
post-delete web latest
scheduler-retire docker-local web" ]]
  [[ -z $(ls -A "$DOKKU_ROOT") && -z $(find "$DOKKU_LIB_ROOT"/{config,data} -name 'web*') ]]
}

@test "the scheduler and the tag that plugins answer are what later hooks are told" {
  mkdir "$DOKKU_ROOT/web"
  make_recorders pre-delete scheduler-stop
  make_hook answer deployed-app-image-tag <<<'echo v3'
  make_hook answer scheduler-detect <<<'echo swarm'
  tool apps:destroy web --force >/dev/null
  [[ $(<"$RECORD") == $'pre-delete web v3\nscheduler-stop swarm web true' ]]
}

@test "anything but the name aborts, the end of input too" {
  mkdir "$DOKKU_ROOT/web"
  make_recorders "${destroy_hooks[@]}"
  local answer
  for answer in '' y 'web ' Web '*'; do
    apart -1 tool apps:destroy web <<<"$answer"
    [[ $output == '> ' && $stderr == *' !     Confirmation did not match web. Aborted.' ]]
  done
  apart -1 tool apps:destroy web </dev/null
  [[ -d $DOKKU_ROOT/web && $(<"$RECORD") == '' ]]
  printf web | tool apps:destroy web
  [[ ! -e $DOKKU_ROOT/web ]]
}

@test "force asks nothing, and leaves the input alone" {
  mkdir "$DOKKU_ROOT"/{a,b}
  make_hook reader pre-delete <<<'cat >/dev/null'
  run -0 bash -c '"$1" apps:destroy a --force && cat' - "$PLUGIN_ENABLED_PATH/apps/subcommands/destroy" <<<'mine'
  [[ $output == '-----> Destroying a (including all add-ons)'*$'\nmine' ]]
  DOKKU_APPS_FORCE_DELETE=1 run -0 tool apps:destroy b </dev/null
  [[ -z $(ls -A "$DOKKU_ROOT") ]]
}

@test "a failing hook leaves the app to be destroyed again" {
  mkdir "$DOKKU_ROOT/web"
  make_recorders "${destroy_hooks[@]}"
  local hook
  for hook in pre-delete scheduler-stop scheduler-post-delete post-delete scheduler-retire; do
    make_hook aaa "$hook" <<<'exit 4'
    apart -1 tool apps:destroy web --force
    [[ $stderr == " !     App web was not destroyed: a $hook hook failed with status 4" && -d $DOKKU_ROOT/web ]]
    [[ $hook != pre-delete || $(<"$RECORD") == 'deployed-app-image-tag web' ]]
    rm "$PLUGIN_AVAILABLE_PATH/aaa/$hook"
  done
  run -0 tool apps:destroy web --force
  [[ ! -e $DOKKU_ROOT/web ]]
}

@test "an old app that is called like a plugin takes none of the plugin's properties along" {
  prop set hello web greeting hi
  prop set hello --global greeting hey
  local app
  for app in hello apps common; do
    mkdir -p "$DOKKU_ROOT/$app" "$DOKKU_LIB_ROOT/config/$app"
    : >"$DOKKU_LIB_ROOT/config/$app/ENV"
  done
  for app in hello common apps; do
    tool apps:destroy "$app" --force
    [[ ! -e $DOKKU_ROOT/$app && ! -e $DOKKU_LIB_ROOT/config/$app/ENV ]]
  done
  [[ $(prop get hello web greeting) == hi && $(prop get hello --global greeting) == hey ]]
}

@test "of an app that is a link only the link goes" {
  mkdir "$BATS_TEST_TMPDIR/project" && : >"$BATS_TEST_TMPDIR/project/file"
  ln -s "$BATS_TEST_TMPDIR/project" "$DOKKU_ROOT/web"
  run -0 tool apps:destroy web --force
  [[ ! -L $DOKKU_ROOT/web && -e $BATS_TEST_TMPDIR/project/file ]]
}

@test "a home that may not be written is one clear line" {
  make_home_of_root
  mkdir "$DOKKU_ROOT/web"
  apart -1 as_nobody "$PLUGIN_ENABLED_PATH/apps/subcommands/create" apps:create api
  [[ $output == '' && $stderr == " !     Unable to create app api: check that $DOKKU_ROOT is a directory you may write to" ]]
  apart -1 as_nobody "$PLUGIN_ENABLED_PATH/apps/subcommands/destroy" apps:destroy web --force
  [[ $stderr == *" !     Unable to remove $DOKKU_ROOT/web: check that $DOKKU_ROOT is writable" && -d $DOKKU_ROOT/web ]]
}

@test "plugins create, find and destroy apps by trigger" {
  plugn trigger app-create web
  plugn trigger app-exists web
  run -0 plugn trigger app-list
  [[ $output == web ]]
  plugn trigger app-destroy web </dev/null
  run -20 plugn trigger app-exists web
}

@test "a trigger with no app, or a bad one, touches nobody's data" {
  mkdir -p "$DOKKU_LIB_ROOT/data/apps/web" "$DOKKU_LIB_ROOT/config/apps/web"
  local name
  for name in '' . .. ../apps '*'; do
    run -1 plugn trigger post-delete "$name"
    run -20 plugn trigger app-destroy "$name"
  done
  [[ -d $DOKKU_LIB_ROOT/data/apps/web && -d $DOKKU_LIB_ROOT/config/apps/web ]]
}

@test "help says how each command is called, in the name of the brand" {
  run -0 env TOOL_ABI=acme:/x "$PLUGIN_ENABLED_PATH/apps/subcommands/destroy" apps:destroy web --help
  [[ $output == $'Usage: acme apps:destroy <app> [--force]\n\nDestroy an app and its data in all plugins.\n'*$'\n    acme apps:destroy web --force\n'* ]]
  run -0 tool apps:help
  [[ $output == "Usage: tool apps[:COMMAND]

Manage apps

Additional commands:
    apps                                                                 List your apps
    apps:clone <old-app> <new-app> [--skip-deploy] [--ignore-existing]   Make a copy of an app
    apps:create <app>                                                    Create a new app
    apps:destroy <app> [--force]                                         Destroy an app and its data in all plugins
    apps:exists <app>                                                    Check whether an app exists
    apps:list [--format json|stdout]                                     List your apps
    apps:lock <app>                                                      Lock an app against deploys
    apps:locked <app>                                                    Check whether an app has a deploy lock
    apps:rename <old-app> <new-app> [--skip-deploy]                      Rename an app
    apps:report [<app>|--global] [<flag>] [--format json|stdout]         Show a report on one app or on all
    apps:set <app>|--global <key> [<value>]                              Set a property of an app or of all apps or unset it
    apps:unlock <app>                                                    Remove an app's deploy lock" ]]
  local page="$output"
  run -0 tool apps --help
  [[ $output == "$page" ]]
}

@test "the commands file answers help, and nothing else" {
  run -0 "$PLUGIN_ENABLED_PATH/apps/commands" help
  local line
  for line in "${lines[@]}"; do
    [[ $line =~ ^'    apps'[^,]*', '[^,]+$ ]]
  done
  for line in apps apps:list help: '' 'help apps:help'; do
    PLUGIN_CORE_AVAILABLE_PATH=/nowhere apart -10 "$PLUGIN_ENABLED_PATH/apps/commands" "$line"
    [[ $output == '' && $stderr == '' ]]
  done
}
