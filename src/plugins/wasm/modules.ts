import { join } from 'node:path';
import { namesIn } from '../../home/layout.ts';
import { somethingAt, statOrNothing } from '../../system/links.ts';
import { isExecutableFile } from '../executable.ts';
import { PLUGIN_FILE_NAME, WASM_FILE_NAME } from '../helm/file-names.ts';
import { COMMAND_FOLDERS } from '../subcommands.ts';
import { MODULE_ENDING, stubOf } from './module-file.ts';

/** A name of a command or a trigger: of what can be typed or fired. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/;

/** Where modules stand that are commands or triggers: `subcommands/NAME.wasm`, `bare/NAME.wasm`, and `NAME.wasm` at the top. @param tree a plugin's */
export const modulesIn = (tree: string): string[] =>
  ['', ...COMMAND_FOLDERS].flatMap((folder) =>
    namesIn(join(tree, folder))
      .filter((name) => name.endsWith(MODULE_ENDING) && NAME.test(name) && statOrNothing(join(tree, folder, name))?.isFile())
      .map((name) => join(folder, name)),
  );

/** The modules that have no program beside them, as nothing is written to a plugin that is linked, or was put there by hand. */
export const modulesWithoutPrograms = (tree: string): string[] => {
  const isHelms = (module: string): boolean => module === WASM_FILE_NAME && somethingAt(join(tree, PLUGIN_FILE_NAME));
  return modulesIn(tree).filter((module) => !isExecutableFile(join(tree, stubOf(module))) && !isHelms(module));
};

/** The triggers that such modules are named like, and never hear of. */
export const unheardTriggers = (tree: string): string[] =>
  modulesWithoutPrograms(tree)
    .filter((module) => !module.includes('/'))
    .map(stubOf);
