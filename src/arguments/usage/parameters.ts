import { type Choices, completionByName, type DeclaredArg, type DeclaredFlag, type DeclaredParameter, flagName, type Range, variableFor } from '../declared.ts';
import type { NodeFields } from './node-fields.ts';

/** Fields that only say how something is shown elsewhere. */
const SHOWN_ELSEWHERE = ['help_md', 'help_heading', 'display_order', 'hide_default_value', 'hide_env', 'hide_env_values', 'hide_possible_values'] as const;

/** A `flag` node, such as `flag "-f --file <file>" help="…"`. */
export function flagOf(node: NodeFields): DeclaredFlag {
  const [notation, help] = node.wordAndHelp();
  const words = notation.split(/[ \t]+/).filter((word) => word !== '');
  const spellings = words.filter((word) => word.startsWith('-')).map((word) => word.replace(/(?:\.\.\.|…)$/, ''));
  const wrong = spellings.find((word) => !/^(?:-[^\s=-]|--[A-Za-z0-9_][^\s=]*)$/u.test(word));
  if (wrong !== undefined) throw node.fault(wrong, 'is neither -x nor --name');
  const places = words.filter((word) => !word.startsWith('-'));
  const nested = node.children('arg')[0];
  const label = nested?.word();
  const labels = places.length > 0 ? places : label === undefined ? [] : label.split(/ +(?=[<[])/);
  const values = labels.map((word) => placeholder(node, word));
  const aliases = node.children('alias').map((child) => ({ words: child.words(), hidden: child.flag('hide') }));
  const all = [...spellings, ...aliases.flatMap(({ words: found }) => found)];
  if (all.length === 0) throw node.fault(notation, 'has neither -x nor --name in it');
  const name = flagName({ spellings: all }).replace(/^-+/, '');

  const counts = node.flag('count');
  const each = eachOf(node, labels, nested);
  const isVariadic = node.flag('var') || words.some((word) => word.startsWith('-') && /(?:\.\.\.|…)$/.test(word));
  const several = isVariadic || each.max > 1 ? rangeOf(node, 0, each) : undefined;
  if (!isVariadic) node.ignore('var_min', 'var_max');
  const relations = {
    conflicts: node.texts('conflicts'),
    overrides: node.texts('overrides'),
    requires: node.texts('requires'),
    requiredIf: node.texts('required_if'),
    requiredUnless: node.texts('required_unless'),
  };
  const negations = node.texts('negate').flatMap((text) => text.split(' '));
  const isSwitch = values.length === 0;
  const takesDashes = node.flag('allow_hyphen_values');
  node.ignore('allow_negative_numbers');
  const parameter = parameterOf(node, name, values, help, nested);
  const flag: DeclaredFlag = {
    ...parameter,
    spellings: all,
    hiddenSpellings: aliases.flatMap(({ words: found, hidden }) => (hidden ? found : [])),
    negations,
    values,
    ...(isSwitch ? {} : { each }),
    again: isVariadic || each.max !== each.min ? 'added' : 'replaces',
    takesRest: false,
    counts,
    takesDashes,
    global: node.flag('global'),
    relations,
    ...(several === undefined || isSwitch ? {} : { several }),
  };
  node.refuseRest();
  if (isSwitch && (flag.choices ?? parameter.delimiter) !== undefined) throw node.fault(notation, 'takes no value, so it has no choices and no delimiter');
  if (!isSwitch && (counts || negations.length > 0)) throw node.fault(notation, 'takes a value, so it can neither count nor be negated');
  if (isSwitch) refuseSwitchDefaults(node, flag);
  return flag;
}

/** An `arg` node, such as `arg "<file>..." help="…"`. */
export function argOf(node: NodeFields): DeclaredArg {
  const [notation, help] = node.wordAndHelp();
  const isBehindDashes = /^[<[]-- /.test(notation);
  const labels = notation.replace(/^([<[])-- +/, '$1').split(/ +(?=[<[])/);
  const names = labels.map((word) => placeholder(node, word));
  const doubleDash = node.text('double_dash') ?? (isBehindDashes ? 'required' : 'optional');
  if (!isDoubleDash(doubleDash)) throw node.fault(`double_dash="${doubleDash}"`, 'must be required, optional, automatic or preserve');
  const isRequired = !notation.startsWith('[');
  const isVariadic = node.flag('var') || /(?:\.\.\.|…)$/.test(notation);
  const fixed = names.length > 1 ? { min: names.length, max: names.length } : undefined;
  if (!isVariadic && fixed === undefined) node.ignore('var_min', 'var_max');
  const several = isVariadic ? rangeOf(node, isRequired ? 1 : 0) : fixed;
  if (fixed !== undefined) node.ignore('var_min', 'var_max');
  const parameter = parameterOf(node, names[0] ?? '', names, help);
  node.ignore('allow_negative_numbers', 'required');
  node.refuseRest();
  // What has a default or a variable need not be given.
  const required = isRequired && parameter.defaults.length === 0;
  if (parameter.delimiter !== undefined && several === undefined) throw node.fault('delimiter', 'is for what takes several values');
  return { ...parameter, labels: names, required, doubleDash, ...(several === undefined ? {} : { several }) };
}

const isDoubleDash = (text: string): text is DeclaredArg['doubleDash'] => ['required', 'optional', 'automatic', 'preserve'].includes(text);

function parameterOf(node: NodeFields, name: string, labels: readonly string[], help: string | undefined, nested?: NodeFields): DeclaredParameter {
  const choices = choicesOf(node) ?? (nested === undefined ? undefined : choicesOf(nested));
  nested?.ignore('help', 'var', 'var_min', 'var_max');
  nested?.refuseRest();
  const env = [...node.texts('env'), ...node.texts('env_fallback')];
  const wrong = env.find((text) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(text));
  if (wrong !== undefined) throw node.fault(`env="${wrong}"`, 'is not the name of a variable');
  const delimiter = node.text('delimiter');
  if (delimiter !== undefined && delimiter.length !== 1) throw node.fault(`delimiter="${delimiter}"`, 'must be one character');
  const defaults = node.texts('default');
  node.ignore(...SHOWN_ELSEWHERE);
  const variable = variableFor('usage', snakeCase(name));
  const completion = completionByName(labels);
  const found: DeclaredParameter = {
    name,
    variable,
    help: (node.text('help') ?? help ?? '').split('\n', 1)[0] ?? '',
    description: node.lines('long_help'),
    hidden: node.flag('hide'),
    required: node.flag('required'),
    env,
    defaults,
    ...(choices === undefined ? {} : { choices }),
    ...(completion === undefined ? {} : { completion }),
    ...(delimiter === undefined ? {} : { delimiter }),
  };
  const odd = defaults.find((value) => choices?.checked && choices.fromVariable === undefined && !choices.values.includes(value));
  if (odd !== undefined) throw node.fault(`default="${odd}"`, 'is none of its choices');
  return found;
}

function choicesOf(node: NodeFields): Choices | undefined {
  const [found, second] = node.children('choices');
  if (second !== undefined) throw second.fault('choices', 'stands here a second time');
  if (found === undefined) return undefined;
  const isStrict = found.node.getProperty('strict') === undefined ? true : found.flag('strict');
  const fromVariable = found.text('env');
  if (fromVariable !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(fromVariable)) throw found.fault(`env="${fromVariable}"`, 'is not the name of a variable');
  const values = found.words();
  if (values.length === 0 && fromVariable === undefined) throw found.fault('choices', 'names no value');
  found.refuseRest();
  return { values, checked: isStrict, ...(fromVariable === undefined ? {} : { fromVariable }) };
}

/** How many values each use of a flag takes: `<a> <b>` two, `<a>...` any number from one on. */
function eachOf(node: NodeFields, labels: readonly string[], nested: NodeFields | undefined): Range {
  if (labels.length > 1) return { min: labels.length, max: labels.length };
  const isVariadic = /(?:\.\.\.|…)$/.test(labels[0] ?? '') || nested?.flag('var') === true;
  if (!isVariadic) return { min: 1, max: 1 };
  const min = nested?.number('var_min') ?? 1;
  const max = nested?.number('var_max') ?? Number.POSITIVE_INFINITY;
  if (max < min) throw node.fault('var_max', 'is less than var_min');
  return { min, max };
}

function rangeOf(node: NodeFields, least: number, each: Range = { min: 1, max: 1 }): Range {
  const min = node.number('var_min') ?? least;
  const max = node.number('var_max') ?? (each.max > 1 && each.min === each.max ? each.max : Number.POSITIVE_INFINITY);
  if (max < min || max === 0) throw node.fault('var_max', 'is less than var_min, or 0');
  return { min, max };
}

/** `<file>`, `[file]`, `<file>...`: the name in it. */
function placeholder(node: NodeFields, word: string): string {
  const name = /^(?:<([^<>[\]]+)>|\[([^<>[\]]+)\]|([A-Za-z0-9_-]+))(?:\.\.\.|…)?$/.exec(word);
  const found = name?.[1] ?? name?.[2] ?? name?.[3];
  if (found === undefined || !/[A-Za-z0-9]/.test(found)) throw node.fault(word, 'is neither <name> nor [name]');
  return found.replace(/(?:\.\.\.|…)$/, '');
}

const snakeCase = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();

function refuseSwitchDefaults(node: NodeFields, { defaults, counts }: DeclaredFlag): void {
  const odd = defaults.find((value) => (counts ? !/^\d+$/.test(value) : value !== 'true' && value !== 'false'));
  if (odd !== undefined) throw node.fault(`default="${odd}"`, counts ? 'must be a whole number' : 'must be #true or #false');
}
