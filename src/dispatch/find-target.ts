import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { familyOf } from '../home/core-names.ts';
import type { Layout } from '../home/layout.ts';
import { isCommandWord, pluginOf } from '../home/names.ts';
import { directoryAlias } from '../plugins/directory-aliases.ts';
import { inspectExecutable, isExecutableFile } from '../plugins/executable.ts';
import { moduleInPlaceOf } from '../plugins/wasm/module-file.ts';
import { providerPaths } from '../providers/paths.ts';
import { somethingAt, statOrNothing } from '../system/links.ts';
import type { Rule, Tried } from './route.ts';

/** The file that a word names. */
export interface Found extends Candidate {
  /** Whether its plugin is not enabled: a family, whose words are looked up. */
  readonly isLookedUp: boolean;
}

interface Candidate {
  readonly rule: Rule;
  readonly plugin: string;
  readonly file: string;
  /** The WASM module that stands there in place of the file: of a plugin that nothing is written to. */
  readonly module?: string | undefined;
  readonly isBare: boolean;
}

function candidatesFor(word: string, directory: string | undefined, folder: string): Candidate[] {
  if (!isCommandWord(word)) return [];
  const plugin = directory ?? pluginOf(word);
  const at = (rule: Rule, name: string): Candidate => {
    const isBare = rule === 'plugin/bare/default' || rule === 'plugin/bare/rest';
    return { rule, plugin, file: join(folder, plugin, isBare ? 'bare' : 'subcommands', name), isBare };
  };
  if (!word.includes(':')) return [at('plugin/subcommands/default', 'default'), at('plugin/bare/default', 'default'), at('plugin/subcommands/word', word)];
  const rest = word.slice(word.indexOf(':') + 1);
  // A file, never a path: `.` and `..` are directories, and the word's alphabet has no slash.
  return rest === '' ? [] : [at('plugin/subcommands/rest', rest), at('plugin/bare/rest', rest)];
}

/**
 * Looks for a word's file in one folder of plugins; where there is none, notes what stands in each place instead.
 * @param directory the plugin's there, if it is not the word's own
 */
export function findTarget(word: string, folder: string, directory: string | undefined, tried: Tried[]): Candidate | undefined {
  const candidates = candidatesFor(word, directory, folder);
  for (const candidate of candidates) {
    if (isExecutableFile(candidate.file)) return candidate;
    tried.push({ file: candidate.file, found: describe(candidate.file) });
  }
  // Behind all programs, which the launcher finds without Node.
  for (const candidate of candidates) {
    const module = moduleInPlaceOf(candidate.file);
    if (module !== undefined) return { ...candidate, module };
  }
  return undefined;
}

function findInDirectoryAlias(word: string, layout: Layout, tried: Tried[]): Candidate | undefined {
  const directory = directoryAlias(word);
  return directory === undefined ? undefined : findTarget(word, layout.enabled, directory, tried);
}

/** Looks for a word's file wherever one may be. @param byName whether in the plugin's own folder too */
export function findAnywhere(word: string, layout: Layout, tried: Tried[], byName: boolean): Found | undefined {
  const enabled = (byName ? findTarget(word, layout.enabled, undefined, tried) : undefined) ?? findInDirectoryAlias(word, layout, tried);
  const family = enabled === undefined ? findInFamily(word, layout, tried) : undefined;
  const found = enabled ?? family ?? findAction(word, layout, tried);
  return found && { ...found, isLookedUp: found === family };
}

/** What no enabled plugin answers may be a family's. */
function findInFamily(word: string, layout: Layout, tried: Tried[]): Candidate | undefined {
  const directory = familyOf(layout, pluginOf(word));
  return directory === undefined ? undefined : findTarget(word, layout.coreAvailable, basename(directory), tried);
}

/** What no plugin answers may be an action of an instance, unless a plugin is called like the instance: all words behind that name are the plugin's then. */
function findAction(word: string, layout: Layout, tried: Tried[]): Candidate | undefined {
  const { commands } = providerPaths(layout.home);
  const name = pluginOf(word);
  if (!word.includes(':') || somethingAt(join(layout.enabled, name)) || !statOrNothing(join(commands, name))?.isDirectory()) return undefined;
  return findTarget(word, commands, undefined, tried);
}

function describe(file: string): string {
  const runnable = inspectExecutable(file, '');
  if (runnable.kind !== 'missing') return runnable.kind === 'broken' ? runnable.problem : 'cannot be run';
  if (!somethingAt(file)) return 'missing';
  return existsSync(file) ? 'not a regular file' : 'a dangling link';
}
