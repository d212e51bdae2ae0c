import { execFileSync } from 'node:child_process';
import { accessSync, constants, lstatSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE } from '../support/sandbox.ts';

/** The folders of a package, as package.json names them. */
const { files: SHIPPED }: { files: string[] } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));

/** Stubs of two lines: where the rest of them is, by the file that they name in the second. */
const KINDS: Readonly<Record<string, { readonly text: string; readonly named: RegExp }>> = {
  'node-command': {
    text: '#!/bin/sh\n. "${TOOL_PACKAGE:?is not set; run this through tool}/libexec/node-command"\n',
    named: /^plugins\/[^/]+\/subcommands\/[^/]+$/,
  },
  'commands-of-headers': {
    text: '#!/bin/sh\n. "${PLUGIN_CORE_AVAILABLE_PATH:?}/common/commands-of-headers"\n',
    named: /^(plugins|compat\/dokku)\/[^/]+\/commands$/,
  },
  'property-hooks': {
    text: '#!/usr/bin/env bash\nsource "${PLUGIN_CORE_AVAILABLE_PATH:?}/common/property-hooks"\n',
    named: /^(plugins|compat\/dokku)\/[^/]+\/(post-app-clone-setup|post-app-rename-setup|post-delete)$/,
  },
  refused: { text: '#!/usr/bin/env bash\nsource "${0%/*}/../refused"\n', named: /^compat\/dokku\/[^/]+\/subcommands\/[^/]+$/ },
  // Another name for a command: what it is called by, its help and its place are those of the command.
  'show-config': { text: '#!/bin/sh\nexec "${0%/*}/show-config" "$@"\n', named: /^compat\/dokku\/nginx-vhosts\/subcommands\/show-conf$/ },
  'validate-config': { text: '#!/bin/sh\nexec "${0%/*}/validate-config" "$@"\n', named: /^compat\/dokku\/nginx-vhosts\/subcommands\/validate$/ },
};

const shipped = execFileSync('git', ['ls-files', '-z', ...SHIPPED.filter((name) => !name.startsWith('!'))], { cwd: PACKAGE, encoding: 'utf8' })
  .split('\0')
  .filter((path) => path !== '' && lstatSync(join(PACKAGE, path), { throwIfNoEntry: false }));

test('nothing that ships is a link, which npm leaves out of a package', () => {
  expect(shipped.length).toBeGreaterThan(300);
  expect(shipped.filter((path) => !lstatSync(join(PACKAGE, path)).isFile())).toEqual([]);
});

test('every stub is what its kind is, stands where its kind may, and can be run', () => {
  const stubs = shipped.map((path) => ({ path, text: readFileSync(join(PACKAGE, path), 'utf8') })).filter(({ text }) => text.split('\n').length === 3);
  const seen = new Set<string>();
  const faults = stubs.flatMap(({ path, text }) => {
    const name = basename(/"([^"]+)"/.exec(text.split('\n')[1] ?? '')?.[1] ?? '');
    const kind = KINDS[name];
    seen.add(name);
    if (kind === undefined) return [`${path}: two lines, and of no kind`];
    if (text !== kind.text) return [`${path}: not as its kind, ${name}, is written`];
    if (!kind.named.test(path)) return [`${path}: ${name} does not go by this path`];
    accessSync(join(PACKAGE, path), constants.X_OK);
    return [];
  });
  expect(faults).toEqual([]);
  expect([...seen].sort()).toEqual(Object.keys(KINDS).sort());
});
