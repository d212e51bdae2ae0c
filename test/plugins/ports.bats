#!/usr/bin/env bats
# The ports plugin: the mappings it keeps and what it answers.
# shellcheck disable=SC2154 # The helper sets stderr.

load helper
setup() {
  CORE_PLUGINS+=("${SHIMS[@]}")
  make_home
  mkdir "$DOKKU_ROOT/web"
}

mapped() { tool ports:report web --ports-map; }

@test "mappings are set, added and removed, sorted, and plugins hear of each change" {
  make_recorders post-proxy-ports-update
  apart -0 tool ports:set web https:8443:5003 http:80:5000
  [[ $output == '' && $stderr == '' && $(mapped) == 'http:80:5000 https:8443:5003' ]]
  tool ports:add web http:0088:05001 udp:80:9
  [[ $(mapped) == 'http:80:5000 http:88:5001 https:8443:5003 udp:80:9' ]]
  tool ports:remove web 80 https:8443:5003
  [[ $(mapped) == http:88:5001 ]]
  apart -0 tool ports:remove web http:88:9
  [[ $stderr == ' !     http:88:9 is not a port mapping of web' && $(mapped) == http:88:5001 ]]
  tool ports:clear web
  [[ $(mapped) == '' ]]
  [[ $(<"$RECORD") == 'post-proxy-ports-update web set
post-proxy-ports-update web add
post-proxy-ports-update web remove
post-proxy-ports-update web remove
post-proxy-ports-update web clear' ]]
}

@test "a list shows them in columns" {
  tool ports:set web http:80:5000 https:443:5000
  apart -0 tool ports:list web
  [[ $output == '-----> Port mappings for web
    -----> scheme  host port  container port
    http           80         5000
    https          443        5000' ]]
  apart -0 tool ports:list --quiet web
  [[ $output == $'    http    80         5000\n    https   443        5000' ]]
  tool ports:clear web
  apart -1 tool ports:list web
  [[ $stderr == ' !     No port mappings configured for app' ]]
}

@test "what is no mapping is refused, and then nothing is changed" {
  local bad
  tool ports:set web http:80:5000
  for bad in '' 80 http:80 http:80:0 http:0:80 http:65536:1 http:1:99999999999 HTTP:1:1 'ht tp:1:1' http:1:1:1 'http:1:1;id' $'http:1:1\n' http:x:1 ../a:1:1; do
    apart -1 tool ports:add web "$bad" http:81:1
    [[ $stderr == ' !     Invalid port map '* ]]
    apart -1 tool ports:set web http:81:1 "$bad"
    [[ $(mapped) == http:80:5000 ]]
  done
  apart -1 tool ports:add web
  [[ $stderr == ' !     No port mapping specified' ]]
  apart -1 tool ports:add web http:80:5001
  [[ $stderr == ' !     Error validating all port mappings: The same scheme:host-port is being reused: http:80' ]]
  apart -1 tool ports:add web http:81:1 http:81:2
  [[ $stderr == ' !     Error validating new port mappings: The same scheme:host-port is being reused: http:81' ]]
  apart -1 tool ports:set web http:81:1 http:81:1
  [[ $stderr == ' !     Error validating port mappings: The same scheme:host-port is being reused: http:81' && $(mapped) == http:80:5000 ]]
  apart -20 tool ports:set nope http:80:5000
}

@test "ports-get answers with what is in force" {
  run -0 plugn trigger ports-get web
  [[ $output == http:80:5000 ]]
  mkdir "$DOKKU_ROOT/web/tls" && : >"$DOKKU_ROOT/web/tls/server.crt" && : >"$DOKKU_ROOT/web/tls/server.key"
  run -0 plugn trigger ports-get web
  [[ $output == $'http:80:5000\nhttps:443:5000' ]]
  tool ports:set web http:8080:3000
  run -0 plugn trigger ports-get web
  [[ $output == http:8080:3000 ]]
  run -0 plugn trigger ports-get web json
  [[ $output == '[{"container_port":3000,"host_port":8080,"scheme":"http"}]' ]]
  apart -1 plugn trigger ports-get web yaml
  [[ $stderr == ' !     Invalid format specified: yaml' ]]
  plugn trigger ports-clear web
  [[ $(mapped) == '' ]]
  run -0 plugn trigger ports-get-property web proxy-port
  [[ $output == 0 ]]
  prop set proxy --global proxy-port 8000
  run -0 plugn trigger ports-get-property web proxy-port
  [[ $output == 8000 ]]
}

@test "a free port is one on which nothing listens" {
  run -0 plugn trigger ports-get-available
  [[ $output -gt 1024 && $output -lt 65536 ]]
}

@test "a certificate brings the mapping of port 443, and takes it along" {
  tool ports:set web http:80:5000 http:81:5001
  plugn trigger post-certs-update web
  [[ $(mapped) == 'http:80:5000 http:81:5001 https:443:5000' ]]
  plugn trigger post-certs-update web
  plugn trigger post-certs-remove web
  [[ $(mapped) == 'http:80:5000 http:81:5001' ]]
  plugn trigger post-certs-remove web
  tool ports:set web http:81:5001
  plugn trigger post-certs-update web
  [[ $(mapped) == http:81:5001 ]]
}

@test "mappings are cloned, renamed and deleted with their app" {
  mkdir "$DOKKU_ROOT"/{copy,new}
  tool ports:set web http:80:5000
  plugn trigger post-app-clone-setup web copy
  run -0 tool ports:report copy --ports-map
  [[ $output == http:80:5000 ]]
  plugn trigger post-app-rename-setup copy new
  run -0 tool ports:report new --format json
  [[ $output == *'"map":"http:80:5000"'*'"ports-map":"http:80:5000"'* ]]
  [[ ! -e $DOKKU_LIB_ROOT/config/ports/copy ]]
  plugn trigger post-delete web latest
  [[ ! -e $DOKKU_LIB_ROOT/config/ports/web ]]
}

@test "help says how each command is called" {
  run -0 tool ports
  local page="$output" file
  run -0 tool ports:help
  [[ $output == "$page" ]]
  for file in "$PLUGIN_ENABLED_PATH"/ports/subcommands/*; do
    [[ $file == */default || $page == *"ports:${file##*/} "* ]]
  done
}
