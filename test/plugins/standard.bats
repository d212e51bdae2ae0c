#!/usr/bin/env bats
# 00_dokku-standard: the words that belong to no plugin.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper

setup() {
  make_home
  export DOCKER_BIN=/nowhere/docker
  mkdir "$DOKKU_ROOT/web"
}

# standard <word> <argument>...: what the dispatcher execs for the word
standard() { "$PLUGIN_ENABLED_PATH/00_dokku-standard/subcommands/$1" "$@"; }

commands() { "$PLUGIN_ENABLED_PATH/00_dokku-standard/commands" "$@"; }

@test "cleanup says that there is nothing to clean without Docker" {
  apart -0 standard cleanup
  [[ $output == '-----> Nothing to clean up: /nowhere/docker was not found, so there are no containers and no images' && $stderr == '' ]]
  run -0 standard cleanup web
  apart -20 standard cleanup nope
  [[ $output == '' && $stderr == ' !     App nope does not exist' ]]
}

@test "cleanup has docker remove what is left over, and a dry run shows it only" {
  export CALLS="$BATS_TEST_TMPDIR/calls" DOCKER_BIN="$BATS_TEST_TMPDIR/docker" DOKKU_SKIP_CLEANUP=true
  printf '#!/usr/bin/env bash\necho "$*" >>"$CALLS"\ncase "$*" in *" ls "*) echo "${1%%s}-1" ;; esac\n' >"$DOCKER_BIN"
  chmod +x "$DOCKER_BIN"
  run -0 standard cleanup --dry-run web
  [[ $output == $'       would remove the container container-1\n       would remove the image image-1' ]]
  [[ $(<"$CALLS") != *' rm '* && $(<"$CALLS") != *prune* && $(<"$CALLS") == *'label=com.dokku.app-name=web'* ]]
  run -0 standard cleanup
  [[ $output == '-----> Cleaning up...' && $(<"$CALLS") == *$'\ncontainer rm -- container-1\nimage prune --force --filter label=dokku' ]]
}

@test "URLs are made of what plugins tell about domains, certificates and ports" {
  make_hook domains domains-list <<<'cat >/dev/null; printf "b.example\n\na.example\n"'
  run -0 standard urls web
  [[ $output == $'http://a.example\nhttp://b.example' ]]
  run -0 standard url web
  [[ $output == http://b.example ]]
  make_hook ports ports-get <<<'printf "http:80:5000\nhttps:443:5000\nhttp:8080:5000\n"'
  run -0 standard urls web
  [[ $output == $'http://a.example\nhttp://a.example:8080\nhttp://b.example\nhttp://b.example:8080' ]]
  make_hook certs certs-exists <<<'echo true'
  run -0 standard url web
  [[ $output == https://b.example ]]
  run -0 standard urls web
  [[ ${#lines[@]} == 6 && ${lines[4]} == https://a.example ]]
}

@test "a plugin that knows URLs is asked for them, with the kind that is wanted" {
  make_hook domains domains-list <<<'echo unused.example'
  make_hook domains domains-urls <<<'printf "https://%s.example/%s\n" "$1" "$2"'
  run -0 standard url web
  [[ $output == https://web.example/url ]]
  run -0 standard urls --format json web
  [[ $output == '["https://web.example/urls"]' ]]
  make_hook domains domains-urls <<<'printf "%s\n" "a\"b\\c"'
  [[ $(standard url web --format=json | jq -r '.[0]') == 'a"b\c' ]]
  make_hook domains domains-urls <<<'exit 3'
  apart -1 standard urls web
  [[ $output == '' && $stderr == ' !     A domains-urls hook failed for web' ]]
}

@test "that nobody knows a domain is said, with the remedy" {
  apart -1 standard urls web
  [[ $output == '' && $stderr == ' !     No domain of web is known: no enabled plugin keeps domains (trigger domains-list)' ]]
  make_hook domains domains-list </dev/null
  TOOL_ABI=acme:/x apart -1 standard url web
  [[ $output == '' && $stderr == ' !     No domain of web is known: add one with acme domains:add web DOMAIN' ]]
  apart -1 standard url web --format yaml
}

@test "the app is an argument or --app, and must be there" {
  make_hook domains domains-urls <<<'echo "$1"'
  mkdir "$DOKKU_ROOT/api"
  DOKKU_APP_NAME=api run -0 standard url
  [[ $output == api ]]
  run -0 standard url --app api
  [[ $output == api ]]
  DOKKU_APP_NAME=api run -0 standard url web
  [[ $output == web ]]
  local word
  for word in url urls deploy; do
    apart -1 standard "$word"
    [[ $output == '' && $stderr == ' !     Please specify an app to run the command on' ]]
    for name in nope '' '*' ../root $'a\nb'; do
      [[ -z $name ]] || apart -20 standard "$word" "$name"
    done
    apart -2 standard "$word" -x
    [[ $stderr == ' !     unknown flag: -x'* ]]
  done
}

@test "report tells about the installation, then has plugins report on each app" {
  make_recorders report
  mkdir "$DOKKU_ROOT/api"
  printf '1.2.3\n' >"$DOKKU_LIB_ROOT/VERSION"
  unset TOOL_PACKAGE
  apart -0 standard report
  [[ $stderr == '' && $output == '-----> version: tool version 1.2.3'$'\n-----> uname: '* ]]
  [[ $output == *$'\n'"-----> bash: $BASH_VERSION"$'\n-----> git: git version '* ]]
  [[ $output == *"
-----> docker: /nowhere/docker was not found
-----> home: $DOKKU_LIB_ROOT
-----> apps: $DOKKU_ROOT
-----> plugins:
       00_dokku-standard (core)
       apps (core)
       common (core)
       events (core)
       recorder
       trace (core)
=====> api app information"* ]]
  [[ $(<"$RECORD") == $'report api\nreport web' ]]
  printf '{\n  "name": "x",\n  "version": "9.8.7-rc.1"\n}\n' >"$BATS_TEST_TMPDIR/package.json"
  TOOL_PACKAGE="$BATS_TEST_TMPDIR" run -0 standard report
  [[ ${lines[0]} == '-----> version: tool version 9.8.7-rc.1' ]]
  : >"$RECORD"
  run -0 standard report web
  [[ $(<"$RECORD") == 'report web' ]]
  run -0 standard report --all
  [[ $(<"$RECORD") == $'report web\nreport api\nreport web' ]]
  apart -2 standard report web --all
  apart -2 standard report --all --app web
  [[ $output == '' && $stderr == *'--all is for all apps: name none besides'* ]]
  apart -20 standard report nope
  [[ $output == '' ]]
}

@test "an app that cannot be reported on does not hide the others" {
  mkdir "$DOKKU_ROOT/api"
  make_hook reporter report <<<'echo "about $1"; [[ $1 != api ]]'
  rm "$PLUGIN_ENABLED_PATH/apps"
  apart -1 standard report
  [[ $output == *$'\nabout api\nabout web' && $stderr == *' !     A report hook failed for api' ]]
}

@test "where nothing reports, or there is no app, that is said" {
  printf '1\n' >"$DOKKU_LIB_ROOT/VERSION"
  rm "$PLUGIN_ENABLED_PATH/apps"
  apart -0 standard report web
  [[ $stderr == 'No enabled plugin reports on apps (trigger report)' ]]
  make_recorders report
  rmdir "$DOKKU_ROOT/web"
  apart -0 standard report
  [[ $stderr == 'There are no apps to report on' && $(<"$RECORD") == '' ]]
}

@test "deploy is the scheduler's, and refused where nothing schedules" {
  apart -1 standard deploy web
  [[ $output == '' && $stderr == ' !     Unable to deploy web: nothing here builds or runs apps; enable a plugin that schedules apps (trigger scheduler-deploy)' ]]
  make_recorders scheduler-deploy
  run -0 standard deploy web v1
  [[ $(<"$RECORD") == 'scheduler-deploy docker-local web v1 ' ]]
}

@test "commands lists the words for help, and answers <word>:help with its line" {
  run -0 commands help
  for line in "${lines[@]}"; do
    [[ $line =~ ^'    '[a-z]+( [][<>a-z]+)?', '[^,]+$ ]]
  done
  run -0 commands cleanup:help
  [[ $output == '    cleanup [<app>]   Cleans up exited/dead Docker containers and removes dangling images' ]]
  run -0 commands url:help
  [[ $output == '    url <app>   Show the first URL of an app' ]]
  run -0 commands urls:help
  [[ $output == '    urls <app>   Show all URLs of an app' ]]
  run -0 commands report:help
  [[ $output == '    report [<app>]   Report on this installation and on every app' ]]
  run -0 commands version:help
  [[ $output == '    version   Print the version' ]]
  run -0 commands deploy:help
  [[ $output == '    deploy <app>'* ]]
  run -0 standard urls --help
  [[ $output == $'Usage: tool urls <app>\n\nShow all URLs of an app.\n'*'    --format <format> '* ]]
}

@test "commands leaves the words themselves to the dispatcher, and their help to a plugin of that name" {
  local word
  mkdir "$PLUGIN_ENABLED_PATH/report"
  run -10 commands report:help
  for word in report url deploy fakecommand urls: help:help '' 'url web' cleanup:now; do
    PLUGIN_CORE_AVAILABLE_PATH=/nowhere apart -10 commands "$word"
    [[ $output == '' && $stderr == '' ]]
  done
}
