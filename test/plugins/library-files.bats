#!/usr/bin/env bats
# The library files of Dokku's core plugins that are here for what sources them: proxy, checks, ssh-keys, builder-herokuish, plugin, and
# common's archive-functions.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() {
  CORE_PLUGINS+=("${SHIMS[@]}" builder-herokuish checks plugin proxy ssh-keys)
  make_home
  mkdir "$DOKKU_ROOT/web"
  cd "$BATS_TEST_TMPDIR" || return
}

# library <plugin>/<file> <script>: a plugin's script that has sourced the file
library() { bash -c "set -eo pipefail; source \"\$PLUGIN_AVAILABLE_PATH/$1\"; $2" plugin "${@:3}"; }

@test "each can be sourced by a plugin that is strict, from both places" {
  local file
  for file in proxy/functions checks/functions ssh-keys/functions builder-herokuish/functions plugin/functions common/archive-functions; do
    apart -0 bash -c 'set -eo pipefail; source "$PLUGIN_CORE_AVAILABLE_PATH/$1"; source "$PLUGIN_AVAILABLE_PATH/$1"' plugin "$file"
    [[ $output$stderr == '' ]]
  done
}

@test "labels of a proxy: fn-proxy-get-labels-file-path, fn-proxy-display-labels, fn-proxy-show-label, fn-proxy-escape-extended-sed" {
  run -0 library proxy/functions 'fn-proxy-get-labels-file-path caddy web'
  [[ $output == "$DOKKU_LIB_ROOT/config/caddy/web/labels" ]]
  apart -0 library proxy/functions 'fn-proxy-display-labels caddy web; fn-proxy-show-label caddy web a'
  [[ $output == '' && $stderr == ' !     No caddy labels set for web' ]]
  mkdir -p "$DOKKU_LIB_ROOT/config/caddy/web"
  printf '# kept\n\na.b=one=two\naxb=three\n' >"$DOKKU_LIB_ROOT/config/caddy/web/labels"
  run -0 library proxy/functions 'fn-proxy-display-labels caddy web; fn-proxy-show-label caddy web a.b'
  [[ $output == $'=====> web caddy labels\n       a.b=one=two\n       axb=three\none=two' ]]
  run -0 library proxy/functions 'sed -En "s/^$(fn-proxy-escape-extended-sed "a.b[/")=//p" <<<"a.b[/=x"'
  [[ $output == x ]]
}

@test "is_app_proctype_checks_disabled and is_app_proctype_checks_skipped follow the properties" {
  local script='is_app_proctype_checks_disabled web web; is_app_proctype_checks_skipped web worker'
  run -0 library checks/functions "$script"
  [[ $output == $'false\nfalse' ]]
  prop set checks web disabled web,worker
  prop set checks web skipped _all_
  run -0 library checks/functions "$script"
  [[ $output == $'true\ntrue' ]]
}

@test "verify_ssh_key_exists, verify_ssh_key_file and create_ssh_key_file" {
  apart -1 library ssh-keys/functions verify_ssh_key_exists
  [[ $stderr == ' !     No public keys found.' ]]
  run -0 library ssh-keys/functions 'create_ssh_key_file; verify_ssh_key_exists'
  [[ $(stat -c %a "$DOKKU_ROOT/.ssh/authorized_keys") == 600 ]]
  run -1 library ssh-keys/functions verify_ssh_key_file
  [[ $output == ' !     No public keys found.' ]]
  command -v ssh-keygen >/dev/null || skip "ssh-keygen is not installed"
  ssh-keygen -q -t ed25519 -N '' -f key
  cp key.pub "$DOKKU_ROOT/.ssh/authorized_keys"
  run -0 library ssh-keys/functions verify_ssh_key_file
  echo 'no key' >>"$DOKKU_ROOT/.ssh/authorized_keys"
  run -1 library ssh-keys/functions verify_ssh_key_file
  [[ $output == " !     $DOKKU_ROOT/.ssh/authorized_keys line 2 failed ssh-keygen check." ]]
}

@test "fn-has-buildpacks-file, fn-has-buildpack-dotenv and fn-has-buildpack-env" {
  local script='for call in "fn-has-buildpacks-file ." "fn-has-buildpack-dotenv ." "fn-has-buildpack-env web"; do $call && echo yes || echo no; done'
  run -0 library builder-herokuish/functions "$script"
  [[ $output == $'no\nno\nno' ]]
  touch .buildpacks
  echo 'export BUILDPACK_URL=x' >.env
  tool config:set --no-restart web BUILDPACK_URL=x >/dev/null
  run -0 library builder-herokuish/functions "$script"
  [[ $output == $'yes\nyes\nyes' ]]
}

@test "plugin_name, enable_plugin, disable_plugin, download_plugin, download_and_enable_plugin, update_plugin and uninstall_plugin call plugn" {
  run -0 library plugin/functions 'plugin_name https://example.org/dokku/dokku-redis.git'
  [[ $output == redis ]]
  mkdir "$PLUGIN_AVAILABLE_PATH/mine"
  run -0 library plugin/functions 'plugn() { printf "plugn %s\n" "$*"; }
    enable_plugin mine; update_plugin mine v1; uninstall_plugin mine; download_plugin url other
    enable_plugin() { echo "enable $1"; }; update_plugin() { echo "update $*"; }
    download_and_enable_plugin https://example.org/dokku-redis.git --committish v1'
  [[ $output == "plugn enable mine
-----> Plugin mine enabled
plugn update mine v1
plugn trigger uninstall mine
plugn uninstall mine
-----> Plugin mine uninstalled
plugn install url other
-----> Cloning plugin repo https://example.org/dokku-redis.git to $PLUGIN_AVAILABLE_PATH/redis
plugn install https://example.org/dokku-redis.git redis
enable redis
update redis v1
plugn trigger install" ]]
  run -1 library plugin/functions 'disable_plugin common'
  [[ $output == ' !     Cannot disable a core plugin' ]]
}

@test "an archive is unpacked by fn-archive-extract-tar, fn-archive-extract-tar-stdin" {
  mkdir source to
  echo text >source/file
  ln -s file source/link
  tar -czf good.tgz source
  apart -0 library common/archive-functions 'fn-archive-extract-tar good.tgz to tar.gz 1; fn-archive-extract-tar-stdin to < <(tar -c source)'
  [[ $output == '' && $stderr == *'event=extraction_started archive_type=tar.gz source=good.tgz details=dest=to'* ]]
  [[ $(<to/link) == text && $(<to/source/file) == text ]]
}

@test "an archive that would leave its directory is refused whole: fn-archive-validate-tar-entries, fn-archive-check-bomb-protection" {
  mkdir source to
  echo text >file
  echo text >source/file
  ln -s /etc/passwd source/absolute
  tar -cf absolute-link.tar source
  ln -sfn ../../file source/absolute
  tar -cf traversal-link.tar source
  rm source/absolute
  tar -cPf absolute.tar "$PWD/file"
  (cd source && tar -cPf ../traversal.tar ../file)
  mkfifo source/pipe
  tar -cf special.tar source
  local name
  for name in absolute-link traversal-link absolute traversal special; do
    apart -1 library common/archive-functions 'fn-archive-extract-tar "$1.tar" to tar' "$name"
    [[ $output == '' && $stderr == *'event=rejected_'* && $stderr == *' !     Archive contains '* ]]
    [[ -z $(ls -A to) ]]
  done
  prop set git --global archive-max-files 1
  apart -1 library common/archive-functions 'fn-archive-extract-tar absolute-link.tar to tar'
  [[ $stderr == *' !     Archive contains 3 entries which exceeds the maximum of 1' ]]
  prop set git --global archive-max-size 1
  apart -1 library common/archive-functions 'fn-archive-extract-tar absolute-link.tar to tar'
  [[ $stderr == *' !     Archive exceeds maximum allowed size of 1 bytes' ]]
}

@test "fn-archive-computed-max-size, fn-archive-computed-max-files, fn-archive-tar-flag, fn-archive-validate-extracted-symlinks, fn-archive-log-security-event" {
  run -0 library common/archive-functions 'fn-archive-computed-max-size; fn-archive-computed-max-files; fn-archive-tar-flag tar.gz; fn-archive-tar-flag zip || echo none'
  [[ $output == $'1073741824\n10000\n-z\nnone' ]]
  mkdir -p to to-other
  ln -s ../to-other to/out
  run -1 library common/archive-functions 'fn-archive-tar-supports-no-unsafe-links || :; fn-archive-validate-extracted-symlinks to'
  [[ $output == *' !     Archive contains symlinks pointing outside extraction directory' ]]
  run -0 library common/archive-functions 'fn-archive-log-security-event seen tar file nothing'
  [[ $output == '[archive-security] timestamp='*' event=seen archive_type=tar source=file details=nothing' ]]
}

@test "a zip archive is unpacked by fn-archive-extract-zip, or refused" {
  command -v zip >/dev/null || skip "zip is not installed"
  command -v unzip >/dev/null || skip "unzip is not installed"
  mkdir source to
  echo text >source/file
  zip -qr good.zip source
  run -0 library common/archive-functions 'fn-archive-extract-zip good.zip to'
  [[ $(<to/source/file) == text ]]
}
