#!/usr/bin/env bats
# What is answered on a machine without Docker: by the plugins ps, git, network and scheduler-null, and by the absence of a hook.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() {
  CORE_PLUGINS+=("${SHIMS[@]}")
  make_home
  mkdir "$DOKKU_ROOT/web"
}

@test "no app is deployed, and a command does not try to restart one" {
  run -1 plugn trigger scheduler-is-deployed docker-local web
  run -1 plugn trigger scheduler-is-deployed null web
  run -1 plugn trigger scheduler-is-deployed '' web
  library 'not is_deployed web'
  [[ $(prop get common web deployed) == false ]]
}

@test "a plugin that schedules has the word about its own scheduler" {
  run -1 plugn trigger scheduler-is-deployed swarm web
  make_hook swarm scheduler-is-deployed <<<'[[ $1 == swarm ]] || exit 0'
  make_hook swarm scheduler-detect <<<'echo swarm'
  run -0 plugn trigger scheduler-is-deployed swarm web
  run -1 plugn trigger scheduler-is-deployed docker-local web
  library 'is_deployed web'
}

@test "triggers that common code fires have their negative answers, by a hook or by there being none" {
  local trigger
  for trigger in 'scheduler-detect web' 'scheduler-detect --global' 'scheduler-stop docker-local web true' 'scheduler-post-delete docker-local web latest' \
    'scheduler-retire docker-local web' 'deployed-app-image-tag web' 'deployed-app-image-repo web' 'deployed-app-repository web' 'deployed-app-image-repository web' 'domains-list web'; do
    # shellcheck disable=SC2086 # Its words.
    apart -0 plugn trigger $trigger
    [[ $output == '' && $stderr == '' ]]
  done
  apart -1 plugn trigger git-has-code web
  [[ $output == '' && $stderr == '' ]]
  run -0 plugn trigger scheduler-app-status docker-local web
  [[ $output == '0 false' ]]
  apart -1 plugn trigger release-and-deploy web
  [[ $output == '' && $stderr == ' !     App web was not deployed: there is no Docker here' ]]
  apart -0 plugn trigger cron-write
  [[ $stderr == ' !     No crontab is written here: what plugins want done at set times is not done' ]]
}

@test "where another plugin deploys, nothing is refused" {
  make_hook deployer release-and-deploy <<<'echo "deployed $1"'
  apart -0 plugn trigger release-and-deploy web
  [[ $output == 'deployed web' && $stderr == '' ]]
}

@test "ps-get-property answers what is kept, and what holds without" {
  run -0 plugn trigger ps-get-property web restore
  [[ $output == true ]]
  prop set ps web restore false
  run -0 plugn trigger ps-get-property web restore
  [[ $output == false ]]
  prop set ps --global stop-timeout-seconds 5
  run -0 plugn trigger ps-get-property web stop-timeout-seconds
  [[ $output == 5 ]]
  run -0 plugn trigger ps-get-property web restart-policy
  [[ $output == on-failure:10 ]]
  apart -1 plugn trigger ps-get-property web nope
  [[ $stderr == ' !     Invalid ps property specified: nope' ]]
}

@test "functions that would run or build an app say that they did not" {
  local function
  run -0 with ps 'fn-ps-app-status web; fn-ps-is-app-running web'
  [[ $output == $'0 false\nfalse' ]]
  for function in ps_start ps_restart ps_rebuild ps_restore; do
    apart -1 with ps "$function web; echo 'not reached'"
    [[ $output == '' && $stderr == ' !     App web was not '*': there is no Docker here, so no app has processes' ]]
  done
  apart -0 with ps 'ps_stop web'
  [[ $stderr == ' !     App web does not run: there is no Docker here' ]]
  for function in git_build_app_repo git_trigger_build git_build git_receive_app; do
    apart -1 with git "$function web; echo 'not reached'"
    [[ $output == '' && $stderr == ' !     App web was not built: there is no Docker here, so nothing is built or deployed' ]]
  done
  with git 'not fn-git-has-code web'
  with network 'declare -F verify_app_name >/dev/null'
}

@test "each command that needs Docker is refused with its reason and what to do instead" {
  local word file refused=0
  for word in ps:inspect ps:rebuild ps:restart ps:restore ps:scale ps:set ps:start ps:stop \
    git:allow-host git:auth git:auth-status git:from-archive git:from-image git:generate-deploy-key git:initialize git:load-image git:public-key git:set git:status git:sync git:unlock \
    network:create network:destroy network:exists network:info network:list network:rebuild network:rebuildall network:set; do
    apart -1 tool "$word" web --force
    [[ $output == '' && $stderr == " !     $word is not possible: "*$'\n !     '* ]]
    refused=$((refused + 1))
  done
  # Nothing else is refused.
  for file in "$PLUGIN_ENABLED_PATH"/{ps,git,network}/subcommands/*; do
    [[ $(<"$file") != *'/../refused"' ]] || refused=$((refused - 1))
  done
  ((refused == 0))
  apart -0 tool git:sync --help
  [[ $output == $'Usage: tool git:sync\n\nRefused: nothing is built or deployed here, '* && $stderr == '' ]]
  apart -1 tool ps:restart web
  [[ $stderr == $' !     ps:restart is not possible: there is no Docker here, so no app has processes\n !     Run the app'"'s program yourself, or this command on a Dokku server" ]]
  TOOL_ABI=acme:/x apart -1 tool git:sync web https://example.com/x.git
  [[ $stderr == *'to install a plugin from git use acme plugin:install' ]]
}

@test "reports print what is known" {
  apart -0 tool ps:report web
  [[ $output == '=====> web ps information
       Deployed:                         false
       Processes:                        0
       Ps computed procfile path:        Procfile
       Ps computed restart policy:       on-failure:10
       Ps computed skip deploy:          false
       Ps computed stop timeout seconds: 30
       Restore:                          true
       Running:                          false' && $stderr == '' ]]
  apart -0 tool ps:report --format json web
  [[ $output == '{"computed-procfile-path":"Procfile",'*'"ps-computed-restart-policy":"on-failure:10"'*'"running":"false"}' ]]
  apart -0 tool git:report web --git-computed-deploy-branch
  [[ $output == master ]]
  apart -0 tool network:report web --network-computed-bind-all-interfaces
  [[ $output == false ]]
  apart -0 tool network:report --global
  [[ $output == '=====> global network information'$'\n'* ]]
  local plugin
  for plugin in ps git network; do
    apart -20 tool "$plugin:report" nope
    apart -2 tool "$plugin:report" -x
    run -0 tool "$plugin"
    [[ $output == "Usage: tool $plugin[:COMMAND]"*"$plugin:report "* ]]
  done
}

@test "a value that JSON would escape is escaped" {
  prop set network web tld $'a"b\\c\td'
  run -0 tool network:report web --format=json
  [[ $output == *'"network-tld":"a\"b\\c\td"'* ]]
}
