import { expect, test } from 'vitest';
import { readDokkuNotation, variablesIn } from '../../src/help/dokku-notation.ts';

const CONFIG = `#!/usr/bin/env bash
export STORE_IMAGE=\${STORE_IMAGE:="$(cat Dockerfile)"}
export PLUGIN_COMMAND_PREFIX="store"
export PLUGIN_SERVICE='Store'
export PLUGIN_PORTS=(6379 6380)
export PLUGIN_ROOT=\${PLUGIN_ROOT:=/srv/$PLUGIN_COMMAND_PREFIX}
export PLUGIN_LOOP="$PLUGIN_LOOP!"
`;
const CREATE = `#!/usr/bin/env bash
source "$(dirname "$0")/functions"

store-create-cmd() {
  #E create a $PLUGIN_SERVICE called lollipop
  #E dokku $PLUGIN_COMMAND_PREFIX:create lollipop \${PLUGIN_PORTS[@]}
  #E $STORE_IMAGE stays, as does $UNKNOWN
  #A service, service to run command against
  #F -c|--config "--args, --go=here", extra arguments, with a comma
  #F --quick, at once
  declare desc="create a $PLUGIN_SERVICE service in $PLUGIN_ROOT"
  local cmd="x" argv=("$@")
  declare SERVICE="$1" FORCE_FLAG="$2" NAME_OPTIONAL="$3" CREATE_FLAGS_LIST=("\${@:2}") PORTS_LIST=("\${@:2}")
}
`;

test('what a service plugin of Dokku writes into a subcommand is read, with its variables', () => {
  expect(readDokkuNotation(CREATE, 'store:create', variablesIn(CONFIG))).toEqual({
    summary: 'create a Store service in /srv/store',
    usage: ['store:create <service> [-f|--force] [<name>] [--create-flags...] <ports...>'],
    args: [{ name: '<service>', text: 'service to run command against' }],
    flags: [
      { flags: '-c, --config "--args, --go=here"', text: 'extra arguments, with a comma' },
      { flags: '--quick', text: 'at once' },
    ],
    examples: ['create a Store called lollipop', 'dokku store:create lollipop 6379 6380', '$STORE_IMAGE stays, as does $UNKNOWN'],
  });
});

test('a file without it tells nothing, and a variable that names itself ends somewhere', () => {
  expect(readDokkuNotation('#!/bin/sh\necho "#E no"\n', 'x', new Map())).toBeUndefined();
  expect(readDokkuNotation('#E $PLUGIN_LOOP\n', 'x', variablesIn(CONFIG))?.examples).toEqual(['$PLUGIN_LOOP!!!!!']);
});
