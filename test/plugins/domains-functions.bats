#!/usr/bin/env bats
# The functions and triggers of the domains plugin, each called as another plugin calls it.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() {
  CORE_PLUGINS+=("${SHIMS[@]}")
  make_home
  mkdir "$DOKKU_ROOT"/{api,web}
}

vhosts() { cat "$DOKKU_ROOT/$1/VHOST"; }

@test "a plugin adds, sets and removes the domains of an app, and others hear of it" {
  make_recorders post-domains-update
  apart -0 with domains 'domains_add web a.test B.test a.test'
  [[ $output == $'-----> Added a.test to web\n-----> Added b.test to web\n-----> Skipping: a.test already added to web' && $stderr == '' ]]
  [[ $(vhosts web) == $'a.test\nb.test' ]]
  plugn trigger domains-add web c.test >/dev/null
  [[ $(vhosts web) == $'a.test\nb.test\nc.test' ]]
  apart -0 with domains 'domains_remove web b.test "?.test" "[ac].test"'
  [[ $output == '-----> Removed b.test from web' && $(vhosts web) == $'a.test\nc.test' ]]
  [[ $stderr == $' !     ?.test is not a domain of web\n !     [ac].test is not a domain of web' ]]
  apart -0 with domains 'domains_set web "*.test" d.test'
  [[ $output == '-----> Set *.test d.test for web' && $(vhosts web) == $'*.test\nd.test' ]]
  [[ $(<"$RECORD") == 'post-domains-update web add a.test b.test a.test
post-domains-update web add c.test
post-domains-update web remove b.test ?.test [ac].test
post-domains-update web set *.test d.test' ]]
}

@test "a function refuses what is no domain, keeps nothing of it and tells nobody" {
  make_recorders post-domains-update
  local function bad
  for function in 'domains_add web' 'domains_set web' domains_add_global domains_set_global; do
    for bad in 'a.test;include /etc/passwd' '$(id).test' $'a.test\nb.test' ../a.test -a.test ''; do
      apart -1 with domains "$function good.test \"\$1\"; echo 'not reached'" "$bad"
      [[ $output == '' && $stderr == *' is invalid. exiting...'$'\n'* && ! -e $DOKKU_ROOT/web/VHOST && ! -e $DOKKU_ROOT/VHOST ]]
    done
  done
  apart -1 plugn trigger domains-add web 'a b'
  [[ $(<"$RECORD") == '' && ! -e $DOKKU_ROOT/web/VHOST ]]
}

@test "a plugin adds, sets, removes and clears the global domains" {
  run -0 with domains 'is_global_vhost_enabled; get_global_vhosts'
  [[ $output == false ]]
  apart -0 with domains 'domains_add_global one.test Two.test one.test'
  [[ $output == $'-----> Added one.test\n-----> Added two.test\n-----> Skipping one.test: already added' ]]
  run -0 with domains 'is_global_vhost_enabled; get_global_vhosts'
  [[ $output == $'true\none.test\ntwo.test' ]]
  apart -0 with domains 'domains_remove_global one.test ".*"'
  [[ $output == '-----> Removed one.test' && $stderr == ' !     .* is not a domain of all apps' && $(<"$DOKKU_ROOT/VHOST") == two.test ]]
  apart -0 with domains 'domains_set_global three.test four.test'
  [[ $output == '-----> Set three.test four.test' && $(<"$DOKKU_ROOT/VHOST") == $'three.test\nfour.test' ]]
  apart -0 with domains 'domains_clear_global; is_global_vhost_enabled; get_global_vhosts'
  [[ $output == false && ! -s $DOKKU_ROOT/VHOST ]]
  echo 'no domain;' >"$DOKKU_ROOT/VHOST"
  run -0 with domains 'is_global_vhost_enabled; get_default_vhosts web'
  [[ $output == false ]]
}

@test "an app without a list gets its domains from the global ones, when it is made or asked for" {
  make_recorders post-domains-update
  apart -0 tool domains:setup web
  [[ $output == '-----> Setup domains for web' && ! -e $DOKKU_ROOT/web/VHOST ]]
  apart -0 plugn trigger post-create web
  [[ $output == '' && -z $(ls -A "$DOKKU_ROOT/web") ]]
  printf '%s\n' one.test two.test >"$DOKKU_ROOT/VHOST"
  apart -0 plugn trigger post-create web
  [[ $output == '-----> Creating new app virtual host file...' && $(vhosts web) == $'web.one.test\nweb.two.test' ]]
  apart -0 tool domains:setup api
  [[ $output == $'-----> Creating new app virtual host file...\n-----> Setup domains for api' && $(vhosts api) == $'api.one.test\napi.two.test' ]]
  echo own.test >"$DOKKU_ROOT/web/VHOST"
  apart -0 with domains 'domains_setup web'
  [[ $output == '' && $(vhosts web) == own.test ]]
  apart -0 tool domains:setup web
  [[ $(vhosts web) == own.test ]]
  rm "$DOKKU_ROOT/api/VHOST"
  with domains 'config_set --no-restart api NO_VHOST=1' >/dev/null
  apart -0 plugn trigger post-create api
  [[ $output == '' && ! -e $DOKKU_ROOT/api/VHOST ]]
  [[ $(<"$RECORD") == $'post-domains-update web reset\npost-domains-update api reset\npost-domains-update web reset' ]]
}

@test "a plugin disables and enables the domains of an app, and hooks are told before and after" {
  make_recorders pre-disable-vhost pre-enable-vhost post-domains-update
  echo one.test >"$DOKKU_ROOT/VHOST"
  echo a.test >"$DOKKU_ROOT/web/VHOST"
  apart -0 with domains 'domains_disable web; is_app_vhost_enabled web; get_app_domains web; config_get web NO_VHOST'
  [[ $output == $'-----> App virtual host support disabled\nfalse\n1' && ! -e $DOKKU_ROOT/web/VHOST ]]
  apart -0 with domains 'domains_disable web'
  [[ $output == '-----> Domains (VHOST) support is already disabled for app (web)' ]]
  apart -0 with domains 'domains_enable web; is_app_vhost_enabled web; get_app_domains web; config_get web NO_VHOST'
  [[ $output == $'true\nweb.one.test\n0' ]]
  apart -0 with domains 'domains_enable web'
  [[ $output == '-----> Domains (VHOST) support is already enabled for app (web)' ]]
  [[ $(<"$RECORD") == 'pre-disable-vhost web
post-domains-update web disable
pre-enable-vhost web
post-domains-update web enable' ]]

  : >"$RECORD"
  apart -0 plugn trigger domains-disable web
  [[ $output == '-----> App virtual host support disabled' && ! -e $DOKKU_ROOT/web/VHOST ]]
  run -1 plugn trigger domains-vhost-enabled web
  apart -0 plugn trigger domains-disable web
  apart -0 plugn trigger domains-enable web
  [[ $output == '' && $(vhosts web) == web.one.test ]]
  run -0 plugn trigger domains-vhost-enabled web
  apart -0 with domains 'disable_app_vhost web --no-restart; is_app_vhost_enabled web'
  [[ $output == $'-----> App virtual host support disabled\nfalse' ]]
  # It alone makes no list, and none that is there is written over.
  apart -0 with domains 'enable_app_vhost web --no-restart; is_app_vhost_enabled web; get_app_domains web'
  [[ $output == true && ! -e $DOKKU_ROOT/web/VHOST ]]
  [[ $(<"$RECORD") == 'pre-disable-vhost web
post-domains-update web disable
pre-disable-vhost web
post-domains-update web disable
pre-enable-vhost web
post-domains-update web enable
pre-disable-vhost web
post-domains-update web disable
pre-enable-vhost web
post-domains-update web enable' ]]
}

@test "enabling keeps the list that is there" {
  echo one.test >"$DOKKU_ROOT/VHOST"
  with domains 'config_set --no-restart web NO_VHOST=1' >/dev/null
  echo own.test >"$DOKKU_ROOT/web/VHOST"
  apart -0 with domains 'domains_enable web; get_app_domains web'
  [[ $output == own.test ]]
}

@test "what a hook refuses before is not done" {
  echo a.test >"$DOKKU_ROOT/web/VHOST"
  make_hook guard pre-disable-vhost <<<'echo "not $1" >&2; exit 7'
  apart -7 with domains 'disable_app_vhost web; echo "not reached"'
  [[ $output == '' && $stderr == 'not web' && $(vhosts web) == a.test ]]
  run -0 with domains 'is_app_vhost_enabled web'
  [[ $output == true ]]
}

@test "domains are cleared, disabled and enabled for one app or for all" {
  echo a.test >"$DOKKU_ROOT/api/VHOST"
  echo w.test >"$DOKKU_ROOT/web/VHOST"
  apart -0 with domains 'fn-domains-clear-app api'
  [[ $output == '-----> Cleared domains in api' && ! -e $DOKKU_ROOT/api/VHOST && $(vhosts web) == w.test ]]
  apart -1 with domains 'fn-domains-clear-app --all'
  apart -0 with domains 'fn-domains-clear web'
  [[ $output == '-----> Cleared domains in web' && ! -e $DOKKU_ROOT/web/VHOST ]]
  echo w.test >"$DOKKU_ROOT/web/VHOST"
  apart -0 with domains 'fn-domains-clear --all'
  [[ $output == $'-----> Cleared domains in api\n-----> Cleared domains in web' && ! -e $DOKKU_ROOT/web/VHOST ]]
  apart -0 with domains 'fn-domains-disable web; fn-domains-disable --all'
  [[ $output == '-----> App virtual host support disabled
-----> App virtual host support disabled
-----> Domains (VHOST) support is already disabled for app (web)' ]]
  apart -0 with domains 'fn-domains-enable web; fn-domains-enable --all; is_app_vhost_enabled api; is_app_vhost_enabled web'
  [[ $output == $'-----> Domains (VHOST) support is already enabled for app (web)\ntrue\ntrue' ]]
}

@test "of functions that write at the same time none undoes what another did" {
  local number
  printf 'old%s.test\n' {1..5} | tee "$DOKKU_ROOT/web/VHOST" >"$DOKKU_ROOT/VHOST"
  for number in {1..5}; do
    with domains 'domains_add web "new$1.test"; domains_add_global "new$1.test"' "$number" >/dev/null 3>&- &
    with domains 'domains_remove web "old$1.test"; domains_remove_global "old$1.test"' "$number" >/dev/null 3>&- &
  done
  wait
  [[ $(vhosts web | sort) == "$(printf 'new%s.test\n' {1..5})" && $(sort "$DOKKU_ROOT/VHOST") == "$(printf 'new%s.test\n' {1..5})" ]]
}
