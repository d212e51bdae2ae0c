#!/usr/bin/env bats
# Apps that are renamed and cloned, and what is there after a hook has failed.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper

setup() {
  make_home
  mkdir "$DOKKU_ROOT/web"
  prop set apps web created-at 100
  prop set apps web deploy-source git
}

rename_hooks=(post-create post-app-rename-setup deployed-app-image-tag pre-delete scheduler-detect scheduler-stop scheduler-post-delete
  post-delete scheduler-retire git-has-code post-app-rename)

# untouched: the app web is whole, and of api there is nothing
untouched() {
  [[ $(ls -A "$DOKKU_ROOT") == web && $(prop get apps web created-at) == 100 && $(prop get apps web deploy-source) == git ]]
  [[ -z $(find "$DOKKU_LIB_ROOT"/{config,data} -name 'api*' 2>/dev/null) ]]
}

@test "an app is renamed with what is kept for it, and plugins hear of it in order" {
  make_recorders "${rename_hooks[@]}"
  mkdir -p "$DOKKU_LIB_ROOT/data/apps/web/deep"
  printf '%s' $'a\nb\\"' >"$DOKKU_LIB_ROOT/data/apps/web/deep/file"
  apart -0 tool apps:rename web api
  [[ $stderr == '' && $output == '-----> Renaming web to api
-----> Creating api...
-----> Destroying web (including all add-ons)
-----> Cleaning up...
-----> Retiring old containers and images' ]]
  [[ $(<"$RECORD") == 'post-create api
post-app-rename-setup web api
deployed-app-image-tag web
pre-delete web latest
scheduler-detect web
scheduler-detect --global
scheduler-stop docker-local web true
scheduler-post-delete docker-local web latest
post-delete web latest
scheduler-retire docker-local web
git-has-code api
post-app-rename web api' ]]
  [[ $(ls -A "$DOKKU_ROOT") == api && -z $(find "$DOKKU_LIB_ROOT"/{config,data} -name 'web*') ]]
  [[ $(prop get apps api created-at) == 100 && $(prop get apps api deploy-source) == git ]]
  [[ $(<"$DOKKU_LIB_ROOT/data/apps/api/deep/file") == $'a\nb\\"' ]]
}

@test "an app is cloned: the old one stays, the new one is as old as it is" {
  make_recorders post-create post-app-clone-setup git-has-code post-app-clone post-delete
  mkdir -p "$DOKKU_LIB_ROOT/data/apps/web"
  : >"$DOKKU_LIB_ROOT/data/apps/web/.hidden"
  tool apps:lock web
  apart -0 tool apps:clone web api
  [[ $stderr == '' && $output == $'-----> Cloning web to api\n-----> Creating api...' ]]
  [[ $(<"$RECORD") == $'post-create api\npost-app-clone-setup web api\ngit-has-code api\npost-app-clone web api' ]]
  [[ -d $DOKKU_ROOT/web && $(prop get apps web created-at) == 100 ]]
  [[ $(prop get apps api deploy-source) == git && $(prop get apps api created-at) -gt 100 ]]
  [[ $(ls -A "$DOKKU_LIB_ROOT/data/apps/api") == .hidden ]]
}

@test "quiet leaves the headers out" {
  run -0 tool apps:clone web api --quiet
  [[ $output == '' ]]
  run -0 tool apps:rename --quiet api third
  [[ $output != *Renaming* && $output != *Creating* ]]
}

@test "a lock made by apps:lock is renamed along; a deploy's is not" {
  tool apps:lock web
  tool apps:rename web api
  run -0 tool apps:locked api
  tool apps:unlock api
  library 'acquire_app_deploy_lock api; exec "$PLUGIN_CORE_AVAILABLE_PATH/apps/subcommands/rename" apps:rename api web'
  run -1 tool apps:locked web
}

@test "hooks are told not to deploy when that is asked for, or when there is no code" {
  make_hook zz post-app-rename <<<'printf "%s\n" "${SKIP_REBUILD:-deploys}"'
  make_hook zz post-app-clone <<<'printf "%s\n" "${SKIP_REBUILD:-deploys}"'
  last() { [[ ${output##*$'\n'} == "$1" ]]; }
  run -0 tool apps:clone web a
  last true
  make_hook code git-has-code <<<'exit 0'
  run -0 tool apps:clone web b
  last deploys
  run -0 tool apps:rename b c
  last deploys
  run -0 tool apps:rename --skip-deploy c d
  last true
  run -0 tool apps:clone web e --skip-deploy
  last true
  make_hook code git-has-code <<<'exit 1'
  run -0 tool apps:rename d f
  last true
}

@test "names that are missing, taken or unknown change nothing" {
  mkdir "$DOKKU_ROOT/taken" && : >"$DOKKU_ROOT/file"
  make_recorders "${rename_hooks[@]}" post-app-clone-setup
  local command
  for command in rename clone; do
    apart -1 tool "apps:$command"
    [[ $stderr == ' !     Please specify an app to run the command on' ]]
    apart -1 tool "apps:$command" web
    [[ $stderr == ' !     Please specify an new app name' ]]
    apart -20 tool "apps:$command" nope api
    [[ $stderr == ' !     App nope does not exist' ]]
    apart -20 tool "apps:$command" ../web api
    for name in taken file web; do
      apart -1 tool "apps:$command" web "$name"
      [[ $output == '' && $stderr == ' !     Name is already taken' ]]
    done
    apart -1 tool "apps:$command" web api third
    [[ $stderr == *' !     Unexpected argument(s): [third]'* ]]
    apart -2 tool "apps:$command" web api --fast
  done
  [[ $(<"$RECORD") == '' && $(ls "$DOKKU_ROOT") == $'file\ntaken\nweb' ]]
}

@test "a clone that exists is no failure when that is asked for" {
  mkdir "$DOKKU_ROOT/taken" "$DOKKU_ROOT/trace"
  make_recorders post-create
  for name in taken trace; do
    apart -0 tool apps:clone web "$name" --ignore-existing
    [[ $output == '' && $stderr == ' !     Name is already taken' && $(<"$RECORD") == '' ]]
  done
  run -0 tool apps:clone --ignore-existing web api
  [[ -d $DOKKU_ROOT/api ]]
}

@test "a hook that fails before the old app is forgotten leaves it whole, and nothing of the new one" {
  make_recorders post-delete
  local hook
  for hook in post-create post-app-rename-setup pre-delete scheduler-stop scheduler-post-delete; do
    make_hook zz "$hook" <<<'echo because >&2; exit 7'
    apart -1 tool apps:rename web api
    [[ $stderr == because$'\n !     '*" $hook hook failed with status 7"$'\n !     App api was not created; web is still there' ]]
    untouched
    rm "$PLUGIN_AVAILABLE_PATH/zz/$hook"
  done
  for hook in post-create post-app-clone-setup post-app-clone; do
    make_hook zz "$hook" <<<'exit 7'
    apart -1 tool apps:clone web api
    [[ $stderr == " !     A $hook hook failed with status 7"$'\n !     App api was not created; web is still there' ]]
    untouched
    rm "$PLUGIN_AVAILABLE_PATH/zz/$hook"
  done
  # Those that had heard of it are told that it is gone, each time.
  [[ $(sort -u "$RECORD") == 'post-delete api latest' && $(wc -l <"$RECORD") == 8 ]]
  run -0 tool apps:rename web api
}

@test "a hook that fails later leaves the new app whole, and says what to do about the old one" {
  local hook
  for hook in post-delete scheduler-retire; do
    make_hook zz "$hook" <<<'[[ $* != *web* ]] || exit 7'
    apart -1 tool apps:rename web api
    [[ $stderr == " !     App web was not destroyed: a $hook hook failed with status 7
 !     App api is complete, and web is not all gone; fix what failed, then: tool apps:destroy web" ]]
    [[ -d $DOKKU_ROOT/web && $(prop get apps api deploy-source) == git ]]
    rm "$PLUGIN_AVAILABLE_PATH/zz/$hook"
    run -0 tool apps:destroy web --force
    run -0 tool apps:rename api web
  done
  make_hook zz post-app-rename <<<'exit 7'
  apart -1 tool apps:rename web api
  [[ $stderr == ' !     A post-app-rename hook failed with status 7; app web is called api now' ]]
  [[ $(ls "$DOKKU_ROOT") == api && $(prop get apps api deploy-source) == git ]]
}

@test "a rename and a clone that are interrupted leave the old app whole" {
  make_hook slow post-app-rename-setup <<<': >"$DOKKU_LIB_ROOT/started"; exec sleep 0.3'
  make_hook slow post-app-clone-setup <<<': >"$DOKKU_LIB_ROOT/started"; exec sleep 0.3'
  local command pid
  for command in rename clone; do
    rm -f "$DOKKU_LIB_ROOT/started"
    "$PLUGIN_ENABLED_PATH/apps/subcommands/$command" "apps:$command" web api >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
    pid=$!
    while [[ ! -e $DOKKU_LIB_ROOT/started ]]; do sleep 0.02; done
    kill -TERM "$pid"
    status=0
    wait "$pid" || status=$?
    ((status == 143))
    [[ $(<"$BATS_TEST_TMPDIR/out") == *' !     App api was not created; web is still there' ]]
    untouched
  done
}

@test "while an app is renamed nobody else renames, clones or destroys it, or what it becomes" {
  make_hook slow post-app-rename-setup <<<': >"$DOKKU_LIB_ROOT/started"; while [[ ! -e $DOKKU_LIB_ROOT/go ]]; do sleep 0.02; done'
  tool apps:rename web api >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
  while [[ ! -e $DOKKU_LIB_ROOT/started ]]; do sleep 0.02; done
  local command
  for command in 'rename web third' 'clone web third' 'destroy web --force' 'destroy api --force'; do
    # shellcheck disable=SC2086 # Words.
    apart -1 tool apps:$command
    [[ $output == '' && $stderr == *' is being changed by another command; try again when that is done' ]]
  done
  : >"$DOKKU_LIB_ROOT/go"
  wait $!
  [[ $(ls "$DOKKU_ROOT") == api && $(prop get apps api deploy-source) == git ]]
}

@test "a lock outlives neither the command nor what its hooks left running" {
  make_hook zz post-create <<<'sleep 5 >/dev/null 2>&1 3>&- & echo $! >"$DOKKU_LIB_ROOT/left"'
  tool apps:clone web api
  run -0 tool apps:destroy api --force
  run -0 tool apps:destroy web --force
  kill "$(<"$DOKKU_LIB_ROOT/left")"
}

@test "of a link the name moves, and where it leads to stays" {
  mkdir "$BATS_TEST_TMPDIR/project" && : >"$BATS_TEST_TMPDIR/project/file"
  ln -s "$BATS_TEST_TMPDIR/project" "$DOKKU_ROOT/linked"
  run -0 tool apps:rename linked api
  [[ -d $DOKKU_ROOT/api && ! -e $DOKKU_ROOT/linked && -e $BATS_TEST_TMPDIR/project/file ]]
}

@test "the setup triggers copy between apps, never between paths" {
  mkdir -p "$DOKKU_LIB_ROOT/data/apps/web"
  local name
  for name in '' . .. ../apps '*' --global; do
    run -1 plugn trigger post-app-rename-setup "$name" api
    run -1 plugn trigger post-app-clone-setup web "$name"
  done
  untouched
  plugn trigger post-app-clone-setup web api
  [[ $(prop get apps api deploy-source) == git ]]
}

@test "a home that may not be written is one clear line" {
  make_home_of_root
  mkdir "$DOKKU_ROOT/web"
  local command
  for command in rename clone; do
    apart -1 as_nobody "$PLUGIN_ENABLED_PATH/apps/subcommands/$command" "apps:$command" web api --quiet
    [[ $output == '' && $stderr == " !     Unable to create app api: check that $DOKKU_ROOT is a directory you may write to" ]]
  done
  [[ $(ls "$DOKKU_ROOT") == web ]]
}
