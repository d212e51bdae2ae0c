import { wordOf } from '../plugins/subcommands.ts';
import type { CommandHeader } from './import-plan.ts';
import { withoutEnding } from './program-files.ts';
import { readHeader, usageBehind } from './script-header.ts';

/** Where the copied folder is in a plugin. */
export const COPY = 'files';

/**
 * What the head of a program says, for a command of a plugin.
 * @param path of its file
 * @param names what the program is called besides by its file's name
 */
export function headerOf(head: string, path: string, plugin: string, command: string, names: readonly string[] = []): CommandHeader {
  const header = readHeader(head);
  const file = path.slice(path.lastIndexOf('/') + 1);
  const word = wordOf(plugin, command);
  return { ...header, usage: header.usage.map((line) => usageBehind(word, line, [file, withoutEnding(file), command, ...names])) };
}
