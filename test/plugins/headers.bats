#!/usr/bin/env bats
# Every core command that is a shell file says itself how it is called and what it does, and lists show that; of its page, test/end-to-end/core-help.test.ts.
# shellcheck disable=SC2154,SC2030,SC2031 # The helper sets output.

load helper

CORE_PLUGINS+=("${SHIMS[@]}" plugin server)

setup() { make_home; }

# each_command <function>: calls it with <plugin> <name> <file> for each command that is more than a stub of two lines
each_command() {
  local plugin file count=0
  for plugin in "${CORE_PLUGINS[@]}"; do
    for file in "$PLUGIN_ENABLED_PATH/$plugin/subcommands"/*; do
      [[ -f $file ]] || continue
      mapfile -n 3 -t <"$file"
      [[ ${MAPFILE[0]} == '#!'*sh && ${#MAPFILE[@]} == 3 ]] || continue
      # What Node does some of is told of by Node.
      ! grep -q '/libexec/node-command"$' "$file" || continue
      "$1" "$plugin" "${file##*/}" "$file" || return
      count=$((count + 1))
    done
  done
  ((count > 70))
}

# word_of <plugin> <name>: leaves in REPLY what is typed
word_of() {
  case "$1/$2" in
    00_dokku-standard/*) REPLY="$2" ;;
    nginx-vhosts/*) word_of nginx "$2" ;;
    */default) REPLY="$1" ;;
    *) REPLY="$1:$2" ;;
  esac
}

# header <name> <file>: leaves the one line of that name in REPLY, without the name
header() {
  local -a found
  mapfile -t found < <(sed -n "s/^# $1: //p" "$2")
  REPLY="${found[*]}"
  if ((${#found[@]} != 1)) || [[ ! $REPLY ]]; then
    printf '%s has %s lines "# %s:"\n' "$2" "${#found[@]}" "$1"
    return 1
  fi
}

# A comma ends the usage of a row, and a second one would end the description at Dokku's own reader.
in_help() {
  local usage summary listed
  header Usage "$3" || return
  usage="$REPLY"
  header Summary "$3" || return
  summary="$REPLY"
  word_of "$1" "$2"
  [[ "$usage " == "$REPLY "* && $usage$summary != *,* ]] || {
    printf '%s: %s, %s\n' "$3" "$usage" "$summary"
    return 1
  }
  case "$REPLY" in
    apps) listed=apps summary='Manage apps' ;;
    deploy) listed=deploy:help ;;
    *) listed=help ;;
  esac
  case "$listed" in
    deploy:help) "$PLUGIN_ENABLED_PATH/$1/commands" "$listed" | grep -qxF "    $usage   $summary" ;;
    *) "$PLUGIN_ENABLED_PATH/$1/commands" help | grep -qxF "    $usage, $summary" ;;
  esac || {
    printf 'not in help: %s, %s\n' "$usage" "$summary"
    return 1
  }
}

@test "every command has a summary and a usage, and its line in help is made of them" {
  each_command in_help
}

@test "help lists nothing that is no command" {
  local plugin line word name
  for plugin in "${CORE_PLUGINS[@]}"; do
    [[ -x $PLUGIN_ENABLED_PATH/$plugin/commands ]] || continue
    while read -r line; do
      word="${line%%[ ,]*}"
      name="${word#*:}"
      [[ $word == *:* || $plugin == 00_* ]] || name=default
      case "$plugin:$word" in 00_*:help | 00_*:version) continue ;; esac
      [[ -x $PLUGIN_ENABLED_PATH/$plugin/subcommands/$name ]] || {
        printf 'no command: %s\n' "$line"
        return 1
      }
    done < <("$PLUGIN_ENABLED_PATH/$plugin/commands" help)
  done
}

@test "lists are the same in every shell that may be sh" {
  local shell file
  local -a words
  for shell in dash 'busybox sh' 'bash --posix'; do
    read -r -a words <<<"$shell"
    command -v "${words[0]}" >/dev/null || continue
    for file in apps/commands certs/commands nginx-vhosts/commands 00_dokku-standard/commands; do
      for word in help "${file%/*}:help"; do
        cmp <("${words[@]}" "$PLUGIN_ENABLED_PATH/$file" "$word") <("$PLUGIN_ENABLED_PATH/$file" "$word")
      done
    done
  done
}
