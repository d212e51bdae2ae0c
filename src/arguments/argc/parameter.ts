import { declarationFault } from '../declaration-fault.ts';
import type { Choices, Range } from '../declared.ts';

/** What stands behind `@flag`, `@option`, `@arg` or `@env`, as its parts. */
export interface ArgcParameter {
  /** `-f` and `--force`; empty for arguments and variables. */
  readonly spellings: readonly string[];
  readonly name: string;
  readonly required: boolean;
  readonly several: boolean;
  readonly takesRest: boolean;
  readonly delimiter?: string;
  readonly defaults: readonly string[];
  readonly defaultFrom?: string;
  readonly choices?: Choices;
  /** A variable; empty for one that is named after the parameter. */
  readonly env?: string;
  /** What stands in `<…>`. */
  readonly labels: readonly string[];
  readonly help: string;
}

const FUNCTION = /^[A-Za-z_][A-Za-z0-9_:.-]*$/;
const DELIMITERS = ',:;@|/';

/**
 * Reads one by argc's grammar (docs/arguments.md).
 * @param text what stands behind the tag
 * @throws UserError that names line and token
 */
export function argcParameter(tag: 'flag' | 'option' | 'arg' | 'env', text: string, line: number): ArgcParameter {
  let at = 0;
  const fault = (token: string, message: string): Error => declarationFault(line, token, message);
  /** Takes what a pattern finds here. */
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const found = new RegExp(pattern.source, `${pattern.flags}y`);
    found.lastIndex = at;
    const match = found.exec(text);
    if (match) at = found.lastIndex;
    return match ?? undefined;
  };
  const rest = (): string => text.slice(at).split(/\s/, 1)[0] ?? '';
  const backquoted = (): string | undefined => {
    const found = take(/`([^`]*)`/)?.[1];
    if (found !== undefined && !FUNCTION.test(found)) throw fault(`\`${found}\``, 'is not the name of a function');
    return found;
  };
  /** A value in quotes, or up to a character that ends it. */
  const value = (end: RegExp): string => {
    const quoted = take(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/);
    if (quoted) return (quoted[1] ?? quoted[2] ?? '').replaceAll(/\\(.)/g, '$1');
    return take(end)?.[0] ?? '';
  };

  const spellings: string[] = [];
  if (tag === 'flag' || tag === 'option') {
    if (text.startsWith('+')) throw fault(rest(), 'begins with +, which is not supported here');
    const short = take(/(-[^\s-])(?=\s)\s+(?=-)/)?.[1];
    const dashes = take(/--?(?=[^\s-])/)?.[0];
    if (dashes === undefined) throw fault(rest(), 'is neither -x nor --name');
    if (short !== undefined) spellings.push(short);
    spellings.push(dashes);
  }
  const name = take(tag === 'env' ? /[A-Z_][A-Z0-9_]*/ : spellings.at(-1) === '-' ? /[A-Za-z0-9_.:@-]+|\S/ : /[A-Za-z0-9_.:@-]+/)?.[0];
  if (name === undefined) throw fault(rest(), tag === 'env' ? 'is not the name of a variable in capitals' : 'is not a name');
  if (/[-:]$/.test(name) && name.length > 1) throw fault(name, `ends in ${name.at(-1)}, which is not supported here`);
  if (spellings.length > 0) spellings.push(`${spellings.pop()}${name}`);

  const modifier = take(tag === 'flag' ? /\*/ : tag === 'env' ? /!/ : /[!~*+]/)?.[0] ?? '';
  const delimiter = modifier === '*' || modifier === '+' ? take(new RegExp(`[${DELIMITERS}]`))?.[0] : undefined;
  let defaults: string[] = [];
  let defaultFrom: string | undefined;
  let choices: Choices | undefined;
  if (tag !== 'flag' && modifier === '' && take(/=/)) {
    defaultFrom = backquoted();
    if (defaultFrom === undefined) defaults = [value(/\S*/)];
  } else if (tag !== 'flag' && take(/\[/)) {
    const isDefault = take(/=/) !== undefined;
    const isFree = !isDefault && take(/\?/) !== undefined;
    const fromFunction = backquoted();
    const values: string[] = [];
    if (fromFunction === undefined) {
      if (isFree) throw fault(rest(), 'needs a `function` behind [?');
      do values.push(value(/[^|\]]*/));
      while (take(/\|/));
    }
    if (!take(/\]/)) throw fault(rest(), 'is not closed by ]');
    choices = { values, checked: !isFree, ...(fromFunction === undefined ? {} : { fromFunction }) };
    if (isDefault) defaults = [values[0] ?? ''];
  }
  const env = tag === 'env' ? undefined : take(/\s+\$(\$|[A-Z_][A-Z0-9_]*)(?=\s|$)/)?.[1];
  const labels: string[] = [];
  while (tag !== 'flag' && (tag === 'option' || labels.length === 0)) {
    const label = take(/\s+<([^<>]*)>/)?.[1];
    if (label === undefined) break;
    labels.push(label);
  }
  if (text.slice(at) !== '' && !/^\s/.test(text.slice(at))) throw fault(rest(), `behind ${name} is not understood`);
  return {
    spellings,
    name,
    required: modifier === '!' || modifier === '+',
    several: modifier === '*' || modifier === '+',
    takesRest: modifier === '~',
    defaults,
    labels,
    help: text.slice(at).trim(),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(defaultFrom === undefined ? {} : { defaultFrom }),
    ...(choices === undefined ? {} : { choices }),
    ...(env === undefined ? {} : { env: env === '$' ? '' : env }),
  };
}

/** How many values the labels of an option stand for: the last may end in `*`, `+` or `?`. */
export function rangeOfLabels(labels: readonly string[], takesRest: boolean): Range {
  const count = Math.max(1, labels.length);
  const last = labels.at(-1)?.at(-1);
  const isOpen = takesRest || last === '*' || last === '+';
  const min = last === '*' || last === '?' ? count - 1 : count;
  return { min: takesRest ? 0 : min, max: isOpen ? Number.POSITIVE_INFINITY : count };
}
