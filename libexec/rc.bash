# shellcheck shell=bash
# Run by libexec/launch when an rc file exists: rc files are bash, so bash sources them and then becomes the launcher.
# Takes the brand, the package's path, the path that was started, whether sshd forced it, and what was typed. Being this file is the mark that rc files are in hand.
tool_brand=$1 tool_pkg=$2 tool_entry=$3 tool_forced=$4 tool_rc=bash
shift 4
shopt -s execfail
export DOCKER_BIN=docker

tool_source_home_rc() {
  local file
  # Root sources nothing that stands where another user could put it.
  [[ -z $tool_root_user || -O $tool_root ]] || return 0
  for file in "$tool_root/dokkurc" "$tool_root/.dokkurc"/*; do
    [[ -e $file ]] || continue
    [[ $file == "$tool_root/dokkurc" && ! -f $file ]] && continue
    if [[ ! -r $file ]]; then
      printf 'Unable to read %s for sourcing\n' "$file" >&2
      exit 1
    fi
    # shellcheck disable=SC1090 # the user's own file
    source "$file"
  done
}

# shellcheck disable=SC1090 # the administrator's own file
[[ -r /etc/default/$tool_brand ]] && source "/etc/default/$tool_brand"
# shellcheck source=scripts/launch-interface.sh
source "$tool_pkg/libexec/launch"
