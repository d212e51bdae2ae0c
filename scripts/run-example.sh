#!/bin/sh
# Plays the main job in a home that is thrown away: install a plugin from a directory, create an app, run commands.
set -eu
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
unset TOOL_ABI PLUGIN_PATH DOKKU_APP_NAME
export TOOL_HOME="$home/home"
tool=$(pwd)/bin/tool

play() {
  printf '\n$ tool %s\n' "$*"
  "$tool" "$@"
}

play plugin:install examples/hello
play apps:create app
play plugin:list
play help
play --explain hello:world app
play hello app
play hello:world app
