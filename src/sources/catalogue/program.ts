import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { tomlString } from '../../config/toml.ts';
import { UserError } from '../../errors.ts';
import { headOf } from '../../system/file-head.ts';
import { shellQuote } from '../../system/shell-quote.ts';
import { isWithin, type Unpacked } from './pick-files.ts';
import type { CatalogueSource } from './source.ts';

/** Where the program of such a plugin stands, with what came beside it. */
const PROGRAM = 'program';
/** Where what it depends on stands. `dependencies` is the name of a trigger. */
export const DEPENDENCIES = 'deps';

/** The endings that Botkube takes a program's name to have. */
const PROGRAM_ENDINGS: ReadonlySet<string> = new Set(['', '.exe', '.sh']);

/**
 * Looks at a file that is to be run: a text that names no interpreter is an error page, or no program.
 * @throws UserError
 */
export function checkProgram(file: string, label: string): void {
  const text = headOf(file, 256).toString('latin1');
  if (text !== '' && (text.startsWith('#!') || !/^[\t\n\r -~]*$/.test(text))) return;
  throw new UserError('release-not-usable', `${label} is not a program: ${text === '' ? 'it is empty' : 'it is a text without a #! line'}`, {
    hint: 'ask whoever publishes it',
  });
}

/**
 * Makes a plugin of one file that is a program: its bare word runs it.
 * @param tree is made
 * @returns where in it the program is
 */
export function placeProgram(file: string, tree: string, { name }: CatalogueSource, withDependencies: boolean): string {
  mkdirSync(join(tree, 'bare'), { recursive: true });
  const place = withDependencies ? `${PROGRAM}/${name}` : 'bare/default';
  if (withDependencies) mkdirSync(join(tree, PROGRAM));
  renameSync(file, join(tree, place));
  chmodSync(join(tree, place), 0o755);
  if (withDependencies) writeStub(tree, place);
  return place;
}

/**
 * Makes a plugin of an unpacked archive that holds a program; the rest of it stays beside the program.
 * @param bin where the program is in it; undefined where it is to be found, as Botkube does (contract registry §1.5)
 * @param tree is made
 * @returns where in it the program is
 * @throws UserError where there is none
 */
export function placeUnpacked(unpacked: Unpacked, bin: string | undefined, tree: string, withDependencies: boolean): string {
  const { root } = unpacked;
  const program = bin === undefined ? firstProgram(unpacked) : namedProgram(unpacked, bin);
  mkdirSync(join(tree, 'bare'), { recursive: true });
  renameSync(root, join(tree, PROGRAM));
  chmodSync(join(tree, PROGRAM, program), 0o755);
  checkProgram(join(tree, PROGRAM, program), unpacked.label);
  if (withDependencies) writeStub(tree, `${PROGRAM}/${program}`);
  else symlinkSync(`../${PROGRAM}/${program}`, join(tree, 'bare/default'));
  return `${PROGRAM}/${program}`;
}

function namedProgram({ root, label }: Unpacked, bin: string): string {
  const parts = bin.split('/').filter((part) => part !== '' && part !== '.');
  const path = join(root, ...parts);
  const isThere = !parts.includes('..') && isWithin(root, path) && lstatSync(path).isFile();
  if (isThere) return parts.join('/');
  throw new UserError('release-not-usable', `${label} has no program ${JSON.stringify(bin)}: it holds ${topOf(root)} at its top`, {
    hint: 'ask whoever keeps the index',
  });
}

/**
 * The first file, in byte order, that is not hidden and ends as a program does; one that may be executed goes first: a LICENSE ends so too.
 * @returns its name at the top
 * @throws UserError where there is none
 */
export function firstProgram({ root, label }: Unpacked): string {
  const files = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && PROGRAM_ENDINGS.has(extname(entry.name)))
    .map(({ name }) => name)
    .sort((a, b) => (a < b ? -1 : 1));
  const program = files.find((name) => lstatSync(join(root, name)).mode & 0o111) ?? files[0];
  if (program !== undefined) return program;
  throw new UserError('release-not-usable', `${label} has no program at its top: it holds ${topOf(root)}`, { hint: 'ask whoever keeps the index' });
}

const SHOWN_NAMES = 5;

function topOf(root: string): string {
  const names = readdirSync(root).map((name) => JSON.stringify(name));
  return names.slice(0, SHOWN_NAMES).join(', ') + (names.length > SHOWN_NAMES ? ` and ${names.length - SHOWN_NAMES} more` : '');
}

/** A few lines of sh that become the program: what it depends on is first on its PATH. They hold for wherever the plugin stands. */
function writeStub(tree: string, program: string): void {
  const lines = [
    '#!/bin/sh',
    '# Made from the entry of an index: runs the program with what it depends on first on its PATH.',
    `case $0 in /*) root=\${0%/bare/*} ;; *) root=$PWD/\${0%default}.. ;; esac`,
    `PLUGIN_DEPENDENCY_DIR=$root/${DEPENDENCIES} PATH=$root/${DEPENDENCIES}\${PATH:+:$PATH}`,
    'export PLUGIN_DEPENDENCY_DIR PATH',
    `exec "$root"/${shellQuote(program)} "$@"`,
    '',
  ];
  const file = join(tree, 'bare/default');
  writeFileSync(file, lines.join('\n'));
  chmodSync(file, 0o755);
}

/** Writes the manifest of a plugin that is a program, from what its index says. */
export function writeManifest(tree: string, { version, release: { description, documentationUrl } }: CatalogueSource): void {
  const lines = [
    '# Made from the entry of an index.',
    '[plugin]',
    `description = ${tomlString(description)}`,
    `version = ${tomlString(version)}`,
    ...(documentationUrl === undefined ? [] : [`documentation = ${tomlString(documentationUrl)}`]),
    '[plugin.config]',
    '',
  ];
  writeFileSync(join(tree, 'plugin.toml'), lines.join('\n'));
  chmodSync(join(tree, 'plugin.toml'), 0o644);
}
