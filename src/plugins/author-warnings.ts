import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { declarationFaultIn } from '../arguments/declaration-fault-in.ts';
import { isNamedByWord } from '../home/names.ts';
import { harmlessLine } from '../system/harmless.ts';
import { astrayLinks } from './astray-links.ts';
import { inspectExecutable } from './executable.ts';
import { Plugin } from './plugin.ts';
import { doesNothing, programsOf, strayCommands } from './plugin-files.ts';
import { inBothFolders } from './subcommands.ts';
import { MODULE_ENDING } from './wasm/module-file.ts';
import { unheardTriggers } from './wasm/modules.ts';

/** Something that an author would fix, in one file or several of a plugin. */
interface Finding {
  /** From the plugin's directory on. */
  readonly file: string;
  readonly problem: string;
  /** What to do; told how the file is named, or `them`. */
  readonly remedy: (named: string) => string;
}

/** How many files a warning names before it counts the others. */
const NAMED = 3;
const HASH_BANG = Buffer.from('#!');
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/**
 * What a plugin's author would want to know when it is installed, enabled or checked; none of it stops the plugin. A line for each kind of fault,
 * however many files have it.
 * @param tree where the plugin's files are
 * @param place where the author has them: a directory, or an address
 * @param path the PATH on which interpreters are looked for
 */
export async function authorWarnings(tree: string, place: string, path: string): Promise<string[]> {
  const { manifest, problem } = new Plugin('', tree);
  const toml = named('plugin.toml', place);
  const isBare = manifest !== undefined && manifest.version === '' && manifest.description === '';
  return [
    ...[...(problem ? [problem] : []), ...(manifest?.ignored ?? [])].map((line) => line.replace(`${tree}/plugin.toml`, toml)),
    ...(isBare ? [`${toml} says nothing of the plugin; add description and version to [plugin]`] : []),
    ...(doesNothing(tree)
      ? [`${harmlessLine(place)} has no commands, no hooks and no functions; put programs into bare/ or subcommands/, or name them like triggers`]
      : []),
    ...unheardTriggers(tree).map(
      (trigger) => `${named(`${trigger}${MODULE_ENDING}`, place)} hears of no trigger, as nothing is written to a directory that is linked; install a copy`,
    ),
    ...inBothFolders(tree).map((name) => `${named(`bare/${name}`, place)} is never run, as there is subcommands/${name}; remove one of them`),
    ...oneLineEach(findingsIn(tree, path), place),
    ...(await wrongDeclarations(tree, place)),
  ];
}

function findingsIn(tree: string, path: string): Finding[] {
  const programs = programsOf(tree);
  return [
    ...programs.flatMap((file) => faultOf(file, join(tree, file), path)),
    ...programs
      .filter((file) => file.includes('/') && !isNamedByWord(file.slice(file.indexOf('/') + 1)))
      .map((file) => ({
        file,
        problem: 'has a name that cannot be typed as a command',
        remedy: () => 'use letters, digits, dots, hyphens, underscores and colons',
      })),
    ...strayCommands(tree).map((file) => ({
      file,
      problem: 'is called like the script that is asked for help',
      remedy: (it: string) => `rename ${it === 'them' ? it : 'it'}, or Dokku's help ends there`,
    })),
    ...astrayLinks(tree).map(({ file, problem }) => ({ file, problem, remedy: () => 'a plugin is copied as it is, so link to files of its own' })),
  ];
}

/** A line for each command whose declared arguments cannot be read, with the place in its file: `tool args` would refuse to run it. */
async function wrongDeclarations(tree: string, place: string): Promise<string[]> {
  const warnings: string[] = [];
  for (const file of programsOf(tree).filter((name) => name.includes('/'))) {
    const fault = await declarationFaultIn(join(tree, file));
    if (fault !== undefined) warnings.push(`${named(`${file}:${fault.line}`, place)} declares its arguments wrongly: ${fault.message}`);
  }
  return warnings;
}

/** What keeps a program from running as its author means it. */
function faultOf(file: string, place: string, path: string): Finding[] {
  const runnable = inspectExecutable(place, path);
  if (runnable.kind === 'broken') {
    const isMode = runnable.remedy.startsWith('chmod');
    return [{ file, problem: `cannot be run: ${runnable.problem}`, remedy: (it) => (isMode ? `chmod +x ${it}` : runnable.remedy) }];
  }
  if (runnable.kind === 'missing') return [];
  const head = headOf(place);
  if (head.subarray(0, 3).equals(BYTE_ORDER_MARK) && head.subarray(3).equals(HASH_BANG)) {
    return [{ file, problem: 'has a byte order mark in front of its #! line and runs under /bin/sh', remedy: () => 'save it as UTF-8 without one' }];
  }
  const isText = head.length > 0 && head.every((byte) => byte >= 9 && byte < 127);
  if (!isText || head.subarray(0, 2).equals(HASH_BANG)) return [];
  return [{ file, problem: 'has no #! line and runs under /bin/sh', remedy: () => 'add one that names the interpreter' }];
}

function headOf(file: string): Buffer {
  const head = Buffer.alloc(5);
  try {
    const fd = openSync(file, 'r');
    try {
      return head.subarray(0, readSync(fd, head, 0, head.length, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return head.subarray(0, 0);
  }
}

/** A file as its author finds it. */
const named = (file: string, place: string): string => harmlessLine(place.startsWith('/') ? `${place}/${file}` : `${file} of ${place}`);

/** A line for each kind of finding: the file, or how many there are and the first of them. */
function oneLineEach(findings: readonly Finding[], place: string): string[] {
  const kinds = new Map<string, Finding[]>();
  for (const finding of findings) {
    const kind = `${finding.problem}\0${finding.remedy('them')}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), finding]);
  }
  return [...kinds.values()].map((found) => {
    const { file, problem, remedy } = found[0] as Finding;
    if (found.length === 1) return `${named(file, place)} ${problem}; ${remedy(named(file, place))}`;
    const names = found.slice(0, NAMED).map((one) => harmlessLine(one.file));
    const more = found.length > NAMED ? `${names.join(', ')} and ${found.length - NAMED} more` : names.join(', ');
    return `${found.length} files of ${harmlessLine(place)}, each of which ${problem}: ${more}; ${remedy('them')}`;
  });
}
