#!/bin/sh
# Runs a command where the accounts dokku and tool exist if this machine has no dokku, and where neither does if it has: in a mount
# namespace of its own, with copies of the files that name accounts. Needs root.
set -eu
case ${1-} in
  '') printf 'usage: scripts/with-other-accounts.sh COMMAND…\n' >&2 && exit 2 ;;
esac
[ "$(id -u)" = 0 ] || { printf 'scripts/with-other-accounts.sh needs root\n' >&2 && exit 2; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for file in passwd group; do grep -Ev '^(dokku|tool):' "/etc/$file" >"$scratch/$file"; done
if ! id dokku >/dev/null 2>&1; then
  # Numbers that no distribution gives away by itself.
  printf '%s\n' dokku:x:7001:7001::/home/dokku:/bin/bash tool:x:7002:7002::/home/tool:/bin/bash >>"$scratch/passwd"
  printf '%s\n' dokku:x:7001: tool:x:7002: >>"$scratch/group"
fi
chmod 644 "$scratch/passwd" "$scratch/group"

# shellcheck disable=SC2016 # for the shell inside
unshare --mount -- sh -c '
  mount --make-rprivate / && mount --bind "$0/passwd" /etc/passwd && mount --bind "$0/group" /etc/group || exit 70
  exec "$@"
' "$scratch" "$@"
