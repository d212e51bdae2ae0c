#!/usr/bin/env bats
# The nginx-vhosts plugin: the functions that nginx plugins call, with nginx and without.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() {
  CORE_PLUGINS+=("${SHIMS[@]}")
  make_home
  HIDDEN=()
  mkdir -p "$DOKKU_ROOT/web/nginx.conf.d"
}

# script <script> <argument>...: a plugin's script that has sourced the functions
script() {
  "${HIDDEN[@]}" bash -c "set -eo pipefail; not() { ! \"\$@\"; }; source \"\$PLUGIN_AVAILABLE_PATH/nginx-vhosts/functions\"; $1" plugin "${@:2}"
}

# typed <command word> <argument>...: under the name that is typed, by which the plugin itself finds its subcommand
typed() {
  "${HIDDEN[@]}" "$PLUGIN_ENABLED_PATH/nginx-vhosts/commands" "$@"
}

# make_nginx <script>: an nginx in front of any other
make_nginx() {
  mkdir -p "$BATS_TEST_TMPDIR/bin"
  printf '#!/bin/sh\n%s\n' "$1" >"$BATS_TEST_TMPDIR/bin/nginx"
  chmod +x "$BATS_TEST_TMPDIR/bin/nginx"
  PATH="$BATS_TEST_TMPDIR/bin:$PATH"
  [[ ! -x /usr/bin/openresty ]] || skip "openresty would be taken instead"
}

# without_nginx: has what "script" and "typed" run find no nginx, where this machine has one
without_nginx() {
  local program
  [[ ! -x /usr/bin/openresty ]] || skip "openresty would be taken instead"
  program="$(type -P nginx || true)"
  [[ -x ${program:=/usr/sbin/nginx} ]] || return 0
  # In a mount namespace of its own, a file that nobody can execute stands in its place.
  HIDDEN=(unshare -m sh -c 'mount --bind /dev/null "$0" && exec "$@"' "$program")
  ((EUID == 0)) || HIDDEN=("${HIDDEN[0]}" -r "${HIDDEN[@]:1}")
  "${HIDDEN[@]}" true 2>/dev/null || skip "needs unshare and the right to mount"
}

@test "the functions that real plugins call are there, after one source" {
  run -0 script 'for name in get_nginx_location validate_nginx restart_nginx nginx_logs nginx_build_config validate_ssl_domains get_custom_nginx_template is_http2_push_enabled \
    is_http2_directive_supported fn-nginx-log-root fn-nginx-access-log-path fn-nginx-computed-access-log-path fn-nginx-global-error-log-path fn-nginx-computed-access-log-format \
    fn-nginx-computed-nginx-service-command fn-nginx-vhosts-nginx-location fn-nginx-vhosts-uses-openresty fn-nginx-vhosts-nginx-init-cmd nginx_vhosts_validate_single_func nginx_clear_config \
    is_ssl_enabled get_ssl_hostnames verify_app_name fn-plugin-property-get; do declare -F "$name" >/dev/null || echo "$name"; done'
  [[ $output == '' ]]
}

@test "sourcing starts nothing and may be repeated, also under nounset" {
  local functions
  for functions in nginx-vhosts certs domains ps docker-options git network ports; do
    run -0 bash -c 'set -u; source "$PLUGIN_CORE_AVAILABLE_PATH/$1/functions"; source "$PLUGIN_CORE_AVAILABLE_PATH/$1/functions"; echo "$-"' - "$functions"
    [[ $output == *e*u* ]]
  done
}

@test "without nginx a plugin may go on, and the warning says that nothing was checked" {
  without_nginx
  apart -0 script 'validate_nginx web && restart_nginx web'
  [[ $output == '' && $stderr == ' !     nginx is not installed; the configuration was not validated' ]]
  apart -1 typed nginx:validate-config web
  [[ $stderr == *"Could not find nginx binary in \$PATH or at '/usr/sbin/nginx'." ]]
  apart -1 typed nginx:reload
  apart -1 script 'get_nginx_location'
  [[ $output == '' ]]
}

@test "a configuration that nginx refuses ends the command with what nginx said" {
  make_nginx 'echo "nginx: [emerg] no such thing" >&2; exit 1'
  apart -0 script 'validate_nginx web'
  echo 'nonsense;' >"$DOKKU_ROOT/web/nginx.conf.d/x.conf"
  apart -1 script 'validate_nginx web && restart_nginx web; echo "not reached"'
  [[ $output == '' && $stderr == $' !     Failed to validate nginx config for web:\nnginx: [emerg] no such thing' ]]
  apart -1 typed nginx:validate-config
  apart -20 script 'validate_nginx nope'
}

@test "nginx is shown the app's files as they would be included, and nothing of the machine" {
  make_nginx 'shift 4; cat "$1"; echo "nginx: the configuration file syntax is ok"; exit 1'
  echo 'deny all;' >"$DOKKU_ROOT/web/nginx.conf.d/x.conf"
  run -0 script '_nginx_check web nginx; printf "%s\n" "$REPLY"'
  [[ $output == *"server { listen 127.0.0.1:48999; include \"$DOKKU_ROOT/web/nginx.conf.d/*.conf\"; }"* ]]
  echo 'server {}' >"$DOKKU_ROOT/web/nginx.conf"
  run -0 script '_nginx_check web nginx; printf "%s\n" "$REPLY"'
  [[ $output == *"include \"$DOKKU_ROOT/web/nginx.conf\";"* && $output != *nginx.conf.d* ]]
}

@test "the nginx of the machine finds what is wrong, and what is not" {
  type -P nginx >/dev/null || [[ -x /usr/sbin/nginx ]] || skip "needs nginx"
  echo 'deny all;' >"$DOKKU_ROOT/web/nginx.conf.d/x.conf"
  apart -0 script 'validate_nginx web'
  [[ $stderr == '' ]]
  echo 'allow ;' >"$DOKKU_ROOT/web/nginx.conf.d/y.conf"
  apart -1 script 'validate_nginx'
  [[ $stderr == *'invalid number of arguments in "allow"'* ]]
}

@test "a faulty nginx.conf is removed when that is asked for" {
  make_nginx 'shift 4; ! grep -q "/nginx.conf\";" "$1"'
  echo bad >"$DOKKU_ROOT/web/nginx.conf"
  apart -1 typed nginx:validate-config web
  [[ -e $DOKKU_ROOT/web/nginx.conf ]]
  apart -0 typed nginx:validate-config web --clean
  [[ $stderr == *' !     Removing invalid nginx file' && ! -e $DOKKU_ROOT/web/nginx.conf ]]
  apart -0 typed nginx:validate-config web
  [[ $stderr == ' !     No nginx config found for web' ]]
}

@test "nginx is reloaded by the program that is set for it, and never by guess" {
  make_nginx 'exit 0'
  apart -0 script 'restart_nginx web'
  [[ $output == '' && $stderr == ' !     nginx was not told to reload; set what does it with tool nginx:set --global nginx-service-command <program>' ]]
  apart -1 typed nginx:reload
  printf '#!/bin/sh\necho "asked to $*"\n' >"$BATS_TEST_TMPDIR/bin/my service"
  chmod +x "$BATS_TEST_TMPDIR/bin/my service"
  typed nginx:set --global nginx-service-command "$BATS_TEST_TMPDIR/bin/my service"
  apart -0 script 'restart_nginx web; APP=web; restart_nginx; nginx_clear_config web'
  [[ $output == $'asked to reload\nasked to reload\nasked to reload' && $stderr == '' ]]
  apart -0 typed nginx:reload
  [[ $output == 'asked to reload' ]]
}

@test "a setting is the app's, else that of all apps, else nginx's" {
  run -0 script 'fn-nginx-computed-client-max-body-size web; fn-nginx-client-max-body-size web'
  [[ $output == 1m ]]
  apart -0 typed nginx:set --global client-max-body-size 5m
  [[ $output == '=====> Setting client-max-body-size to 5m' ]]
  typed nginx:set web client-max-body-size 9m >/dev/null
  run -0 script 'fn-nginx-computed-client-max-body-size web; fn-nginx-computed-client-max-body-size api; fn-nginx-global-client-max-body-size; fn-nginx-client-max-body-size web'
  [[ $output == $'9m\n5m\n5m\n9m' ]]
  apart -0 typed nginx:set web client-max-body-size
  [[ $output == '=====> Unsetting client-max-body-size' ]]
  run -0 script 'fn-nginx-computed-client-max-body-size web; fn-nginx-computed-access-log-path web; fn-nginx-computed-x-forwarded-for-value web'
  [[ $output == $'5m\n/var/log/'*$'/web-access.log\n$remote_addr' ]]
  run -0 typed nginx:report web --nginx-computed-client-max-body-size
  [[ $output == 5m ]]
  run -0 typed nginx:report --global --nginx-global-client-max-body-size
  [[ $output == 5m ]]
}

@test "a setting that is not one, or would be more than one, is refused" {
  local bad
  apart -1 typed nginx:set web nope 1
  [[ $stderr == ' !     Invalid key specified, valid keys include: access-log-format, '* ]]
  apart -1 typed nginx:set web
  [[ $stderr == ' !     No key specified' ]]
  apart -1 typed nginx:set web proxy-keepalive many
  for bad in '1m; }' $'1m\n' '{'; do
    apart -1 typed nginx:set web client-max-body-size "$bad"
    [[ $stderr == ' !     Invalid value for client-max-body-size: '* ]]
  done
  apart -20 typed nginx:set nope hsts false
  [[ ! -e $DOKKU_LIB_ROOT/config/nginx/web ]]
}

@test "versions of nginx are told apart" {
  run -0 script 'for v in 1.13.8 1.13.9 1.24.0 1.25.0 1.25.1 2.0.0 nonsense; do printf "%s %s %s\n" "$v" "$(is_http2_push_enabled "$v")" "$(is_http2_directive_supported "$v")"; done'
  [[ $output == '1.13.8 false false
1.13.9 true false
1.24.0 true false
1.25.0 false false
1.25.1 false true
2.0.0 false true
nonsense false false' ]]
}

@test "a certificate for none of an app's domains is said" {
  command -v openssl >/dev/null || skip "needs openssl"
  mkdir "$DOKKU_ROOT/web/tls"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$DOKKU_ROOT/web/tls/server.key" \
    -out "$DOKKU_ROOT/web/tls/server.crt" -days 2 -subj /CN=*.a.test 2>/dev/null
  tool domains:set web www.a.test >/dev/null
  run -0 script 'validate_ssl_domains web'
  [[ $output == '' ]]
  tool domains:set web x.www.a.test a.test >/dev/null
  run -0 script 'validate_ssl_domains web'
  [[ $output == '-----> No matching configured domains for web found'*'=====> x.www.a.test'*$'\n=====> *.a.test' ]]
}

@test "plugins learn that nginx's files are meant, and that nothing is behind them" {
  run -0 plugn trigger proxy-type web
  [[ $output == nginx ]]
  prop set proxy web type caddy
  run -0 plugn trigger proxy-type web
  [[ $output == caddy ]]
  run -0 plugn trigger proxy-is-enabled web
  [[ $output == false ]]
  apart -0 plugn trigger proxy-build-config web
  [[ $output == '' && $stderr == ' !     No web listeners specified for web' && ! -e $DOKKU_ROOT/web/nginx.conf ]]
}

@test "settings are cloned, renamed and deleted with their app" {
  mkdir "$DOKKU_ROOT"/{copy,new}
  typed nginx:set web hsts false >/dev/null
  plugn trigger post-app-clone-setup web copy
  plugn trigger post-app-rename-setup copy new
  run -0 script 'fn-nginx-computed-hsts new; fn-nginx-computed-hsts copy'
  [[ $output == $'false\ntrue' ]]
  plugn trigger post-delete web latest
  [[ ! -e $DOKKU_LIB_ROOT/config/nginx/web ]]
}

@test "configuration and logs are shown, and their absence named" {
  apart -1 typed nginx:show-config web
  [[ $stderr == ' !     No nginx.conf exists for web' ]]
  echo 'server {}' >"$DOKKU_ROOT/web/nginx.conf"
  run -0 typed nginx:show-config web
  [[ $output == 'server {}' ]]
  typed nginx:set web access-log-path "$BATS_TEST_TMPDIR/log" >/dev/null
  apart -1 typed nginx:access-logs web
  [[ $stderr == " !     There is no access log of web: no nginx has written $BATS_TEST_TMPDIR/log" ]]
  seq 30 >"$BATS_TEST_TMPDIR/log"
  run -0 typed nginx:access-logs web
  ((${#lines[@]} == 20))
  typed nginx:set web error-log-path off >/dev/null
  apart -1 typed nginx:error-logs web
  [[ $stderr == ' !     error logs are disabled for this app' ]]
}

@test "the commands are found under the name nginx whatever the tool is called" {
  echo 'server {}' >"$DOKKU_ROOT/web/nginx.conf"
  local commands="$PLUGIN_ENABLED_PATH/nginx-vhosts/commands"
  run -0 "$commands" nginx:show-config web
  [[ $output == 'server {}' ]]
  run -0 "$commands" nginx
  local page="$output"
  run -0 "$commands" nginx:help
  [[ $output == "$page" && $output == *'nginx:validate-config [<app>] [--clean]'* ]]
  local word
  for word in nginx:nope nginx:../../../trace/subcommands/on nginx:a/../set nginxx '' apps; do
    run -10 "$commands" "$word"
  done
  for word in nginx:start nginx:stop; do
    apart -1 typed "$word"
    [[ $output == '' && $stderr == *"systemctl ${word#*:} nginx" ]]
  done
  apart -0 typed nginx:stop --help
  [[ $output == 'Usage: tool nginx:stop'*'systemctl stop nginx'* ]]
}
