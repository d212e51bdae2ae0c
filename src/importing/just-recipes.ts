/** A recipe, whoever listed it. */
export interface Recipe {
  /** As just is asked for it: `build`, or `module::build`. */
  readonly name: string;
  readonly doc: string;
  /** As a line of usage has them: `<env>`, `[<flags>...]`. */
  readonly parameters: readonly string[];
}

export interface JustListing {
  readonly recipes: readonly Recipe[];
  /** Names, and the recipes that they stand for. */
  readonly aliases: readonly (readonly [alias: string, recipe: string])[];
  /** Statements that bring recipes of other files, which only just itself follows. */
  readonly elsewhere: readonly string[];
}

type Parameter = 'singular' | 'plus' | 'star';

const placeholder = (name: string, kind: Parameter, isOptional: boolean): string => {
  const word = kind === 'singular' ? `<${name}>` : `<${name}>...`;
  return isOptional || kind === 'star' ? `[${word}]` : word;
};

/** The recipes that `just --dump --dump-format json` lists, private ones left out; undefined where it is something else. */
export function recipesOfDump(text: string): JustListing | undefined {
  try {
    return listingOf(JSON.parse(text), '');
  } catch {
    return undefined;
  }
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});

function listingOf(dump: unknown, module: string): JustListing {
  const { recipes, aliases, modules } = asObject(dump);
  const isShown = (one: unknown): boolean => asObject(one).private !== true;
  const below = Object.entries(asObject(modules)).map(([name, one]) => listingOf(one, `${module}${name}::`));
  const own = Object.entries(asObject(recipes))
    .filter(([, one]) => isShown(one))
    .map(([name, one]): Recipe => {
      const { doc, parameters } = asObject(one);
      return { name: `${module}${name}`, doc: typeof doc === 'string' ? doc : '', parameters: (Array.isArray(parameters) ? parameters : []).map(parameterOf) };
    });
  const named = Object.entries(asObject(aliases)).flatMap(([alias, one]): [string, string][] => {
    const { target, attributes } = asObject(one);
    const isPrivate = alias.startsWith('_') || (Array.isArray(attributes) && attributes.includes('private'));
    return typeof target === 'string' && !isPrivate ? [[`${module}${alias}`, `${module}${target}`]] : [];
  });
  return { recipes: [...own, ...below.flatMap((one) => one.recipes)], aliases: [...named, ...below.flatMap((one) => one.aliases)], elsewhere: [] };
}

function parameterOf(parameter: unknown): string {
  const { name, kind, default: ifNotGiven } = asObject(parameter);
  return placeholder(String(name), kind === 'plus' || kind === 'star' ? kind : 'singular', ifNotGiven !== null && ifNotGiven !== undefined);
}

const NAME = '[A-Za-z_][A-Za-z0-9_-]*';
/** A text in quotes, a command or an expression: what may stand as a default, with a colon in it. */
const QUOTED = `'[^']*'|"(?:[^"\\\\]|\\\\.)*"|\`[^\`]*\`|\\([^)]*\\)`;
const RECIPE = new RegExp(`^@?(${NAME})((?:\\s(?:${QUOTED}|[^:'"\`(])*)?):(?!=)`);

/**
 * The recipes of a justfile, read as text where there is no just to ask: a recipe's line, the comment or `[doc]` in front of it,
 * `[private]`, and aliases. Nothing of it is evaluated.
 */
export function recipesOfText(text: string): JustListing {
  const recipes: Recipe[] = [];
  const aliases: [string, string][] = [];
  const elsewhere: string[] = [];
  let [doc, isPrivate] = ['', false];
  for (const line of text.split('\n')) {
    if (/^\s/.test(line) || line.startsWith('#!')) continue;
    const comment = /^#\s?(.*)$/.exec(line)?.[1];
    if (comment !== undefined) {
      doc = comment.trim();
      continue;
    }
    if (line.startsWith('[')) {
      isPrivate ||= /\bprivate\b/.test(line);
      doc = /\bdoc\s*[(:]\s*(["'])(.*?)\1/.exec(line)?.[2] ?? doc;
      continue;
    }
    const [, alias, target] = new RegExp(`^alias\\s+(${NAME})\\s*:=\\s*(${NAME}(?:::${NAME})*)`).exec(line) ?? [];
    const [, name = '', parameters = ''] = RECIPE.exec(line) ?? [];
    if (alias !== undefined && target !== undefined) {
      if (!isPrivate && !alias.startsWith('_')) aliases.push([alias, target]);
    } else if (/^(import|mod)\??\s/.test(line)) elsewhere.push(line.trim());
    else if (name !== '' && !isPrivate && !name.startsWith('_')) recipes.push({ name, doc, parameters: parametersIn(parameters) });
    [doc, isPrivate] = ['', false];
  }
  return { recipes, aliases, elsewhere };
}

/** The parameters of a recipe's line: words with `+`, `*` or `$` in front, and perhaps a default in quotes, brackets or as it is. */
function parametersIn(text: string): string[] {
  const words = text.matchAll(new RegExp(`([*+]?)\\$?(${NAME})(\\s*=\\s*(?:${QUOTED}|[^\\s'"\`(]+))?`, 'g'));
  return [...words].map(([, sign, name = '', ifNotGiven]) =>
    placeholder(name, sign === '+' ? 'plus' : sign === '*' ? 'star' : 'singular', ifNotGiven !== undefined),
  );
}
