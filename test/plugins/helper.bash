# shellcheck shell=bash
# A home in a temporary folder with the core plugins enabled, and the environment that a plugin is given: what the launcher
# does, by hand, so that a plugin is tested with nothing but its environment.
bats_require_minimum_version 1.5.0

REPOSITORY="${BATS_TEST_DIRNAME%/test/plugins}"

# The core plugins that a home for these tests has; a suite may add its own.
CORE_PLUGINS=(00_dokku-standard apps common events trace)
# Those that are there for apps which do not run here; suites add them.
# shellcheck disable=SC2034 # read by suites
SHIMS=(certs config docker-options domains git network nginx-vhosts ports ps scheduler-null)

# make_home [<folder> [<package>]]: with the checkout's core plugins, or another package's
make_home() {
  local home="${1:-$BATS_TEST_TMPDIR/home}" package="${2:-$REPOSITORY}" name folders=()
  # Whatever of the ABI surrounds this test run is not for the plugins under test.
  for name in $(compgen -e); do
    case "$name" in DOKKU_* | TOOL_* | PLUGIN_* | SSH_USER | SSH_NAME | NAME | FINGERPRINT) unset "$name" ;; esac
  done
  export TOOL_ABI="tool:$home"
  export DOKKU_LIB_ROOT="$home" TOOL_LIB_ROOT="$home" DOKKU_ROOT="$home/root" TOOL_ROOT="$home/root"
  export DOKKU_NOT_IMPLEMENTED_EXIT=10 TOOL_NOT_IMPLEMENTED_EXIT=10 DOKKU_PID=$$ TOOL_PID=$$
  export TOOL_PACKAGE="$package" TOOL_NODE
  TOOL_NODE="$(command -v node)"
  export PLUGIN_PATH="$home/plugins" PLUGIN_AVAILABLE_PATH="$home/plugins/available" PLUGIN_ENABLED_PATH="$home/plugins/enabled"
  export PLUGIN_CORE_PATH="$home/core-plugins" PLUGIN_CORE_AVAILABLE_PATH="$home/core-plugins/available"
  export PLUGIN_CORE_ENABLED_PATH="$home/core-plugins/enabled"
  mkdir -p "$DOKKU_ROOT" "$PLUGIN_AVAILABLE_PATH" "$PLUGIN_ENABLED_PATH" "$PLUGIN_CORE_AVAILABLE_PATH" "$PLUGIN_CORE_ENABLED_PATH"
  # Four processes, however many plugins there are: this is done for every test.
  for name in "${CORE_PLUGINS[@]}"; do
    if [[ -d $package/plugins/$name ]]; then folders+=("$package/plugins/$name"); else folders+=("$package/compat/dokku/$name"); fi
  done
  ln -s "${folders[@]}" "$PLUGIN_CORE_AVAILABLE_PATH/"
  ln -s "${CORE_PLUGINS[@]/#/$PLUGIN_CORE_AVAILABLE_PATH/}" "$PLUGIN_CORE_ENABLED_PATH/"
  ln -s "${CORE_PLUGINS[@]/#/$PLUGIN_CORE_AVAILABLE_PATH/}" "$PLUGIN_AVAILABLE_PATH/"
  ln -s "${CORE_PLUGINS[@]/#/$PLUGIN_AVAILABLE_PATH/}" "$PLUGIN_ENABLED_PATH/"
  if [[ -x $REPOSITORY/bin/plugn ]]; then
    PATH="$REPOSITORY/bin:$PATH"
  else
    make_plugn "$home/bin"
    PATH="$home/bin:$PATH"
  fi
  COMMON="$PLUGIN_CORE_AVAILABLE_PATH/common"
}

# make_plugn <folder>: only `plugn trigger`, for a tree in which the real one is not built
make_plugn() {
  mkdir -p "$1"
  cat >"$1/plugn" <<'PLUGN'
#!/usr/bin/env bash
export LC_ALL=C
hook="$2"
shift 2
for file in "$PLUGIN_ENABLED_PATH"/*/"$hook"; do
  [[ ! -f $file || ! -x $file ]] || "$file" "$@" || exit
done
PLUGN
  chmod +x "$1/plugn"
}

# make_hook <plugin> <trigger>: with the script on stdin
make_hook() {
  local folder="$PLUGIN_AVAILABLE_PATH/$1"
  # A core plugin of that name makes room: its link leads into the checkout.
  [[ ! -L $folder ]] || rm "$folder"
  mkdir -p "$folder"
  { printf '#!/usr/bin/env bash\n' && cat; } >"$folder/$2"
  chmod +x "$folder/$2"
  ln -sfn "$folder" "$PLUGIN_ENABLED_PATH/$1"
}

# make_recorders <trigger>...: plugins' hooks that write their name and arguments to $RECORD
make_recorders() {
  local trigger
  export RECORD="$BATS_TEST_TMPDIR/record"
  : >"$RECORD"
  for trigger in "$@"; do
    # shellcheck disable=SC2016 # The script expands it.
    make_hook recorder "$trigger" <<<'printf "%s\n" "${0##*/} $*" >>"$RECORD"'
  done
}

# tool <command word> <argument>...: what the launcher would exec
tool() {
  local plugin="${1%%:*}" name=default
  [[ $1 == *:* ]] && name="${1#*:}"
  if [[ $name == help ]]; then
    "$PLUGIN_ENABLED_PATH/$plugin/commands" "$@"
  else
    "$PLUGIN_ENABLED_PATH/$plugin/subcommands/$name" "$@"
  fi
}

# library <script> <argument>...: a plugin's script that has sourced the library, in its usual header's mode. Under errexit
# a plain `! command` proves nothing, so the script has `not`.
library() {
  bash -c "set -eo pipefail; not() { ! \"\$@\"; }; source \"\$PLUGIN_CORE_AVAILABLE_PATH/common/functions\"; $1" plugin "${@:2}"
}

# properties <script> <argument>...: the same with the property functions
properties() {
  bash -c "set -eo pipefail; not() { ! \"\$@\"; }; source \"\$PLUGIN_CORE_AVAILABLE_PATH/common/property-functions\"; $1" plugin "${@:2}"
}

# with <plugin> <script> <argument>...: the same with a plugin's functions
with() {
  bash -c "set -eo pipefail; not() { ! \"\$@\"; }; source \"\$PLUGIN_AVAILABLE_PATH/$1/functions\"; $2" plugin "${@:3}"
}

prop() { "$COMMON/prop" "$@"; }

# as_nobody <command> <argument>...: as a user who does not own the home; needs root
as_nobody() {
  setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# make_home_of_root: one that everybody may read, and only root may write
make_home_of_root() {
  ((EUID == 0)) || skip "needs root, to become somebody else"
  command -v setpriv >/dev/null || skip "needs setpriv"
  OPEN_HOME="$(mktemp -d "${TMPDIR:-/tmp}/tool-home.XXXXXX")"
  chmod 0755 "$OPEN_HOME"
  # The checkout may stand where others cannot go.
  mkdir "$OPEN_HOME/package"
  cp -R "$REPOSITORY"/{bin,compat,dist,libexec,plugins} "$OPEN_HOME/package"
  chmod -R a+rX "$OPEN_HOME/package"
  make_home "$OPEN_HOME" "$OPEN_HOME/package"
  PATH="$OPEN_HOME/package/bin:$PATH"
}

teardown() {
  [[ -z ${OPEN_HOME:-} ]] || rm -rf "$OPEN_HOME"
}

# apart -<status> <command> <argument>...: what `run --separate-stderr` is for; bats 1.8 drops the blanks that $stderr
# starts with, and half of what plugins say starts with one
apart() {
  local expected="${1#-}"
  shift
  status=0
  output="$("$@" 2>"$BATS_TEST_TMPDIR/stderr")" || status=$?
  stderr="$(<"$BATS_TEST_TMPDIR/stderr")"
  if ((status != expected)); then
    printf 'status %s, not %s: %s\n%s\n%s\n' "$status" "$expected" "$*" "$output" "$stderr"
    return 1
  fi
}
