import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { somethingAt, statOrNothing } from '../system/links.ts';
import { isExecutableFile } from './executable.ts';
import { KNOWN_TRIGGERS } from './known-triggers.ts';
import { isFile, namesIn } from './layout.ts';

/** Files that plugins keep beside commands and triggers, by convention (contract dokku §4.1). */
const CONVENTIONAL = /^(functions|config|.+-functions)$/;
const HEAD_BYTES = 256;

/** What Dokku, or tool, runs of a plugin: `commands`, the subcommands, and files named like a trigger. Paths from its directory. */
export const programsOf = (tree: string): string[] => [
  ...(somethingAt(join(tree, 'commands')) ? ['commands'] : []),
  ...namesIn(join(tree, 'subcommands'))
    .filter((name) => !statOrNothing(join(tree, 'subcommands', name))?.isDirectory())
    .map((name) => `subcommands/${name}`),
  ...namesIn(tree).filter((name) => KNOWN_TRIGGERS.has(name) && isFile(join(tree, name))),
];

/** Programs at the top that nothing known runs: a trigger misspelt, or one that another plugin fires. */
export const unknownPrograms = (tree: string): string[] =>
  namesIn(tree).filter(
    (name) => /^[a-z0-9-]+$/.test(name) && name !== 'commands' && !KNOWN_TRIGGERS.has(name) && !CONVENTIONAL.test(name) && isExecutableFile(join(tree, name)),
  );

/** Shell files that are sourced rather than run, at the top of a plugin. */
export const sourcedFiles = (tree: string): string[] => namesIn(tree).filter((name) => CONVENTIONAL.test(name) && isFile(join(tree, name)));

/** Everything below the top that is named `commands`: Dokku's help looks at any depth and takes directories as well. */
export function strayCommands(tree: string): string[] {
  const visit = (folder: string): string[] =>
    readdirSync(join(tree, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const stray = entry.name === 'commands' && folder !== '' ? [path] : [];
      return entry.isDirectory() && entry.name !== '.git' ? [...stray, ...visit(path)] : stray;
    });
  return visit('');
}

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
    const fd = openSync(file, 'r');
    try {
      return head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0)).toString('latin1');
    } finally {
      closeSync(fd);
    }
  } catch {
    return '\0';
  }
}
