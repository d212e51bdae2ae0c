import { type DeclaredArg, type DeclaredFlag, flagName } from './declared.ts';

/** What of the parameters that a command declares cannot stand together. */
export interface Clash {
  readonly place: { readonly kind: 'flag' | 'arg'; readonly index: number };
  readonly token: string;
  readonly message: string;
}

/**
 * Finds two flags of one spelling, two parameters of one variable, arguments that no word can reach, and relations to what is not there.
 * @returns the clashes, in the order of the parameters
 */
export function* refuseClashes(flags: readonly DeclaredFlag[], args: readonly DeclaredArg[]): Generator<Clash> {
  const spellings = new Set<string>();
  const variables = new Map<string, string>();
  const names = new Set([...flags.flatMap((flag) => flag.spellings), ...args.map(({ name }) => name)]);
  for (const [index, flag] of flags.entries()) {
    const place = { kind: 'flag', index } as const;
    for (const spelling of [...flag.spellings, ...flag.negations]) {
      if (spellings.has(spelling)) yield { place, token: spelling, message: 'is declared twice' };
      spellings.add(spelling);
    }
    yield* clashOfVariable(variables, flag.variable, flagName(flag), place);
    const unknown = Object.values(flag.relations)
      .flatMap((list: readonly string[]) => list)
      .find((name) => !names.has(name));
    if (unknown !== undefined) yield { place, token: unknown, message: 'is not declared' };
  }
  const greedy = args.findIndex(({ several, doubleDash }) => several?.max === Number.POSITIVE_INFINITY && doubleDash !== 'required');
  for (const [index, arg] of args.entries()) {
    const place = { kind: 'arg', index } as const;
    yield* clashOfVariable(variables, arg.variable, arg.name, place);
    if (greedy >= 0 && index > greedy && arg.doubleDash !== 'required') {
      yield { place, token: arg.name, message: `stands behind ${args[greedy]?.name}, which takes all words` };
    }
    const before = args[index - 1];
    if (before !== undefined && arg.required && !isReachable(before) && arg.doubleDash !== 'required') {
      yield { place, token: arg.name, message: `is required, and stands behind ${before.name}, which is not` };
    }
  }
}

/** Whether a word for the argument behind it can be told from one for it. */
const isReachable = ({ required, defaults, env }: DeclaredArg): boolean => required || defaults.length > 0 || env.length > 0;

function* clashOfVariable(variables: Map<string, string>, variable: string, name: string, place: Clash['place']): Generator<Clash> {
  const other = variables.get(variable);
  if (other !== undefined) yield { place, token: name, message: `sets ${variable}, as ${other} does` };
  variables.set(variable, name);
}
