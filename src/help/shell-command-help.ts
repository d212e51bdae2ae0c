import { readDeclared } from '../arguments/read-declared.ts';
import { type CommandHelp, type FlagHelp, noHelp } from './command-help.ts';
import { withCommonStatuses } from './common-statuses.ts';
import { declaredHelp } from './declared-help.ts';
import { readHeader } from './header-comments.ts';

/** What every core command reads besides its own flags (plugins/common/command-functions). */
export const GLOBAL_FLAGS: ReadonlySet<string> = new Set(['--app', '--force', '--quiet', '--trace', '--help']);

/** Where the common text is about commands of Node. */
const OF_SHELL = {
  1: 'refused or failed; an argument is missing or unexpected',
  2: 'a flag is unknown or has no value',
};

/**
 * What is shown of a core command that is a shell file, from the comments that it starts with.
 * @param text its file
 * @param word the word that it was called by, for a file that does not say
 * @param parsed the flags that its code reads: `--all --format=`
 * @param said what its code has to say besides
 */
export function shellCommandHelp(text: string, word: string, parsed: readonly string[], said: readonly string[] = []): CommandHelp {
  const header = readHeader(text);
  const declared = readDeclared(text);
  const flags = declared === undefined ? [] : declaredHelp(declared, word).flags;
  const [own = word] = (header?.usage[0] ?? '').split(' ').filter((part) => part !== '');
  return {
    ...noHelp(own),
    ...header,
    description: [...(header?.description ?? []), ...said],
    flags: [...flags, ...undeclared(flags, parsed)],
    statuses: withCommonStatuses(header?.statuses ?? [], OF_SHELL),
  };
}

/** What is read and not told of: the page shows it all the same. */
function undeclared(told: readonly FlagHelp[], parsed: readonly string[]): FlagHelp[] {
  const spellings = new Set(told.flatMap(({ flags }) => flags.split(/,? /)));
  return parsed
    .map((flag) => ({ name: flag.replace(/=$/, ''), takesValue: flag.endsWith('=') }))
    .filter(({ name }) => !spellings.has(name) && !GLOBAL_FLAGS.has(name))
    .map(({ name, takesValue }) => ({ flags: takesValue ? `${name} <value>` : name, text: '' }));
}
