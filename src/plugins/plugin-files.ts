import { closeSync, constants, type Dirent, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { isFile, namesIn } from '../home/layout.ts';
import { somethingAt, statOrNothing } from '../system/links.ts';
import { isExecutableFile } from './executable.ts';
import { STUB_FOLDER } from './helm/file-names.ts';
import { KNOWN_TRIGGERS } from './known-triggers.ts';
import { COMMAND_FOLDERS } from './subcommands.ts';
import { MODULE_ENDING } from './wasm/module-file.ts';
import { modulesIn } from './wasm/modules.ts';

/** Files that plugins keep beside commands and triggers, by convention (contract dokku §4.1). */
const CONVENTIONAL = /^(functions|config|.+-functions)$/;
const HEAD_BYTES = 256;

/** What Dokku, or tool, runs of a plugin: `commands`, the subcommands, and files named like a trigger. Paths from its directory. */
export const programsOf = (tree: string): string[] => [
  ...(somethingAt(join(tree, 'commands')) ? ['commands'] : []),
  ...COMMAND_FOLDERS.flatMap((folder) =>
    namesIn(join(tree, folder))
      .filter((name) => !name.endsWith(MODULE_ENDING) && !statOrNothing(join(tree, folder, name))?.isDirectory())
      .map((name) => `${folder}/${name}`),
  ),
  ...namesIn(tree).filter((name) => KNOWN_TRIGGERS.has(name) && isFile(join(tree, name))),
];

/** Programs at the top that nothing known runs: a trigger misspelt, or one that another plugin fires. */
export const unknownPrograms = (tree: string): string[] =>
  namesIn(tree).filter((name) => !KNOWN_TRIGGERS.has(name) && mayBeTrigger(name) && isExecutableFile(join(tree, name)));

const mayBeTrigger = (name: string): boolean => /^[a-z0-9-]+$/.test(name) && name !== 'commands' && !CONVENTIONAL.test(name);

/** Whether a program of this name at the top of a plugin listens to a trigger: Dokku's, or another plugin's. */
export const isTriggerName = (name: string): boolean => KNOWN_TRIGGERS.has(name) || mayBeTrigger(name);

/** Shell files that are sourced rather than run, at the top of a plugin. */
export const sourcedFiles = (tree: string): string[] => namesIn(tree).filter((name) => CONVENTIONAL.test(name) && isFile(join(tree, name)));

/** Deeper than any plugin that a source may bring without somebody's leave; a link may lead to anything. */
const LOOKED_AT_DEPTH = 100;

/** Everything below the top that is named `commands`: Dokku's help looks at any depth and takes directories as well. */
export function strayCommands(tree: string): string[] {
  return entriesBelow(tree).flatMap(({ path }) => (path.endsWith('/commands') ? [path] : []));
}

/** Everything in a plugin's directory, each folder in front of what is in it, links not followed. What git keeps is no plugin's, and a folder
 * that this user may not read is empty. */
export function entriesBelow(tree: string): { readonly path: string; readonly kind: 'folder' | 'link' | 'file' }[] {
  const entries: ReturnType<typeof entriesBelow> = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const below: string[] = [];
    for (const entry of namesWithKinds(join(tree, folder))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      entries.push({ path, kind: entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'file' });
      if (entry.isDirectory() && entry.name !== '.git' && path.split('/').length < LOOKED_AT_DEPTH) below.push(path);
    }
    folders.push(...below.reverse());
  }
  return entries;
}

function namesWithKinds(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** What a plugin listens to: files at the top that are run and named like a trigger, Dokku's or another plugin's. */
export const triggersOf = (tree: string): string[] => namesIn(tree).filter((name) => isTriggerName(name) && isExecutableFile(join(tree, name)));

/** Whether a plugin has nothing that anybody could run or source. */
export const doesNothing = (tree: string): boolean =>
  // Getters and post-renderers of Helm's plugins are in a folder of their own.
  [programsOf(tree), triggersOf(tree), sourcedFiles(tree), modulesIn(tree), namesIn(join(tree, STUB_FOLDER))].every((files) => files.length === 0);

/** The shell that reads a file; undefined for anything else. A file without a #! line is read by the one given. */
export function shellOf(file: string, without?: 'bash'): 'bash' | 'sh' | undefined {
  const head = headOf(file);
  if (!head.startsWith('#!')) return /^[\t\n\r -~]*$/.test(head) ? without : undefined;
  const [shell] = /\b(bash|sh|dash)\b(?!\.)/.exec(head.split('\n', 1)[0] ?? '') ?? [];
  if (shell === undefined) return undefined;
  return shell === 'bash' ? 'bash' : 'sh';
}

function headOf(file: string): string {
  const head = Buffer.alloc(HEAD_BYTES);
  try {
    const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0)).toString('latin1');
    } finally {
      closeSync(fd);
    }
  } catch {
    return '\0';
  }
}
