#!/usr/bin/env bats
# What the library says about deploys, containers and images: without Docker, and with a docker that is a stub.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper

setup() {
  make_home
  export DOCKER_BIN=/nowhere/docker
  mkdir "$DOKKU_ROOT/web"
}

# make_docker: a docker that writes its arguments to $CALLS, and runs the script on stdin
make_docker() {
  export CALLS="$BATS_TEST_TMPDIR/calls" DOCKER_BIN="$BATS_TEST_TMPDIR/bin dir/docker"
  mkdir -p "${DOCKER_BIN%/*}"
  : >"$CALLS"
  { printf '#!/usr/bin/env bash\nprintf "%%s\\n" "$*" >>"$CALLS"\n' && cat; } >"$DOCKER_BIN"
  chmod +x "$DOCKER_BIN"
}

@test "what would build or run an app is refused: one line, status 1, nothing on stdout" {
  make_hook config config-get </dev/null
  local call
  for call in \
    'copy_from_image img /from /to=copy /from from the image img' \
    'copy_dir_from_image img /from /to=copy /from from the image img' \
    'dokku_build web herokuish /tmp=build web' \
    'dokku_release web herokuish latest=release web' \
    'release_and_deploy web=release and deploy web' \
    'dokku_receive web herokuish /tmp=receive web' \
    'dokku_setup_build_capture web ps:rebuild=record a build of web' \
    'cmd-deploy web=deploy web'; do
    apart -1 library "${call%%=*}; echo not reached"
    [[ $output == '' && $stderr == " !     Unable to ${call#*=}: nothing here builds or runs apps; "* && $stderr != *$'\n'* ]]
    run -0 library "if ${call%%=*} 2>/dev/null; then echo succeeded; fi"
    [[ $output == '' ]]
  done
}

@test "what only Docker knows is refused where it is not found, and the remedy named" {
  printf 'c1' >"$DOKKU_ROOT/web/CONTAINER.web.1"
  prop set common web deployed true
  local call
  for call in get_docker_version 'fn-force-arm64-image img' 'verify_image img' 'fn-verify-app-image web dokku/web:v1' 'get_app_image_name web v1' \
    'get_deploying_app_image_name web' 'get_image_builder_type img' 'is_image_cnb_based img' 'is_image_herokuish_based img' \
    'get_app_running_container_ids web' 'get_container_ports web' 'dokku_container_log_verbose_quiet c1'; do
    apart -1 library "$call; echo not reached"
    [[ $output == '' && $stderr == *" !     Unable to "*": /nowhere/docker was not found; install Docker, or set DOCKER_BIN" ]]
  done
}

@test "questions that have an answer without Docker are answered" {
  run -0 library 'get_app_image_repo web; get_app_image_name web; get_app_image_name web "" my/repo; get_running_image_tag web; get_running_image_tag web v2; get_image_builder_type'
  [[ $output == $'dokku/web\ndokku/web:latest\nmy/repo:latest\nlatest\nv2\ndockerfile' ]]
  apart -0 library 'not fn-is-compose-installed; not is_container_status c1 Running; get_container_ports web; get_app_container_ids web; get_app_container_ids web web.1'
  [[ $output == '' && $stderr == '' ]]
  [[ $(library 'get_app_container_ids web' | wc -l) == 1 ]]
  run -0 library 'dokku_setup_build_capture ""; DOKKU_REDIRECT_OUTPUT=true dokku_setup_build_capture web'
  [[ $output == '' ]]
}

@test "plugins say which tag and repository an app has" {
  make_hook answer deployed-app-image-tag <<<'cat >/dev/null; echo v7'
  make_hook answer deployed-app-repository <<<'echo registry.example/'
  make_hook answer deployed-app-image-repo <<<'echo team/web'
  run -0 library 'get_running_image_tag web v2 && cat' <<<mine
  [[ $output == $'v7\nmine' ]]
  make_docker <<<'exit 0'
  run -0 library 'get_deploying_app_image_name web v1 other/repo'
  [[ $output == registry.example/team/web:v7 ]]
  make_hook answer deployed-app-image-tag <<<'exit 5'
  run -5 library 'get_running_image_tag web; echo not reached'
  [[ $output == '' ]]
}

@test "an image must be there to be named with its tag, and is never pulled" {
  make_docker <<<'[[ $* == "image inspect -- dokku/web:v1" ]]'
  run -0 library 'get_app_image_name web v1; fn-verify-app-image web dokku/web:v1'
  [[ $output == dokku/web:v1 ]]
  apart -1 library 'get_app_image_name web v2; echo not reached'
  [[ $output == '' && $stderr == ' !     App image (dokku/web:v2) not found' ]]
  run -1 library 'fn-verify-app-image web "$1"' '--help'
  run -1 library 'verify_image gone'
  [[ $output == ' !     Deprecated: please use fn-verify-app-image instead of verify_image' ]]
  [[ $(<"$CALLS") == *$'image inspect -- dokku/web:v2\nimage inspect -- --help\nimage inspect -- gone' && $(<"$CALLS") != *pull* ]]
}

@test "what an image was built with is told by its labels and its user" {
  make_docker <<'DOCKER'
case "$*" in
  *com.dokku.builder-type*labelled) echo pack ;;
  *io.buildpacks.stack.id*cnb) echo io.buildpacks.stacks.jammy ;;
  *Env*herokuish) printf 'A=USER=herokuishuser\nUSER=herokuishuser\n' ;;
  *Env*mine) printf 'USER=ann\n' ;;
  *gone) exit 1 ;;
  *) echo ;;
esac
DOCKER
  make_hook answer config-get <<<'printf %s "$([[ $* == "web DOKKU_APP_USER" ]] && echo ann)"'
  run -0 library 'for image in labelled cnb herokuish plain; do get_image_builder_type $image; done; get_image_builder_type mine web; get_image_builder_type mine'
  [[ $output == $'pack\nherokuish\nherokuish\ndockerfile\nherokuish\ndockerfile' ]]
  run -0 library 'is_image_cnb_based cnb; not is_image_cnb_based plain; not is_image_cnb_based ""; is_image_herokuish_based cnb; not is_image_herokuish_based plain web; not is_image_herokuish_based ""'
  [[ $output == '' ]]
  run -1 library 'get_image_builder_type gone; echo not reached'
  run -0 "$COMMON/common" image-is-cnb-based cnb
  [[ $output == true ]]
  run -0 "$COMMON/common" image-is-herokuish-based plain web
  [[ $output == false ]]
  DOCKER_BIN=/nowhere/docker apart -1 "$COMMON/common" image-is-cnb-based cnb
  [[ $output == '' && $stderr == *'docker was not found'* ]]
}

@test "docker answers about itself, and is not given the caller's input" {
  make_docker <<'DOCKER'
cat >>"$CALLS"
case "$*" in
  version*) echo 28.1 ;;
  info*) echo true ;;
  *Architecture*) echo amd64 ;;
esac
DOCKER
  run -0 library 'get_docker_version; fn-is-compose-installed; cat' <<<mine
  [[ $output == $'28.1\nmine' && $(<"$CALLS") != *mine* ]]
  mkdir "$BATS_TEST_TMPDIR/machine"
  printf '#!/bin/sh\necho "$MACHINE"\n' >"$BATS_TEST_TMPDIR/machine/uname"
  chmod +x "$BATS_TEST_TMPDIR/machine/uname"
  PATH="$BATS_TEST_TMPDIR/machine:$PATH" MACHINE=aarch64 run -0 library 'fn-force-arm64-image img'
  PATH="$BATS_TEST_TMPDIR/machine:$PATH" MACHINE=x86_64 run -1 library 'fn-force-arm64-image img'
}

@test "containers are those that a scheduler has written down" {
  printf 'c0' >"$DOKKU_ROOT/web/CONTAINER"
  printf 'c1\n' >"$DOKKU_ROOT/web/CONTAINER.web.1"
  printf 'c2\n\n' >"$DOKKU_ROOT/web/CONTAINER.web.2"
  printf 'c3' >"$DOKKU_ROOT/web/CONTAINER.worker.1"
  run -0 library 'set -f; IFS=:; get_app_container_ids web; get_app_container_ids web web; get_app_container_ids web web.2; get_app_container_ids web cron'
  [[ $output == $'c0 c1 c2 c3\nc0 c1 c2\nc0 c2\nc0' ]]
  run -0 library 'get_app_container_ids web "$1"' '*'
  [[ $output == c0 ]]
  apart -1 library 'get_app_container_ids web "$1"' ../api/x
  [[ $output == '' && $stderr == ' !     Invalid type of container: ../api/x' ]]
  apart -1 library 'get_app_container_ids "$1"' ../web
  [[ $output == '' && $stderr == ' !     App name must begin with '* ]]
}

@test "of an app that is not deployed nothing runs, and that is said" {
  local call
  for call in get_app_running_container_ids get_app_running_container_types; do
    apart -1 library "$call web"
    [[ $output == '' && $stderr == ' !     App web is not deployed' ]]
  done
  prop set common web deployed true
  run -0 library 'get_app_running_container_ids web; get_app_running_container_types web'
  [[ $output == '' ]]
}

@test "running containers, their types and ports are told for an app that is deployed" {
  prop set common web deployed true
  printf 'c1' >"$DOKKU_ROOT/web/CONTAINER.web.1"
  printf -- '-c2' >"$DOKKU_ROOT/web/CONTAINER.web.2"
  printf 'c3' >"$DOKKU_ROOT/web/CONTAINER.worker.1"
  make_docker <<'DOCKER'
case "$*" in
  *'{{.State.Running}} -- -c2') echo false ;;
  *'{{.State.Running}}'*) echo true ;;
  *port*c1) printf '5000/tcp -> 0.0.0.0:49153\n5000/tcp -> [::]:49153\n' ;;
  *port*c3) printf '53/udp -> 0.0.0.0:53\n' ;;
esac
DOCKER
  run -0 library 'get_app_running_container_ids web; get_app_running_container_ids web web; get_app_running_container_types web'
  [[ $output == $'c1 c3\nc1\nweb worker' ]]
  run -0 library 'get_container_ports web'
  [[ $output == $'49153->5000/tcp\n49153->5000/tcp\n53->53/udp' ]]
  run -0 library 'is_container_status c1 Running; not is_container_status -c2 Running; not is_container_status c1 "$1"' 'Running}}{{.Id'
  [[ $(<"$CALLS") != *'}}{{'* ]]
}

@test "a container's log is shown line by line, and quiet takes it away" {
  make_docker <<<'printf "a  *\n\nb" && printf "err\n" >&2'
  run -0 library 'dokku_container_log_verbose_quiet "$1"' '-c 1'
  [[ $output == $'       a  *\n       \n       berr' && $(<"$CALLS") == 'container logs -- -c 1' ]]
  DOKKU_QUIET_OUTPUT=1 run -0 library 'dokku_container_log_verbose_quiet c1'
  [[ $output == '' ]]
}

@test "a plugin that schedules apps deploys them" {
  make_recorders scheduler-deploy
  make_hook answer scheduler-detect <<<'echo swarm'
  run -0 library 'cmd-deploy web v1 "two words"'
  [[ $output == '' && $(<"$RECORD") == 'scheduler-deploy swarm web v1 two words' ]]
  make_hook recorder scheduler-deploy <<<'exit 6'
  run -6 library 'cmd-deploy web; echo not reached'
  run -20 library 'cmd-deploy nope'
}

@test "a registry's credentials are an app's own, and there only when there are any" {
  local folder="$DOKKU_LIB_ROOT/config/registry/web"
  mkdir -p "$folder"
  run -0 library 'fn-registry-docker-config-dir web; fn-registry-docker-config-dir; fn-registry-docker-config-dir api'
  [[ $output == '' ]]
  printf '{"auths":{}}' >"$folder/config.json"
  run -0 library 'fn-registry-docker-config-dir web'
  [[ $output == '' ]]
  printf '{"auths":{"registry.example":{}}}' >"$folder/config.json"
  run -0 library 'fn-registry-docker-config-dir web'
  [[ $output == "$folder" ]]
  printf '{' >"$folder/config.json"
  apart -1 library 'fn-registry-docker-config-dir web; echo not reached'
  [[ $output == '' && $stderr == " !     Unable to read $folder/config.json: it is not the JSON that docker login writes" ]]
  run -1 library 'fn-registry-docker-config-dir ../web'
}

@test "cleaning up removes ended containers and nameless images that carry the label, and no others" {
  make_docker <<'DOCKER'
[[ $* == 'container ls'* ]] && printf 'c1\nc2\n'
true
DOCKER
  DOKKU_CONTAINER_LABEL=dokku run -0 library 'docker_cleanup web'
  [[ $output == '-----> Cleaning up...' ]]
  [[ $(<"$CALLS") == "container ls --all --quiet --filter status=exited --filter status=dead --filter label=dokku --filter label=com.dokku.app-name=web
container rm -- c1 c2
image prune --force --filter label=dokku --filter label=com.dokku.app-name=web" ]]
  make_docker </dev/null
  run -0 "$COMMON/common" --quiet --global docker-cleanup
  [[ $(<"$CALLS") == $'container ls --all --quiet --filter status=exited --filter status=dead --filter label=dokku\nimage prune --force --filter label=dokku' ]]
}

@test "cleaning up is left out where an operator says so, unless it is forced" {
  make_docker </dev/null
  prop set builder web skip-cleanup true
  DOKKU_SKIP_CLEANUP=true run -0 library 'docker_cleanup --global'
  [[ $output == '-----> Skipping the cleanup, as '* ]]
  run -0 library 'docker_cleanup web'
  [[ $(<"$CALLS") == '' ]]
  DOKKU_SKIP_CLEANUP=true run -0 library 'docker_cleanup web true'
  [[ $(<"$CALLS") == 'container ls'* ]]
}

@test "without docker there is nothing to clean up; a docker that fails is a failure" {
  apart -0 library 'docker_cleanup web'
  [[ $output == '-----> Nothing to clean up: /nowhere/docker was not found, so there are no containers and no images' && $stderr == '' ]]
  make_docker <<<'echo no daemon >&2; exit 1'
  apart -1 library 'docker_cleanup; echo not reached'
  [[ $output == '' && $stderr == $'no daemon\n !     Unable to clean up: docker failed, and says why above' ]]
  run -1 library 'docker_cleanup "$1"' '../*'
}

@test "the part that needs docker is not read by who does not ask" {
  run -0 library 'declare -F _image_exists _docker_cleanup || echo lazy; get_image_builder_type >/dev/null; declare -F _image_exists'
  [[ $output == $'lazy\n_image_exists' ]]
}
