import { Plugin } from '../plugins/plugin.ts';
import { entryOf, type HelpEntry, type HelpedPlugin } from './plugin-help.ts';
import { CommandReader } from './read-command.ts';

/** A plugin without a `commands` script that can tell is shown by its files. */
export const entriesFromFiles = ({ name, directory }: HelpedPlugin, brand: string): HelpEntry[] =>
  new CommandReader(new Plugin(name, directory)).all().map(({ help }) => entryOf(help, brand));
