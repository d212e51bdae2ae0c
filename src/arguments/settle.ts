import { inWords, plural } from '../system/word-list.ts';
import { type Bound, type Fault, listed, quoted } from './bind.ts';
import { argName, type Choices, type Declared, type DeclaredArg, type DeclaredFlag, type DeclaredParameter, flagName } from './declared.ts';

/** What a parameter's variable gets. */
export type Value =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'switch'; readonly on: boolean }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'one'; readonly text: string }
  | { readonly kind: 'several'; readonly texts: readonly string[] }
  /** What a function of the script prints. */
  | { readonly kind: 'printed'; readonly by: string };

export interface Settled {
  readonly flags: readonly Setting[];
  readonly args: readonly Setting[];
  readonly variables: readonly Setting[];
  readonly further: readonly string[];
  /** What only the script itself can check. */
  readonly checks: readonly Check[];
}

export interface Setting {
  readonly parameter: DeclaredParameter;
  readonly value: Value;
}

/** A value that has to be among those that a function of the script prints. */
export interface Check {
  readonly shown: string;
  readonly text: string;
  readonly by: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Settles what each variable gets: the command line's values, else its variable's, else its default. Checks them all. */
export function settle(declared: Declared, bound: Bound, env: Environment): Settled | Fault {
  const checks: Check[] = [];
  const flags: Setting[] = [];
  const present = new Set<string>();
  const typed = new Set<string>();
  for (const flag of declared.flags) {
    const given = bound.flags.get(flag);
    if (given?.overridden) {
      flags.push({ parameter: flag, value: { kind: 'nothing' } });
      continue;
    }
    const fromEnv = given === undefined ? envValue(flag, env) : undefined;
    const value = flag.each === undefined ? switchValue(flag, given, fromEnv) : ordinaryValue(flag, given?.values, fromEnv);
    if ('fault' in value) return value;
    const wrong = wrongValue(flag, flagName(flag), value, env, checks) ?? ((given ?? fromEnv) ? wrongCount(flag, flagName(flag), value, 'value') : undefined);
    if (wrong !== undefined) return wrong;
    for (const spelling of flag.spellings) {
      if (given !== undefined || (fromEnv !== undefined && isOn(value))) typed.add(spelling);
      if (isOn(value)) present.add(spelling);
    }
    flags.push({ parameter: flag, value });
  }
  const args: Setting[] = [];
  for (const arg of declared.args) {
    const given = bound.args.get(arg);
    const fromEnv = given === undefined ? envValue(arg, env) : undefined;
    const value = ordinaryValue(arg, given, fromEnv);
    const wrong = wrongValue(arg, argName(arg), value, env, checks) ?? ((given ?? fromEnv) ? wrongCount(arg, argName(arg), value, 'word') : undefined);
    if (wrong !== undefined) return wrong;
    if (given !== undefined || fromEnv !== undefined) typed.add(arg.name);
    if (value.kind !== 'nothing') present.add(arg.name);
    args.push({ parameter: arg, value });
  }
  const variables: Setting[] = [];
  for (const variable of declared.variables) {
    const value = ordinaryValue(variable, undefined, env[variable.variable]);
    const wrong = wrongValue(variable, `the variable ${variable.name}`, value, env, checks);
    if (wrong !== undefined) return wrong;
    variables.push({ parameter: variable, value });
  }
  return (
    conflict(declared.flags, typed) ?? missing(declared, flags, args, variables, present, typed) ?? { flags, args, variables, further: bound.further, checks }
  );
}

/** Whether a value says more than that a switch is off. */
const isOn = (value: Value): boolean => value.kind !== 'nothing' && !(value.kind === 'switch' && !value.on);

const envValue = ({ env: names }: DeclaredParameter, env: Environment): string | undefined => names.map((name) => env[name]).find((text) => text !== undefined);

function switchValue(flag: DeclaredFlag, given: { count: number; on: boolean } | undefined, fromEnv: string | undefined): Value | Fault {
  if (given !== undefined) return flag.counts && given.on ? { kind: 'count', count: given.count } : { kind: 'switch', on: given.on };
  const [byDefault] = flag.defaults;
  if (fromEnv !== undefined && fromEnv !== '') {
    if (flag.counts && /^\d{1,9}$/.test(fromEnv)) return { kind: 'count', count: Number(fromEnv) };
    if (/^(?:true|1|yes|on)$/i.test(fromEnv)) return flag.counts ? { kind: 'count', count: 1 } : { kind: 'switch', on: true };
    if (/^(?:false|0|no|off)$/i.test(fromEnv)) return { kind: 'switch', on: false };
    return { code: 'bad-value', fault: `the variable ${flag.env.join(' or ')}, for ${flagName(flag)}, must be true or false, and is ${quoted(fromEnv)}` };
  }
  if (byDefault === undefined) return { kind: 'nothing' };
  return flag.counts ? { kind: 'count', count: Number(byDefault) } : { kind: 'switch', on: byDefault === 'true' };
}

function ordinaryValue(
  { several, delimiter, defaults, defaultFrom }: DeclaredParameter,
  given: readonly string[] | undefined,
  fromEnv: string | undefined,
): Value {
  const split = fromEnv === undefined ? undefined : delimiter === undefined ? [fromEnv] : fromEnv.split(delimiter);
  const texts = given ?? split ?? (defaults.length > 0 ? defaults : undefined);
  if (texts === undefined) return defaultFrom === undefined ? { kind: 'nothing' } : { kind: 'printed', by: defaultFrom };
  return several === undefined ? { kind: 'one', text: texts.at(-1) ?? '' } : { kind: 'several', texts };
}

const textsOf = (value: Value): readonly string[] => (value.kind === 'one' ? [value.text] : value.kind === 'several' ? value.texts : []);

function wrongValue({ choices }: DeclaredParameter, shown: string, value: Value, env: Environment, checks: Check[]): Fault | undefined {
  if (choices === undefined || !choices.checked) return undefined;
  const texts = textsOf(value);
  if (choices.fromFunction !== undefined) {
    const broken = texts.find((text) => text.includes('\n'));
    if (broken !== undefined) return { code: 'unknown-value', fault: `${shown} cannot be ${quoted(broken)}` };
    checks.push(...texts.map((text) => ({ shown, text, by: choices.fromFunction as string })));
    return undefined;
  }
  const known = choicesNow(choices, env);
  const odd = texts.find((text) => !known.includes(text));
  return odd === undefined ? undefined : { code: 'unknown-value', fault: `${shown} cannot be ${quoted(odd)}`, typed: odd, known };
}

/** The values that are allowed, those that a variable has among them. */
export const choicesNow = ({ values, fromVariable }: Choices, env: Environment): string[] => [
  ...values,
  ...(fromVariable === undefined ? [] : (env[fromVariable] ?? '').split(/[\s,]+/).filter((text) => text !== '')),
];

function wrongCount({ several }: DeclaredParameter, shown: string, value: Value, what: string): Fault | undefined {
  if (several === undefined || value.kind !== 'several') return undefined;
  const count = value.texts.length;
  const given = `${count} ${count === 1 ? 'is' : 'are'} given`;
  if (count < several.min) return { code: 'missing-argument', fault: `${shown} needs at least ${plural(several.min, what)}, and ${given}` };
  return count > several.max ? { code: 'too-many-arguments', fault: `${shown} takes at most ${plural(several.max, what)}, and ${given}` } : undefined;
}

function conflict(flags: readonly DeclaredFlag[], typed: ReadonlySet<string>): Fault | undefined {
  for (const flag of flags) {
    if (!flag.spellings.some((text) => typed.has(text))) continue;
    const other = flag.relations.conflicts.find((name) => typed.has(name));
    if (other !== undefined) return { code: 'conflicting-flags', fault: `${flagName(flag)} and ${other} cannot be given together` };
  }
  return undefined;
}

/** What is required, by itself or because of others, and not there. */
function missing(
  { flags: declared }: Declared,
  flags: readonly Setting[],
  args: readonly Setting[],
  variables: readonly Setting[],
  present: ReadonlySet<string>,
  typed: ReadonlySet<string>,
): Fault | undefined {
  const absentArgs = args
    .filter(({ parameter, value }) => parameter.required && value.kind === 'nothing')
    .map(({ parameter }) => argName(parameter as DeclaredArg));
  if (absentArgs.length > 0) return { code: 'missing-argument', fault: `${inWords(absentArgs, 'and')} ${absentArgs.length === 1 ? 'is' : 'are'} missing` };
  for (const [index, flag] of declared.entries()) {
    const name = flagName(flag);
    const { requires, requiredIf, requiredUnless } = flag.relations;
    const needed = flag.spellings.some((text) => typed.has(text)) ? requires.find((other) => !present.has(other)) : undefined;
    if (needed !== undefined) return { code: 'missing-flag', fault: `${name} needs ${needed} as well` };
    if (flags[index]?.value.kind !== 'nothing') continue;
    const cause = requiredIf.find((other) => typed.has(other));
    if (cause !== undefined) return { code: 'missing-flag', fault: `${cause} needs ${name} as well` };
    if (requiredUnless.length > 0 && !requiredUnless.some((other) => present.has(other)))
      return { code: 'missing-flag', fault: `either ${name} or ${listed(requiredUnless)} is needed` };
    if (flag.required) return { code: 'missing-flag', fault: `${name} is missing` };
  }
  const absent = variables.find(({ parameter, value }) => parameter.required && value.kind === 'nothing');
  return absent === undefined ? undefined : { code: 'missing-argument', fault: `the variable ${absent.parameter.name} is not set` };
}
