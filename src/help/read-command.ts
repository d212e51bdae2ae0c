import { join } from 'node:path';
import { declaredOrNothing } from '../arguments/read-declared.ts';
import type { ManifestCommand } from '../plugins/manifest-commands.ts';
import type { Plugin } from '../plugins/plugin.ts';
import { type Subcommand, subcommandsOf, wordOf } from '../plugins/subcommands.ts';
import { textAtHead } from '../system/file-head.ts';
import { type ArgumentHelp, type CommandHelp, type FlagHelp, noHelp, type StatusHelp } from './command-help.ts';
import { declaredHelp } from './declared-help.ts';
import { readDokkuNotation, variablesIn } from './dokku-notation.ts';
import { readHeader } from './header-comments.ts';

/** How much of a file is looked at. */
const HEAD_BYTES = 64 << 10;

/** What one command's help is made of. */
export interface ReadCommand {
  readonly file: string;
  readonly help: CommandHelp;
}

/** What is looked at of a program; empty for what is no text, and for what cannot be read. */
export const textOf = (file: string): string => textAtHead(file, HEAD_BYTES);

/** Reads what a plugin's files tell of its commands, and runs none of them. */
export class CommandReader {
  readonly plugin: Plugin;
  #variables: ReadonlyMap<string, string> | undefined;

  constructor(plugin: Plugin) {
    this.plugin = plugin;
  }

  /** Every command that is a file, in byte order of their names. */
  all(): ReadCommand[] {
    return subcommandsOf(this.plugin.directory).map((subcommand) => ({ file: subcommand.file, help: this.read(subcommand) }));
  }

  /**
   * One command. Each thing is taken from the first that tells it: `[commands.NAME]` of plugin.toml, the comments at the head of the file, the
   * arguments that it declares, the notation of Dokku's service plugins. A bare word that nobody describes has the description of its plugin.
   */
  read({ name, file }: Subcommand): CommandHelp {
    const word = wordOf(this.plugin.name, name);
    const text = textOf(file);
    const told: readonly (Partial<CommandHelp> | undefined)[] = [
      fromManifest(this.plugin.manifest?.commands.get(name)),
      readHeader(text),
      declaredIn(text, word),
      this.#noted(text, word),
    ];
    const first = <Key extends keyof CommandHelp>(key: Key): CommandHelp[Key] => told.find((one) => (one?.[key]?.length ?? 0) > 0)?.[key] ?? noHelp(word)[key];
    const summary = first('summary') || (name === 'default' ? this.plugin.description : '');
    return {
      word,
      usage: first('usage'),
      summary,
      description: first('description'),
      args: first('args'),
      flags: first('flags'),
      examples: first('examples'),
      statuses: first('statuses'),
    };
  }

  #noted(text: string, word: string): Partial<CommandHelp> | undefined {
    // Most files have nothing of it, and then the plugin's variables are not read.
    if (!/^[ \t]*(?:#[AEF][ \t]|declare desc=)/m.test(text)) return undefined;
    this.#variables ??= variablesIn(textOf(join(this.plugin.directory, 'config')));
    return readDokkuNotation(text, word, this.#variables);
  }
}

/** What declared arguments tell; a declaration that cannot be read tells nothing here. */
function declaredIn(text: string, word: string): Partial<CommandHelp> | undefined {
  const declared = declaredOrNothing(text);
  return declared && declaredHelp(declared, word);
}

function fromManifest(told: ManifestCommand | undefined): Partial<CommandHelp> | undefined {
  if (told === undefined) return undefined;
  const { summary, usage, description, examples } = told;
  return {
    summary,
    usage,
    description,
    examples,
    args: told.args.map(([name, text]): ArgumentHelp => ({ name, text })),
    flags: told.flags.map(([flags, text]): FlagHelp => ({ flags, text })),
    statuses: told.statuses.map(([status, text]): StatusHelp => ({ status, text })),
  };
}
