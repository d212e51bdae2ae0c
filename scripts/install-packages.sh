#!/bin/sh
# Installs the Debian packages that test suites use, where that is possible without asking: as root, with apt-get.
# Elsewhere nothing happens, and a suite that lacks a program says so.
#   scripts/install-packages.sh [systems | s3]   those of `make test`, or of `make test-systems` or `make test-s3` besides
set -eu
missing=''
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need bats bats
need busybox busybox
need dash dash
need gcc gcc
need gpg gnupg
need hyperfine hyperfine
need jq jq
need nginx nginx-light
need openssl openssl
need parallel parallel
need ps procps
need python3 python3
need setpriv util-linux
need shellcheck shellcheck
need shfmt shfmt
need ssh-keygen openssh-client
need sudo sudo
need xz xz-utils
need zip zip
need zstd zstd
case ${1-} in systems)
  need sshd openssh-server
  need chromium chromium
  need docker-registry docker-registry
  need fish fish
  need nats-server nats-server
  need skopeo skopeo
  need curl curl
  need socat socat
  need zsh zsh
  [ -e /usr/share/bash-completion/bash_completion ] || missing="$missing bash-completion"
  ;;
s3)
  need memcached memcached
  for part in proxy account container object; do need "swift-$part-server" "swift-$part"; done
  ;;
esac
[ -n "$missing" ] || exit 0
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || exit 0
printf 'Installing Debian packages:%s\n' "$missing"
# Programs are wanted, not services: in run level 1 none is started.
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
log=$(mktemp) started=$(date +%s)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # a list of package names
{ apt-get update -q && apt-get install -y -q --no-install-recommends $missing libc6-dev; } >"$log" 2>&1 || {
  tail -n 20 "$log" >&2
  printf 'apt-get failed; the suites that need%s will say so\n' "$missing" >&2
}
printf 'Installing packages took %s s\n' "$(($(date +%s) - started))"
