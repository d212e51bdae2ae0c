import { argName, type Choices, type Declared, type DeclaredFlag, type DeclaredParameter } from '../arguments/declared.ts';
import type { ArgumentHelp, CommandHelp, FlagHelp } from './command-help.ts';

/** What declared arguments tell of a command, as help shows it. @param word what is typed behind the brand */
export function declaredHelp(declared: Declared, word: string): CommandHelp {
  const { about, description, usage, args, flags, variables, examples, programs } = declared;
  const needs = variables.map((variable) => `${variable.name}${variable.required ? ' (required)' : ''}${variable.help === '' ? '' : `: ${variable.help}`}`);
  return {
    word,
    usage: usage === undefined ? [] : [usage],
    summary: about,
    description: [
      ...paragraphs(description),
      ...(needs.length === 0 ? [] : [`It reads these environment variables: ${needs.join('; ')}.`]),
      ...(programs.length === 0 ? [] : [`It needs these programs: ${programs.join(', ')}.`]),
    ],
    args: args.filter(({ hidden }) => !hidden).map((arg): ArgumentHelp => ({ name: argName(arg), ...factsOf(arg) })),
    flags: flags.filter(({ hidden }) => !hidden).map(flagHelp),
    examples: examples.flatMap(({ code, header }) => [...(header === undefined ? [] : [`${header}:`]), ...code.split('\n')]),
    statuses: [],
  };
}

function flagHelp(flag: DeclaredFlag): FlagHelp {
  const shown = [...flag.spellings.filter((text) => !flag.hiddenSpellings.includes(text)), ...flag.negations];
  // Short ones first, as everywhere.
  const ordered = [...shown.filter((text) => /^-[^-]$/.test(text)), ...shown.filter((text) => !/^-[^-]$/.test(text))];
  const values = flag.values.map((name) => ` <${name}>`).join('');
  const more = flag.counts || flag.several?.max === Number.POSITIVE_INFINITY ? '...' : '';
  return { flags: `${ordered.join(', ')}${values}${more}`, ...factsOf(flag), ...(flag.required ? { required: true } : {}) };
}

function factsOf({ help, description, choices, defaults, defaultFrom, env, hidden: _hidden, ...rest }: DeclaredParameter) {
  const isOff = 'values' in rest && Array.isArray(rest.values) && rest.values.length === 0 && defaults[0] === 'false';
  const shown = defaults.length === 0 || isOff ? undefined : defaults.join(', ');
  return {
    text: [help, ...description].filter((line) => line.trim() !== '').join(' '),
    ...(choices === undefined || namedChoices(choices).length === 0 ? {} : { choices: namedChoices(choices) }),
    ...(shown === undefined && defaultFrom === undefined ? {} : { default: shown ?? `what ${defaultFrom} prints` }),
    ...(env[0] === undefined ? {} : { env: env.join(', ') }),
  };
}

const namedChoices = ({ values, fromVariable }: Choices): string[] => [...values, ...(fromVariable === undefined ? [] : [`those in ${fromVariable}`])];

/** Lines as paragraphs: an empty one stands between two, and indented ones stay as they are laid out. */
function paragraphs(lines: readonly string[]): string[] {
  const blocks = lines.join('\n').split(/\n\s*\n/);
  return blocks
    .filter((block) => block.trim() !== '')
    .map((block) =>
      /^\s/m.test(block)
        ? block
            .split('\n')
            .map((line) => `  ${line}`)
            .join('\n')
        : block.split('\n').join(' '),
    );
}
