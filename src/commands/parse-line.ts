import { Command, CommanderError, type Option } from 'commander';
import type { ErrorCode } from '../error-codes/table.ts';
import { UserError } from '../errors.ts';
import type { CommandSpec, ParsedLine } from './command-spec.ts';
import { flagsOf, GLOBAL_FLAGS } from './specs.ts';

/** Reads a command's words. @returns undefined where they ask for help @throws UserError with what is wrong with them */
export function parseLine(spec: CommandSpec, words: readonly string[], brand: string): ParsedLine | undefined {
  let args: string[] = [];
  const program = new Command(`${brand} ${spec.name}`)
    .exitOverride()
    // Dokku takes what comes too much and says itself what is wrong with the first.
    .allowExcessArguments(brand === 'dokku')
    // What it says of a fault is worded below, and run-command.ts shows the page.
    .configureOutput({ writeOut: () => {}, outputError: () => {} });
  for (const word of spec.args?.split(' ') ?? []) program.argument(word);
  for (const [flags, description] of flagsOf(spec)) program.addOption(optionOf(program, flags, description));
  for (const flag of GLOBAL_FLAGS) program.addOption(program.createOption(flag).hideHelp());
  program.action(() => {
    args = program.args;
  });
  try {
    program.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw faultOf(error, `${brand} ${spec.name}`);
  }
  return { args, options: program.opts<ParsedLine['options']>() };
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  'commander.unknownOption': 'unknown-flag',
  'commander.missingArgument': 'missing-argument',
  'commander.optionMissingArgument': 'missing-argument',
  'commander.excessArguments': 'too-many-arguments',
};

/** What commander says of a line, worded like the rest. */
function faultOf({ code, message }: CommanderError, command: string): UserError {
  const [, what = message, meant] = /^(?:error: )?(.*?)(?:\n\(Did you mean (?:one of )?(.*)\?\))?$/s.exec(message.trim()) ?? [];
  return new UserError(CODES[code] ?? 'bad-value', what, {
    hint: `${meant === undefined ? 'see' : `did you mean ${meant.replaceAll(', ', ' or ')}? See`} \`${command} --help\``,
  });
}

/** A flag as its notation has it: `--no-update` is a flag of that name, and `...` behind one means that each use of it counts. */
function optionOf(program: Command, flags: string, description: string): Option {
  const option = program.createOption(flags.replace(/\.\.\.$/, ''), description);
  option.negate = false;
  if (flags.endsWith('...')) option.argParser((value: string, before: readonly string[] = []) => [...before, value]);
  return option;
}
