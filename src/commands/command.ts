import type { UserError } from '../errors.ts';
import type { Environment, Layout } from '../home/layout.ts';
import type { Line } from '../terminal/lines.ts';
import type { ArgsOf, OptionsOf } from './command-spec.ts';
import type { CommandName, SpecOf } from './specs.ts';

/** What a command is given: the world it may touch, its words and its flags, and how to tell of what goes on meanwhile. */
export interface CommandContext<Name extends CommandName = CommandName> {
  readonly layout: Layout;
  readonly env: Environment;
  readonly args: ArgsOf<SpecOf<Name>>;
  readonly options: OptionsOf<SpecOf<Name>>;
  /** Tells people how far things are; silent where the outcome is printed as JSON. */
  readonly progress: (line: Line) => void;
  /** Warns on stderr, whatever the format. */
  readonly warn: (text: string) => void;
  /** The descriptor that hooks print on: where the outcome is printed as JSON, stdout is for that alone. */
  readonly hookStdout: 1 | 2;
}

/** What came of a command. run-command.ts prints it, as JSON or for people. */
export interface Outcome {
  /** For programs; a function where finding it out takes work that people's form has no need of. */
  readonly data: object | (() => Promise<object>);
  /** For people, behind what `progress` told; asked only where it is printed. */
  readonly lines: () => readonly Line[];
  /** The exit status; 0 when absent. */
  readonly status?: number;
  /** Thrown when the rest is printed: what was done is told, and then that it was not all. */
  readonly failure?: UserError | undefined;
}

/** A command with formats of its own prints them itself. */
export type OutcomeOf<Name extends CommandName> = SpecOf<Name> extends { readonly formats: readonly string[] } ? Pick<Outcome, 'status'> : Outcome;

export interface CommandModule<Name extends CommandName> {
  /** Does what the command is for; a UserError thrown is worded by main. */
  run(context: CommandContext<Name>): Promise<OutcomeOf<Name>>;
  /** Throws what Dokku says of a line before it looks at its flags; asked only of a line whose flags are at fault. */
  refuseLine?(words: readonly string[], brand: string): void;
}
