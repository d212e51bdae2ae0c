/** Bytes at the start of a file in which declarations are looked for. */
export const DECLARED_BYTES = 64 << 10;

/** What a command declares of its arguments, whichever notation its comments use. */
export interface Declared {
  readonly notation: 'usage' | 'argc';
  /** What the command does, on one line; empty where it is not told. */
  readonly about: string;
  /** More about it, a line each. */
  readonly description: readonly string[];
  /** The synopsis, where the author wrote one. */
  readonly usage?: string;
  readonly version?: string;
  readonly flags: readonly DeclaredFlag[];
  readonly args: readonly DeclaredArg[];
  /** Environment variables that the command reads (argc's `@env`). */
  readonly variables: readonly DeclaredVariable[];
  readonly examples: readonly DeclaredExample[];
  /** Programs that have to be on PATH (argc's `@meta require-tools`). */
  readonly programs: readonly string[];
  /** Whether a word that looks like a flag and is none is an argument. */
  readonly unknownFlagsAreWords: boolean;
  /** Whether words behind the last argument are taken, and left in `"$@"`. */
  readonly takesFurtherWords: boolean;
}

/** What flags, arguments and variables have in common. */
export interface DeclaredParameter {
  /** What it is called, without dashes or brackets. */
  readonly name: string;
  /** The shell variable that gets its value. */
  readonly variable: string;
  readonly help: string;
  /** More about it, a line each. */
  readonly description: readonly string[];
  readonly hidden: boolean;
  readonly required: boolean;
  /** Environment variables that give its value where the command line does not: the first that is set counts. */
  readonly env: readonly string[];
  /** Its values where nothing else gives any. */
  readonly defaults: readonly string[];
  /** A function of the script that prints its default. */
  readonly defaultFrom?: string;
  readonly choices?: Choices;
  readonly completion?: Completion;
  /** What separates values in one word, where several may stand in one. */
  readonly delimiter?: string;
  /** How many values there may be in all; undefined where there is one. */
  readonly several?: Range;
}

export interface Range {
  readonly min: number;
  /** `Infinity` where there is no limit. */
  readonly max: number;
}

/** The values that are allowed. */
export interface Choices {
  readonly values: readonly string[];
  /** An environment variable that has more of them, separated by commas or blanks. */
  readonly fromVariable?: string;
  /** A function of the script that prints them, a line each. */
  readonly fromFunction?: string;
  /** Whether other values are refused. */
  readonly checked: boolean;
}

/** What a shell offers for a value, besides its choices. */
export type Completion = { readonly run: string; readonly described: boolean } | { readonly kind: 'files' | 'directories' };

export interface DeclaredFlag extends DeclaredParameter {
  /** How it is written: `-f`, `--force`. The first long one is what messages call it. */
  readonly spellings: readonly string[];
  /** Spellings that are neither shown nor completed. */
  readonly hiddenSpellings: readonly string[];
  /** What switches it off: `--no-colour`. */
  readonly negations: readonly string[];
  /** The names of the values that follow it; none for a switch. */
  readonly values: readonly string[];
  /** How many values one use of it takes; undefined for a switch. */
  readonly each?: Range;
  /** What a second use of it does: its values are added, replace the first's, or are refused. */
  readonly again: 'added' | 'replaces' | 'refused';
  /** Whether it takes all that follows, flags included. */
  readonly takesRest: boolean;
  /** Whether what counts is how often it is given. */
  readonly counts: boolean;
  /** Whether its value may begin with a dash. */
  readonly takesDashes: boolean;
  /** Whether commands below this one have it too, which is told and changes nothing here. */
  readonly global: boolean;
  /** Names of other flags or arguments, as `relations` has them. */
  readonly relations: Relations;
}

/** What other flags and arguments have to do with one; each is a spelling or an argument's name. */
export interface Relations {
  readonly conflicts: readonly string[];
  readonly overrides: readonly string[];
  readonly requires: readonly string[];
  readonly requiredIf: readonly string[];
  readonly requiredUnless: readonly string[];
}

export interface DeclaredArg extends DeclaredParameter {
  /** The names of its values as they are shown, one but where it takes a fixed number of them. */
  readonly labels: readonly string[];
  /** What `--` has to do with it: it stands behind one alone, its first value acts like one, or it keeps one as a value. */
  readonly doubleDash: 'optional' | 'required' | 'automatic' | 'preserve';
}

export interface DeclaredVariable extends DeclaredParameter {
  readonly label?: string;
}

export interface DeclaredExample {
  readonly code: string;
  readonly header?: string;
}

export const NO_RELATIONS: Relations = { conflicts: [], overrides: [], requires: [], requiredIf: [], requiredUnless: [] };

/** How a flag is called in messages: its first long spelling, or else its first. */
export const flagName = ({ spellings }: Pick<DeclaredFlag, 'spellings'>): string => spellings.find((text) => text.startsWith('--')) ?? spellings[0] ?? '';

/** How an argument is shown in a synopsis: `<app>`, `[file]...`. */
export function argName({ labels, required, several }: Pick<DeclaredArg, 'labels' | 'required' | 'several'>): string {
  const shown = labels.map((label) => (required ? `<${label}>` : `[${label}]`)).join(' ');
  return several !== undefined && labels.length === 1 ? `${shown}...` : shown;
}

/** The name of a shell variable for a parameter: what is neither letter, digit nor underscore becomes an underscore. */
export const variableFor = (prefix: string, name: string): string => `${prefix}_${name.replaceAll(/[^A-Za-z0-9_]/g, '_')}`;

/** What a shell completes for values that are called so: files for `<config-file>` or `<PATH>`, directories for `<dir>`. */
export function completionByName(labels: readonly string[]): Completion | undefined {
  const names = labels.map((label) => label.toLowerCase());
  if (names.some((name) => name.endsWith('dir') || name.endsWith('directory'))) return { kind: 'directories' };
  return names.some((name) => /(?:file|files|path|paths)$/.test(name)) ? { kind: 'files' } : undefined;
}
