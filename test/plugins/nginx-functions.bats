#!/usr/bin/env bats
# The settings that the nginx-vhosts plugin gives out, and its functions, each called as another plugin calls it.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() {
  CORE_PLUGINS+=("${SHIMS[@]}")
  make_home
  mkdir "$DOKKU_ROOT"/{api,web}
}

@test "each setting of nginx has its fn-nginx-<property>, fn-nginx-computed-<property> and fn-nginx-global-<property>" {
  mkdir -p "$DOKKU_LIB_ROOT/config/nginx"/{--global,web}
  run -0 with nginx-vhosts 'cd "$DOKKU_LIB_ROOT/config/nginx"
    for key in "${!_NGINX_DEFAULTS[@]}"; do
      printf %s "all: $key" >"--global/$key"
      printf %s "own: $key" >"web/$key"
      [[ $("fn-nginx-$key" web) == "own: $key" && $("fn-nginx-global-$key") == "all: $key" && $("fn-nginx-computed-$key" web) == "own: $key" ]]
      [[ -z $("fn-nginx-$key" api) && $("fn-nginx-computed-$key" api) == "all: $key" ]]
      echo "$key"
    done'
  ((${#lines[@]} == 31))
}

@test "without a setting those of nginx hold" {
  local page=$(($(getconf PAGESIZE) / 1024))
  run -0 with nginx-vhosts 'for key in access-log-format access-log-path bind-address-ipv4 bind-address-ipv6 client-body-timeout client-header-timeout client-max-body-size \
      disable-custom-config error-log-path hsts hsts-include-subdomains hsts-max-age hsts-preload keepalive-timeout lingering-timeout nginx-conf-sigil-path nginx-service-command \
      proxy-buffer-size proxy-buffering proxy-buffers proxy-busy-buffers-size proxy-connect-timeout proxy-keepalive proxy-read-timeout proxy-send-timeout send-timeout \
      underscore-in-headers x-forwarded-for-value x-forwarded-port-value x-forwarded-proto-value x-forwarded-ssl; do
      printf "%s=%s\n" "$key" "$("fn-nginx-computed-$key" web)"
    done'
  local root=/var/log/nginx
  [[ ! -x /usr/bin/openresty ]] || root=/var/log/openresty
  [[ $output == "access-log-format=
access-log-path=$root/web-access.log
bind-address-ipv4=
bind-address-ipv6=::
client-body-timeout=60s
client-header-timeout=60s
client-max-body-size=1m
disable-custom-config=false
error-log-path=$root/web-error.log
hsts=true
hsts-include-subdomains=true
hsts-max-age=15724800
hsts-preload=false
keepalive-timeout=75s
lingering-timeout=5s
nginx-conf-sigil-path=nginx.conf.sigil
nginx-service-command=
proxy-buffer-size=${page}k
proxy-buffering=on
proxy-buffers=8 ${page}k
proxy-busy-buffers-size=$((page * 2))k
proxy-connect-timeout=60s
proxy-keepalive=
proxy-read-timeout=60s
proxy-send-timeout=60s
send-timeout=60s
underscore-in-headers=off
x-forwarded-for-value=\$remote_addr
x-forwarded-port-value=\$server_port
x-forwarded-proto-value=\$scheme
x-forwarded-ssl=" ]]
  run -0 with nginx-vhosts 'fn-nginx-log-root'
  [[ $output == "$root" ]]
}

@test "a setting of nginx that is none is refused, and its name never becomes a path or a command" {
  local bad
  for bad in '' nope ../hsts 'x[$(touch pwned)]' '$(touch pwned)' @ '*'; do
    apart -1 with nginx-vhosts 'cd "$1"; fn-get-property --app web --computed "$2"; echo "not reached"' "$BATS_TEST_TMPDIR" "$bad"
    [[ $output == '' && $stderr == " !     Invalid nginx property specified: $bad" && ! -e $BATS_TEST_TMPDIR/pwned ]]
  done
  # Also where its failure is waited for, and errexit therefore off.
  apart -0 with nginx-vhosts 'fn-get-property --app ../web --computed access-log-path || echo "status $?"'
  [[ $output == 'status 1' && $stderr == 'Invalid app name for get-with-default: ../web' ]]
  mkdir -p "$BATS_TEST_TMPDIR/fn-nginx-computed-.."
  printf '#!/bin/sh\necho run\n' >"$BATS_TEST_TMPDIR/x-log-path"
  chmod +x "$BATS_TEST_TMPDIR/x-log-path"
  apart -1 with nginx-vhosts 'cd "$1"; nginx_logs ../../x-logs web' "$BATS_TEST_TMPDIR"
  [[ $output == '' && $stderr == ' !     Invalid type of log: it is access-logs or error-logs' ]]
}

@test "where nginx is, is found on the PATH first, and what has it do something is a program, not a line of shell" {
  [[ ! -x /usr/bin/openresty ]] || skip "openresty would be taken instead"
  mkdir "$BATS_TEST_TMPDIR/bin"
  printf '#!/bin/sh\n' >"$BATS_TEST_TMPDIR/bin/nginx"
  printf '#!/bin/sh\necho "asked to $*"\nexit 4\n' >"$BATS_TEST_TMPDIR/bin/my service"
  chmod +x "$BATS_TEST_TMPDIR/bin"/*
  PATH="$BATS_TEST_TMPDIR/bin:$PATH"
  run -0 with nginx-vhosts 'get_nginx_location; fn-nginx-vhosts-nginx-location'
  [[ $output == "$BATS_TEST_TMPDIR/bin/nginx"$'\n'"$BATS_TEST_TMPDIR/bin/nginx" ]]
  apart -0 with nginx-vhosts 'fn-nginx-vhosts-nginx-init-cmd start'
  [[ $output == '' && $stderr == ' !     nginx was not told to start; set what does it with tool nginx:set --global nginx-service-command <program>' ]]
  prop set nginx --global nginx-service-command 'my service'
  apart -4 with nginx-vhosts 'fn-nginx-vhosts-nginx-init-cmd "stop now"; echo "not reached"'
  [[ $output == 'asked to stop now' ]]
  prop set nginx web nginx-service-command "touch $BATS_TEST_TMPDIR/pwned"
  apart -127 with nginx-vhosts 'APP=web fn-nginx-vhosts-nginx-init-cmd reload'
  [[ ! -e $BATS_TEST_TMPDIR/pwned ]]
}

@test "for an app that does not run nothing is built, and no template is found" {
  apart -0 with nginx-vhosts 'nginx_build_config web; get_custom_nginx_template web "$1/template"' "$BATS_TEST_TMPDIR"
  [[ $output == '' && $stderr == ' !     No web listeners specified for web' && -z $(ls -A "$DOKKU_ROOT/web") && ! -e $BATS_TEST_TMPDIR/template ]]
}

@test "nginx is asked about the configuration of one app, and a faulty one is removed alone when that is asked for" {
  [[ ! -x /usr/bin/openresty ]] || skip "openresty would be taken instead"
  mkdir "$BATS_TEST_TMPDIR/bin"
  printf '#!/bin/sh\n! grep -q faulty "%s"/web/nginx.conf || { echo "emerg: faulty"; exit 1; }\n' "$DOKKU_ROOT" >"$BATS_TEST_TMPDIR/bin/nginx"
  chmod +x "$BATS_TEST_TMPDIR/bin/nginx"
  PATH="$BATS_TEST_TMPDIR/bin:$PATH"
  apart -2 with nginx-vhosts 'nginx_vhosts_is_valid_nginx_config_func web'
  apart -0 with nginx-vhosts 'nginx_vhosts_validate_single_func web'
  [[ $stderr == ' !     No nginx config found for web' ]]
  echo 'server {}' >"$DOKKU_ROOT/web/nginx.conf"
  apart -0 with nginx-vhosts 'nginx_vhosts_is_valid_nginx_config_func web; nginx_vhosts_validate_single_func web --clean'
  [[ $output == '' && $stderr == '' && -e $DOKKU_ROOT/web/nginx.conf ]]
  echo faulty >"$DOKKU_ROOT/web/nginx.conf"
  apart -1 with nginx-vhosts 'nginx_vhosts_is_valid_nginx_config_func web'
  [[ $output == '' && $stderr == '' ]]
  apart -1 with nginx-vhosts 'nginx_vhosts_validate_single_func web'
  [[ $output == '' && $stderr == $' !     Failed to validate nginx config for web:\nemerg: faulty' && -e $DOKKU_ROOT/web/nginx.conf ]]
  echo 'server {}' >"$DOKKU_ROOT/api/nginx.conf"
  apart -0 with nginx-vhosts 'nginx_vhosts_validate_single_func web --clean'
  [[ $stderr == *' !     Removing invalid nginx file' && ! -e $DOKKU_ROOT/web/nginx.conf && -e $DOKKU_ROOT/api/nginx.conf ]]
  echo 'server {}' >"$DOKKU_ROOT/web/nginx.conf"
  apart -0 with nginx-vhosts 'nginx_vhosts_conf_clean_func web'
  [[ $stderr == ' !     Removing invalid nginx file' && ! -e $DOKKU_ROOT/web/nginx.conf && -e $DOKKU_ROOT/api/nginx.conf ]]
}
