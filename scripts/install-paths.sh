# shellcheck shell=sh
# shellcheck disable=SC2034 # its variables are for the scripts that source this
# Where an install goes: sourced by install.sh and uninstall.sh with their arguments, a prefix and a staging root.
prefix=$1 root=$2
case $prefix in
  /*) ;;
  # Not every shell replaces it in PREFIX=~/.local.
  [~] | [~]/*) prefix=$HOME${prefix#?} ;;
  *) prefix=$(pwd)/$prefix ;;
esac
package=$prefix/lib/tool
quoted=\'$(printf '%s' "$package" | sed "s/'/'\\\\''/g")\'

fail() {
  printf ' !     %s\n' "$1" >&2
  exit 1
}
