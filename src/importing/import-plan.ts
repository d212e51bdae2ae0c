/** What a folder or a file is made a plugin of. `path` is what stands on PATH under one prefix. */
export const IMPORT_KINDS = ['sub', 'mise', 'just', 'make', 'package', 'scripts', 'path'] as const;
export type ImportKindName = (typeof IMPORT_KINDS)[number];

/** The place of programs that stand on PATH under one prefix: `path:acme-`. */
export const ON_PATH = 'path:';

/** What is to become of something that was written for another runner: the plugin, as a value. Nothing is written yet. */
export interface ImportPlan {
  /** What the commands are of, for people: `/srv/ops/justfile`. */
  readonly from: string;
  /** What the manifest says of it. */
  readonly description: string;
  readonly version: string;
  /** The folder of which a copy becomes a folder of the plugin; undefined where the original is run where it is. */
  readonly copy?: Copied;
  /** Files that commands share, from the plugin's directory on. */
  readonly files?: readonly { readonly path: string; readonly text: string }[];
  readonly commands: readonly ImportedCommand[];
  /** What is not brought. */
  readonly left: readonly NotBrought[];
  /** What whoever imports it should know. */
  readonly notes: readonly string[];
}

/** A folder that is copied. */
export interface Copied {
  readonly from: string;
  /** Where it is in the plugin. */
  readonly to: string;
}

/** A command of the plugin, and the file in `bare/` that will be it. */
export interface ImportedCommand {
  readonly name: string;
  readonly header: CommandHeader;
  readonly run: Run;
}

/** What the comments of a command's file say for help and completion. */
export interface CommandHeader {
  readonly summary: string;
  /** The lines of its usage, each behind the word of the command; none where nobody says. */
  readonly usage: readonly string[];
  readonly help: readonly string[];
  /** Lines that declare arguments, `#USAGE …` and `# @flag …`, as they are in the original. */
  readonly declared: readonly string[];
  /** Whether it prints candidates for `--complete`. */
  readonly providesCompletions: boolean;
}

export const NO_HEADER: CommandHeader = { summary: '', usage: [], help: [], declared: [], providesCompletions: false };

/** How a command is run. A word is a text, or a path in the copied folder. */
export interface Run {
  /** The program and the words in front of the caller's arguments. */
  readonly argv: readonly Word[];
  /** Where it stands; by default where the caller does. */
  readonly directory?: string;
  /** The variable that keeps where the caller stands, where the command stands elsewhere. */
  readonly keepsCallersPlace?: string;
  readonly environment?: Readonly<Record<string, Word>>;
  /** A folder of the copy that is put first on PATH. */
  readonly onPath?: Word;
  /** A file of the copy with shell text that is sourced in front of it. */
  readonly prelude?: Word;
  /** Whether the values of the declared arguments are set as variables `usage_…` in front of it. */
  readonly readsUsage?: boolean;
  /** The program of a runner that may be missing where the command is called. */
  readonly runner?: string;
}

export type Word = string | InCopy;

/** A path in the copied folder, from the plugin's directory on. */
export interface InCopy {
  readonly inCopy: string;
}

export interface NotBrought {
  readonly what: string;
  readonly reason: string;
}
