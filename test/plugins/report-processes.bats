#!/usr/bin/env bats
# One value of a report costs as little in every plugin: the processes that make it are counted.
# shellcheck disable=SC2154 # The helper sets the paths.

load helper
setup() {
  CORE_PLUGINS+=("${SHIMS[@]}")
  make_home
  mkdir "$DOKKU_ROOT/app"
}

# shellcheck disable=SC2016 # PS4 is for the bash that is traced.
# processes <plugin> <type> <flag>: how many bash processes print it, by the ids in a trace
processes() {
  # Root's bash takes no PS4 from its environment.
  BASH_XTRACEFD=7 bash -c 'PS4="+\$BASHPID "; set -x; source "$@"' bash "$PLUGIN_ENABLED_PATH/$1/subcommands/report" "$2:report" app "$3" \
    7>"$BATS_TEST_TMPDIR/trace" >/dev/null
  REPLY="$(sed -n 's/^+*\([0-9][0-9]*\) .*/\1/p' "$BATS_TEST_TMPDIR/trace" | sort -u | wc -l)"
}

@test "a report of one flag looks at that value alone" {
  local plugin type flag flags counted=0
  for plugin in apps domains nginx-vhosts git network ports ps docker-options; do
    type="${plugin%-vhosts}"
    run bash "$PLUGIN_ENABLED_PATH/$plugin/subcommands/report" "$type:report" app --none
    [[ $output == *"valid flags: "* ]]
    flags="${output##*valid flags: }"
    for flag in ${flags//,/}; do
      case "$flag" in
        # Hooks are asked for these.
        --deployed | --processes | --running | --app-locked | --nginx-last-visited-at) continue ;;
        # Of nginx's ninety the three kinds of one.
        --nginx-*) [[ $flag == *-hsts ]] || continue ;;
      esac
      processes "$plugin" "$type" "$flag"
      ((REPLY >= 1 && REPLY <= 6)) || {
        echo "$flag: $REPLY processes"
        return 1
      }
      counted=$((counted + 1))
    done
  done
  ((counted > 30))
}
