import { Command, CommanderError, type Option } from 'commander';
import { logError } from '../terminal/log.ts';
import type { CommandSpec, ParsedLine } from './command-spec.ts';
import { flagsOf, GLOBAL_FLAGS } from './specs.ts';

/** Reads a command's words, and says what is wrong with them. @returns the exit status where that was all there is to do; 0 where they ask for help */
export function parseLine(spec: CommandSpec, words: readonly string[], brand: string): ParsedLine | { readonly status: number } {
  let args: string[] = [];
  const program = new Command(`${brand} ${spec.name}`)
    .exitOverride()
    // Dokku takes what comes too much and says itself what is wrong with the first.
    .allowExcessArguments(brand === 'dokku')
    .configureOutput({
      // run-command.ts shows the page.
      writeOut: () => {},
      outputError: (text) => logError(`${text.trim().replace(/^error: /, '')}; see \`${brand} ${spec.name} --help\``),
    });
  for (const word of spec.args?.split(' ') ?? []) program.argument(word);
  for (const [flags, description] of flagsOf(spec)) program.addOption(optionOf(program, flags, description));
  for (const flag of GLOBAL_FLAGS) program.addOption(program.createOption(flag).hideHelp());
  program.action(() => {
    args = program.args;
  });
  try {
    program.parse(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return { status: error.exitCode === 0 ? 0 : 2 };
    throw error;
  }
  return { args, options: program.opts<ParsedLine['options']>() };
}

/** A flag as its notation has it: `--no-update` is a flag of that name, and `...` behind one means that each use of it counts. */
function optionOf(program: Command, flags: string, description: string): Option {
  const option = program.createOption(flags.replace(/\.\.\.$/, ''), description);
  option.negate = false;
  if (flags.endsWith('...')) option.argParser((value: string, before: readonly string[] = []) => [...before, value]);
  return option;
}
