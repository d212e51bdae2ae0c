/** A command as data: help and the parsing of its line read this, and its module is loaded only when it runs. */
export interface CommandSpec {
  readonly name: string;
  /** One line, for lists. */
  readonly summary: string;
  /** What its page says besides. */
  readonly description?: string;
  /** Commander's notation, `<name>` required, `[name]` optional. */
  readonly args?: string;
  /** What stands behind the name where help says how it is called, if `args` and `options` do not tell all: a word that the command itself refuses to do without. */
  readonly synopsis?: string;
  /** Commander's notation of a flag, whose value may be left out where it is in `[]`, with `...` behind one that may be repeated and `-x, ` in front of one that has a letter too, and what it is for. */
  readonly options?: readonly (readonly [flags: string, description: string])[];
  /** What --format takes of a command that prints its own formats; all others have text and JSON. */
  readonly formats?: readonly string[];
  /** Whether its flags may have one dash in front, as those of a program in Go. */
  readonly goFlags?: boolean;
  /** Lines that a user would type, without the brand in front: the command word, and what follows it. */
  readonly examples: readonly string[];
  /** What an exit status means here, where it is not what it means for every command. */
  readonly statuses?: Readonly<Record<number, string>>;
}

/** A command's words behind the first, and its flags by their names in camel case. */
export interface ParsedLine {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

/** The flags of a command by their names in camel case: `--dry-run` is `dryRun?: boolean`, `--name <name>` is `name?: string`, `--name <name>...` a list, `--name [name]` a text or `true`. */
export type OptionsOf<Spec extends CommandSpec> = {
  readonly [Option in NonNullable<Spec['options']>[number] as NameOf<Option[0]>]?: ValueOf<Option[0]> | undefined;
};

/** The words of a command by their places: `<name> [ref] [args...]` is `[string, string?, ...string[]]`. */
export type ArgsOf<Spec extends CommandSpec> = Spec extends { readonly args: infer Places extends string } ? WordsOf<Places> : readonly [];

type NameOf<Flag extends string> = Flag extends `-${string}, ${infer Long}`
  ? NameOf<Long>
  : Flag extends `--${infer Name} ${string}`
    ? Camel<Name>
    : Flag extends `--${infer Name}`
      ? Camel<Name>
      : never;
type ValueOf<Flag extends string> = Flag extends `${string} <${string}>...`
  ? readonly string[]
  : Flag extends `${string} <${string}>`
    ? string
    : Flag extends `${string} [${string}]`
      ? string | true
      : boolean;
type Camel<Name extends string> = Name extends `${infer First}-${infer Rest}` ? `${First}${Capitalize<Camel<Rest>>}` : Name;

type WordsOf<Places extends string> = Places extends `${infer First} ${infer Rest}`
  ? readonly [...WordOf<First>, ...WordsOf<Rest>]
  : readonly [...WordOf<Places>];
type WordOf<Place extends string> = Place extends `<${string}...>`
  ? [string, ...string[]]
  : Place extends `<${string}>`
    ? [string]
    : Place extends `[${string}...]`
      ? string[]
      : [string?];
