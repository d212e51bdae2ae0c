#!/usr/bin/env bats
# Advisory locks.
# shellcheck disable=SC2154,SC2016 # The helper sets stderr; what is in single quotes is for the shell under test.

load helper
setup() { make_home; }

@test "a lock keeps others out until it is released" {
  run -0 library 'acquire_app_deploy_lock web exclusive; cat "$DOKKU_LIB_ROOT/data/apps/web/.deploy.lock"; release_app_deploy_lock web'
  [[ $output == "pid-$DOKKU_PID" && ! -e $DOKKU_LIB_ROOT/data/apps/web/.deploy.lock ]]
  apart -1 library 'acquire_app_deploy_lock web; bash -c "source \"$1/functions\"; acquire_app_deploy_lock web exclusive" 200>&-' "$COMMON"
  [[ $stderr == $' !     App web is being deployed\n !     Run \'apps:unlock\' to release the existing deploy lock' ]]
}

@test "who waits says so once and gets the lock when its holder goes, or when apps:unlock removes it" {
  local lock="$BATS_TEST_TMPDIR/a lock" how
  for how in 'release_advisory_lock "$1"' 'rm "$1"; sleep 3'; do
    library "acquire_advisory_lock \"\$1\" exclusive w f; sleep 0.4; $how" "$lock" 3>&- &
    while [[ ! -s $lock ]]; do sleep 0.02; done
    run -0 library 'acquire_advisory_lock "$1" waiting "Waiting..." f; echo mine; release_advisory_lock "$1"' "$lock"
    [[ $output == $'Waiting...\nmine' ]]
    kill %% 2>/dev/null || true
    wait
  done
  [[ ! -e $lock ]]
}

@test "a lock file that cannot be opened is one clear line" {
  : >"$BATS_TEST_TMPDIR/file"
  apart -1 library 'acquire_advisory_lock "$1" waiting w f; echo not reached' "$BATS_TEST_TMPDIR/file/lock"
  [[ $output == '' && $stderr == " !     Unable to open the lock file $BATS_TEST_TMPDIR/file/lock" ]]
}

@test "a build is numbered by a plugin that keeps a record of builds, and told how it ended" {
  make_hook builds builds-generate-id <<<'cat >/dev/null; echo b-7'
  make_recorders builds-record-finalize
  unset DOKKU_BUILD_ID
  run -0 library 'acquire_app_deploy_lock web exclusive; cat "$DOKKU_LIB_ROOT/data/apps/web/.deploy.lock"; release_app_deploy_lock web 3'
  [[ $output == b-7 && $(<"$RECORD") == 'builds-record-finalize web b-7 3' ]]
}

@test "without flock a lock is refused, not waited for" {
  mkdir "$BATS_TEST_TMPDIR/bin"
  ln -s "$(command -v mkdir)" "$(command -v rm)" "$BATS_TEST_TMPDIR/bin"
  PATH="$BATS_TEST_TMPDIR/bin" apart -1 "$BASH" -c 'source "$1/functions"; acquire_advisory_lock "$2" waiting w f; echo not reached' plugin "$COMMON" "$BATS_TEST_TMPDIR/lock"
  [[ $output == '' && $stderr == " !     flock is needed to lock $BATS_TEST_TMPDIR/lock; install it (util-linux)" && ! -e $BATS_TEST_TMPDIR/lock ]]
}
