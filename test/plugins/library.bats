#!/usr/bin/env bats
# The library that plugins source: apps, the running command, values.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() { make_home; }

@test "it may be sourced twice, without any variable set, under set -u, and from a relative path" {
  apart -0 env -i PATH="$PATH" bash -c "set -u; source '$COMMON/functions'; source '$COMMON/functions'; dokku_log_info1 ok"
  [[ $output == '-----> ok' && $stderr == '' ]]
  cd "$COMMON"
  run -0 bash -c 'source ./functions; cd /; is_deployed web || echo no'
  [[ $output == no ]]
}

@test "sourcing it starts no process" {
  apart -0 env PATH=/nowhere "$BASH" -c "source '$COMMON/functions'; source '$COMMON/property-functions'"
  [[ $output == '' && $stderr == '' ]]
}

@test "every public function says in its first statement what it does" {
  run -0 properties 'source "$PLUGIN_CORE_AVAILABLE_PATH/common/functions"
    while read -r _ _ name; do
      case "$name" in _* | bats_* | property_* | common_* | not) continue ;; esac
      mapfile -t lines < <(declare -f "$name")
      [[ ${lines[2]} =~ ^"    declare desc=\""[^\"]+"\";"?$ ]] || printf "%s: %s\n" "$name" "${lines[2]}"
      count=$((count + 1))
    done < <(declare -F)
    ((count > 100)) && echo "all of them"'
  [[ $output == 'all of them' ]]
}

@test "no function stumbles over arguments that are missing, under set -u" {
  export DOCKER_BIN=/nowhere
  run -0 env -u DOKKU_PID -u DOKKU_NOT_IMPLEMENTED_EXIT bash -c 'source "$1/functions"; source "$1/property-functions"; set +e; set -u
    for name in $(compgen -A function); do
      case "$name" in _* | bats_* | property_* | common_*) continue ;; esac
      "$name" </dev/null 2>&1 | grep -E "unbound variable|syntax error|bad substitution" && printf "%s\n" "$name"
    done; true' plugin "$COMMON"
  [[ $output == '' ]]
}

@test "sourcing it leaves no variable behind that is not its own, and functions leave none" {
  mkdir "$DOKKU_ROOT/web"
  DOCKER_BIN=/nowhere run -0 bash -c 'before="$(compgen -v | sort)"; source "$1/functions"; source "$1/property-functions"
    fn-docker-args-split "a b" >/dev/null; merge_dedupe_list a,b >/dev/null; is_deployed web || true; get_app_container_ids web >/dev/null
    fn-plugn-trigger-exists x || true; is_val_in_list a b >/dev/null; suppress_output true; get_ipv6_regex >/dev/null
    acquire_advisory_lock "$2/lock" exclusive w f; release_advisory_lock "$2/lock"; fn-plugin-property-get x web y
    comm -13 <(printf "%s\n" "$before") <(compgen -v | sort) | grep -vE "^(_.*|before|BASH.*|FUNCNAME|PIPESTATUS|REPLY)$" || true' plugin "$COMMON" "$BATS_TEST_TMPDIR"
  [[ $output == '' ]]
}

@test "values may be empty, start with a dash, and hold globs, quotes, blanks, commands and line ends" {
  cd "$BATS_TEST_TMPDIR" && : >match-me
  local value expected
  for value in '' -n -- '-e x' '*' 'a  b' $'a\nb' "it's" '"q"' '$(id)' '`id`' '\t%s' ' lead' '#x'; do
    apart -0 library 'dokku_log_info1 "$1"; dokku_log_warn "$1"; dokku_col_log_msg x "$1" y' "$value"
    printf -v expected '%s%-25s %-25s %-25s %-25s' "-----> $value"$'\n' x "$value" y ''
    [[ $output == "$expected" && $stderr == " !     $value" ]]
    run -0 library 'fn-in-array "$1" "x$1" "$1"; not fn-in-array "$1" "x$1" match-me' "$value"
    run -0 library 'add_val_to_list "$1" a; is_val_in_list "$1" "a,$1"; remove_val_from_list "$1" "a,$1,b"' "$value"
    [[ $output == "a,$value"$'\n'"true"$'\na,b' || $value == '' ]]
    run -0 library 'is_number "$1" || is_abs_path "$1" || echo neither' "$value"
    [[ $output == neither ]]
    apart -0 library 'suppress_output printf %s "$1"; strip_inline_comments "x$1"' "$value"
    [[ $output == "x${value%%[[:space:]]#*}" && $stderr == '' ]]
    run -1 library 'fn-plugn-trigger-exists "$1"' "$value"
    run -20 library 'verify_app_name "$1"' "$value"
    run -1 library 'acquire_app_deploy_lock "$1"; echo not reached' "$value"
    [[ $output == ' !     '* && $output != *'not reached'* ]]
  done
}

@test "tracing shows what plugins do" {
  DOKKU_TRACE=1 apart -0 library 'dokku_log_info1 x'
  [[ $output == '-----> x' && $stderr == *'+ dokku_log_info1 x'* ]]
}

@test "an app that exists is verified" {
  mkdir -p "$DOKKU_ROOT"/{web,my_old.app} "$BATS_TEST_TMPDIR/elsewhere"
  ln -s "$BATS_TEST_TMPDIR/elsewhere" "$DOKKU_ROOT/linked"
  run -0 library 'for app in web my_old.app linked; do verify_app_name "$app"; done'
  [[ $output == '' ]]
}

@test "an app that is missing, or is no name of an app, ends with status 20" {
  mkdir -p "$DOKKU_ROOT"/{.hidden,Upper,'a b'} && : >"$DOKKU_ROOT/file"
  local name
  for name in nope '' .hidden Upper 'a b' file '*' ../root . -x /etc; do
    apart -20 library 'verify_app_name "$1"; echo not reached' "$name"
    [[ $output == '' && $stderr == " !     App $name does not exist" ]]
  done
  run -20 library 'verify_app_name "$1"' $'a\nb'
  [[ $output == " !     App \$'a\\nb' does not exist" ]]
}

@test "whether an app exists can be asked without ending the command, and a hidden one does not" {
  mkdir "$DOKKU_ROOT"/{web,secret}
  run -0 library 'fn-app-exists web; not fn-app-exists nope; not fn-app-exists ""; not fn-app-exists "$1"; echo on' '../root'
  [[ $output == on ]]
  make_hook guard user-auth-app <<<'shift 2; for app; do [[ $app == secret ]] || echo "$app"; done; exit 3'
  run -0 library 'fn-app-exists web; not fn-app-exists secret; dokku_apps; dokku_apps false'
  [[ $output == $'web\nsecret\nweb' ]]
}

@test "names of new apps are stricter than those of old ones" {
  local name
  for name in web 1994testapp a a-b.c 0; do
    run -0 library 'is_valid_app_name "$1"; is_valid_app_name_old "$1"; fn-is-valid-app-name "$1"' "$name"
  done
  run -0 library 'fn-is-valid-app-name a_b || fn-is-valid-app-name-old a_b'
  for name in testapp:latest testApp TestApp test/app test_app 'test;id' 'test$cmd' 'test|cmd' 'test&cmd' .a -a é 'a b' $'a\n'; do
    apart -1 library 'is_valid_app_name "$1"' "$name"
    [[ $stderr == ' !     App name must begin with lowercase alphanumeric character, and may only contain lowercase alphanumerics, dots, and hyphens' ]]
  done
  run -1 library 'fn-is-valid-app-name ""'
  [[ $output == ' !     Please specify an app to run the command on' ]]
}

@test "apps are listed in byte order, and none is an error" {
  apart -1 library dokku_apps
  [[ $output == '' && $stderr == " !     You haven't deployed any applications yet" ]]
  mkdir -p "$DOKKU_ROOT"/{b,a_1,a-1,10,.dokkurc,TLS,'two words'} && : >"$DOKKU_ROOT/file"
  LC_ALL=en_US.UTF-8 apart -0 library 'set -f; IFS=:; dokku_apps false'
  [[ $output == $'10\na-1\na_1\nb' ]]
}

@test "an empty root is refused, not taken for the machine's" {
  DOKKU_ROOT='' run -1 library 'verify_app_name etc'
  [[ $output == ' !     DOKKU_ROOT must be an absolute path; it is ""' ]]
}

@test "nothing is deployed while no plugin schedules" {
  run -1 library 'is_deployed web; echo not reached'
  [[ $output == '' && ! -e $DOKKU_LIB_ROOT/config ]]
}

@test "questions to plugins leave the caller's input alone" {
  mkdir "$DOKKU_ROOT/web"
  make_hook greedy scheduler-detect <<<'cat >/dev/null; echo swarm'
  make_hook greedy scheduler-is-deployed <<<'cat >/dev/null'
  run -0 library 'dokku_apps; get_app_scheduler web; is_deployed web; cat' <<<' mine'
  [[ $output == $'web\nswarm mine' ]]
}

@test "whether an app is deployed is asked once" {
  make_recorders scheduler-is-deployed
  make_hook answer scheduler-detect <<<'[[ $1 == --global ]] && printf "swarm\n"; true'
  run -0 library 'is_deployed web; is_deployed web; get_app_scheduler web'
  [[ $output == swarm && $(<"$RECORD") == 'scheduler-is-deployed swarm web' ]]
  make_hook recorder scheduler-is-deployed <<<'exit 1'
  run -1 library 'is_deployed api'
  [[ $(prop get common api deployed) == false ]]
}

@test "a trigger exists when a plugin other than the event log can run it" {
  make_hook 20_events some-trigger </dev/null
  run -1 library 'fn-plugn-trigger-exists some-trigger'
  make_hook 'my plugin' some-trigger </dev/null
  run -0 library 'fn-plugn-trigger-exists some-trigger'
  chmod -x "$PLUGIN_AVAILABLE_PATH/my plugin/some-trigger"
  run -1 library 'fn-plugn-trigger-exists some-trigger'
}

@test "the version is read from the home, under the name of the brand" {
  run -1 library dokku_version
  [[ $output == " !     Unable to determine tool's version" ]]
  printf '1.2.3\n' >"$DOKKU_LIB_ROOT/VERSION"
  TOOL_ABI=acme:/x run -0 library dokku_version
  [[ $output == 'acme version 1.2.3' ]]
}

@test "global flags are found anywhere and exported under both names" {
  run -0 library 'parse_args apps:list --app --no-restart --quiet x --trace --app "my app"
    set +x; printf "[%s]" "$DOKKU_APP_NAME" "$TOOL_APP_NAME" "$DOKKU_QUIET_OUTPUT" "$DOKKU_TRACE" "${DOKKU_APPS_FORCE_DELETE-}" "$DOKKU_GLOBAL_FLAGS"' 2>/dev/null
  [[ $output == '[my app][my app][1][1][][--app --quiet --trace --app]' ]]
  DOKKU_GLOBAL_FLAGS=--outer run -0 library 'parse_args --force; printf "%s %s" "$DOKKU_APPS_FORCE_DELETE" "$DOKKU_GLOBAL_FLAGS"'
  [[ $output == '1 --outer' ]]
}

@test "user-auth plugins are asked with the whole command" {
  run -0 library 'dokku_auth apps:list x'
  make_recorders user-auth
  USER=ann NAME='key 1' run -0 library 'dokku_auth apps:list "x y"'
  [[ $(<"$RECORD") == 'user-auth ann key 1 apps:list x y' ]]
  make_hook recorder user-auth <<<'exit 3'
  run -1 library 'dokku_auth apps:list'
}

@test "a terminal is there when it is, or when that is forced" {
  run -1 library has_tty </dev/null
  DOKKU_FORCE_TTY=true run -0 library has_tty </dev/null
  DOKKU_DISABLE_TTY=true run -1 library has_tty
}

@test "numbers, paths and lists are judged by value" {
  run -0 library 'is_number 007; not is_number -1; not is_number ""; not is_number "$1"; is_abs_path /x; not is_abs_path x' $'1\n2'
  run -0 library 'fn-in-array "a b" x "a b"; not fn-in-array "*" x y; not fn-in-array x'
  run -0 library 'is_val_in_list b a,b,c; is_val_in_list b a:b :; is_val_in_list a,b a,b; is_val_in_list "" ""; is_val_in_list "*" a'
  [[ $output == $'true\ntrue\nfalse\nfalse\nfalse' ]]
  run -0 library 'add_val_to_list c a,b; add_val_to_list a ""; add_val_to_list b a :; remove_val_from_list a a,aa,b,a; remove_val_from_list x x'
  [[ $output == $'a,b,c\na\na:b\naa,b' ]]
  run -0 library 'merge_dedupe_list "b,a b,*"; merge_dedupe_list ""'
  [[ ${lines[0]} == '* a b' ]]
}

@test "text helpers change only what they say" {
  printf 'FROM a\n# EXPOSE 1\nEXPOSE 80\nEXPOSE 90/udp' >"$BATS_TEST_TMPDIR/Dockerfile"
  run -0 library 'strip_inline_comments "K=a#b # c # d"; extract_directive_from_dockerfile "$1" EXPOSE' "$BATS_TEST_TMPDIR/Dockerfile"
  [[ $output == $'K=a#b\nEXPOSE 90/udp' ]]
  run -0 library 'is() { [[ $1 =~ ^($2) ]]; }
    is 10.0.0.1 "$(get_ipv4_regex)"; not is 10.0.0.1.sslip.io "$(get_ipv4_regex)"
    is ::1 "$(get_ipv6_regex)"; is 2001:db8::8:800 "$(get_ipv6_regex)"; is 1:2:3:4:5:6:7:8 "$(get_ipv6_regex)"; not is web "$(get_ipv6_regex)"; is fe80::7:8%eth0 "$(get_ipv6_regex)"; is ::ffff:192.0.2.1 "$(get_ipv6_regex)"'
  apart -1 library 'extract_directive_from_dockerfile "$1" FROM; echo not reached' "$BATS_TEST_TMPDIR/none"
  [[ $output == '' && $stderr == " !     Unable to read $BATS_TEST_TMPDIR/none" ]]
  run -0 library 'get_json_value .a.b <<<"{\"a\":{\"b\":\"x y\"}}"; get_json_value .none <<<"{}"'
  [[ $output == 'x y' ]]
}

@test "docker arguments are split as words and never expanded" {
  cd "$BATS_TEST_TMPDIR" && : >match-me
  run -0 library 'fn-docker-args-split "$1" | while IFS= read -r -d "" word; do printf "[%s]" "$word"; done' \
    $'-e A="x  y" --v \'$HOME `id` $(id)\' * a\\ b "" c\\"d "q\\z"\n-n  "two\nlines"e'
  [[ $output == $'[-e][A=x  y][--v][$HOME `id` $(id)][*][a b][][c"d][q\\z][-n][two\nlinese]' ]]
  run -0 library 'fn-docker-args-split "  "'
  [[ $output == '' ]]
}

@test "docker arguments that end inside a quote are an error and give no words" {
  apart -1 library 'fn-docker-args-split "--a --b \"c"'
  [[ $output == '' && $stderr == ' !     Unmatched quote in arguments: --a --b "c' ]]
  apart -1 library 'fn-docker-args-split "a\\"'
  [[ $output == '' && $stderr == " !     Nothing follows the last backslash in arguments: a\\" ]]
}

@test "suppressed output is shown on failure only, and the status is kept" {
  export TMPDIR="$BATS_TEST_TMPDIR/tmp" && mkdir "$TMPDIR"
  run -0 library 'suppress_output printf "a\n"'
  [[ $output == '' ]]
  apart -3 library 'noisy() { echo out; echo err >&2; return 3; }; suppress_output noisy "$@"; echo not reached'
  [[ $output == $'out\nerr' && $stderr == '' && -z $(ls -A "$TMPDIR") ]]
}
