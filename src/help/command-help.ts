/** A word that a command takes. */
export interface ArgumentHelp {
  /** As a synopsis has it: `<name>`, `[name]`, `<files>...`. */
  readonly name: string;
  readonly text: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  /** The environment variable that gives it where it is left out. */
  readonly env?: string;
}

/** A flag of a command. */
export interface FlagHelp {
  /** As a synopsis has it: `-f, --force`, `--name <name>`. */
  readonly flags: string;
  readonly text: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  readonly env?: string;
  readonly required?: boolean;
}

/** Why a command ends as it does. */
export interface StatusHelp {
  /** A number, or a range of them such as `1-125`. */
  readonly status: string;
  readonly text: string;
}

/** What is known of one command, wherever it is written: what lists, pages, man pages and completion show. Empty where nothing is said. */
export interface CommandHelp {
  /** What is typed behind the brand: `plugin:install`. */
  readonly word: string;
  /** Its forms, as they were written: `plugin:install <source>`, `tool plugin:install <source>`, `[--all]`. `usageLine` makes a line of one. */
  readonly usage: readonly string[];
  /** One line. */
  readonly summary: string;
  /** Paragraphs. One that `isLaidOut` is shown as it is. */
  readonly description: readonly string[];
  readonly args: readonly ArgumentHelp[];
  readonly flags: readonly FlagHelp[];
  /** Lines to type, or sentences that tell of the lines behind them. */
  readonly examples: readonly string[];
  readonly statuses: readonly StatusHelp[];
}

/** Whether a paragraph is laid out already: it begins with a blank. */
export const isLaidOut = (paragraph: string): boolean => /^\s/.test(paragraph);

/** A command of which nothing is known but its word. */
export const noHelp = (word: string): CommandHelp => ({
  word,
  usage: [],
  summary: '',
  description: [],
  args: [],
  flags: [],
  examples: [],
  statuses: [],
});

/** Names under which authors call this program in what they write; a brand is shown in their place. */
const PROGRAMS = new Set(['tool', 'dokku', '$0', '$(basename $0)', '$(basename "$0")']);

/**
 * One form of a command as it is typed under this brand.
 * @param usage as an author wrote it: with the program in front, with the word alone, by the name of the script, or its arguments alone
 */
export function usageLine(usage: string, brand: string, word: string): string {
  const text = usage.trim();
  const name = word.slice(word.indexOf(':') + 1);
  // `acme greet NAME` and `$0 greet NAME`, where the word is greet: the program is whatever it was called when that was written.
  const [first = '', second = ''] = text.split(/\s+/, 2);
  if (first === word) return `${brand} ${text}`;
  if (second === word || second === `${word}[:COMMAND]`) return `${brand} ${text.slice(first.length).trimStart()}`;
  // `rbenv install VERSION` and `acme-install VERSION`, from the time before they were commands here.
  if (/^[\w.-]+$/.test(first) && (second === name || first.endsWith(`-${name}`))) {
    return `${brand} ${word} ${second === name ? text.slice(first.length).trimStart().slice(name.length).trimStart() : text.slice(first.length).trimStart()}`.trimEnd();
  }
  const program = [...PROGRAMS].find((one) => text === one || text.startsWith(`${one} `));
  const own = program ?? ([name, `./${name}`].includes(first) ? first : undefined);
  if (own !== undefined) return `${brand} ${word}${text.slice(own.length)}`;
  if (text === '' || /^[[<{(-]/.test(text)) return `${brand} ${word} ${text}`.trimEnd();
  // Words of another kind: what they call stands in them.
  return text.startsWith(`${brand} `) ? text : `${brand} ${word} ${text}`;
}

/** A line of an example under this brand: one that begins with the word, or with a name of the program. Others are as they were written. */
export function exampleLine(line: string, brand: string, word: string): string {
  if (line === word || line.startsWith(`${word} `)) return `${brand} ${line}`;
  return line.replace(/^(\s*(?:\$ )?)(?:tool|dokku) (?=\S)/, `$1${brand} `);
}
