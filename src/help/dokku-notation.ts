import type { ArgumentHelp, CommandHelp, FlagHelp } from './command-help.ts';

/** What a subcommand of a service plugin of Dokku tells of itself. */
export type NotedHelp = Pick<CommandHelp, 'summary' | 'usage' | 'args' | 'flags' | 'examples'>;

/** How deep a value may be made of other values. */
const DEEPEST = 4;
const LONGEST_VALUE = 200;

/**
 * Reads what Dokku's service plugins write into the function of a subcommand, as text: `declare desc="…"`, `#A name, what it is`, `#F --flag, what it does`,
 * `#E an example or a sentence`, and `declare SERVICE="$1" …`, which has the arguments in order.
 * @param text the file
 * @param word the command's
 * @param variables what stands for `$NAME` in the text; a name that is not there stays as it was written
 * @returns undefined where nothing of it is there
 */
export function readDokkuNotation(text: string, word: string, variables: ReadonlyMap<string, string>): NotedHelp | undefined {
  const marked = (mark: string): string[] =>
    [...text.matchAll(new RegExp(`^[ \\t]*#${mark}[ \\t](.*)$`, 'gm'))].map(([, line = '']) => expand(line.trimEnd(), variables));
  const summary = expand(/^[ \t]*declare desc=(["'])(.*)\1[ \t]*$/m.exec(text)?.[2] ?? '', variables);
  const [examples, args, flags] = [marked('E'), marked('A').map(argumentOf), marked('F').map(flagOf)];
  if (summary === '' && examples.length + args.length + flags.length === 0) return undefined;
  const words = parametersIn(text);
  return {
    summary,
    usage: words.length === 0 ? [] : [[word, ...words].join(' ')],
    args,
    flags,
    examples: examples.map((line) => line.replace(/^ {2,}/, '    ')),
  };
}

function argumentOf(line: string): ArgumentHelp {
  const [name, text] = split(line);
  return { name: `<${name}>`, text };
}

function flagOf(line: string): FlagHelp {
  const [flags, text] = split(line);
  return { flags: flags.replaceAll('|', ', '), text };
}

/** `name, text`: the comma that ends the name stands outside quotes. */
function split(line: string): [name: string, text: string] {
  const end = /^(?:"[^"]*"|[^",])*/.exec(line)?.[0].length ?? line.length;
  return [line.slice(0, end).trim(), line.slice(end + 1).trim()];
}

/** The parameters of the function, in a synopsis as Dokku shows them: what ends in _FLAG, _LIST and _OPTIONAL is marked so. */
function parametersIn(text: string): string[] {
  const line = text.split('\n').find((one) => /^[ \t]*declare [A-Z_]+=/.test(one)) ?? '';
  return [...line.matchAll(/(?<=\s)([A-Z][A-Z0-9_]*)=/g)].map(([, name = '']) => {
    const of = (suffix: string): string =>
      name
        .slice(0, name.length - suffix.length)
        .toLowerCase()
        .replaceAll('_', '-');
    if (name.endsWith('_FLAGS_LIST')) return `[--${of('_LIST')}...]`;
    if (name.endsWith('_LIST')) return `<${of('_LIST')}...>`;
    if (name.endsWith('_FLAG')) return name === 'INFO_FLAG' ? '[--single-info-flag]' : `[-${name.charAt(0).toLowerCase()}|--${of('_FLAG')}]`;
    if (name.endsWith('_OPTIONAL')) return `[<${of('_OPTIONAL')}>]`;
    return `<${of('')}>`;
  });
}

/** The variables that a plugin's `config` sets to a text. What a command gives is not known, as nothing is run. */
export function variablesIn(config: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [, name = '', written = ''] of config.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Z_][A-Z0-9_]*)=(.*)$/gm)) {
    // `${NAME:=value}` of the same or another name: the value that it has where nobody set it.
    const value = /^\$\{[A-Z_][A-Z0-9_]*:?[=-](.*)\}$/.exec(written.trim())?.[1] ?? written.trim();
    const plain = /^"([^"`]*)"$|^'([^']*)'$|^\(([^()"'`$]*)\)$|^([^\s"'`()]*)$/
      .exec(value)
      ?.slice(1)
      .find((one) => one !== undefined);
    if (plain !== undefined && !plain.includes('$(') && plain.length <= LONGEST_VALUE) values.set(name, plain);
  }
  return values;
}

/** A text with the values of `$NAME`, `${NAME}` and `${NAME[@]}` in their places. */
function expand(text: string, variables: ReadonlyMap<string, string>, depth = 0): string {
  if (depth > DEEPEST || !text.includes('$')) return text;
  return text.replaceAll(/\$(?:\{([A-Z_][A-Z0-9_]*)(?:\[[@*]\])?\}|([A-Z_][A-Z0-9_]*))/g, (whole, braced: string | undefined, bare: string | undefined) => {
    const value = variables.get(braced ?? bare ?? '');
    return value === undefined ? whole : expand(value, variables, depth + 1);
  });
}
