#!/usr/bin/env bats
# The certs plugin: what it takes, what it refuses, and what other plugins ask of it.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() {
  CORE_PLUGINS+=("${SHIMS[@]}")
  make_home
  mkdir "$DOKKU_ROOT/web"
  cd "$BATS_TEST_TMPDIR"
}

# certificate <name> <common name> [<alternative names>]: makes <name>.crt and <name>.key
certificate() {
  command -v openssl >/dev/null || skip "needs openssl"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" -out "$1.crt" -days 2 \
    -subj "/C=US/O=Some Body/CN=$2" ${3:+-addext "subjectAltName=$3"} 2>/dev/null
}

# without_openssl <command> <argument>...: with a PATH on which there is all but openssl
without_openssl() {
  local file
  mkdir -p bin
  for file in bash sh node dirname readlink cat chmod mv rm mkdir mktemp stat head tar find sort id chown env flock; do
    ln -sf "$(type -P "$file")" bin/
  done
  PATH="$BATS_TEST_TMPDIR/bin:$REPOSITORY/bin" "$@"
}

certs() {
  bash -c "set -eo pipefail; not() { ! \"\$@\"; }; source \"\$PLUGIN_CORE_AVAILABLE_PATH/certs/functions\"; $1" plugin "${@:2}"
}

@test "a certificate and its key are kept from files, readable by their group alone, and plugins hear of it" {
  certificate one one.test
  make_recorders post-certs-update post-certs-remove post-domains-update
  certs 'not is_ssl_enabled web'
  apart -0 tool certs:add web one.crt one.key
  [[ $output == '' && $stderr == '' ]]
  certs 'is_ssl_enabled web'
  cmp one.crt "$DOKKU_ROOT/web/tls/server.crt"
  cmp one.key "$DOKKU_ROOT/web/tls/server.key"
  [[ $(stat -c %a "$DOKKU_ROOT/web/tls" "$DOKKU_ROOT/web/tls"/server.*) == $'750\n640\n640' ]]
  [[ $(ls -A "$DOKKU_ROOT/web/tls") == $'server.crt\nserver.key' ]]
  run -0 plugn trigger certs-exists web
  [[ $output == true ]]
  run -0 tool certs:show web crt
  [[ $output == "$(<one.crt)" ]]
  run -0 plugn trigger certs-get web key
  [[ $output == "$(<one.key)" ]]
  apart -0 tool certs:remove web
  [[ $output == '-----> Removing SSL endpoint from web' && ! -e $DOKKU_ROOT/web/tls ]]
  [[ $(<"$RECORD") == $'post-certs-update web\npost-domains-update web\npost-certs-remove web\npost-domains-update web' ]]
  apart -1 tool certs:remove web
  [[ $stderr == ' !     An app-specific SSL endpoint is not defined' ]]
  run -0 plugn trigger certs-exists web
  [[ $output == false ]]
  run -1 plugn trigger certs-get web key
  apart -1 tool certs:show web key
  [[ $output == '' && $stderr == " !     web doesn't have an SSL endpoint defined" ]]
}

@test "a plugin gives an app a certificate and takes it away by trigger, checked as by command" {
  certificate one one.test
  certificate two two.test
  make_recorders post-certs-update post-certs-remove post-domains-update
  apart -0 plugn trigger certs-set web "$PWD/one.crt" "$PWD/one.key"
  [[ $output == '' && $stderr == '' ]]
  cmp one.crt "$DOKKU_ROOT/web/tls/server.crt"
  cmp one.key "$DOKKU_ROOT/web/tls/server.key"
  apart -1 plugn trigger certs-set web "$PWD/one.crt" "$PWD/two.key"
  [[ $stderr == " !     The key $PWD/two.key does not belong to the certificate $PWD/one.crt" ]]
  apart -1 plugn trigger certs-set web
  [[ $stderr == ' !     Both CRT and KEY file paths are required' ]]
  cmp one.key "$DOKKU_ROOT/web/tls/server.key"
  apart -20 plugn trigger certs-set nope "$PWD/one.crt" "$PWD/one.key"
  apart -20 plugn trigger certs-remove ../web
  [[ $stderr == ' !     App ../web does not exist' && -e $DOKKU_ROOT/web/tls/server.key ]]
  apart -0 plugn trigger certs-remove web
  [[ $output == '-----> Removing SSL endpoint from web' && ! -e $DOKKU_ROOT/web/tls ]]
  apart -1 plugn trigger certs-remove web
  [[ $stderr == ' !     An app-specific SSL endpoint is not defined' ]]
  [[ $(<"$RECORD") == $'post-certs-update web\npost-domains-update web\npost-certs-remove web\npost-domains-update web' ]]
}

@test "an archive on stdin is as good, also compressed and in a folder" {
  certificate one one.test
  mkdir deep && cp one.crt one.key deep
  tar -czf one.tgz deep
  apart -0 tool certs:update web <one.tgz
  cmp one.key "$DOKKU_ROOT/web/tls/server.key"
  tar -cf - one.crt one.key | tool certs:add web
  [[ $(ls -A "${TMPDIR:-/tmp}" | grep -c '^certs-add' || true) == 0 ]]
}

@test "an archive with too little, too much or nothing in it changes nothing" {
  certificate one one.test
  cp one.crt two.crt
  apart -1 tool certs:add web < <(tar -cf - one.crt)
  [[ $stderr == ' !     Tar archive is missing .key file' ]]
  apart -1 tool certs:add web < <(tar -cf - one.key)
  [[ $stderr == ' !     Tar archive is missing .crt file' ]]
  apart -1 tool certs:add web < <(tar -cf - one.key one.crt two.crt)
  [[ $stderr == ' !     Tar archive contains more than one .crt file' ]]
  apart -1 tool certs:add web <one.crt
  [[ $stderr == ' !     What came on stdin is not a tar archive that can be unpacked' ]]
  apart -1 tool certs:add web </dev/null
  [[ $stderr == ' !     Tar archive containing server.crt and server.key expected on stdin' ]]
  apart -1 tool certs:add web < <(head -c 10485761 /dev/zero)
  [[ $stderr == ' !     The archive is larger than 10 MB' ]]
  truncate -s 30M big.crt
  apart -1 tool certs:add web < <(tar -czf - big.crt one.key)
  [[ ! -e $DOKKU_ROOT/web/tls ]]
}

@test "an archive that would write outside, or links there, is refused and says why" {
  certificate one one.test
  mkdir inside && cp one.key inside
  ln -s /etc/hostname inside/link.crt
  apart -1 tool certs:add web < <(tar -cf - -C inside .)
  [[ $stderr == *' !     Archive contains symlinks with absolute targets' && ! -e $DOKKU_ROOT/web/tls ]]
  ln -sf ../../one.crt inside/link.crt
  apart -1 tool certs:add web < <(tar -czf - -C inside .)
  [[ $stderr == *' !     Archive contains symlinks pointing outside extraction directory' ]]
  cp one.crt one.key inside && rm inside/link.crt
  tar -cPf evil.tar -C inside --transform 's,^one.crt,../../evil.crt,' one.crt one.key
  apart -1 tool certs:add web <evil.tar
  [[ $stderr == *' !     Archive contains entries with parent directory traversal' ]]
  [[ ! -e $DOKKU_ROOT/web/tls && -z $(find "${TMPDIR:-/tmp}" -maxdepth 1 -name evil.crt) ]]
}

@test "what is no certificate, no key, or not of the same pair is refused, and what is there stays" {
  certificate one one.test
  certificate two two.test
  tool certs:add web one.crt one.key
  echo nothing >none
  local file pairs=(
    one.crt none "none holds no private key in PEM form"
    none one.key "none holds no certificate in PEM form"
    one.key one.crt "one.key holds no certificate in PEM form"
    one.crt two.key "The key two.key does not belong to the certificate one.crt"
    /nope one.key "CRT file specified not found, please check file paths"
    one.crt /nope "KEY file specified not found, please check file paths"
    one.crt "$BATS_TEST_TMPDIR" "KEY file specified not found, please check file paths"
  )
  for ((i = 0; i < ${#pairs[@]}; i += 3)); do
    apart -1 tool certs:add web "${pairs[i]}" "${pairs[i + 1]}"
    [[ $output == '' && $stderr == " !     ${pairs[i + 2]}" ]]
  done
  printf -- '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n' >broken.crt
  apart -1 tool certs:add web broken.crt one.key
  [[ $stderr == ' !     broken.crt holds no certificate that openssl can read' ]]
  apart -1 tool certs:add web one.crt
  [[ $stderr == ' !     Both CRT and KEY file paths are required'$'\n'* ]]
  cmp one.key "$DOKKU_ROOT/web/tls/server.key"
  apart -20 tool certs:add nope one.crt one.key
  apart -1 tool certs:show web pem
  [[ $stderr == " !     specify either 'key' or 'crt'"$'\n'* ]]
}

@test "without openssl it says which checks were not made" {
  certificate one one.test
  certificate two two.test
  apart -0 without_openssl "$PLUGIN_ENABLED_PATH/certs/subcommands/add" certs:add web one.crt two.key
  [[ $stderr == ' !     openssl is not installed; that the certificate is valid and belongs to the key was not checked' ]]
  apart -1 without_openssl bash -c 'source "$PLUGIN_CORE_AVAILABLE_PATH/certs/functions"; get_ssl_hostnames web'
  [[ $output == '' && $stderr == *'openssl is needed to read the certificate of web'* ]]
}

@test "the host names of a certificate are its common name and all others, once and sorted" {
  certificate one b.test 'DNS:*.c.test,DNS:a.test,DNS:b.test'
  tool certs:add web one.crt one.key
  run -0 certs 'get_ssl_hostnames web'
  [[ $output == $'*.c.test\na.test\nb.test' ]]
  certificate two only.test
  tool certs:add web two.crt two.key
  run -0 certs 'get_ssl_hostnames web'
  [[ $output == only.test ]]
}

@test "a report shows what the certificate says" {
  certificate one one.test DNS:two.test
  tool certs:add web one.crt one.key
  apart -0 tool certs:report web
  [[ $output == "=====> web ssl information
       Ssl dir:                       $DOKKU_ROOT/web/tls
       Ssl enabled:                   true
       Ssl expires at:                "*" GMT
       Ssl hostnames:                 one.test two.test
       Ssl issuer:                    "*"one.test
       Ssl starts at:                 "*" GMT
       Ssl subject:                   C=US; O=Some Body; CN=one.test
       Ssl verified:                  self signed" ]]
  apart -0 tool certs:report web --ssl-hostnames
  [[ $output == 'one.test two.test' ]]
  apart -0 tool certs:report --global --format json
  [[ $output == '{}' ]]
  tool certs:remove web >/dev/null
  apart -0 tool certs:report web --ssl-subject
  [[ $output == '' ]]
}

@test "a clone has no certificate, a renamed app takes its own along" {
  certificate one one.test
  tool certs:add web one.crt one.key
  mkdir "$DOKKU_ROOT/new"
  plugn trigger post-app-rename-setup web new
  cmp one.key "$DOKKU_ROOT/new/tls/server.key"
  plugn trigger post-app-clone-setup web new
  [[ ! -e $DOKKU_ROOT/new/tls ]]
}

@test "what is refused says why, and help is no failure" {
  apart -1 tool certs:generate web web.test
  [[ $output == '' && $stderr == ' !     certs:generate is not possible: it asks its questions on a terminal and is not part of this port
 !     Make a key and certificate with openssl req -x509 -newkey rsa:2048 -nodes, then use tool certs:add' ]]
  apart -0 tool certs:generate --help
  [[ $output == *'Refused: '* ]]
  run -0 tool certs
  local page="$output"
  run -0 tool certs:help
  [[ $output == "$page" && $output == *'certs:add <app> [<crt> <key>]'* ]]
  apart -0 tool certs:update --help
  [[ $output == 'Usage: tool certs:update <app> [<crt> <key>]'* ]]
}
