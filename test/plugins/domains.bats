#!/usr/bin/env bats
# The domains plugin: its commands, what it keeps, and what other plugins ask of it.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() {
  CORE_PLUGINS+=("${SHIMS[@]}")
  make_home
  mkdir "$DOKKU_ROOT/web"
}

# domains <script> <argument>...: a plugin's script that has sourced the functions
domains() {
  bash -c "set -eo pipefail; source \"\$PLUGIN_CORE_AVAILABLE_PATH/domains/functions\"; $1" plugin "${@:2}"
}

needs_config() {
  [[ -d $REPOSITORY/plugins/config ]] || skip "needs the config plugin"
  local folder
  for folder in "$PLUGIN_CORE_AVAILABLE_PATH" "$PLUGIN_CORE_ENABLED_PATH" "$PLUGIN_AVAILABLE_PATH" "$PLUGIN_ENABLED_PATH"; do
    [[ -e $folder/config ]] || ln -s "$REPOSITORY/plugins/config" "$folder/config"
  done
}

@test "domains are added, listed, removed and set, and plugins hear of each change" {
  make_recorders post-domains-update
  apart -0 tool domains:add web www.example.com '*.example.com' _
  [[ $output == $'-----> Added www.example.com to web\n-----> Added *.example.com to web\n-----> Added _ to web' && $stderr == '' ]]
  [[ $(<"$DOKKU_ROOT/web/VHOST") == $'www.example.com\n*.example.com\n_' ]]
  run -0 plugn trigger domains-list web
  [[ $output == $'www.example.com\n*.example.com\n_' ]]
  apart -0 tool domains:remove web '*.example.com'
  [[ $output == '-----> Removed *.example.com from web' && $(<"$DOKKU_ROOT/web/VHOST") == $'www.example.com\n_' ]]
  apart -0 tool domains:set web a.org b.org a.org
  [[ $output == '-----> Set a.org b.org a.org for web' && $(<"$DOKKU_ROOT/web/VHOST") == $'a.org\nb.org' ]]
  apart -0 tool domains:clear web
  [[ $output == '-----> Cleared domains in web' && ! -e $DOKKU_ROOT/web/VHOST ]]
  [[ $(<"$RECORD") == 'post-domains-update web add www.example.com *.example.com _
post-domains-update web remove *.example.com
post-domains-update web set a.org b.org a.org
post-domains-update web clear' ]]
}

@test "a domain is the same in capitals, and is there once" {
  tool domains:add web WWW.Example.com
  apart -0 tool domains:add web www.example.COM
  [[ $output == '-----> Skipping: www.example.com already added to web' ]]
  apart -0 tool domains:remove web Www.example.com
  [[ $(<"$DOKKU_ROOT/web/VHOST") == '' ]]
  apart -0 tool domains:remove web www.example.com
  [[ $output == '' && $stderr == ' !     www.example.com is not a domain of web' ]]
}

@test "what is no domain is refused, and then none of the others is added" {
  local bad
  for bad in 'a;b' '*' '**' '..' 'a..b' '../x' 'http://a.b' 'a b' $'a\nb' $'a\n' '-a.com' 'a-.com' 'a_b.com' '$(id)' '`id`' 'a.com/' 'a*b.com' 'é.com' '' \
    "$(printf 'a%.0s' {1..64}).com" "$(printf 'abcdefghi.%.0s' {1..26})"; do
    for command in domains:add domains:set; do
      apart -1 tool "$command" -- web good.com "$bad"
      [[ $output == '' && $stderr == *' is invalid. exiting...'$'\n'*'A domain is letters'* ]]
    done
    apart -1 tool domains:add-global -- "$bad" good.com
    [[ ! -e $DOKKU_ROOT/web/VHOST && ! -e $DOKKU_ROOT/VHOST ]]
  done
  apart -1 tool domains:add web $'a\nb'
  [[ $stderr == " !     \$'a\\nb' is invalid. exiting..."* ]]
}

@test "what nginx takes as a name is a domain" {
  local good
  for good in a a.b '*.a.b' '.a.b' 'www.a.*' _ 1.2.3.4 a--b.c--d xn--bcher-kva.example; do
    domains 'is_valid_hostname "$1"' "$good"
  done
}

@test "a domain that is missing, an app that is not there" {
  local command
  for command in add remove set; do
    apart -1 tool "domains:$command" web
    [[ $stderr == $' !     Please specify a domain name\n !     Usage: tool domains:'"$command <app> <domain> [<domain> ...]" ]]
    apart -20 tool "domains:$command" nope a.com
    [[ $stderr == ' !     App nope does not exist' ]]
  done
  for command in clear enable disable reset setup; do
    apart -20 tool "domains:$command" ../web
    apart -1 tool "domains:$command"
    [[ $stderr == ' !     Please specify an app to run the command on' ]]
  done
  apart -1 tool domains:add-global
  [[ $stderr == *'domains:add-global <domain>'* ]]
}

@test "global domains are kept apart, and a new app gets its own from them" {
  apart -0 tool domains:add-global one.test two.test 10.0.0.1
  [[ $output == $'-----> Added one.test\n-----> Added two.test\n-----> Added 10.0.0.1' ]]
  apart -0 tool domains:add-global one.test
  [[ $output == '-----> Skipping one.test: already added' ]]
  apart -0 tool apps:create api
  [[ $output == $'-----> Creating api...\n-----> Creating new app virtual host file...' ]]
  [[ $(<"$DOKKU_ROOT/api/VHOST") == $'api.one.test\napi.two.test' ]]
  tool apps:create my.site >/dev/null
  [[ $(<"$DOKKU_ROOT/my.site/VHOST") == my.site ]]
  tool domains:remove-global two.test >/dev/null
  [[ $(<"$DOKKU_ROOT/VHOST") == $'one.test\n10.0.0.1' ]]
  tool domains:set-global three.test >/dev/null
  apart -0 tool domains:reset api
  [[ $(<"$DOKKU_ROOT/api/VHOST") == api.three.test && $output == *'-----> Reset domains for api' ]]
  apart -0 tool domains:clear-global
  [[ $output == '-----> Clearing global domains' && ! -s $DOKKU_ROOT/VHOST ]]
  DOKKU_APP_NAME=api apart -0 tool domains:add-global four.test
  [[ $(<"$DOKKU_ROOT/VHOST") == four.test ]]
}

@test "an app beside --all is refused, wherever it stands" {
  tool apps:create api >/dev/null
  tool domains:add api a.test >/dev/null
  local command
  for command in clear disable enable; do
    apart -2 tool "domains:$command" api --all
    apart -2 tool "domains:$command" --all api
    [[ $stderr == *'--all is for all apps: name none besides'* ]]
    apart -20 tool "domains:$command" -- --all
  done
  [[ $(<"$DOKKU_ROOT/api/VHOST") == a.test ]]
  apart -0 tool domains:clear --all
  [[ ! -e $DOKKU_ROOT/api/VHOST ]]
}

@test "without a global domain a new app is left as it is" {
  apart -0 tool apps:create api
  [[ $output == '-----> Creating api...' && $stderr == '' && -z $(ls -A "$DOKKU_ROOT/api") ]]
}

@test "a plugin may name the host of an app" {
  make_hook namer nginx-hostname <<<'printf "%s\n" "$2-on-$3"'
  tool domains:add-global example.com >/dev/null
  run -0 domains 'get_default_vhosts "$1"' api
  [[ $output == api-on-example.com ]]
}

@test "domains are disabled and enabled by a variable of the app" {
  needs_config
  tool domains:add web a.com >/dev/null
  apart -0 tool domains:disable web
  [[ $output == '-----> App virtual host support disabled' && ! -e $DOKKU_ROOT/web/VHOST ]]
  run -0 domains 'config_get web NO_VHOST; is_app_vhost_enabled web; get_app_domains web'
  [[ $output == $'1\nfalse' ]]
  run -1 plugn trigger domains-vhost-enabled web
  apart -0 tool domains:disable web
  [[ $output == '-----> Domains (VHOST) support is already disabled for app (web)' ]]
  tool domains:set-global g.test >/dev/null
  tool domains:add web b.com >/dev/null
  run -0 plugn trigger domains-list web
  [[ $output == b.com ]]
  run -0 plugn trigger domains-vhost-enabled web
  apart -0 tool domains:enable web
  [[ $output == '-----> Domains (VHOST) support is already enabled for app (web)' ]]
}

@test "disabling without the config plugin is refused, and forgets nothing" {
  [[ ! -e $PLUGIN_AVAILABLE_PATH/config ]] || rm "$PLUGIN_AVAILABLE_PATH/config"
  tool domains:add web a.com >/dev/null
  apart -1 tool domains:disable web
  [[ $stderr == *'the config plugin, which keeps them, is not there' && $(<"$DOKKU_ROOT/web/VHOST") == a.com ]]
}

@test "a report shows them, as lines, one value or JSON" {
  tool domains:add web a.com b.com >/dev/null
  tool domains:add-global g.test >/dev/null
  apart -0 tool domains:report web
  [[ $output == '=====> web domains information
       Domains app enabled:           true
       Domains app vhosts:            a.com b.com
       Domains global enabled:        true
       Domains global vhosts:         g.test' ]]
  apart -0 tool domains:report web --domains-app-vhosts
  [[ $output == 'a.com b.com' ]]
  apart -0 tool domains:report --global --format json
  [[ $output == '{"global-enabled":"true","global-vhosts":"g.test"}' ]]
  apart -1 tool domains:report web --domains-nope
  [[ $stderr == ' !     Invalid flag passed, valid flags: --domains-app-enabled, --domains-app-vhosts, --domains-global-enabled, --domains-global-vhosts' ]]
  apart -1 tool domains:report web --format yaml
  [[ $stderr == ' !     Format must be "stdout" or "json": "yaml"' ]]
  apart -1 tool domains:report web --format json --domains-app-vhosts
  [[ $stderr == ' !     --format flag cannot be specified when specifying an info flag' ]]
  apart -20 tool domains:report nope
  mkdir "$DOKKU_ROOT/api"
  apart -0 tool domains:report --quiet --domains-app-vhosts
  [[ $output == $'\na.com b.com' ]]
}

@test "a renamed app takes its domains along, and only its own names change" {
  mkdir "$DOKKU_ROOT/new"
  tool domains:set-global one.test example.test >/dev/null
  tool domains:set web web.one.test webXone.test web.example.test www.web.one.test custom.org >/dev/null
  plugn trigger post-app-rename-setup web new
  [[ $(<"$DOKKU_ROOT/new/VHOST") == $'new.one.test\nwebxone.test\nnew.example.test\nwww.web.one.test\ncustom.org' ]]
}

@test "a clone gets domains of its own" {
  mkdir "$DOKKU_ROOT/copy"
  echo web.one.test >"$DOKKU_ROOT/copy/VHOST"
  plugn trigger post-app-clone-setup web copy
  [[ ! -e $DOKKU_ROOT/copy/VHOST ]]
  tool domains:set-global one.test >/dev/null
  plugn trigger post-app-clone-setup web copy
  [[ $(<"$DOKKU_ROOT/copy/VHOST") == copy.one.test ]]
}

@test "of writers at the same time none is lost, and a hook may add another" {
  make_hook adder post-domains-update <<<'[[ $3 != first.com ]] || plugn trigger domains-add "$1" second.com'
  local number
  for number in {1..8}; do
    tool domains:add web "d$number.com" >/dev/null 3>&- &
  done
  tool domains:add web first.com >/dev/null
  wait
  (($(wc -l <"$DOKKU_ROOT/web/VHOST") == 10))
}

@test "a home that may not be written is one clear line" {
  make_home_of_root
  mkdir "$DOKKU_ROOT/web"
  apart -1 as_nobody "$PLUGIN_ENABLED_PATH/domains/subcommands/add" domains:add web a.com
  [[ $output != *'Removed'* && $stderr == *" !     Unable to write in $DOKKU_ROOT/web: check that it is a directory you may write to" ]]
}

@test "help says how each command is called" {
  run -0 tool domains
  local page="$output" file
  run -0 tool domains:help
  # Its description stands there once.
  [[ $(grep -c 'Manage domains used by the proxy' <<<"$output") == 1 ]]
  [[ $output == "$page" ]]
  for file in "$PLUGIN_ENABLED_PATH"/domains/subcommands/*; do
    [[ $file == */default ]] || [[ $page == *"domains:${file##*/}"[\ $'\n']* ]]
  done
}
