import type { Advice } from './advice.ts';
import type { Word } from './read-call.ts';
import type { Refusal } from './refused-words.ts';

/** Which rule of contract dokku §1.4 (5) named the file. */
export type Rule = 'plugin/subcommands/default' | 'plugin/bare/default' | 'plugin/subcommands/word' | 'plugin/subcommands/rest' | 'plugin/bare/rest';

/** One place that was looked at, in order, and what stood there: what `--explain` prints when nothing matched. */
export interface Tried {
  readonly file: string;
  readonly found: string;
}

interface Common {
  /** The command word as typed. */
  readonly word: string;
  /** Index of that word among those typed. */
  readonly start: number;
  /** What the plugin gets as argv, the command word first. */
  readonly argv: readonly Word[];
  /** What DOKKU_APP_NAME becomes, when the call names an app. */
  readonly app: Word | undefined;
  readonly alias: string | undefined;
  /** What the word was taken for by `[dispatch]` of tool.toml, and by which setting: `ops:backup, by default`. */
  readonly front: string | undefined;
  /** What DOKKU_COMMAND is: the word as typed, or the one that it was taken for. */
  readonly command: Word;
  readonly tried: readonly Tried[];
  /** One line each, said on stderr before anything runs. */
  readonly warnings: readonly string[];
}

/** A file that becomes the command. */
export interface FileRoute extends Common {
  readonly kind: 'file';
  readonly rule: Rule;
  readonly plugin: string;
  readonly core: boolean;
  readonly file: string;
  /** The WASM module that is run, where it stands in place of the file. */
  readonly module: string | undefined;
  /** Whether its plugin is not enabled: a family, whose words are looked up. */
  readonly isLookedUp: boolean;
  /** Whether it gets its own arguments alone, without the command word that the guards are asked about. */
  readonly isBare: boolean;
  /** Whether its page is shown instead: `--help` is all that is asked of it, and the file does not answer that. */
  readonly isPage: boolean;
}

/** No file answers to the word: every plugin's `commands` is asked, then the word is unknown. */
export interface CommandsRoute extends Common {
  readonly kind: 'commands';
  readonly candidates: readonly string[];
  /** The one among them that the word names by its plugin: standard input is its alone. */
  readonly owner: string | undefined;
  /** One line for each script that could not be asked, said where nobody answered. */
  readonly skipped: readonly string[];
  readonly advice: Advice;
  /** The plugin whose page is shown where nobody answers, and the exit status then: its help is asked for, or its bare word has no command. */
  readonly page: { readonly plugin: string; readonly status: 0 | 1 } | undefined;
  /** The core plugin whose word this is, where no other plugin should know it. */
  readonly coreOwner: { readonly plugin: string; readonly commands: string } | undefined;
  /** Why the word is no command here, where it is one of Dokku's. */
  readonly refusal: Refusal | undefined;
  /** What was typed, when as it stands it would be no single line of a sensible length. */
  readonly legible: string | undefined;
  /** What was typed, as one line to be shown. */
  readonly shown: string;
  /** A subcommand that would have matched if it could be run. */
  readonly broken: { readonly file: string; readonly problem: string; readonly remedy: string } | undefined;
}

/** Help is asked for: by its word, by a flag in front of everything, or by nothing at all. */
export interface HelpRoute {
  readonly kind: 'help';
  readonly all: boolean;
  readonly flag: boolean;
  readonly start: number;
}

/** What a command line means, as a value: nothing has been run. */
export type Route = FileRoute | CommandsRoute | HelpRoute | { readonly kind: 'version'; readonly flag: boolean; readonly start: number };
