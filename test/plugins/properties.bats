#!/usr/bin/env bats
# The property store: prop, and the property functions, which must say the same.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() { make_home; }

@test "a property is one file: the raw value, for its owner's eyes" {
  umask 077
  run -0 prop set hello web greeting $' -n *\t"a"\n\nb '
  [[ $output == '' ]]
  local file="$DOKKU_LIB_ROOT/config/hello/web/greeting"
  printf ' -n *\t"a"\n\nb ' | cmp - "$file"
  [[ $(stat -c %a "$file" "${file%/*}" "$DOKKU_LIB_ROOT/config/hello" "$DOKKU_LIB_ROOT/config") == $'600\n755\n755\n755' ]]
  [[ $(ls -A "${file%/*}") == greeting ]]
  prop get hello web greeting >"$BATS_TEST_TMPDIR/out"
  printf ' -n *\t"a"\n\nb \n' | cmp - "$BATS_TEST_TMPDIR/out"
}

@test "values and names may start with a dash, or hold blanks and globs" {
  local value
  for value in -n --quiet -- '-e \n' '*' 'a  b'; do
    prop set 'my plugin' --global '-key *' "$value"
    [[ $(prop get 'my plugin' --global '-key *') == "$value" ]]
    properties 'fn-plugin-property-write "$@"' 'my plugin' 'an app' -k "$value"
    [[ $(properties 'fn-plugin-property-get "$@"' 'my plugin' 'an app' -k) == "$value" ]]
  done
}

@test "bytes that are no text come back as they were" {
  local bytes=$'\xff\xfe\x01\r\n'
  prop set hello web key "$bytes"
  printf '\xff\xfe\x01\r\n' | cmp - "$DOKKU_LIB_ROOT/config/hello/web/key"
  LC_ALL=C.UTF-8 prop clone hello web api
  cmp "$DOKKU_LIB_ROOT/config/hello/web/key" "$DOKKU_LIB_ROOT/config/hello/api/key"
  [[ $(prop get hello api key) == "${bytes%$'\n'}" ]]
}

@test "the default is for what is missing, not for what is empty" {
  prop set hello web empty ''
  run -0 prop get hello web missing
  [[ $output == '' ]]
  run -0 prop get-with-default hello web missing dflt
  [[ $output == dflt ]]
  run -0 prop get-with-default hello web empty dflt
  [[ $output == '' ]]
  run -0 properties 'fn-plugin-property-get hello web missing d1; fn-plugin-property-get-default hello web missing d2
    fn-plugin-property-get hello web empty d3; fn-plugin-property-get hello web missing'
  [[ $output == $'d1\nd2' ]]
}

@test "a property that is not there does not exist, and can be deleted all the same" {
  run -1 prop exists hello web key
  [[ $output == '' ]]
  prop set hello web key ''
  prop exists hello web key
  prop del hello web key
  prop del hello web key
  run -1 properties 'fn-plugin-property-delete hello web key; fn-plugin-property-exists hello web key'
  [[ $output == '' ]]
}

@test "all properties are printed by key, or those with a prefix" {
  prop set hello web b 2
  prop set hello web a.x 'one two'
  prop set hello web a.y ''
  : >"$DOKKU_LIB_ROOT/config/hello/web/..write.1.2"
  run -0 prop get-all hello web
  [[ $output == $'a.x one two\na.y \nb 2' ]]
  run -0 properties 'fn-plugin-property-get-all-by-prefix hello web a.; fn-plugin-property-get-all hello none'
  [[ $output == $'a.x one two\na.y ' ]]
}

@test "an app's properties are cloned and destroyed as a whole" {
  prop set hello web a $'1\n'
  prop set hello web b 2
  properties 'fn-plugin-property-clone hello web api; fn-plugin-property-clone hello none other'
  prop destroy hello web
  prop destroy hello web
  [[ $(ls -A "$DOKKU_LIB_ROOT/config/hello") == api ]]
  printf '1\n' | cmp - "$DOKKU_LIB_ROOT/config/hello/api/a"
  [[ $(prop get-all hello api | tail -n 1) == 'b 2' ]]
}

@test "destroying all of a plugin's properties spares the variables of an app that is called the same" {
  mkdir -p "$DOKKU_ROOT/hello" "$DOKKU_LIB_ROOT/config/hello" && : >"$DOKKU_LIB_ROOT/config/hello/ENV"
  prop set hello web key v
  prop set hello --global key v
  prop destroy hello _all_
  [[ $(ls -A "$DOKKU_LIB_ROOT/config/hello") == ENV ]]
  rmdir "$DOKKU_ROOT/hello"
  properties 'fn-plugin-property-destroy hello _all_'
  [[ $(ls -A "$DOKKU_LIB_ROOT/config") == '' ]]
}

@test "setup makes the directories" {
  properties 'fn-plugin-property-setup hello; fn-plugin-property-setup-app hello web'
  prop setup other
  prop setup-app other api
  [[ -d $DOKKU_LIB_ROOT/config/hello/web && -d $DOKKU_LIB_ROOT/config/other/api ]]
}

@test "names that would leave the store are refused, and nothing is written" {
  local name
  for name in ../x . .. ..write.1 a/b /etc/passwd; do
    apart -1 prop set "$name" web key v
    [[ $output == '' && $stderr == "Invalid plugin name for set: $name" ]]
    apart -1 prop set hello "$name" key v
    [[ $stderr == "Invalid app name for set: $name" ]]
    apart -1 prop set hello web "$name" v
    [[ $stderr == "Invalid property name for set: $name" ]]
    apart -1 prop destroy hello "$name"
    apart -1 prop clone hello web "$name"
    apart -1 properties 'fn-plugin-property-delete hello web "$1"' "$name"
  done
  apart -1 prop set hello web $'a\nb' v
  [[ $stderr == "Invalid property name for set: \$'a\\nb'" ]]
  apart -1 prop destroy --global _all_
  [[ $stderr == 'Invalid plugin name for destroy: --global' ]]
  [[ ! -e $DOKKU_LIB_ROOT/config ]]
}

@test "what is missing is named" {
  apart -1 prop get hello web
  [[ $stderr == 'Please specify the property for get' ]]
  apart -1 prop set hello '' key v
  [[ $stderr == 'Please specify the app for set' ]]
  apart -1 prop setup
  [[ $stderr == 'Please specify the plugin for setup' ]]
  DOKKU_LIB_ROOT='' apart -1 prop get hello web key
  [[ $stderr == 'DOKKU_LIB_ROOT must be an absolute path; it is ""' ]]
}

@test "an unknown command is an error, not a silent success" {
  apart -1 prop lpush hello web key v
  [[ $output == '' && $stderr == 'Unknown property command: lpush; known: get, '* ]]
  apart -1 prop
  [[ $stderr == 'Unknown property command: (none); known: get, '* ]]
}

@test "a home that may not be written is one clear line, and it can still be read" {
  make_home_of_root
  prop set hello web key v
  chmod 0644 "$DOKKU_LIB_ROOT/config/hello/web/key"
  apart -1 as_nobody "$COMMON/prop" set hello web key new
  [[ $stderr == "Unable to write $DOKKU_LIB_ROOT/config/hello/web/key: check that $DOKKU_LIB_ROOT/config/hello/web is writable and its disk not full" ]]
  apart -1 as_nobody "$COMMON/prop" set other web key new
  [[ $stderr == "Unable to create $DOKKU_LIB_ROOT/config/other/web: check that $DOKKU_LIB_ROOT/config is a directory you may write to" ]]
  apart -1 as_nobody "$COMMON/prop" rpush hello web list x
  apart -1 as_nobody "$COMMON/prop" destroy hello web
  apart -1 as_nobody "$COMMON/prop" del hello web key
  [[ $stderr == "Unable to delete $DOKKU_LIB_ROOT/config/hello/web/key: check that it is a file in a directory you may write to" ]]
  [[ $(as_nobody "$COMMON/prop" get hello web key) == v && $(ls -A "$DOKKU_LIB_ROOT/config/hello/web") == key ]]
  chmod 0600 "$DOKKU_LIB_ROOT/config/hello/web/key"
  apart -1 as_nobody "$COMMON/prop" get hello web key
  [[ $stderr == "Unable to read $DOKKU_LIB_ROOT/config/hello/web/key: permission denied" ]]
}

@test "an ordinary user keeps what is theirs, whoever the system user is said to be" {
  make_home_of_root
  mkdir "$OPEN_HOME/own" && chown 65534:65534 "$OPEN_HOME/own"
  run -0 as_nobody env DOKKU_LIB_ROOT="$OPEN_HOME/own" DOKKU_SYSTEM_USER=root DOKKU_SYSTEM_GROUP=nosuchgroup "$COMMON/prop" set hello web key v
  [[ $output == '' && $(stat -c %u "$OPEN_HOME/own/config/hello/web/key") == 65534 ]]
}

@test "root gives files to a system user that exists, and says so when it cannot" {
  make_home_of_root
  DOKKU_SYSTEM_USER=nosuchuser DOKKU_SYSTEM_GROUP=nosuchgroup prop set hello a key v
  DOKKU_SYSTEM_USER=nobody DOKKU_SYSTEM_GROUP='' prop set hello b key v
  DOKKU_SYSTEM_USER=65533 DOKKU_SYSTEM_GROUP=65532 prop set hello c key v
  cd "$DOKKU_LIB_ROOT/config/hello"
  [[ $(stat -c '%u:%g' a a/key b b/key c c/key) == $'0:0\n0:0\n65534:0\n65534:0\n65533:65532\n65533:65532' ]]
  DOKKU_SYSTEM_USER=nobody DOKKU_SYSTEM_GROUP=nosuchgroup apart -1 prop set hello a key new
  [[ $stderr == "Unable to give $PWD/a/..write."*" to nobody:nosuchgroup (DOKKU_SYSTEM_USER, DOKKU_SYSTEM_GROUP): chown: "* ]]
  [[ $(prop get hello a key) == v && $(ls -A a) == key ]]
}

@test "of parallel writers of one property the last wins, and no reader ever sees a torn or a missing value" {
  local long other writer torn=0 value
  printf -v long '%20000s' x
  other="${long// /y}"
  prop set hello web key "$long"
  for writer in "$long" "$other"; do
    properties 'for i in {1..25}; do fn-plugin-property-write hello web key "$1"; done' "$writer" 3>&- &
  done
  while [[ -n $(jobs -pr) ]]; do
    value="$(<"$DOKKU_LIB_ROOT/config/hello/web/key")"
    [[ $value == "$long" || $value == "$other" ]] || torn=1
  done
  wait
  [[ $torn == 0 && $(ls -A "$DOKKU_LIB_ROOT/config/hello/web") == key ]]
}

@test "writers survive a destroy that runs beside them" {
  properties 'for i in {1..20}; do fn-plugin-property-write hello web key v; fn-plugin-property-list-add hello web list v; done' 3>&- &
  local writer=$!
  properties 'for i in {1..20}; do fn-plugin-property-destroy hello web; done'
  wait "$writer"
  [[ $(ls -A "$DOKKU_LIB_ROOT/config/hello") == @(|web) ]]
}

@test "all properties, or those with a prefix, are printed by key, a list without the end of its last line" {
  prop set hello web url-b 'x  *'
  prop set hello web url-a ''
  prop rpush hello web url-list one
  prop rpush hello web url-list two
  prop set hello web other v
  local expected=$'url-a \nurl-b x  *\nurl-list one\ntwo'
  run -0 prop get-all-by-prefix hello web url-
  [[ $output == "$expected" ]]
  run -0 prop get-all-by-prefix hello web '*'
  [[ $output == '' ]]
  run -0 prop get-all hello web
  [[ $output == $'other v\n'"$expected" ]]
  run -0 properties 'fn-plugin-property-get-all hello web; fn-plugin-property-get-all-by-prefix hello web url-'
  [[ $output == $'other v\n'"$expected"$'\n'"$expected" ]]
}
