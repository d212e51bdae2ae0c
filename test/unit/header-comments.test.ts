import { expect, test } from 'vitest';
import { readHeader } from '../../src/help/header-comments.ts';

const NOTHING = { summary: '', usage: [], examples: [], statuses: [], description: [] };

test('the comments at the head of a program are read', () => {
  expect(
    readHeader(`#!/usr/bin/env bash
# Summary: Bring an app to a stage
# Usage: ops:deploy [--stage <stage>] <app>
#        ops:deploy --list
# Usage: ops:deploy --abort
# Help: Builds the app first,
# and asks.
#
#   prod   for customers
#   test   for us
#
# shellcheck disable=SC2034 # for nobody
# Then it waits.
# Example: tool ops:deploy shop
# Example: tool ops:deploy --list
# Exit status: 0 it runs
# Exit status: 1-125: the status of the build,
#   as it is
# Exit status: what is this
set -eo pipefail
# Summary: of something else
`),
  ).toEqual({
    summary: 'Bring an app to a stage',
    usage: ['ops:deploy [--stage <stage>] <app>', 'ops:deploy --list', 'ops:deploy --abort'],
    description: ['Builds the app first, and asks.', '  prod   for customers\n  test   for us', 'Then it waits.'],
    examples: ['tool ops:deploy shop', 'tool ops:deploy --list'],
    statuses: [
      { status: '0', text: 'it runs' },
      { status: '1-125', text: 'the status of the build, as it is' },
    ],
  });
});

/** Heads of programs, and what is read of them; undefined where it is nothing. */
const HEADS: readonly (readonly [what: string, head: string, found: object | undefined])[] = [
  ['no comment', '#!/bin/sh\necho # Summary: no\n', undefined],
  ['an ordinary comment', '#!/bin/sh\n# Copies things.\n', undefined],
  ['nothing at all', '', undefined],
  ['code in front', '#!/bin/sh\nset -e\n\n# Summary: Copy\n', { summary: 'Copy' }],
  ['CRLF', '#!/bin/sh\r\n# Summary: Copy\r\n# Usage: x:copy\r\n', { summary: 'Copy', usage: ['x:copy'] }],
  ['JavaScript', '#!/usr/bin/env node\n// Summary: Copy\n// Help: All of it\n', { summary: 'Copy', description: ['All of it'] }],
  ['Lua', '#!/usr/bin/lua\n-- Summary: Copy\n', { summary: 'Copy' }],
  ['a text as rbenv has it', '# Usage: rbenv x\n#\n# Copies all.\n#\n# SPDX-License-Identifier: MIT\n', { usage: ['rbenv x'], description: ['Copies all.'] }],
  ['a comment that follows at once', '# Summary: Copy\n# (made by a program)\n', { summary: 'Copy' }],
  ['a declaration of flags', '# Summary: Copy\n# Help: All.\n# @flag --force  At once\n#USAGE flag "-x"\n', { summary: 'Copy', description: ['All.'] }],
  ['the first of two summaries', '# Summary: a\n# Summary: b\n', { summary: 'a' }],
  ['an empty usage', '# Usage:\n', { usage: [''] }],
];

test.each(HEADS)('of %s', (_, head, found) => {
  expect(readHeader(head)).toEqual(found === undefined ? undefined : { ...NOTHING, ...found });
});
