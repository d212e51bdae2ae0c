import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { dispatcherExports, isOfRbenvsKind } from '../../src/importing/dispatcher.ts';
import { NO_HEADER } from '../../src/importing/import-plan.ts';
import { recipesOfDump, recipesOfText } from '../../src/importing/just-recipes.ts';
import { findImport } from '../../src/importing/kinds.ts';
import { targetsOf } from '../../src/importing/make-targets.ts';
import { miseHeader, variablesOf } from '../../src/importing/mise-header.ts';
import { nameCommands } from '../../src/importing/name-commands.ts';
import { readHeader, usageBehind } from '../../src/importing/script-header.ts';
import { stubOf } from '../../src/importing/stub.ts';
import { planImport } from '../../src/sources/imported/stage.ts';

let scratch: string | undefined;
afterEach(() => scratch && rmSync(scratch, { recursive: true, force: true }));

/** A folder with these files; what begins with `#!` is a program, and what begins with `-> ` a link. */
function folder(files: Readonly<Record<string, string>>): string {
  scratch = mkdtempSync(join(tmpdir(), 'tool-import-'));
  for (const [path, text] of Object.entries(files)) {
    const file = join(scratch, path);
    mkdirSync(dirname(file), { recursive: true });
    if (text.startsWith('-> ')) symlinkSync(text.slice(3), file);
    else writeFileSync(file, text);
    if (text.startsWith('#!')) chmodSync(file, 0o755);
  }
  return scratch;
}

test.each<[head: string, said: object]>([
  ['#!/bin/sh\n# Usage: sub who\n# Summary: Say who\n# Help: Long\n# words\n\nset -e\n', { summary: 'Say who', usage: ['sub who'], help: ['Long', 'words'] }],
  [
    '#!/usr/bin/env bash\n#\n# Summary: Set it\n#\n# Usage: rbenv shell <version>\n#        rbenv shell -\n#\n# Sets a thing.\n# <version> is a string\n',
    { summary: 'Set it', usage: ['rbenv shell <version>', 'rbenv shell -'], help: ['Sets a thing.', '<version> is a string'] },
  ],
  [
    '#!/bin/sh\n# shellcheck disable=SC1091\n# Back up the database.\n#\n# It takes a while.\n',
    { summary: 'Back up the database', help: ['It takes a while.'] },
  ],
  ['#!/bin/sh\n# backup.sh - copies everything\nset -e\n# Not this\n', { summary: 'copies everything', help: [] }],
  ['#!/bin/sh\n# Copyright 2026 Acme\n# SPDX-License-Identifier: MIT\n\n# about the code\nx=1\n', { summary: '', help: [] }],
  ['#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n"""Migrate the schema.\n\nMore.\n"""\n', { summary: 'Migrate the schema' }],
  ['#!/usr/bin/env node\n// Serve the pages\nimport x;\n', { summary: 'Serve the pages' }],
  ['#!/bin/sh\nset -e\n# Provide acme completions\n', { providesCompletions: true, summary: '' }],
  ['#!/bin/sh\n#USAGE flag "-f"\n# @option --to\n# @author me\n', { declared: ['USAGE flag "-f"', '@option --to'], summary: '' }],
  ['#!/bin/sh\n# Summary: a\rb\u001b[31m\n', { summary: 'a' }],
  ['', { summary: '', usage: [], help: [], declared: [], providesCompletions: false }],
])('the head %j says %o', (head, said) => {
  expect(readHeader(head)).toMatchObject(said);
});

test.each([
  ['acme backup [--all] <name>', 'ops:backup [--all] <name>'],
  ['acme-backup <name>', 'ops:backup <name>'],
  ['backup.sh <name>', 'ops:backup <name>'],
  ['./bin/backup.sh', 'ops:backup'],
  ['$0 <name>', 'ops:backup <name>'],
  ['$(basename "$0") <name>', 'ops:backup <name>'],
  ['"${0##*/}" <name>'.replace('"$', '$'), 'ops:backup <name>'],
  ['[--all]', 'ops:backup [--all]'],
  ['FILE...', 'ops:backup FILE...'],
  ['other <name>', 'ops:backup <name>'],
])('a usage line %j is %j for the plugin', (line, expected) => {
  expect(usageBehind('ops:backup', line, ['acme', 'backup', 'backup.sh', 'acme-backup'])).toBe(expected);
});

test('the targets of a makefile are read as text', () => {
  const text = `
VERSION := 1
OUT ?= out
.PHONY: all \\
  clean
all: app ## Build it all
app: $(wildcard *.c)
\techo app: no target
%.o: %.c
## Run the tests
test: VERBOSE = 1
test: all
$(OUT)/x: y
clean::
define text
none: x
endef
a b: c
include more.mk
-include .env
url = http://x:80/
.DEFAULT_GOAL := all
ifeq ($(X),y)
both: ## Both ways
endif
`;
  expect(targetsOf(text)).toEqual({
    targets: [
      { name: 'all', summary: 'Build it all' },
      { name: 'test', summary: 'Run the tests' },
      { name: 'clean', summary: '' },
      { name: 'both', summary: 'Both ways' },
    ],
    files: ['app', 'a', 'b'],
    computed: ['%.o', '$(OUT)/x'],
    included: ['more.mk', '.env'],
  });
  expect(targetsOf('build:\n\tcc\nout/x.o: x.c\nship:\n').targets.map(({ name }) => name)).toEqual(['build', 'ship']);
  expect(targetsOf('').targets).toEqual([]);
});

test('a name that a shell or a runner would read is no command, and no owner of commands', () => {
  const run = { argv: ['make', '-n'], runner: 'make' };
  expect(nameCommands([{ name: '-n', origin: '-n', header: NO_HEADER, run }])).toEqual({
    commands: [],
    left: [{ what: '-n', reason: 'would be taken for a flag by make' }],
  });
  expect(variablesOf({ tool_root: '/x', A: '1' }).set).toEqual({ A: '1' });
  const head = '#!/bin/sh\nexport R__ID__ROOT R__ID__DIR R__ID__HOOK_PATH\n';
  expect(isOfRbenvsKind('9x', '#!/bin/sh\nexport 9X_ROOT 9X_DIR 9X_HOOK_PATH\n')).toBe(false);
  const { kind } = findImport(folder({ 'libexec/r$(id)': head, 'libexec/r$(id)-foo': '#!/bin/sh\n' }));
  expect(kind.name).toBe('scripts');
});

test('what is long and repeats itself is read at once', () => {
  const many = (text: string): string => text.repeat(20_000);
  expect(readHeader(`#!/bin/sh\n${many('\n')}echo\n`).summary).toBe('');
  expect(readHeader(`#!/usr/bin/env python3\n${many(' \n')}"""\n  Back it up\n"""\n`).summary).toBe('Back it up');
  expect(isOfRbenvsKind('acme', `#!/bin/sh\n${many('\n')}echo\n`)).toBe(false);
  expect(dispatcherExports('acme', `${many('\n')}export${many(' ')}X=1 Y\n`)).toEqual(['X', 'Y']);
  for (const text of [many('$(a) '), many('$('), `a${many(' ')}b`, many('\\\n'), many('#'), `include${many(' ')}`, `${many('#')}\u2028`]) {
    expect(targetsOf(text).targets).toEqual([]);
  }
  expect(targetsOf(`$(info ${many('$(x) ')})\na b\\\n c $(or d, e): ## Both\n`)).toMatchObject({
    targets: ['a', 'b', 'c'].map((name) => ({ name, summary: 'Both' })),
    computed: ['$(or d, e)'],
  });
});

test('the recipes of a justfile are read as text where there is no just', () => {
  const text = `
set shell := ["bash", "-c"]
version := "1"
export X := "2"
alias b := build
alias _x := build
# Build it all
build target='a: b' +flags="": _prep
  @echo hi: there
[private]
hidden:
[doc('Ship it')]
[group('release')]
@ship $env *rest:
_prep:
# About nothing

default: build
import 'other.just'
mod? tools
`;
  expect(recipesOfText(text)).toEqual({
    recipes: [
      { name: 'build', doc: 'Build it all', parameters: ['[<target>]', '[<flags>...]'] },
      { name: 'ship', doc: 'Ship it', parameters: ['<env>', '[<rest>...]'] },
      { name: 'default', doc: '', parameters: [] },
    ],
    aliases: [['b', 'build']],
    elsewhere: ["import 'other.just'", 'mod? tools'],
  });
});

test('just’s own list is taken as it is, modules too, and nothing else for one', () => {
  const dump = {
    recipes: {
      build: {
        doc: 'Build',
        parameters: [
          { name: 'x', kind: 'singular', default: null },
          { name: 'y', kind: 'plus', default: 'z' },
        ],
        private: false,
      },
      _prep: { doc: null, parameters: [], private: true },
    },
    aliases: { b: { target: 'build', attributes: [] }, p: { target: 'build', attributes: ['private'] } },
    modules: { tools: { recipes: { fmt: { doc: null, parameters: [{ name: 'r', kind: 'star', default: null }], private: false } }, aliases: {}, modules: {} } },
  };
  expect(recipesOfDump(JSON.stringify(dump))).toEqual({
    recipes: [
      { name: 'build', doc: 'Build', parameters: ['<x>', '[<y>...]'] },
      { name: 'tools::fmt', doc: '', parameters: ['[<r>...]'] },
    ],
    aliases: [['b', 'build']],
    elsewhere: [],
  });
  expect(recipesOfDump('error: no')).toBeUndefined();
  expect(recipesOfDump('[]')).toEqual({ recipes: [], aliases: [], elsewhere: [] });
});

test('the header of a file task is TOML, a line at a time', () => {
  const head =
    '#!/bin/sh\n#MISE description="Build"\n# MISE alias=["b", "bu"]\n//MISE hide=true\n# [MISE] dir="x"\n#MISE broken = = \n#MISE env={A="1", B="{{b}}", "C D"="2"}\n';
  const said = miseHeader(head);
  expect({ ...said }).toEqual({ description: 'Build', alias: ['b', 'bu'], hide: true, dir: 'x', env: { A: '1', B: '{{b}}', 'C D': '2' } });
  expect(variablesOf(said.env)).toEqual({ set: { A: '1' }, templates: ['B'] });
});

test('names that cannot be typed, that are taken, or that lead elsewhere are left, with the reason', () => {
  const run = { argv: ['x'] };
  const names = ['ok', 'a b', '..', '.hidden', 'ok', 'a/b', 'a\nb', '', 'é', 'x'.repeat(201), 'a:b', '--version'];
  const { commands, left } = nameCommands(names.map((name, index) => ({ name, origin: `${index} ${name}`, header: NO_HEADER, run })));
  expect(commands.map(({ name }) => name)).toEqual(['ok', 'a:b', '--version']);
  expect(left).toHaveLength(9);
  expect(left).toContainEqual({ what: '4 ok', reason: 'has the name of 0 ok' });
  expect(left).toContainEqual({ what: '6 a b', reason: expect.stringContaining('cannot be typed') });
  const many = Array.from({ length: 2100 }, (_, index) => ({ name: `r${index}`, origin: `r${index}`, header: NO_HEADER, run }));
  const cut = nameCommands(many);
  expect(cut.commands).toHaveLength(2000);
  expect(cut.left.at(-1)).toEqual({ what: 'r2019 and 80 more', reason: 'is beyond the first 2000' });
});

test('no text of an original gets out of its comment, or out of its quotes', () => {
  const evil = 'x\nrm -rf /\r\u2028$(touch y)\u0000';
  const header = { summary: evil, usage: [evil], help: [evil, evil], declared: [evil], providesCompletions: true };
  const text = stubOf(
    { name: 'x', header, run: { argv: ["a'b\nc", { inCopy: "d'\ne" }], directory: "/f'\ng", environment: { V: "h'\ni" }, runner: 'just' } },
    'p:x',
  );
  const [comments = '', body = ''] = text.split('\n\n');
  expect(comments.split('\n').every((line) => line.startsWith('#'))).toBe(true);
  expect(body).toContain(`exec 'a'\\''b\nc' "$tool_root"/'d'\\''\ne' "$@"`);
  expect(body).toContain(`cd '/f'\\''\ng' || exit 1`);
  expect(body).toContain(`V='h'\\''\ni'`);
});

const SH = '#!/bin/sh\n';

test.each<[what: string, files: Readonly<Record<string, string>>, kind: string, found: string]>([
  ['a sub', { 'libexec/acme': SH, 'libexec/acme-a': SH, Makefile: 'a:\n' }, 'sub', ''],
  ['a libexec without a dispatcher', { 'libexec/acme-a': SH, 'libexec/acme-b': SH }, 'sub', ''],
  ['programs beside their dispatcher', { 'my-tool': SH, 'my-tool-a': SH, 'my-tool-b': SH }, 'sub', ''],
  ['programs with a hyphen', { 'a-b': SH, 'c-d': SH }, 'scripts', ''],
  ['tasks of mise', { 'mise-tasks/a': SH, x: SH }, 'mise', 'mise-tasks'],
  ['hidden tasks of mise', { '.mise/tasks/a': SH }, 'mise', '.mise/tasks'],
  ['a justfile', { '.justfile': 'a:\n', 'x.sh': SH }, 'just', '.justfile'],
  ['a makefile', { GNUmakefile: 'a:\n', Makefile: 'b:\n' }, 'make', 'GNUmakefile'],
  ['a package', { 'package.json': '{}' }, 'package', 'package.json'],
])('%s is told by its files', (_, files, kind, found) => {
  const root = folder(files);
  expect(findImport(root)).toMatchObject({ kind: { name: kind }, path: join(root, found).replace(/\/$/, '') });
});

test('what is several things, or none, is refused with what to do', () => {
  const root = folder({ justfile: 'a:\n', Makefile: 'a:\n', 'x.sh': SH, 'empty/readme': 'x' });
  expect(() => findImport(root)).toThrow(
    expect.objectContaining({
      message: `${root} has several things that can be imported: "a justfile" and "a makefile"`,
      hint: 'choose with --as just, or --as make',
    }),
  );
  expect(findImport(root, 'scripts').kind.name).toBe('scripts');
  expect(findImport(join(root, 'Makefile')).kind.name).toBe('make');
  expect(() => findImport(join(root, 'empty'))).toThrow('has nothing that can be imported');
  expect(() => findImport(root, 'mise')).toThrow('is not file tasks of mise');
  expect(() => findImport(join(root, 'gone'))).toThrow('is not there');
  expect(() => findImport('/dev/null')).toThrow('is neither a file nor a folder');
});

test('a link in a circle is nothing that can be imported', () => {
  expect(() => findImport(folder({ Makefile: '-> Makefile', 'mise-tasks': '-> mise-tasks' }))).toThrow('has nothing that can be imported');
});

test('what cannot be read as a list of commands is refused', async () => {
  const root = folder({
    'big/Makefile': `${'#'.repeat(3 << 20)}\na: ## b\n`,
    'bin/justfile': 'a\0b:\n',
    'p/package.json': '{"scripts": 1}',
    'q/package.json': '{',
    'e/package.json': '{"scripts": {}}',
    'm/Makefile': 'x.o: x.c\n',
  });
  execFileSync('mkfifo', [join(root, 'Makefile')]);
  const refusal = (path: string): Promise<string> =>
    planImport({ source: '', imports: {}, link: false }, path).then(
      () => 'planned',
      (error: Error) => error.message.replaceAll(`${root}/`, ''),
    );
  expect(await refusal(join(root, 'big'))).toBe('big/Makefile is larger than 2097152 bytes');
  expect(await refusal(join(root, 'bin'))).toBe('bin/justfile is no text');
  expect(await refusal(join(root, 'p'))).toBe('p/package.json has no "scripts"');
  expect(await refusal(join(root, 'q'))).toBe('q/package.json is no JSON');
  expect(await refusal(join(root, 'e'))).toBe('e/package.json has no command that can be imported');
  expect(await refusal(join(root, 'm'))).toBe('m/Makefile has no command that can be imported');
  expect(await refusal(join(root, 'Makefile'))).toBe('Makefile is neither a file nor a folder');
  expect(await refusal('path:no-such-')).toBe('path:no-such- has no command that can be imported');
});
