# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # shares its variables with run, which sources it: package, prefix, work, user, brand, checkout, name
# One plugin's life in a home of its own. What a step prints is kept in a file; what it came to is counted, and told in findings.
NOBODY=65534
COLUMNS_OF_TABLE=(root/tool root/dokku nobody/tool nobody/dokku server/dokku root/plugin:test nobody/plugin:test)

# What commands/NAME says, a line each: `env NAME=VALUE`; `install WHAT-ITS-HOOK-NEEDS`; `help none` where there is no NAME:help; and
# `EXPECTED command words [=> PATTERN]`, EXPECTED being an exit status or a word for what is needed. OWN is a folder of the run's.
read_commands() {
  local line
  variables=() commands=() install_needs=0 has_help=1
  [[ -f $here/commands/$name ]] || return 0
  while IFS= read -r line; do
    case $line in
      'env '*) variables+=("${line#env }") ;;
      'help none') has_help='' ;;
      'install '*) install_needs=${line#install } ;;
      ?*) commands+=("$line") ;;
    esac
  done <"$here/commands/$name"
}

# Runs a command line as the user of this run, with nothing of the caller's environment.
as_user() {
  local words=(env -i "PATH=$prefix/bin:$PATH" "HOME=$own" "TOOL_HOME=$own/home" LANG=C.UTF-8 "USER=$user" "${variables[@]//OWN/$own}" "$@")
  if [[ $user == nobody && $(id -u) == 0 ]]; then words=(setpriv --reuid "$NOBODY" --regid "$NOBODY" --clear-groups "${words[@]}"); fi
  (cd "$own" && exec timeout "${limit:-120}" "${words[@]}" </dev/null)
}

tell() { printf '%s as %s\t%s\n' "$name" "$user/$brand" "$*" >>"$work/findings"; }
last_line() { sed '/^[[:space:]]*$/d' "$1" | tail -n 1 | tr -s ' ' | cut -c 1-160; }

# attempt EXPECTED PATTERN WORDS…: EXPECTED is an exit status, or in words what the command needs that need not be here.
attempt() {
  local expected=$1 pattern=$2 status output
  shift 2
  ((steps += 1))
  printf -v output '%s/%03d' "$folder" "$steps"
  as_user "$prefix/bin/$brand" "$@" >"$output" 2>&1
  status=$?
  printf '%03d %s: %s\n' "$steps" "$*" "$status" >>"$folder/steps"
  if [[ $expected == [0-9]* ]]; then
    if ((status == expected)) && { [[ $pattern == '' ]] || grep -qE -- "$pattern" "$output"; }; then
      ((passed += 1))
      return 0
    fi
    ((failed += 1))
    tell "FAILED $*: status $status, expected $expected${pattern:+ and /$pattern/}: $(last_line "$output")"
    return 1
  fi
  ((status != 0)) || { ((passed += 1)) && return 0; }
  needs[$expected]=1
  tell "needs $expected: $*: status $status: $(last_line "$output")"
  return 1
}

# A certificate of nobody's, for plugins that take one.
make_certificate() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=example.org -keyout "$own/server.key" -out "$own/server.crt" 2>/dev/null \
    && chmod a+r "$own/server.key"
}

# Something that is so afterwards, whatever the commands said.
holds() {
  local what=$1
  shift
  ((steps += 1))
  if "$@"; then
    ((passed += 1))
  else
    ((failed += 1))
    tell "FAILED $what"
  fi
}

# The plugin's repository as its author has it.
publish() {
  source=$folder/source.git
  git clone -q --bare "$checkout" "$source"
  chmod -R a+rX "$source"
}

# A new commit in it, so that there is an update.
publish_again() {
  newest=$(git -C "$source" -c user.name=t -c user.email=t@example.org commit-tree -p HEAD -m again 'HEAD^{tree}')
  git -C "$source" update-ref HEAD "$newest"
  chmod -R a+rX "$source"
}

is_newest() { [[ $(git -C "$own/home/plugins/available/$name" rev-parse HEAD) == "$newest" ]]; }
is_settled() { [[ ! -e $own/home/plugins/store/pending ]]; }

live_through() {
  local folder=$work/$name-$user-$brand line expected pattern words cell help='' without='' source newest
  local own=$folder/own
  local -A needs=()
  steps=0 passed=0 failed=0
  mkdir -p "$own"
  publish
  [[ ${commands[*]} != *OWN/server.key* ]] || make_certificate
  if [[ -e $checkout/commands || -d $checkout/subcommands ]]; then help=$has_help; fi
  case $user in
    nobody) [[ $(id -u) != 0 ]] || chown "$NOBODY:$NOBODY" "$own" ;;
    server) chown dokku:dokku "$own" ;;
  esac

  attempt 0 '' apps:create web
  if ! attempt "$install_needs" '' plugin:install "file://$source" --name "$name" --enable-needed; then
    without=1
    attempt 0 '' plugin:install "file://$source" --name "$name" --enable-needed --skip-install-trigger
  fi
  attempt 0 "(^| )$name " plugin:list
  attempt 0 '' help
  if [[ $help ]]; then
    attempt 0 . "$name:help"
    attempt 0 "^ +$name" help --all
  fi
  attempt 0 web apps:list
  for line in "${commands[@]}"; do
    pattern=''
    if [[ $line == *' => '* ]]; then
      pattern=${line#*' => '} line=${line%%' => '*}
    fi
    expected=${line%% *}
    read -ra words <<<"${line#* }"
    attempt "$expected" "$pattern" "${words[@]//OWN/$own}"
  done
  attempt 0 '' apps:create second
  attempt 0 '' apps:clone --skip-deploy web copy
  attempt 0 '' apps:rename --skip-deploy copy other
  attempt 0 '' --force apps:destroy other
  attempt 0 '' --force apps:destroy second
  attempt 0 '' plugin:check "$name"
  publish_again
  if [[ ! $without ]]; then
    attempt "$install_needs" '' plugin:update "$name"
    holds 'plugin:update brings the newest commit' is_newest
  fi
  attempt 0 '' plugin:check "$name"
  attempt 0 '' plugin:disable "$name"
  [[ ! $help ]] || attempt 1 'is not a' "$name:help"
  attempt 0 '' plugin:enable "$name"
  [[ ! $help ]] || attempt 0 . "$name:help"
  attempt 0 '' plugin:uninstall "$name"
  attempt 1 '' plugin:installed "$name"
  attempt 0 '' --force apps:destroy web
  holds 'no change is left half-way' is_settled
  cell="$passed of $steps"
  ((failed == 0)) || cell+=", $failed FAILED"
  ((${#needs[@]} == 0)) || cell+="; needs $(printf '%s\n' "${!needs[@]}" | sort | paste -sd, | sed 's/,/, /g')"
  printf '%s' "$cell" >"$work/cells/$name-$user-$brand"
}

# The plugin's own tests, or tool's smoke test.
test_plugin() {
  local folder=$work/$name-$user-test own=$work/$name-$user-test/own brand=plugin:test cell line
  mkdir -p "$own"
  cp -R "$checkout" "$own/$name"
  # Older suites call their app my_app, which no app may be called any more.
  find "$own/$name" -path '*/test*' -type f -name '*.bats' -exec sed -i 's/my_app/my-app/g' {} +
  [[ $user != nobody || $(id -u) != 0 ]] || chown -R "$NOBODY:$NOBODY" "$own"
  limit=600 as_user "TMPDIR=$own" TOOL_TEST_TIMEOUT=550 "$prefix/bin/tool" plugin:test "$own/$name" --format tap >"$folder/tap" 2>&1
  cell="$(grep -c '^ok' "$folder/tap") of $(grep -cE '^(not )?ok' "$folder/tap")"
  printf '%s' "$cell" >"$work/cells/$name-$user-plugin:test"
  grep '^not ok' "$folder/tap" | while IFS= read -r line; do tell "$line"; done
}
