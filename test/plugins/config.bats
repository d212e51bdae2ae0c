#!/usr/bin/env bats
# The config plugin: its commands, its triggers, and its functions for other plugins.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() {
  CORE_PLUGINS+=(config)
  make_home
  mkdir "$DOKKU_ROOT/web"
  ENV_FILE="$DOKKU_LIB_ROOT/config/web/ENV"
}

# config <script> <argument>...: a plugin's script that has sourced the functions, in its usual header's mode
config() {
  bash -c "set -eo pipefail; source \"\$PLUGIN_CORE_AVAILABLE_PATH/common/functions\"; source \"\$PLUGIN_AVAILABLE_PATH/config/functions\"; $1" plugin "${@:2}"
}

@test "variables are set, shown, got and listed" {
  apart -0 tool config:set web zKey=true BKEY=two aKey= KEY=007
  [[ $stderr == '' && $output == '-----> Setting config vars
       BKEY:  two
       KEY:   007
       aKey:  
       zKey:  true' ]]
  [[ $(stat -c '%a %n' "$ENV_FILE" "${ENV_FILE%/*}") == "600 $ENV_FILE
755 ${ENV_FILE%/*}" && $(ls -A "${ENV_FILE%/*}") == ENV ]]
  apart -0 tool config:get web KEY
  [[ $output == 007 && $stderr == '' ]]
  apart -0 tool config:get web aKey
  [[ $output == '' && $stderr == '' ]]
  run -0 tool config:keys web
  [[ $output == $'BKEY\nKEY\naKey\nzKey' ]]
  local command
  for command in config config:show; do
    run -0 tool "$command" web
    [[ $output == '=====> web env vars
BKEY:  two
KEY:   007
aKey:  
zKey:  true' ]]
  done
  run -0 tool config web --quiet
  [[ $output == BKEY* ]]
}

@test "an app without variables is an empty line, no keys and no value" {
  run -0 bash -c '"$1" config:show web; echo end' - "$PLUGIN_ENABLED_PATH/config/subcommands/show"
  [[ $output == $'=====> web env vars\n\nend' ]]
  apart -0 tool config:keys web
  [[ $output == '' ]]
  apart -1 tool config:get web A
  [[ $output == '' && $stderr == '' ]]
  apart -1 tool config:get web 'A[$(touch x)]'
  [[ $output == '' && $stderr == '' ]]
  run -0 tool config:export web --format json
  [[ $output == '{}' ]]
  run -0 tool config:export web --format json-list
  [[ $output == '[]' ]]
  [[ ! -e $DOKKU_LIB_ROOT/config ]]
}

@test "oddities: runs of blanks, dollar signs, lines and quotes survive" {
  tool config:set --global 'double_quotes=hello  world$' 'single_quotes=hello$  world' lines=$'line one\n  line two' 'a=-x' "b='\"" >/dev/null
  run -0 tool config:get --global double_quotes
  [[ $output == 'hello  world$' ]]
  run -0 tool config:get --global single_quotes
  [[ $output == 'hello$  world' ]]
  run -0 tool config:get --global lines
  [[ $output == $'line one\n  line two' ]]
  run -0 tool config:get --global a
  [[ $output == '-x' ]]
  run -0 tool config:get --global --quoted b
  [[ $output == "''\\''\"'" ]]
}

@test "flags may stand anywhere after the command word" {
  run -0 tool config:set --no-restart web A=1
  run -0 tool config:set web B=2 --no-restart
  run -0 tool config:set C=3 --global
  run -0 tool config:keys web --merged
  [[ $output == $'A\nB\nC' ]]
  run -0 tool config:set web -- D=4
  run -0 tool config:get web --quoted D
  [[ $output == "'4'" ]]
  apart -2 tool config:get web A --plain
  [[ $stderr == $' !     unknown flag: --plain\n !     Usage: tool config:get [--quoted] (<app>|--global) KEY' ]]
}

@test "an app in front of --global is refused, and none is needed under --app" {
  DOKKU_APP_NAME=web run -0 tool config:set web A=app
  DOKKU_APP_NAME=web run -0 tool config:set --global A=all
  local words name
  for words in set:B=no get:A unset:A show: default: keys: export: bundle: clear: import:-; do
    for name in web ''; do
      # shellcheck disable=SC2248 # One word, or none.
      DOKKU_APP_NAME=$name apart -2 tool "config:${words%%:*}" web --global ${words#*:} </dev/null
      [[ $output == '' && $stderr == *'web is one app, and --global is for all of them: leave one of the two out'* ]]
    done
  done
  # A key that is no app may stand in front, as Dokku's users write it.
  run -0 tool config:get A --global
  [[ $output == all ]]
  run -0 tool config:get web A
  [[ $output == app ]]
  run -0 tool config:get --global A
  [[ $output == all ]]
  run -0 tool config --global
  [[ $output == $'=====> global env vars\nA:  all' ]]
}

@test "merged, an app's variables go before those that all share, and neither expands the other's" {
  tool config:set --global A=all B=all C=all --quiet
  printf 'B=app\nD=x$C\n' >"$BATS_TEST_TMPDIR/env"
  tool config:import web "$BATS_TEST_TMPDIR/env" --quiet
  run -0 tool config:show web --merged
  [[ $output == $'=====> web env vars\nA:  all\nB:  app\nC:  all\nD:  x' ]]
  run -0 tool config:export --merged web --format shell
  [[ $output == "A='all' B='app' C='all' D='x' " ]]
  run -0 tool config:keys --merged --global
  [[ $output == $'A\nB\nC' ]]
  tool config:bundle web --merged | tar t >"$BATS_TEST_TMPDIR/names"
  [[ $(<"$BATS_TEST_TMPDIR/names") == $'A\nB\nC\nD' ]]
}

@test "misuse is named and changes nothing" {
  local -a cases=(
    'config:set web' 'At least one env pair must be given'
    'config:set web A=1 B' 'Invalid env pair: B'
    'config:set web A=1 1B=2' "Invalid key name: '1B'"
    'config:set web =x' "Invalid key name: ''"
    'config:set web A-B=x' "Invalid key name: 'A-B'"
    'config:set --encoded web A=YQ== B=a' "illegal base64 data at input byte 1 for key 'B'"
    'config:set --encoded web B=a*bc' "illegal base64 data at input byte 1 for key 'B'"
    'config:set --encoded web B=YQBi' "the value holds a NUL byte for key 'B'"
    'config:unset web' 'At least one key must be given'
    'config:unset web A.B' "Invalid key name: 'A.B'"
    'config:get web' 'Expected: key'
    'config:export web --format yaml' 'Unknown export format: yaml'
    'config:import web' 'Please specify a file to import, or - for stdin'
    'config:import web - --format yaml' 'Unknown format: yaml'
    'config:import web /nowhere/x' 'Unable to read /nowhere/x: there is no such file'
    'config:import web /' 'Unable to read /: it is a directory'
    'config --shell --export web' 'Only one of --shell and --export can be given'
  )
  local index
  local -a words
  for ((index = 0; index < ${#cases[@]}; index += 2)); do
    set -f
    # shellcheck disable=SC2206 # The words of the case.
    words=(${cases[index]})
    apart -1 tool "${words[@]}" </dev/null
    [[ $output == '' && $stderr == " !     ${cases[index + 1]}" ]]
  done
  apart -1 tool config:get web A B
  [[ $stderr == $' !     Unexpected argument(s): [B]\n !     Usage: '* ]]
  [[ ! -e $DOKKU_LIB_ROOT/config ]]
}

@test "every command refuses an app that is missing, and says when none was given" {
  local command
  for command in config config:bundle config:clear config:export config:get config:import config:keys config:set config:show config:unset; do
    apart -20 tool "$command" nope A=1
    [[ $output == '' && $stderr == ' !     App nope does not exist' ]]
    apart -20 tool "$command" ../web A=1
    apart -1 tool "$command"
    [[ $stderr == ' !     Please specify an app to run the command on' ]]
  done
  [[ ! -e $DOKKU_LIB_ROOT/config ]]
}

@test "encoded values are kept byte for byte" {
  tool config:set --encoded web A="$(printf '\xff\n\x01é\n\n' | base64 -w 0)" B= C="$(printf 'x y' | base64)" --quiet
  [[ $(tool config:get web A | od -An -tx1) == $(printf '\xff\n\x01é\n\n\n' | od -An -tx1) ]]
  run -0 tool config:export web --format envfile
  [[ ${lines[1]}${lines[2]} == 'B=""C="x y"' ]]
}

@test "unset takes away what is set, and says what is not" {
  tool config:set web A=1 B=2 --quiet
  make_recorders post-config-update
  apart -0 tool config:unset web A NOT_SET
  [[ $output == $'-----> Unsetting A\n-----> Skipping NOT_SET, it is not set in the environment' && $stderr == '' ]]
  [[ $(<"$ENV_FILE") == B=2 && $(<"$RECORD") == 'post-config-update web unset A NOT_SET' ]]
  : >"$RECORD"
  tool config:unset web NOT_SET --quiet
  [[ $(<"$RECORD") == '' ]]
}

@test "clear takes all away, in order" {
  tool config:set web B=2 A=1 C=3 --quiet
  make_recorders post-config-update
  run -0 tool config:clear web
  [[ $output == $'-----> Unsetting A\n-----> Unsetting B\n-----> Unsetting C' ]]
  [[ $(<"$ENV_FILE") == '' && $(<"$RECORD") == 'post-config-update web clear' ]]
  run -0 tool config:clear web
  [[ $output == '' && $(<"$RECORD") == 'post-config-update web clear' ]]
}

@test "plugins hear the names of what changed, never the values, and may change variables themselves" {
  make_recorders post-config-update
  make_hook zz-nested post-config-update <<<'[[ $3 == NESTED ]] || "$PLUGIN_AVAILABLE_PATH/config/config_sub" set "${1:---global}" NESTED=1'
  tool config:set web B=secret A=secret >/dev/null
  tool config:set --global G=secret >/dev/null
  [[ $(<"$RECORD") == 'post-config-update web set A B
post-config-update web set NESTED
post-config-update  set G
post-config-update --global set NESTED' ]]
  run -0 tool config:keys web
  [[ $output == $'A\nB\nNESTED' ]]
}

@test "a hook that fails is a warning, and none takes the command's input" {
  make_hook zz post-config-update <<<'cat >/dev/null; exit 7'
  apart -0 bash -c '"$1" config:set web A=1 && cat' - "$PLUGIN_ENABLED_PATH/config/subcommands/set" <<<mine
  [[ $output == *$'\nmine' && $stderr == ' !     Failure while triggering post-config-update: exit status 7' ]]
  [[ $(<"$ENV_FILE") == A=1 ]]
}

@test "an app that is deployed is started anew, unless that is not wanted" {
  make_recorders release-and-deploy
  tool config:set web A=1 --quiet
  [[ $(<"$RECORD") == '' ]]
  make_hook scheduler scheduler-is-deployed <<<'cat >/dev/null; true'
  apart -0 tool config:set web A=2
  [[ $output == $'-----> Setting config vars\n       A:  2\n-----> Restarting app web' && $(<"$RECORD") == 'release-and-deploy web  config-redeploy' ]]
  : >"$RECORD"
  tool config:set web A=3 --no-restart >/dev/null
  tool config:set --global A=3 >/dev/null
  tool config:clear --no-restart web >/dev/null
  [[ $(<"$RECORD") == '' ]]
  prop set ps web restore false
  tool config:set web A=4 >/dev/null
  [[ $(<"$RECORD") == '' ]]
  make_hook ps-like ps-get-property <<<'[[ "$1 $2" == "web restore" ]] && echo true'
  apart -0 tool config:unset web A
  [[ $output == $'-----> Unsetting A\n-----> Restarting app web' ]]
  make_hook zz release-and-deploy <<<'exit 5'
  apart -0 tool config:set web A=5
  [[ $stderr == ' !     Failure while restarting app: exit status 5' ]]
}

@test "an app that is known not to be deployed is not started" {
  make_recorders release-and-deploy
  make_hook scheduler scheduler-is-deployed <<<'false'
  tool config:set web A=1 >/dev/null
  tool config:set web A=2 >/dev/null
  [[ $(<"$RECORD") == '' ]]
}

@test "every format of export" {
  tool config:set web zKey=true bKey="it's" BKEY=1 --quiet
  local -A expected=(
    [exports]="export BKEY='1'
export bKey='it'\\''s'
export zKey='true'"
    [envfile]='BKEY=1
bKey="it'\''s"
zKey="true"'
    ['docker-args']="--env=BKEY='1' --env=bKey='it'\\''s' --env=zKey='true'"
    ['docker-args-keys']='--env=BKEY --env=bKey --env=zKey'
    [shell]="BKEY='1' bKey='it'\\''s' zKey='true' "
    [pretty]="BKEY:  1
bKey:  it's
zKey:  true"
    [json]='{"BKEY":"1","bKey":"it'\''s","zKey":"true"}'
    ['json-list']='[{"name":"BKEY","value":"1"},{"name":"bKey","value":"it'\''s"},{"name":"zKey","value":"true"}]'
    ['pack-keys']='--env BKEY --env bKey --env zKey'
  )
  local format end
  for format in "${!expected[@]}"; do
    end=$'\n'
    [[ $format != shell ]] || end=''
    tool config:export web --format "$format" >"$BATS_TEST_TMPDIR/out"
    cmp "$BATS_TEST_TMPDIR/out" <(printf '%s%s' "${expected[$format]}" "$end")
  done
  run -0 tool config:export web
  [[ $output == "${expected[exports]}" ]]
  apart -0 tool config --shell web
  [[ $output == "${expected[shell]}" && $stderr == *"'config:export --format shell'"* ]]
}

@test "variables are imported from a file or from stdin, beside others or in their place" {
  make_recorders post-config-update
  tool config:set web FIRST=1 --quiet
  printf 'export B="x\\ny" # why\nA: 1\n' >"$BATS_TEST_TMPDIR/env"
  apart -0 tool config:import web "$BATS_TEST_TMPDIR/env" --no-restart
  [[ $stderr == '' && $output == '-----> Setting config var A=1
-----> Setting config var B=x
y
-----> Setting config vars
       A:  1
       B:  x
y' ]]
  run -0 tool config:keys web
  [[ $output == $'A\nB\nFIRST' ]]
  apart -0 tool config:import --replace web - <<<'C=3'
  [[ $output == '-----> Reading config vars from stdin'* && $(<"$ENV_FILE") == C=3 ]]
  [[ $(<"$RECORD") == $'post-config-update web set FIRST\npost-config-update web set A B\npost-config-update web set C' ]]
  apart -1 tool config:import web - --replace --quiet <<<'# nothing'
  [[ $output == '' && $stderr == ' !     No config vars to set' && $(<"$ENV_FILE") == C=3 ]]
  apart -0 tool config:import web - --quiet <<<$'a-b=1\nD=4'
  [[ $stderr == ' !     Skipping invalid key a-b' ]]
  apart -1 tool config:import web - --quiet <<<'D="4'
  [[ $stderr == ' !     Unable to read stdin: line 1 opens quotes for D that nothing closes' ]]
  run -0 tool config:import --global "$BATS_TEST_TMPDIR/env"
  run -0 tool config:keys --global
  [[ $output == $'A\nB' ]]
}

@test "a pipe is imported like a file, and a file that may not be read is named" {
  mkfifo "$BATS_TEST_TMPDIR/pipe"
  printf 'A=1\nB=2\n' >"$BATS_TEST_TMPDIR/pipe" 3>&- &
  tool config:import web "$BATS_TEST_TMPDIR/pipe" --quiet
  [[ $(<"$ENV_FILE") == $'A=1\nB=2' ]]
  make_home_of_root
  mkdir "$DOKKU_ROOT/web"
  printf 'A=1\n' >"$OPEN_HOME/secret" && chmod 0600 "$OPEN_HOME/secret"
  apart -1 as_nobody "$PLUGIN_ENABLED_PATH/config/subcommands/import" config:import web "$OPEN_HOME/secret"
  [[ $output == '' && $stderr == " !     Unable to read $OPEN_HOME/secret: permission denied" ]]
}

@test "no command starts Node but the import of JSON and the bundle" {
  mkdir "$BATS_TEST_TMPDIR/bin"
  printf '#!/bin/sh\nexit 99\n' >"$BATS_TEST_TMPDIR/bin/node" && chmod +x "$BATS_TEST_TMPDIR/bin/node"
  export PATH="$BATS_TEST_TMPDIR/bin:$PATH" TOOL_NODE="$BATS_TEST_TMPDIR/bin/node"
  local command
  for command in 'set web A=1' 'get web A' 'show web' 'keys web' 'export web --format json' 'unset web A' 'clear web' 'import web -'; do
    # shellcheck disable=SC2086 # The words of the command.
    tool config:$command <<<'B=2' >/dev/null
  done
  apart -1 tool config:import web - --format json --quiet <<<'{"C":"3"}'
  [[ $(<"$ENV_FILE") == B=2 ]]
}

@test "JSON is imported when it is an object of strings, and without jq" {
  printf '%s' '{"B":"<\u0001\u00e9\n\"","A":"1","__proto__":"p","x y":"2","A":"7"}' >"$BATS_TEST_TMPDIR/env.json"
  apart -0 tool config:import --format json web "$BATS_TEST_TMPDIR/env.json" --quiet
  [[ $stderr == ' !     Skipping invalid key x\ y' ]]
  run -0 tool config:export web --format json
  [[ $output == '{"A":"7","B":"\u003c\u0001é\n\"","__proto__":"p"}' ]]
  local bad
  for bad in '' '{' '[]' 'null' '{"A":1}' '{"A":null}' '{"A":"\u0000"}' $'{"A":"\xff"}' '{"A":"1"}{}'; do
    apart -1 tool config:import --replace --format json web - --quiet <<<"$bad"
    [[ $output == '' && $stderr == ' !     Unable to read stdin: '* && $stderr != *$'\n'* ]]
  done
  run -0 tool config:get web A
  [[ $output == 7 ]]
}

@test "fifty who set variables at once lose nothing, and readers see whole files" {
  local index failed=0
  local -a writers=()
  for index in {1..50}; do
    tool config:set web "K$index=$index" "SHARED=$index" >/dev/null 3>&- &
    writers+=("$!")
  done
  for index in {1..20}; do
    tool config:export web >/dev/null || failed=1
  done
  for index in "${writers[@]}"; do
    wait "$index" || failed=1
  done
  ((failed == 0))
  (($(tool config:keys web | wc -l) == 51))
  [[ $(ls -A "${ENV_FILE%/*}") == ENV ]]
}

@test "a writer that is killed at any instant leaves the old variables or the new ones" {
  local index value
  printf -v value '%05000d' 0
  tool config:set web A="old$value" B=1 --quiet
  for index in {1..15}; do
    "$PLUGIN_ENABLED_PATH/config/subcommands/set" config:set web A="new$value" --quiet 3>&- &
    sleep "0.0$((RANDOM % 30 + 10))"
    kill -9 "$!" 2>/dev/null || true
    wait "$!" 2>/dev/null || true
    [[ $(tool config:get web A) == @(old|new)"$value" && $(tool config:get web B) == 1 ]]
  done
  tool config:set web A=last --quiet
  [[ $(tool config:get web A) == last ]]
}

@test "what a killed writer left is swept away by the next, and never read" {
  tool config:set web A=1 --quiet
  printf 'B=secret\n' >"${ENV_FILE%/*}/.ENV.1.2"
  ln -s /nowhere "${ENV_FILE%/*}/.ENV.3.4"
  tool config:set web C=3 --quiet
  [[ $(ls -A "${ENV_FILE%/*}") == ENV && $(<"$ENV_FILE") == $'A=1\nC=3' ]]
}

@test "no value is an argument of a process that is started, nor in the trace of the reader" {
  mkdir "$BATS_TEST_TMPDIR/bin"
  local program
  for program in flock mv base64 mkdir node; do
    printf '#!/bin/sh\nprintf "%%s\\n" "$0 $*" >>"%s"\nexec %s "$@"\n' "$BATS_TEST_TMPDIR/argv" "$(command -v "$program")" >"$BATS_TEST_TMPDIR/bin/$program"
    chmod +x "$BATS_TEST_TMPDIR/bin/$program"
  done
  PATH="$BATS_TEST_TMPDIR/bin:$PATH" tool config:set web --encoded A="$(printf hunter2 | base64)" --quiet
  TOOL_NODE="$BATS_TEST_TMPDIR/bin/node" tool config:bundle web | grep -q hunter2
  [[ $(<"$BATS_TEST_TMPDIR/argv") == */flock*/node*bundle && $(<"$BATS_TEST_TMPDIR/argv") != *hunter2* ]]
  apart -0 tool config:keys web --trace
  [[ $output == A && $stderr == *'+ '* && $stderr != *hunter2* ]]
}

@test "a home that may not be written, or a file that may not be read, is one clear line" {
  make_home_of_root
  mkdir -p "$DOKKU_ROOT/web"
  apart -1 as_nobody "$PLUGIN_ENABLED_PATH/config/subcommands/set" config:set web A=1 --quiet
  [[ $output == '' && $stderr == " !     Unable to create $DOKKU_LIB_ROOT/config/web: check that $DOKKU_LIB_ROOT is a directory you may write to" ]]
  tool config:set web A=1 --quiet
  apart -1 as_nobody "$PLUGIN_ENABLED_PATH/config/subcommands/get" config:get web A
  [[ $output == '' && $stderr == " !     Unable to read $DOKKU_LIB_ROOT/config/web/ENV: permission denied" ]]
  chmod 0644 "$DOKKU_LIB_ROOT/config/web/ENV"
  apart -1 as_nobody "$PLUGIN_ENABLED_PATH/config/subcommands/set" config:set web A=2 --quiet
  [[ $stderr == " !     Unable to write $DOKKU_LIB_ROOT/config/web/ENV: check that $DOKKU_LIB_ROOT/config/web is writable and its disk not full" ]]
  printf 'A=1\na-b=2\n' >"$DOKKU_LIB_ROOT/config/web/ENV"
  apart -0 as_nobody "$PLUGIN_ENABLED_PATH/config/subcommands/get" config:get web A
  [[ $output == 1 && $stderr == '-----> Ignoring invalid key a-b from config for web' ]]
  apart -1 tool config:import web "$BATS_TEST_TMPDIR/none"
  [[ $(<"$DOKKU_LIB_ROOT/config/web/ENV") == $'A=1\na-b=2' ]]
}

@test "files belong to the system user when root writes them" {
  ((EUID == 0)) || skip "needs root, to give files away"
  DOKKU_SYSTEM_USER=65534 DOKKU_SYSTEM_GROUP=65534 tool config:set web A=1 --quiet
  [[ $(stat -c %u:%g "$ENV_FILE" "${ENV_FILE%/*}" "$DOKKU_LIB_ROOT/config") == $'65534:65534\n65534:65534\n65534:65534' ]]
  DOKKU_SYSTEM_USER=65534 DOKKU_SYSTEM_GROUP=no-such-group apart -1 tool config:set web A=2 --quiet
  [[ $stderr == " !     Unable to give "*" to 65534:no-such-group "* && $(<"$ENV_FILE") == A=1 && $(ls -A "${ENV_FILE%/*}") == ENV ]]
}

@test "the functions that plugins source" {
  run -0 config 'config_set --no-restart web URL=postgres://x B="a b" && config_get web URL && config_keys web && config_unset web B && config_all web'
  [[ $output == '-----> Setting config vars
       B:    a b
       URL:  postgres://x
postgres://x
B
URL
-----> Unsetting B
=====> web env vars
URL:  postgres://x' ]]
  run -0 config 'config_all config web; config_export app web; config_export app web --format json; DOKKU_CONFIG_EXPORT=1 config_all web'
  [[ $output == "=====> web env vars
URL:  postgres://x
export URL='postgres://x'
{\"URL\":\"postgres://x\"}
export URL='postgres://x'" ]]
  run -0 config 'config_set --global G=1 >/dev/null; config_get --global G; config_export global; config_bundle web | tar xO; config_clear web; config_keys web'
  [[ $output == $'1\nexport G=\'1\'\npostgres://x-----> Unsetting URL' ]]
  run -0 config 'fn-config-set web true "A=1 2" B=3 >/dev/null; fn-config-set web false C=4; config_get web A || true; config_get web NONE || echo none'
  [[ $output == $'-----> Setting config vars\n       C:  4\n1 2\nnone' ]]
}

@test "the functions work in scripts of any strictness, and leave their input and their variables alone" {
  local mode
  for mode in 'set -eu' 'set +e' 'set -euf; IFS=,'; do
    run -0 config "$mode"'; config_set web A="x y" B= >/dev/null; while read -r word; do config_get web A; config_get web B; config_set web W="$word" >/dev/null; done; config_keys web; compgen -v | grep -E "^(COMMAND_|_CONFIG_VARS|REPLY$)" || true' <<<$'one\ntwo'
    [[ $output == $'x y\n\nx y\n\nA\nB\nW' ]]
  done
  run -1 config 'value="$(config_get web NONE)"; echo not reached'
  [[ $output == '' ]]
}

@test "the program that plugins run needs no app, takes an empty name for --global, and no path for a name" {
  local sub="$PLUGIN_AVAILABLE_PATH/config/config_sub"
  apart -0 "$sub" set --no-restart later A=1
  apart -0 "$sub" get later A
  [[ $output == 1 ]]
  apart -0 "$sub" set '' G=2
  apart -0 "$sub" get --global G
  [[ $output == 2 ]]
  apart -0 "$sub" show --global
  [[ $output == $'=====> global env vars\nG:  2' ]]
  local name
  for name in ../x a/b . .. .hidden Upper $'a\nb' 'a b' '*'; do
    apart -1 "$sub" set "$name" A=1
    [[ $stderr == ' !     App name must begin with '* ]]
  done
  apart -1 "$sub" frobnicate web
  [[ $stderr == ' !     Invalid plugin config_sub call: frobnicate' ]]
  apart -1 "$sub"
  [[ $(ls "$DOKKU_LIB_ROOT/config") == $'--global\nlater' ]]
}

@test "the triggers that plugins fire" {
  plugn trigger config-set --no-restart web A=1 'B=x y' >/dev/null
  plugn trigger config-set --global G=2 >/dev/null
  plugn trigger config-get web B >"$BATS_TEST_TMPDIR/out"
  cmp "$BATS_TEST_TMPDIR/out" <(printf 'x y')
  plugn trigger config-get-global G >"$BATS_TEST_TMPDIR/out"
  cmp "$BATS_TEST_TMPDIR/out" <(printf 2)
  apart -0 plugn trigger config-get web NONE
  [[ $output == '' && $stderr == '' ]]
  apart -0 plugn trigger config-get-global NONE
  apart -0 plugn trigger config-get --global G
  [[ $output == 2 ]]
  run -0 plugn trigger config-export web false true json
  [[ $output == '{"A":"1","B":"x y","G":"2"}' ]]
  run -0 plugn trigger config-export '' true false docker-args-keys
  [[ $output == --env=G ]]
  apart -20 plugn trigger config-export nope false false json
  apart -1 plugn trigger config-export web maybe false json
  [[ $stderr == ' !     Expected true or false, not "maybe"' ]]
  run -0 plugn trigger config-unset web A
  [[ $output == '-----> Unsetting A' ]]
  run -0 plugn trigger config-unset --global G
  [[ $output == '-----> Unsetting G' ]]
  prop set common web deployed true
  run -0 plugn trigger config-unset web A true
  [[ $output == $'-----> Skipping A, it is not set in the environment\n-----> Restarting app web' ]]
}

@test "install makes the directory of what all apps share, and one is not needed before" {
  tool config:set --global A=1 --quiet
  plugn trigger install
  plugn trigger install
  run -0 tool config:get --global A
  [[ $output == 1 ]]
  rm -r "$DOKKU_LIB_ROOT/config"
  plugn trigger install
  [[ -d $DOKKU_LIB_ROOT/config/--global ]]
}

@test "ENV files of before Dokku 0.38 are taken in once, and put aside when they come later" {
  printf 'export KEEP=old\nA="1"\nA-B=x\n' >"$DOKKU_ROOT/web/ENV"
  printf 'G=1\n' >"$DOKKU_ROOT/ENV"
  tool config:set web KEEP=first MINE=1 --quiet
  apart -0 plugn trigger config-migrate-env
  [[ $output == '' && $stderr == '-----> Deleting invalid key A-B from config for web' ]]
  [[ $(<"$ENV_FILE") == $'A=1\nKEEP="old"\nMINE=1' && $(tool config:get --global G) == 1 ]]
  [[ ! -e $DOKKU_ROOT/web/ENV && ! -e $DOKKU_ROOT/ENV ]]
  [[ $(prop get config web env-migrated)$(prop get config --global env-migrated) == truetrue ]]

  tool config:set web KEEP=new --quiet
  printf 'KEEP=old\nRESURRECTED=yes\nMINE=1\n' >"$DOKKU_ROOT/web/ENV"
  apart -0 plugn trigger config-migrate-env
  [[ $stderr == " !     Not importing $DOKKU_ROOT/web/ENV, which was migrated before: the current config takes precedence for KEEP RESURRECTED
 !     It is now $DOKKU_ROOT/web/ENV.migrated: set again what is still needed with tool config:set, then delete it; it may hold values that were unset on purpose" ]]
  [[ $(tool config:get web KEEP) == new && $(<"$DOKKU_ROOT/web/ENV.migrated") == *RESURRECTED* && ! -e $DOKKU_ROOT/web/ENV ]]

  printf 'KEEP=older\n' >"$DOKKU_ROOT/web/ENV"
  plugn trigger install 2>/dev/null
  [[ $(<"$DOKKU_ROOT/web/ENV.migrated") == *RESURRECTED* && $(<"$DOKKU_ROOT/web/ENV.migrated.2") == KEEP=older ]]
  printf 'KEEP=new\n' >"$DOKKU_ROOT/web/ENV"
  apart -0 plugn trigger config-migrate-env
  [[ $stderr == '' && ! -e $DOKKU_ROOT/web/ENV ]]
}

@test "a copy or a new name takes the variables along" {
  tool config:set web A=1 B=2 --quiet
  mkdir "$DOKKU_ROOT"/{copy,new}
  tool config:set copy B=own C=3 --quiet
  make_recorders post-config-update
  plugn trigger post-app-clone-setup web copy
  [[ $(<"$DOKKU_LIB_ROOT/config/copy/ENV") == $'A=1\nB=2\nC=3' ]]
  plugn trigger post-app-rename-setup web new
  [[ $(<"$DOKKU_LIB_ROOT/config/new/ENV") == $'A=1\nB=2' && $(<"$RECORD") == '' ]]
  rm "$ENV_FILE"
  mkdir "$DOKKU_ROOT/empty"
  plugn trigger post-app-clone-setup web empty
  [[ ! -e $DOKKU_LIB_ROOT/config/empty ]]
  local name
  for name in '' ../web --global; do
    run -1 plugn trigger post-app-clone-setup copy "$name"
  done
}

@test "an app that goes takes its variables along, and nobody else's" {
  mkdir "$DOKKU_ROOT/hello"
  make_hook hello post-create </dev/null
  prop set hello web greeting hi
  plugn trigger config-migrate-env
  tool config:set hello A=1 --quiet
  tool config:set --global G=1 --quiet
  local name
  for name in '' --global ../web '*'; do
    run -1 "$PLUGIN_ENABLED_PATH/config/post-delete" "$name"
  done
  tool apps:destroy hello --force >/dev/null
  [[ ! -e $DOKKU_LIB_ROOT/config/hello/ENV && ! -e $DOKKU_LIB_ROOT/config/config/hello && $(prop get hello web greeting) == hi ]]
  "$PLUGIN_ENABLED_PATH/config/post-delete" web
  [[ $(tool config:get --global G) == 1 ]]
}

@test "help says how each command is called" {
  run -0 tool config:help
  [[ ${lines[0]} == 'Usage: tool config[:COMMAND]' && ${lines[1]} == 'Manage global and app-specific config vars' && ${lines[2]} == 'Additional commands:' ]]
  local page="$output" line command
  run -0 tool config --help
  [[ $output == "$page" ]]
  run -0 "$PLUGIN_ENABLED_PATH/config/commands" help
  for line in "${lines[@]}"; do
    [[ $line =~ ^'    config'[^,]*', '[^,]+$ ]]
  done
  for command in bundle clear export get import keys set show unset; do
    [[ $page == *"    config:$command "* ]]
  done
  for line in config config:set help: ''; do
    apart -10 "$PLUGIN_ENABLED_PATH/config/commands" "$line"
    [[ $output == '' && $stderr == '' ]]
  done
}
