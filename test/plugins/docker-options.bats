#!/usr/bin/env bats
# The docker-options plugin: the options it keeps and gives out.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() {
  CORE_PLUGINS+=("${SHIMS[@]}")
  make_home
  mkdir "$DOKKU_ROOT/web"
}

listed() { tool docker-options:list web --phase "$1"; }

@test "an option that Dokku kept unquoted is removed as it was typed" {
  prop set docker-options web _default_.deploy $'--group-add $(getent group docker | cut -d: -f3)\n-v /a:/a'
  apart -0 tool docker-options:remove web deploy '--group-add $(getent group docker | cut -d: -f3)'
  [[ $output == '' && $stderr == '' ]]
  run -0 tool docker-options:list web --phase deploy
  [[ $output == '-v /a:/a' ]]
}

@test "options are added to phases, one a flag, sorted, and removed again" {
  apart -0 tool docker-options:add web build,deploy --link b -v /a:/b
  [[ $output == '' && $stderr == '' ]]
  tool docker-options:add web deploy --cpus=2
  [[ $(listed build) == $'--link b\n-v /a:/b' && $(listed deploy) == $'--cpus=2\n--link b\n-v /a:/b' && $(listed run) == '' ]]
  [[ $(<"$DOKKU_LIB_ROOT/config/docker-options/web/_default_.build") == $'--link b\n-v /a:/b' ]]
  tool docker-options:remove web build,deploy '--link b'
  [[ $(listed build) == '-v /a:/b' && $(listed deploy) == $'--cpus=2\n-v /a:/b' ]]
  apart -0 tool docker-options:remove web build '--link b'
  [[ $stderr == ' !     --link b is not an option of web for build' ]]
}

@test "words keep their quotes' meaning, and nothing in them is expanded" {
  tool docker-options:add web deploy "--label 'traefik.rule=Host(\`a b\`)' --env \"X=\$HOME *\" --env Y='it'\\''s'"
  [[ $(listed deploy) == "--env 'X=\$HOME *'
--env 'Y=it'\\''s'
--label 'traefik.rule=Host(\`a b\`)'" ]]
  run -0 bash -c 'eval "set -- ${1//$'"'\\n'"'/ }"; printf "<%s>" "$@"' - "$(listed deploy)"
  [[ $output == "<--env><X=\$HOME *><--env><Y=it's><--label><traefik.rule=Host(\`a b\`)>" ]]
  apart -1 tool docker-options:add web deploy "--label 'open"
  [[ $stderr == *'Unmatched quote in arguments: '* ]]
}

@test "hooks print the options of their phase, after what came on stdin" {
  tool docker-options:add web build,deploy,run --link b --restart=always --file x -v /a:/b
  run -0 plugn trigger docker-args-build web unknown </dev/null
  [[ $output == ' --file x --link b -v /a:/b' ]]
  run -0 plugn trigger docker-args-deploy web unknown </dev/null
  [[ $output == ' --file x --link b --restart=always -v /a:/b' ]]
  run -0 plugn trigger docker-args-run web dockerfile </dev/null
  [[ $output == ' --file x' ]]
  run -0 bash -c 'printf %s --first | plugn trigger docker-args-build web herokuish'
  [[ $output == '--first --link b -v /a:/b' ]]
}

@test "a process has options of its own, for deploys alone" {
  tool docker-options:add --process worker web deploy --cpus=1
  tool docker-options:add web deploy --process=clock --cpus=3
  run -0 plugn trigger docker-args-process-deploy web unknown latest worker </dev/null
  [[ $output == ' --cpus=1' ]]
  run -0 plugn trigger docker-args-process-deploy web unknown latest </dev/null
  [[ $output == '' ]]
  run -0 tool docker-options:list web --phase deploy --process clock
  [[ $output == --cpus=3 ]]
  run -0 tool docker-options:report web --docker-options-deploy.worker
  [[ $output == --cpus=1 ]]
  apart -1 tool docker-options:add --process worker web build --cpus=1
  [[ $stderr == ' !     --process is only supported for the deploy phase, got "build"' ]]
  local bad
  for bad in _default_ ../x 'a b' a/b; do
    apart -1 tool docker-options:add --process "$bad" web deploy --cpus=1
  done
  apart -0 tool docker-options:clear --process worker web
  [[ $output == '-----> Clearing docker-options for web on phase deploy for process worker' ]]
  run -0 tool docker-options:report web --format json
  [[ $output == '{"build":"","build-list":[],"deploy":"","deploy-list":[],"deploy.clock":"--cpus=3","deploy.clock-list":["--cpus=3"],"docker-options-build":"",'* ]]
  tool docker-options:add web run --label "'a \"b\"'" --rm
  run -0 tool docker-options:report web --format json
  [[ $(jq -c '.["run-list"]' <<<"$output") == '["--label '"'a "'\"b\"'"'"'","--rm"]' ]]
}

@test "what is no phase, no option or no app is refused, and nothing is kept" {
  apart -1 tool docker-options:add web start --x
  [[ $stderr == ' !     Phase(s) must be one of [build deploy run]' ]]
  apart -1 tool docker-options:add web
  [[ $stderr == ' !     Please specify the phases: '* ]]
  apart -1 tool docker-options:add web deploy
  [[ $stderr == ' !     Please specify docker options to add' ]]
  apart -1 tool docker-options:add web deploy "'a"$'\n'"b'"
  [[ $stderr == *'may not contain a line end'* ]]
  apart -20 tool docker-options:add nope deploy --x
  apart -2 tool docker-options:add --fast web deploy --x
  apart -1 tool docker-options:list web
  [[ $stderr == ' !     --phase is required' && ! -e $DOKKU_LIB_ROOT/config/docker-options/web ]]
}

@test "options are cleared by phase or all" {
  tool docker-options:add web build,deploy,run --x
  apart -0 tool docker-options:clear web build,run
  [[ $output == $'-----> Clearing docker-options for web on phase build\n-----> Clearing docker-options for web on phase run' ]]
  run -0 tool docker-options:report web
  [[ $output == '=====> web docker-options information
       Docker options build:          
       Docker options deploy:         --x
       Docker options run:            ' ]]
  apart -0 tool docker-options:clear web
  [[ $output == '-----> Clearing docker-options for web on all phases' && $(listed deploy) == '' ]]
}

@test "what datastore plugins call for a link works on the app they are at" {
  run -0 bash -c 'set -eo pipefail; source "$PLUGIN_AVAILABLE_PATH/docker-options/functions"; APP=web; phases=(build deploy run)
    add_passed_docker_option phases[@] "--link dokku.postgres.db:db"
    [[ $(fn-plugin-property-list-get docker-options web _default_.run) == "--link dokku.postgres.db:db" ]]
    remove_passed_docker_option phases[@] "--link dokku.postgres.db:db"'
  [[ $(listed run) == '' ]]
}

@test "options are cloned, renamed and deleted with their app, and help says how" {
  mkdir "$DOKKU_ROOT"/{copy,new}
  tool docker-options:add web run --x
  plugn trigger post-app-clone-setup web copy
  plugn trigger post-app-rename-setup copy new
  run -0 tool docker-options:list new --phase run
  [[ $output == --x && ! -e $DOKKU_LIB_ROOT/config/docker-options/copy ]]
  plugn trigger post-delete web latest
  [[ ! -e $DOKKU_LIB_ROOT/config/docker-options/web ]]
  run -0 tool docker-options
  [[ $output == *'docker-options:add <app> <phases> <option>'* ]]
  run -0 tool docker-options:add web --help
  [[ $output == 'Usage: tool docker-options:add '*'    --process <process>... '* ]]
}
