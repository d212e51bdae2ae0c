#!/usr/bin/env bats
# The ENV format: test/fixtures/env-files is the table, and what is written is read back the same.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() {
  CORE_PLUGINS+=(config)
  make_home
  FIXTURES="$REPOSITORY/test/fixtures/env-files"
  ENV_FILE="$DOKKU_LIB_ROOT/config/--global/ENV"
  mkdir -p "${ENV_FILE%/*}"
}

# format <script> <argument>...: a script that has the reader and the writer
format() {
  bash -c 'set -eo pipefail; source "$PLUGIN_CORE_AVAILABLE_PATH/common/functions"
    source "$PLUGIN_CORE_AVAILABLE_PATH/config/env-store"; '"$1" plugin "${@:2}"
}

# dump <file>: its variables as a .vars file has them
dump() {
  format '_ENV_DIRECTORY=/nowhere _env_read "$1"; for key in "${_CONFIG_KEYS[@]}"; do printf "%s\0%s\0" "$key" "${_CONFIG_VARS[$key]}"; done' "$1"
}

@test "every file of the table means what the table says" {
  local file count=0
  for file in "$FIXTURES"/*.vars; do
    dump "${file%.vars}.env" >"$BATS_TEST_TMPDIR/vars"
    cmp "$BATS_TEST_TMPDIR/vars" "$file"
    count=$((count + 1))
  done
  ((count >= 19))
}

@test "the table is read the same in every locale, and by scripts that are strict about unset names" {
  local locale
  for locale in C.UTF-8 POSIX; do
    LC_ALL="$locale" dump "$FIXTURES/odd-bytes.env" >"$BATS_TEST_TMPDIR/vars"
    cmp "$BATS_TEST_TMPDIR/vars" "$FIXTURES/odd-bytes.vars"
  done
  format 'set -u; _env_read "$1"; [[ ${#_CONFIG_KEYS[@]} == 15 ]]' "$FIXTURES/expansion.env"
}

@test "a file that cannot be read is named with the line, and is left alone" {
  local file
  for file in "$FIXTURES"/*.error; do
    cp "${file%.error}.env" "$ENV_FILE"
    apart -1 tool config:get --global A
    [[ $output == '' && $stderr == " !     Unable to read $ENV_FILE: $(<"$file")" ]]
    apart -1 tool config:set --global NEW=1 --quiet
    [[ $stderr == " !     Unable to read $ENV_FILE: $(<"$file")" ]]
    cmp "${file%.error}.env" "$ENV_FILE"
  done
}

@test "a NUL byte or a directory in its place is an error, not an empty environment" {
  printf 'A=1\nB=\0002\n' >"$ENV_FILE"
  apart -1 tool config:set --global C=3 --quiet
  [[ $stderr == " !     Unable to read $ENV_FILE: it holds a NUL byte" ]]
  rm "$ENV_FILE" && mkdir "$ENV_FILE"
  apart -1 tool config:get --global A
  [[ $stderr == " !     Unable to read $ENV_FILE: it is a directory" ]]
}

@test "what was read and is written means the same" {
  local file
  for file in "$FIXTURES"/*.vars; do
    cp "${file%.vars}.env" "$ENV_FILE"
    dump "$ENV_FILE" | sort -z >"$BATS_TEST_TMPDIR/before"
    tool config:set --global ZZ_NEW=1 >/dev/null 2>&1
    tool config:unset --global ZZ_NEW >/dev/null
    dump "$ENV_FILE" | sort -z >"$BATS_TEST_TMPDIR/after"
    cmp "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
  done
}

@test "the file is written byte for byte as Dokku writes it, but for numbers that Dokku would change" {
  cp "$FIXTURES/written.env" "$ENV_FILE"
  tool config:set --global ZEROS=007 --quiet
  cmp "$FIXTURES/written.env" "$ENV_FILE"
}

@test "names that cannot be variables are taken out of the file, and told of beside the output" {
  cp "$FIXTURES/invalid-keys.env" "$ENV_FILE"
  apart -0 tool config:get --global valid_key
  [[ $output == value && $stderr == '-----> Deleting invalid key --invalid-key from config for <global>
-----> Deleting invalid key 1A from config for <global>
-----> Deleting invalid key a.b from config for <global>
-----> Deleting invalid key A\ B from config for <global>' ]]
  [[ $(<"$ENV_FILE") == $'OK=1\nvalid_key="value"' ]]
  apart -0 tool config:get --global valid_key
  [[ $stderr == '' ]]
}

# random_value: leaves some bytes in REPLY, most of them such as mean something to somebody
random_value() {
  local length=$((RANDOM % 12)) pool=$' \t\n\r\\\\""\'\'$$``!!#=:{}()&*~;|<>abAB01nr\x01\x7f\x80\xc3\xa9\xff' LC_ALL=C
  REPLY=''
  while ((length--)); do REPLY+="${pool:RANDOM%${#pool}:1}"; done
}

@test "every value is read back as it was given: 300 at random" {
  local index REPLY
  local -a pairs=()
  RANDOM="${SEED:-20}"
  : >"$BATS_TEST_TMPDIR/expected"
  for ((index = 100; index < 400; index++)); do
    random_value
    pairs+=("K$index=$REPLY")
    printf '%s\0%s\0' "K$index" "$REPLY" >>"$BATS_TEST_TMPDIR/expected"
  done
  tool config:set --global "${pairs[@]}" >/dev/null
  dump "$ENV_FILE" >"$BATS_TEST_TMPDIR/read"
  cmp "$BATS_TEST_TMPDIR/expected" "$BATS_TEST_TMPDIR/read"
  # By way of a shell, of this plugin's own reader, and of a JSON reader for what is text.
  tool config:export --global >"$BATS_TEST_TMPDIR/exports"
  bash -c 'source "$1"; for key in "${!K@}"; do printf "%s\0%s\0" "$key" "${!key}"; done' - "$BATS_TEST_TMPDIR/exports" >"$BATS_TEST_TMPDIR/read"
  cmp "$BATS_TEST_TMPDIR/expected" "$BATS_TEST_TMPDIR/read"
  local how
  for how in exports shell envfile; do
    tool config:export --global --format "$how" >"$BATS_TEST_TMPDIR/text"
    dump "$BATS_TEST_TMPDIR/text" >"$BATS_TEST_TMPDIR/read"
    cmp "$BATS_TEST_TMPDIR/expected" "$BATS_TEST_TMPDIR/read"
  done
}

@test "the bundle is a tar archive of the values, for any byte and any length of a name" {
  local long long_value
  printf -v long 'L%0120d' 7
  printf -v long_value '%0512d' 0
  tool config:set --global A=$'\xff\\n$' B= C="$long_value" "$long=x" D=$'end\n\n' --quiet
  umask 022
  tool config:bundle --global >"$BATS_TEST_TMPDIR/bundle.tar"
  (($(stat -c %s "$BATS_TEST_TMPDIR/bundle.tar") % 512 == 0))
  [[ $(tar tf "$BATS_TEST_TMPDIR/bundle.tar") == $'A\nB\nC\nD\n'"$long" ]]
  mkdir "$BATS_TEST_TMPDIR/out"
  tar xf "$BATS_TEST_TMPDIR/bundle.tar" -C "$BATS_TEST_TMPDIR/out" --no-same-owner
  cd "$BATS_TEST_TMPDIR/out"
  cmp A <(printf '\xff\\n$') && cmp B /dev/null && cmp C <(printf '%s' "$long_value") && cmp D <(printf 'end\n\n') && [[ $(<"$long") == x ]]
  [[ $(stat -c '%a %Y' A "$long") == $'600 0\n600 0' ]]
  python3 -c 'import sys, tarfile; print([(t.name[:1], t.size, t.mode, t.mtime, t.uid) for t in tarfile.open(sys.argv[1])])' \
    "$BATS_TEST_TMPDIR/bundle.tar" >"$BATS_TEST_TMPDIR/python"
  [[ $(<"$BATS_TEST_TMPDIR/python") == "[('A', 4, 384, 0, 0), ('B', 0, 384, 0, 0), ('C', 512, 384, 0, 0), ('D', 5, 384, 0, 0), ('L', 1, 384, 0, 0)]" ]]
  if command -v busybox >/dev/null; then [[ $(busybox tar tf "$BATS_TEST_TMPDIR/bundle.tar") == $'A\nB\nC\nD\n'"$long" ]]; fi
  # A reader may leave; a disk that is full is said.
  tool config:bundle --global | head -c 1 >/dev/null
  apart -1 eval 'tool config:bundle --global >/dev/full'
  [[ $stderr == ' !     Cannot write the output (ENOSPC); free some space, or write it elsewhere' ]]
}

@test "the bundle holds values longer than a pipe, and nothing of them is left on the disk" {
  local value
  printf -v value '%0200000d' 0
  printf 'A=%s\nB=%s\n' "$value" "$value" | tool config:import --global - --quiet
  export TMPDIR="$BATS_TEST_TMPDIR/none"
  [[ $(tool config:bundle --global | tar xO | wc -c) == 400000 ]]
  apart -0 eval 'tool config:bundle --global --trace >/dev/null'
  [[ $stderr == *'+ '* && $stderr != *00000000000* ]]
}

@test "JSON holds every text, and says when a value is none" {
  tool config:set --global A=$'q" b\\ \b\f\n\r\t\x01\x1f\x7f <&> h\xc3\xa9 \xf0\x9f\x8c\x8d \xe2\x80\xa8' --quiet
  apart -0 tool config:export --global --format json
  [[ $stderr == '' && $output == '{"A":"q\" b\\ \b\f\n\r\t\u0001\u001f'$'\x7f'' \u003c\u0026\u003e h'$'\xc3\xa9 \xf0\x9f\x8c\x8d'' \u2028"}' ]]
  [[ $(jq -r .A <<<"$output" | od -An -tx1) == $(tool config:get --global A | od -An -tx1) ]]
  tool config:set --global A=$'\xff\xc3\x28\xed\xa0\x80x\xe2\x82' --quiet
  apart -0 tool config:export --global --format json-list
  [[ $output == $'[{"name":"A","value":"\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx\xef\xbf\xbd\xef\xbf\xbd"}]' ]]
  [[ $stderr == ' !     The value of A is not UTF-8; JSON cannot hold it as it is, config:bundle can' ]]
}
