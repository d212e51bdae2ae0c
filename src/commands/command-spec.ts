import type { Environment, Layout } from '../home/layout.ts';

/** A command's words behind the first, and its flags by their names in camel case. */
export interface ParsedLine {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a command is given: the world it may touch, its words and its flags. */
export interface CommandContext extends ParsedLine {
  readonly layout: Layout;
  readonly env: Environment;
}

export interface CommandModule {
  /** Gives the exit status; a UserError thrown is worded by main. */
  run(context: CommandContext): Promise<number>;
  /** Throws what Dokku says of a line before it looks at its flags; asked only of a line whose flags are at fault. */
  refuseLine?(words: readonly string[], brand: string): void;
}

/** A command as data: help and routing read this, and only a command that runs is loaded. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** Commander's notation, `<name>` required, `[name]` optional. */
  readonly args?: string;
  /** Commander's notation of a flag, and what it is for. */
  readonly options?: readonly (readonly [flags: string, description: string])[];
  /** What --format takes, where it is not stdout and json. */
  readonly formats?: readonly string[];
  readonly load: () => Promise<CommandModule>;
}
