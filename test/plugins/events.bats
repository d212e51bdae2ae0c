#!/usr/bin/env bats
# The event log: what is written in it, by whom, and that it costs nothing while it is off.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper

setup() {
  make_home
  LOG="$DOKKU_LIB_ROOT/log/events.log"
  export DOKKU_EVENTS_LOGFILE="$LOG"
}

# on: what the launcher would have sourced by the next command
on() {
  tool events:on >/dev/null
  # shellcheck source=/dev/null
  . "$DOKKU_ROOT/.dokkurc/DOKKU_EVENTS"
}

# logged: the lines without their date, host and process
logged() { sed 's/^.*dokku-event\[[0-9]*\]: //' "$LOG"; }

@test "the log is turned on and off by listeners in the home and a file that the launcher sources" {
  apart -0 tool events:on
  [[ $output == 'Enabling tool events logger' && $stderr == '' ]]
  [[ $(ls -A "$DOKKU_ROOT/.dokkurc") == DOKKU_EVENTS && $(bash -c '. "$DOKKU_ROOT/.dokkurc/DOKKU_EVENTS"; printenv DOKKU_EVENTS') == 1 ]]
  [[ -d $PLUGIN_ENABLED_PATH/20_events && $(stat -c '%a %s' "$LOG") == '640 0' ]]
  run -0 tool events:on
  tool events:off >/dev/null
  (umask 077 && tool events:on >/dev/null)
  [[ $(stat -Lc %a "$PLUGIN_ENABLED_PATH/20_events") == 755 ]]
  [[ $(realpath "$PLUGIN_ENABLED_PATH/20_events") == "$DOKKU_LIB_ROOT/core-plugins/event-log/"* && $(ls -A "$DOKKU_LIB_ROOT/core-plugins/event-log" | wc -l) == 1 ]]
  apart -0 tool events:off
  [[ $output == 'Disabling tool events logger' && $stderr == '' ]]
  [[ ! -e $DOKKU_ROOT/.dokkurc/DOKKU_EVENTS && ! -L $PLUGIN_ENABLED_PATH/20_events && -f $LOG ]]
  run -0 tool events:off
  [[ -z $(find "$DOKKU_LIB_ROOT/"*plugins "$DOKKU_ROOT/.dokkurc" -name '*_[Ee][Vv][Ee][Nn][Tt][Ss]*' -o -name 'event-log*') ]]
}

@test "the brand that was called is the one that is named" {
  ln -s "$REPOSITORY/bin/tool" "$BATS_TEST_TMPDIR/acme"
  ACME_HOME="$TOOL_HOME" apart -0 "$BATS_TEST_TMPDIR/acme" events:on
  [[ $output == 'Enabling acme events logger' && $stderr == '' ]]
}

@test "off, no trigger has a listener of the log's" {
  local file
  for file in "$PLUGIN_ENABLED_PATH"/*/{post-create,user-auth,scheduler-detect,config-get}; do
    [[ ! -e $file ]]
  done
}

@test "an event is a line with date, host, trigger, arguments and who" {
  on
  NAME=ada FINGERPRINT=SHA256:x/y= DOKKU_PID=77 plugn trigger post-create web
  [[ $(<"$LOG") =~ ^[A-Z][a-z]{2}\ [\ 1-3][0-9]\ [0-9]{2}:[0-9]{2}:[0-9]{2}\ [^\ ]+\ dokku-event\[[0-9]+\]:\ INVOKED:\ post-create\(\ web\ \)\ NAME=ada\ FINGERPRINT=SHA256:x/y=\ DOKKU_PID=77$ ]]
  DOKKU_PID=78 plugn trigger post-delete web latest
  DOKKU_PID=78 plugn trigger install
  [[ $(logged | tail -n 2) == $'INVOKED: post-delete( web latest ) NAME= FINGERPRINT= DOKKU_PID=78\nINVOKED: install( ) NAME= FINGERPRINT= DOKKU_PID=78' ]]
}

@test "a command's triggers are logged in order, those of failing plugins too" {
  on
  make_hook aaa pre-delete <<<'exit 3'
  tool apps:create web >/dev/null
  run -1 tool apps:destroy web --force
  [[ $(logged | sed 's/ NAME=.*//') == 'INVOKED: post-create( web )
INVOKED: deployed-app-image-tag( web )
INVOKED: pre-delete( web latest )' ]]
}

@test "the hook prints nothing, leaves the input alone, and answers for nobody" {
  on
  make_hook zz post-create <<<'cat'
  run -0 plugn trigger post-create web <<<'mine'
  [[ $output == mine ]]
  run -1 library 'fn-plugn-trigger-exists scheduler-detect'
  run -0 library 'get_app_scheduler web'
  [[ $output == docker-local ]]
}

@test "a hook without DOKKU_EVENTS, or without a home, writes nothing" {
  on
  env -u DOKKU_EVENTS_LOGFILE -u DOKKU_LIB_ROOT plugn trigger post-create web
  [[ ! -e /log ]]
  unset DOKKU_EVENTS
  plugn trigger post-create web
  [[ ! -s $LOG ]]
}

@test "no password reaches the log" {
  on
  plugn trigger config-set web SECRET=hunter2
  plugn trigger post-config-update web set SECRET=hunter2 'B=hunter2 hunter2'
  plugn trigger git-from-archive web 'https://ada:hunt@er2hunter2@example.com/x.tar?key=hunter2' tar
  plugn trigger user-auth ada default registry:login docker.io ada hunter2
  plugn trigger scheduler-run docker-local web psql hunter2
  plugn trigger scheduler-enter docker-local web web psql hunter2
  [[ $(logged | sed 's/ NAME=.*//') == 'INVOKED: post-config-update( web set SECRET=*** B=*** )
INVOKED: git-from-archive( web https://***@example.com/x.tar?key=*** tar )
INVOKED: user-auth( ada default registry:login ... )
INVOKED: scheduler-run( docker-local web ... )
INVOKED: scheduler-enter( docker-local web ... )' ]] || { cat "$LOG" && return 1; }
}

@test "no argument makes a second line, a pattern or a command" {
  on
  cd "$BATS_TEST_TMPDIR"
  NAME=$'x\ny' plugn trigger post-create $'a\nINVOKED: forged( )\r\e[2J\xe2\x80\xae' '*' '$(id)' '%s\n' '' -n
  [[ $(wc -l <"$LOG") == 1 && $(logged) == 'INVOKED: post-create( a?INVOKED: forged( )??[2J? * $(id) %s\n  -n ) NAME=x?y FINGERPRINT= '* ]]
  plugn trigger post-create "$(printf '%*s' 100000 '' | tr ' ' x)"
  [[ $(wc -l <"$LOG") == 2 && $(wc -c <"$LOG") -lt 4000 && $(logged | tail -n 1) == *'xxx ) NAME= FINGERPRINT= DOKKU_PID='* ]]
}

@test "lines of commands that run at once do not mix" {
  on
  local n word
  printf -v word '%*s' 2000 ''
  for n in {1..8}; do
    for _ in {1..5}; do plugn trigger post-create "${word// /$n}"; done 3>&- &
  done
  wait
  [[ $(wc -l <"$LOG") == 40 && $(grep -cE 'INVOKED: post-create\( ([1-8])\1{1999} \) NAME= ' "$LOG") == 40 ]]
}

@test "the last hundred lines are shown, and new ones followed" {
  apart -0 tool events
  [[ $output == '' && $stderr == " !     No event has been logged in $LOG; tool events:on turns the log on" ]]
  mkdir -p "${LOG%/*}" && seq 150 >"$LOG"
  run -0 tool events
  [[ $output == "$(seq 51 150)" ]]
  local flag
  for flag in -t --tail; do
    "$PLUGIN_ENABLED_PATH/events/subcommands/default" events "$flag" >"$BATS_TEST_TMPDIR/followed" 3>&- &
    while ! grep -q 150 "$BATS_TEST_TMPDIR/followed"; do sleep 0.02; done
    echo "new $flag" >>"$LOG"
    while ! grep -q -e "new $flag" "$BATS_TEST_TMPDIR/followed"; do sleep 0.02; done
    kill "$!"
  done
}

@test "the list has a row for each trigger that is logged, while the log is on" {
  apart -0 tool events:list
  [[ $output == '' && $stderr == ' !     Events logger disabled' ]]
  on
  run -0 tool events:list
  [[ ${lines[0]} == "$(printf '=====> %-23s %-25s %-25s %-25s' 'Events currently logged' '' '' '')" ]]
  [[ ${lines[1]} == "$(printf '%-25s %-25s %-25s %-25s' app-create '' '' '')" ]]
  # Each listener is a row and runs the hook; the contract's 160 and install.
  ((${#lines[@]} == 162))
  local line
  for line in "${lines[@]:1}"; do
    [[ "$PLUGIN_ENABLED_PATH/20_events/${line%% *}" -ef $REPOSITORY/plugins/events/internal/listener ]]
  done
  [[ $output != *config-set* && $output != *certs-set* && $output != *plugin.toml* ]]
  run -0 tool events:list --quiet
  ((${#lines[@]} == 161))
  # Whoever takes the listeners away turns the log off.
  rm "$PLUGIN_ENABLED_PATH/20_events"
  apart -0 tool events:list
  [[ $stderr == ' !     Events logger disabled' ]]
}

@test "a log that was rotated or removed is written anew" {
  on
  rm -r "${LOG%/*}"
  plugn trigger post-create web
  [[ $(wc -l <"$LOG") == 1 && $(stat -c %a "$LOG") == 640 ]]
}

@test "syslog hears of events when that is asked for" {
  on
  mkdir "$BATS_TEST_TMPDIR/bin"
  printf '#!/bin/sh\nprintf "%%s|" "$@" >>"%s"\n' "$BATS_TEST_TMPDIR/syslog" >"$BATS_TEST_TMPDIR/bin/logger"
  chmod +x "$BATS_TEST_TMPDIR/bin/logger"
  PATH="$BATS_TEST_TMPDIR/bin:$PATH"
  DOKKU_PID=7 plugn trigger post-create web
  [[ ! -e $BATS_TEST_TMPDIR/syslog ]]
  TOOL_EVENTS_SYSLOG=1 DOKKU_PID=7 plugn trigger post-create web
  [[ $(<"$BATS_TEST_TMPDIR/syslog") == '-t|dokku-event|-i|--|INVOKED: post-create( web ) NAME= FINGERPRINT= DOKKU_PID=7|' && $(wc -l <"$LOG") == 2 ]]
}

@test "a log that may not be written fails no trigger, and says so" {
  on
  make_hook zz post-create <<<'echo heard'
  DOKKU_EVENTS_LOGFILE=/dev/null/events.log apart -0 plugn trigger post-create web
  [[ $output == heard && $stderr == ' !     The event post-create was not logged: check that you may write to /dev/null/events.log, or turn the log off with events:off' ]]
}

@test "a home in which the log was turned on elsewhere is mended when plugins are installed" {
  run -0 "$PLUGIN_ENABLED_PATH/events/install"
  [[ ! -L $PLUGIN_ENABLED_PATH/20_events ]]
  mkdir "$DOKKU_ROOT/.dokkurc" && echo 'export DOKKU_EVENTS=1' >"$DOKKU_ROOT/.dokkurc/DOKKU_EVENTS"
  run -0 "$PLUGIN_ENABLED_PATH/events/install"
  DOKKU_EVENTS=1 plugn trigger post-create web
  [[ $(wc -l <"$LOG") == 1 ]]
}

# make_package: a copy of the checkout's in $BATS_TEST_TMPDIR/package, and a first command of it in a home of its own
make_package() {
  mkdir "$BATS_TEST_TMPDIR/package"
  cp -R "$REPOSITORY"/{bin,compat,dist,libexec,plugins} "$BATS_TEST_TMPDIR/package/"
  packaged version
}

# packaged <argument>...: tool of that copy, in a home of its own
packaged() { env -i PATH="$PATH" HOME="$BATS_TEST_TMPDIR" TOOL_HOME="$BATS_TEST_TMPDIR/own" "$BATS_TEST_TMPDIR/package/bin/tool" "$@"; }

# rebuilt: as if the package had been built anew
rebuilt() { echo 'tool_build=0123456789abcdef' >"$BATS_TEST_TMPDIR/package/dist/build.sh"; }

@test "the listeners follow the list of a new version, and are no plugin of the user's" {
  make_package
  local home="$BATS_TEST_TMPDIR/own" old
  packaged events:on
  [[ $(packaged plugin:list --json) == *'{"name":"20_events","version":"0.1.0","enabled":true,"core":true,'* ]]
  packaged plugin:lock
  ! grep -q events "$home/tool.lock"
  old="$(realpath "$home/plugins/enabled/20_events")"
  packaged version
  [[ $(realpath "$home/plugins/enabled/20_events") == "$old" ]]
  rebuilt
  printf 'brand-new\n' >>"$BATS_TEST_TMPDIR/package/plugins/events/triggers"
  sed -i '/^post-create$/d' "$BATS_TEST_TMPDIR/package/plugins/events/triggers"
  # As a process that is gone has left it.
  mkdir "$home/core-plugins/event-log/.tmp-999999999-x"
  packaged version
  [[ -x $home/plugins/enabled/20_events/brand-new && ! -e $home/plugins/enabled/20_events/post-create && ! -e $old ]]
  [[ $(ls -A "$home/core-plugins/event-log" | wc -l) == 1 ]]
  packaged plugin:trigger brand-new
  [[ $(<"$home/log/events.log") == *': INVOKED: brand-new( )'* ]]
}

@test "a home in which an earlier version turned the log on hears every trigger again" {
  make_package
  local home="$BATS_TEST_TMPDIR/own"
  packaged events:on
  # That version's link led to a folder of the package, where the list is now.
  rm -r "$home/core-plugins/event-log" "$home/core-plugins/enabled/20_events"
  ln -sfn "$home/core-plugins/available/events/triggers" "$home/plugins/enabled/20_events"
  rebuilt
  packaged plugin:trigger post-create web
  [[ $(grep -c 'INVOKED: post-create( web )' "$home/log/events.log") == 1 ]]
  # A link of the user's is not touched.
  ln -sfn /nowhere "$home/plugins/enabled/20_events"
  rm "$home/env" -r
  packaged version
  [[ $(readlink "$home/plugins/enabled/20_events") == /nowhere ]]
}

@test "a folder of the user's where the listeners go stays" {
  mkdir "$PLUGIN_ENABLED_PATH/20_events"
  apart -1 tool events:on
  [[ $stderr == " !     $PLUGIN_ENABLED_PATH/20_events is in the way of the event log; take it away" && ! -e $DOKKU_ROOT/.dokkurc ]]
  run -0 tool events:off
  [[ -d $PLUGIN_ENABLED_PATH/20_events ]]
}

@test "a home that may not be written is one clear line" {
  make_home_of_root
  unset DOKKU_EVENTS_LOGFILE
  LOG="$DOKKU_LIB_ROOT/log/events.log"
  apart -1 as_nobody "$PLUGIN_ENABLED_PATH/events/subcommands/on" events:on
  [[ $stderr == " !     Unable to write $LOG: check that $DOKKU_LIB_ROOT/log is a directory you may write to" ]]
  tool events:on
  tool events:off
  apart -1 as_nobody "$PLUGIN_ENABLED_PATH/events/subcommands/on" events:on
  [[ $stderr == " !     The event log of $DOKKU_LIB_ROOT cannot be changed (EACCES); run this as the user that owns the home" ]]
  tool events:on
  apart -1 as_nobody "$PLUGIN_ENABLED_PATH/events/subcommands/off" events:off
  [[ $stderr == " !     Unable to remove $DOKKU_ROOT/.dokkurc/DOKKU_EVENTS: check that its folder is writable" ]]
  apart -1 as_nobody "$PLUGIN_ENABLED_PATH/events/subcommands/default" events
  [[ $output == '' && $stderr == " !     Unable to read $LOG: permission denied" ]]
  DOKKU_EVENTS=1 apart -0 as_nobody "$OPEN_HOME/package/bin/plugn" trigger post-create web
  [[ $stderr == ' !     The event post-create was not logged: '* ]]
}

@test "events:help is a page, and so is events --help" {
  run -0 tool events:help
  [[ $output == 'Usage: tool events[:COMMAND]

Manage event logging; events of providers are of the command `event`

Additional commands:
    events [-t|--tail]   Show the last events or follow them
    events:list          List the triggers that are logged
    events:off           Disable the events logger
    events:on            Enable the events logger' ]]
  local page="$output"
  run -0 tool events --help
  [[ $output == "$page" ]]
  for command in list on off; do
    apart -1 tool "events:$command" now
    [[ $stderr == ' !     Unexpected argument(s): [now]'* ]]
  done
  [[ ! -e $DOKKU_ROOT/.dokkurc ]]
  run -10 "$PLUGIN_ENABLED_PATH/events/commands" events:on
}
