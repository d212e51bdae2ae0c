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
    # The lesser of two, in microseconds.
    measure() {
      local least=999999999 begin took _
      for _ in 1 2; do
        begin=${EPOCHREALTIME/[.,]/}
        "$@"
        took=$((${EPOCHREALTIME/[.,]/} - begin))
        ((took >= least)) || least=$took
      done
      REPLY=$least
    }
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
      ((REPLY < 9 * once_written + 20000)) || { echo "row $row, written: $once_written, then $REPLY"; exit 1; }
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
    took() {
      local begin=${EPOCHREALTIME/[.,]/}
      _env_parse "$text"
      _env_format
      REPLY=$((${EPOCHREALTIME/[.,]/} - begin))
    }
    fill 2000 && took && once=$REPLY
    fill 8000 && took
    ((REPLY < 9 * once)) || { echo "$once, then $REPLY"; exit 1; }'
}
