import { statOrNothing } from '../../system/links.ts';
import { isExecutableFile } from '../executable.ts';

export const MODULE_ENDING = '.wasm';

/** The program that a module is called by, which is made when its plugin is placed. */
export const stubOf = (module: string): string => module.slice(0, -MODULE_ENDING.length);

/** The module that stands where there is no program: of a plugin that nothing is written to. @param program where the program would be */
export function moduleInPlaceOf(program: string): string | undefined {
  const module = `${program}${MODULE_ENDING}`;
  return statOrNothing(module)?.isFile() && !isExecutableFile(program) ? module : undefined;
}
