import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answeredByItsPage } from '../../src/help/whose-help.ts';
import { Plugin } from '../../src/plugins/plugin.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tool-whose-help-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const HEADER = '# Summary: x\n';
const TOLD = '[plugin]\nversion = "1"\n[commands.x]\nsummary = "x"\n';

/** A program, plugin.toml, and whether its page answers `--help`. */
const PROGRAMS: readonly (readonly [what: string, program: string, toml: string, page: boolean])[] = [
  ['a script with comments', `#!/bin/sh\n${HEADER}run "$@"\n`, '', true],
  ['a script without any', '#!/bin/sh\nrun "$@"\n', '', false],
  ['a script that plugin.toml tells of', '#!/usr/bin/env bash\nrun "$@"\n', TOLD, true],
  ['a script without #!', `${HEADER}run\n`, '', true],
  ['a script that has --help', `#!/bin/sh\n${HEADER}case $1 in --help) ;; esac\n`, '', false],
  ['a script that has it in a comment', `#!/bin/sh\n${HEADER}# see --help\nrun\n`, '', true],
  ['a script with a function for help', `#!/bin/sh\n${HEADER}case $1 in -h | help) ;; esac\n`, '', false],
  ['a script whose function is called helper', `#!/bin/sh\n${HEADER}helper "$1"\n`, '', true],
  ['a script that hands its arguments on', `#!/bin/sh\n${HEADER}exec kubectl get "$@"\n`, '', false],
  ['a script whose arguments are read for it', `#!/bin/sh\n${HEADER}eval "$(tool args "$0" "$@")"\n`, '', false],
  ['a script that declares arguments, which somebody else reads', '#!/bin/sh\n#USAGE flag "--fast"\nrun "$usage_fast"\n', '', true],
  ['a script of argc', `#!/bin/bash\n${HEADER}eval "$(argc --argc-eval "$0" "$@")"\n`, '', false],
  ['a program in Python', `#!/usr/bin/env python3\n${HEADER}import argparse\n`, '', false],
  ['a compiled program', `\x7fELF\0${HEADER}`, TOLD, false],
  ['a compiled program of which it is said', `\x7fELF\0${HEADER}`, `${TOLD}own_help = false\n`, true],
  ['a script of which it is said', `#!/bin/sh\n${HEADER}run\n`, `${TOLD}own_help = true\n`, false],
];

test.each(PROGRAMS)('%s', (_, program, toml, page) => {
  writeFileSync(join(folder, 'x'), program);
  writeFileSync(join(folder, 'plugin.toml'), toml);
  expect(answeredByItsPage(new Plugin('p', folder), { name: 'x', file: join(folder, 'x') })).toBe(page);
});
