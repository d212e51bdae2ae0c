#!/usr/bin/env bats
# Long values: read as short ones are, and in time that grows with their length.
# shellcheck disable=SC2016,SC2154 # The helper sets the paths; what is in single quotes is for the shell under test.

load helper
setup() {
  CORE_PLUGINS+=(config)
  make_home
}

# reader <script> <argument>...: a script that has the reader and the writer, the table, and repeat <text> <times>
reader() {
  bash -c 'set -eo pipefail; source "$PLUGIN_CORE_AVAILABLE_PATH/common/functions"
    source "$PLUGIN_CORE_AVAILABLE_PATH/config/env-store"; source "$PLUGIN_CORE_AVAILABLE_PATH/config/env-format"
    LC_ALL=C
    # Quotes around, what is written, and what it means.
    table=(
      \" "plain text " "plain text "
      \" "ab\\\$\\\"\\n" "ab\$\""$'"'\\n'"'
      \" "a\\\\\\\\b" "a\\\\b"
      \" "a\$(b" "a\$(b"
      \" "\${NONE}x" "x"
      \" "line"$'"'\\n'"' "line"$'"'\\n'"'
      "'"'"'" "a\$b \\" "a\$b \\"
      "'"'"'" "a'"'\\\\''"'b" "a'"'"'b"
      "" "a\$b\\\$c" "a\$b\$c"
    )
    repeat() { local all; printf -v all "%*s" "$2" ""; REPLY="${all// /"$1"}"; }
    # Milliseconds of the processor, the lesser of two: other processes do not count.
    measure() {
      local least=999999999 took _
      for _ in 1 2; do
        spent && took=$REPLY
        "$@"
        spent && took=$((REPLY - took))
        ((took >= least)) || least=$took
      done
      REPLY=$((least + 1))
    }
    spent() {
      local user system
      times >"$BATS_TEST_TMPDIR/times"
      read -r user system <"$BATS_TEST_TMPDIR/times"
      user=${user//[!0-9]/} system=${system//[!0-9]/}
      REPLY=$((10#$user + 10#$system))
    }
    write() { repeat "$2" "$3"; text="KEY=$1$4$REPLY$1"$'"'\\n'"'; }
    '"$1" reader "${@:2}"
}

@test "a long value means what a short one does, wherever its pieces are cut, and is written back the same" {
  reader '
    for ((row = 0; row < ${#table[@]}; row += 3)); do
      for shift in "" x xxx; do
        for times in 3 500; do
          write "${table[row]}" "${table[row + 1]}" "$times" "$shift"
          repeat "${table[row + 2]}" "$times"
          meant="$shift$REPLY"
          _env_parse "$text" || { echo "${table[row + 1]} $shift $times: $REPLY"; exit 1; }
          [[ ${_CONFIG_VARS[KEY]} == "$meant" ]] || { echo "row $row, $shift, $times"; exit 1; }
          _env_format
          _env_parse "$REPLY"
          [[ ${_CONFIG_VARS[KEY]} == "$meant" ]] || { echo "row $row, $shift, $times, written"; exit 1; }
        done
      done
    done'
}

@test "four times the length takes less than nine times the time" {
  reader '
    parse() { _env_parse "$text"; }
    for ((row = 0; row < ${#table[@]}; row += 3)); do
      # Long enough for what is done once not to count.
      times=1200
      ((row > 0)) || times=40000
      write "${table[row]}" "${table[row + 1]}" "$times" ""
      measure parse
      once=$REPLY
      measure _env_format
      once_written=$REPLY
      write "${table[row]}" "${table[row + 1]}" "$((4 * times))" ""
      measure parse
      ((REPLY < 9 * once)) || { echo "row $row: $once, then $REPLY"; exit 1; }
      measure _env_format
      ((REPLY < 9 * once_written + 20)) || { echo "row $row, written: $once_written, then $REPLY"; exit 1; }
    done'
}

@test "many variables are imported in time that grows with their number" {
  reader '
    fill() {
      local index
      local -a rows=()
      for ((index = 0; index < $1; index++)); do
        rows+=("KEY_$index=\"value $index\"")
      done
      printf -v text "%s\n" "${rows[@]}"
    }
    both() { _env_parse "$text" && _env_format; }
    fill 2000 && measure both && once=$REPLY
    fill 8000 && measure both
    ((REPLY < 9 * once)) || { echo "$once, then $REPLY"; exit 1; }'
}

@test "what people write by hand is read in time that grows with its length" {
  reader '
    parse() { _env_parse "$text"; _config_rows "" >/dev/null; }
    source "$PLUGIN_CORE_AVAILABLE_PATH/config/rows-functions"
    # What stands before, what is repeated, how often, and what stands behind it.
    shapes=(
      "export " "KEY=\"some value\" OTHER='"'some other'"' " 250 ""
      "KEY=x" " " 30000 ""
      "KEY=" " " 30000 x
      "" " " 30000 KEY=x
      "KEY=\"" " " 30000 "\""
      "KEY=\"x\"" " " 30000 "# comment"
      "KEY=" "x" 30000 " # comment"
      "KEY=" "x#" 10000 " # comment"
      "KEY=" "\\" 10000 ""
      "KEY=\"" "\\\\" 2500 "\""
      "KEY=\"" $'"'\n'"' 2500 "\""
    )
    for ((row = 0; row < ${#shapes[@]}; row += 4)); do
      repeat "${shapes[row + 1]}" "${shapes[row + 2]}"
      text="${shapes[row]}$REPLY${shapes[row + 3]}"
      measure parse
      once=$REPLY
      repeat "${shapes[row + 1]}" "$((4 * shapes[row + 2]))"
      text="${shapes[row]}$REPLY${shapes[row + 3]}"
      measure parse
      ((REPLY < 9 * once + 20)) || { echo "row $((row / 4)): $once, then $REPLY"; exit 1; }
    done'
}

@test "what stands behind a value, and a comment behind many blanks, are found wherever the pieces are cut" {
  reader '
    for length in 1 500 510 511 512 513 1022 1023 1024 1025 5000; do
      for blanks in 1 500 1500 5000; do
        repeat x "$length" && long=$REPLY
        repeat " " "$blanks" && blank=$REPLY
        for quote in \" "'"'"'"; do
          _env_parse "${blank}export${blank}A=$blank$quote$long$quote${blank}B=$quote$blank$quote C: $long$blank# D=1" || { echo "$REPLY"; exit 1; }
          [[ ${_CONFIG_KEYS[*]} == "A B C" && ${_CONFIG_VARS[A]} == "$long" && ${_CONFIG_VARS[B]} == "$blank" ]]
          [[ ${_CONFIG_VARS[C]} == "$long" ]]
          ! _env_parse "A=$quote$long$quote$blank#x"$'"'\n'"'"B=$quote$blank$quote$long" || exit 1
          [[ $REPLY == "line 2 has text right after the closing quote of B" ]]
        done
        _env_parse "A=$long\\\$B$blank" && [[ ${_CONFIG_VARS[A]} == "$long\$B" ]]
        _env_parse "A=$long\\\\C$blank" && [[ ${_CONFIG_VARS[A]} == "$long\\\\C" ]]
      done
    done'
}
