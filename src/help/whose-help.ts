import { declaredOrNothing } from '../arguments/read-declared.ts';
import type { Plugin } from '../plugins/plugin.ts';
import type { Subcommand } from '../plugins/subcommands.ts';
import { MODULE_ENDING } from '../plugins/wasm/module-file.ts';
import { readHeader } from './header-comments.ts';
import { textOf } from './read-command.ts';

/** The first line of a script for a shell; one without `#!` is run by /bin/sh. */
const FOR_A_SHELL = /^(?!#!)|^#!.*[/ ](?:ba|da|a|k|mk|z)?sh(?:\s|$)/;

/** Code of a shell script that may answer `--help`: it says the word, has its arguments read by something that does, or hands them to another program. */
const MAY_ANSWER = /\bhelp\b|\bargs\b.*\$[@*]|--argc-eval|\bcommand_parse\b|\bexec\b.*\$[@*]/;

/**
 * Whether the page of a command is shown for `--help`, as its own file does not answer it and tells what to show (decision 019). Files are read, and nothing
 * is run. `own_help` of plugin.toml says it outright; otherwise it is so of a shell script with comments for help, or with its lines in plugin.toml, whose
 * code could not answer.
 */
export function answeredByItsPage(plugin: Plugin, { name, file }: Subcommand): boolean {
  const told = plugin.manifest?.commands.get(name);
  if (told?.ownHelp !== undefined) return !told.ownHelp;
  // As with the program that an installed module has beside it.
  if (file.endsWith(MODULE_ENDING)) return told !== undefined;
  const text = textOf(file);
  if (text === '' || !FOR_A_SHELL.test(text)) return false;
  const code = text.split('\n').filter((line) => !/^\s*#/.test(line));
  return (told !== undefined || tellsHelp(text)) && !code.some((line) => MAY_ANSWER.test(line));
}

const tellsHelp = (text: string): boolean => readHeader(text) !== undefined || declaredOrNothing(text) !== undefined;
