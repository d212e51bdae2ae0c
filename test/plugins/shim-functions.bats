#!/usr/bin/env bats
# What holds for the functions and triggers of all plugins for apps that do not run here.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() {
  CORE_PLUGINS+=("${SHIMS[@]}")
  make_home
  mkdir "$DOKKU_ROOT"/{api,web}
}

# make_outside: what names that lead out of the folder of apps would hit, as if it were an app
make_outside() {
  mkdir -p "$DOKKU_LIB_ROOT/outside/tls"
  echo out.test >"$DOKKU_LIB_ROOT/outside/VHOST"
  echo 'server {}' >"$DOKKU_LIB_ROOT/outside/nginx.conf"
  echo secret | tee "$DOKKU_LIB_ROOT/outside/tls/server.crt" >"$DOKKU_LIB_ROOT/outside/tls/server.key"
}

# all_files: those that are kept in the home, with what is in them
all_files() { find "$DOKKU_LIB_ROOT" -path "$PLUGIN_PATH" -prune -o -type d -printf '%p\n' -o -type f -printf '%p %T@ ' -exec cat {} \; | sort; }

@test "no function takes a name that could not be an app's" {
  make_outside
  make_recorders post-domains-update pre-disable-vhost pre-enable-vhost scheduler-app-status scheduler-detect
  echo one.test >"$DOKKU_ROOT/VHOST"
  local before after
  before="$(all_files)"
  run -0 bash -c 'set -eo pipefail
    for plugin in domains certs nginx-vhosts ps git ports docker-options; do source "$PLUGIN_AVAILABLE_PATH/$plugin/functions"; done
    phases=(deploy)
    for name in ../outside web/../../outside . Web $'"'web\\nevil'"' -x "\$(id)" ""; do
      APP="$name"
      for call in "domains_add NAME a.test" "domains_remove NAME out.test" "domains_set NAME a.test" "domains_setup NAME" "domains_enable NAME" "domains_disable NAME" \
        "enable_app_vhost NAME --no-restart" "disable_app_vhost NAME --no-restart" "fn-domains-clear NAME" "fn-domains-clear-app NAME" "fn-domains-enable NAME" \
        "fn-domains-disable NAME" "get_app_domains NAME" "get_default_vhosts NAME" "is_app_vhost_enabled NAME" "is_ssl_enabled NAME" "get_ssl_hostnames NAME" \
        "nginx_logs access-logs NAME" "validate_ssl_domains NAME" "nginx_vhosts_validate_single_func NAME --clean" "nginx_vhosts_is_valid_nginx_config_func NAME" \
        "nginx_vhosts_conf_clean_func NAME" "nginx_clear_config NAME" "nginx_build_config NAME" "fn-ps-app-status NAME" "fn-ps-is-app-running NAME" "ps_start NAME" "ps_stop NAME" "ps_restart NAME" \
        "ps_rebuild NAME" "ps_restore NAME" "git_build_app_repo NAME" "git_trigger_build NAME" "git_build NAME" "git_receive_app NAME" "fn-git-has-code NAME" "ports_get NAME" \
        "add_passed_docker_option phases[@] --x" "remove_passed_docker_option phases[@] --x"; do
        read -r -a words <<<"$call"
        # Once with errexit on, and once where it is off because the status is asked for.
        set +e
        (set -e; "${words[@]/#NAME/$name}" >"$1" 2>"$2")
        codes=$?
        ("${words[@]/#NAME/$name}" >>"$1" 2>>"$2") && true
        codes+=" $?"
        set -e
        # 20 where the app is looked for.
        [[ ($codes == "1 1" || $codes == "20 20") && ! -s $1 ]] || echo "$call: $name: status $codes: $(<"$1")"
        # One line each time, about the name.
        case "$call:$(<"$2")" in
          is_ssl_enabled*: | fn-git-has-code*:) ;;
          *$'"'\n'"'*$'"'\n'"'*) echo "$call: $name: $(<"$2")" ;;
          *:" !     App name must begin"* | *:" !     Please specify an app"* | *:" !     App "*" does not exist"*) ;;
          *) echo "$call: $name: $(<"$2")" ;;
        esac
      done
    done' plugin "$BATS_TEST_TMPDIR"/{said,warned}
  [[ $output == '' ]]
  after="$(all_files)"
  [[ $after == "$before" && $(<"$RECORD") == '' ]]
}

@test "no trigger takes a name that could not be an app's" {
  make_outside
  echo one.test >"$DOKKU_ROOT/VHOST"
  local before after trigger name status
  local -a words
  before="$(all_files)"
  for name in ../outside ''; do
    for trigger in post-create domains-list 'domains-add NAME a.test' domains-enable domains-disable domains-vhost-enabled 'certs-get NAME key' 'certs-set NAME /dev/null /dev/null' certs-remove \
      proxy-build-config ports-get 'ports-get NAME json' ports-clear 'ports-get-property NAME proxy-port' 'post-certs-update NAME' post-certs-remove proxy-type 'ps-get-property NAME restore' \
      'docker-args-build NAME unknown' 'docker-args-deploy NAME unknown' 'docker-args-run NAME unknown' 'docker-args-process-deploy NAME unknown latest web'; do
      [[ $trigger == *NAME* ]] || trigger+=' NAME'
      read -r -a words <<<"$trigger"
      status=0
      plugn trigger "${words[@]/#NAME/$name}" </dev/null >"$BATS_TEST_TMPDIR/said" 2>/dev/null || status=$?
      ((status)) && [[ ! -s $BATS_TEST_TMPDIR/said ]] || { printf '%s, %q: status %s, %s\n' "$trigger" "$name" "$status" "$(<"$BATS_TEST_TMPDIR/said")" && return 1; }
    done
  done
  run -0 plugn trigger certs-exists ../outside
  [[ $output == false ]]
  after="$(all_files)"
  diff <(echo "$before") <(echo "$after")
}

# unable_to_override <command> <argument>...: as somebody whom permissions hold for, which they do not for root
unable_to_override() {
  if ((EUID == 0)); then
    setpriv --bounding-set=-dac_override,-dac_read_search true 2>/dev/null || skip "needs setpriv, and to be allowed to drop capabilities"
    set -- setpriv --bounding-set=-dac_override,-dac_read_search "$@"
  fi
  "$@"
}

@test "what is kept and cannot be read is not taken for nothing, and not written over" {
  tool ports:set web http:80:5000
  tool docker-options:add web run --x
  local ports="$DOKKU_LIB_ROOT/config/ports/web/map" options="$DOKKU_LIB_ROOT/config/docker-options/web/_default_.run"
  chmod 000 "$ports" "$options"
  apart -1 unable_to_override "$PLUGIN_ENABLED_PATH/ports/subcommands/add" ports:add web http:81:5001
  [[ $output == '' && $stderr == "Unable to read $ports: permission denied" ]]
  apart -1 unable_to_override plugn trigger ports-get web json
  [[ $output == '' ]]
  apart -1 unable_to_override "$PLUGIN_ENABLED_PATH/docker-options/subcommands/add" docker-options:add web run --y
  [[ $output == '' && $stderr == "Unable to read $options: permission denied" ]]
  chmod 644 "$ports" "$options"
  [[ $(<"$ports") == http:80:5000 && $(<"$options") == --x ]]
}

@test "triggers that are parts of a deploy have no hook here" {
  local trigger
  for trigger in domains-urls ports-configure ports-set-detected; do
    apart -0 plugn trigger "$trigger" web
    [[ $output == '' && $stderr == '' ]]
  done
}
