import { terms } from '../terminal/columns.ts';
import { wrap } from '../terminal/wrap.ts';
import { type ArgumentHelp, type CommandHelp, exampleLine, type FlagHelp, isLaidOut, usageLine } from './command-help.ts';

const INDENT = '    ';

/**
 * The page that `--help` shows of a command, whatever that is written in.
 * @param brand the name that the program was called by
 * @param width columns of the terminal; lines laid out by their author may be wider
 * @returns lines, not yet made harmless
 */
export function commandPage(help: CommandHelp, brand: string, width: number): string[] {
  const { word, summary, description, args, flags, examples, statuses } = help;
  const listed = <One>(ones: readonly One[], pair: (one: One) => readonly [term: string, text: string]): string[] => terms(ones.map(pair), width, INDENT);
  return [
    ...usageLines(help, brand, width),
    ...(summary === '' ? [] : ['', ...wrap(sentence(summary), width)]),
    ...description.flatMap((paragraph) => ['', ...paragraphLines(paragraph, width)]),
    ...section(
      'Arguments',
      listed(args, (one) => [one.name, withFacts(one)]),
    ),
    ...section(
      'Flags',
      listed(flags, (one) => [one.flags, withFacts(one)]),
    ),
    ...section('Examples', exampleLines(examples, brand, word, width)),
    ...section(
      'Exit status',
      listed(statuses, ({ status, text }) => [status, text]),
    ),
  ];
}

/** Its forms under each other; where nobody wrote one, what is known of its words and flags. */
function usageLines(help: CommandHelp, brand: string, width: number): string[] {
  const forms = formsOf(help).map((usage) => usageLine(usage, brand, help.word));
  return forms.flatMap((form, index) => {
    const lead = index === 0 ? 'Usage: ' : '       ';
    // What is broken stands below the first argument.
    const [first = '', ...others] = wrap(form, width - lead.length);
    const below = ' '.repeat(Math.min(lead.length + brand.length + help.word.length + 2, Math.floor(width / 2)));
    if (others.length === 0) return [lead + first];
    const rest = form.slice(first.length).trim();
    return [lead + first, ...wrap(rest, width - below.length).map((line) => below + line)];
  });
}

/** The forms of a command: those that were written, else one made of its arguments and flags. */
export function formsOf({ usage, word, args, flags }: CommandHelp): readonly string[] {
  if (usage.length > 0) return usage;
  return [
    [
      word,
      ...args.map(({ name }) => name),
      ...flags.filter(({ required }) => required).map((one) => one.flags.replace(/^-\w, /, '')),
      ...(flags.some(({ required }) => !required) ? ['[flags]'] : []),
    ].join(' '),
  ];
}

/** A paragraph of a description, broken at a width unless it is laid out already. */
export const paragraphLines = (paragraph: string, width: number): string[] => (isLaidOut(paragraph) ? paragraph.split('\n') : wrap(paragraph, width));

/** A summary is a phrase in lists and a sentence on its page. */
const sentence = (text: string): string => (/[\p{L}\p{N})\]`'"]$/u.test(text) ? `${text}.` : text);

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines];
}

/** What a flag or an argument is for, and what else is known of its value. */
export function withFacts({ text, choices, default: value, env, ...rest }: ArgumentHelp | FlagHelp): string {
  const facts = [
    ...('required' in rest && rest.required ? ['required'] : []),
    ...(choices !== undefined && choices.length > 0 ? [`one of ${choices.join(', ')}`] : []),
    ...(value === undefined ? [] : [`default: ${value === '' ? '""' : value}`]),
    ...(env === undefined ? [] : [`environment: ${env}`]),
  ];
  return [text, ...(facts.length === 0 ? [] : [`(${facts.join('; ')})`])].filter((part) => part !== '').join(' ');
}

/** Lines to type as they are, and sentences between them; where none begins with the program, all are lines to type. */
function exampleLines(examples: readonly string[], brand: string, word: string, width: number): string[] {
  const lines = examples.map((written) => {
    const line = exampleLine(written, brand, word);
    return { line, isTyped: line.startsWith(`${brand} `) || /^\s|^\$ |^export /.test(line) };
  });
  const anyTyped = lines.some(({ isTyped }) => isTyped);
  return lines.flatMap(({ line, isTyped }, index) => {
    if (isTyped || !anyTyped) return [INDENT + line];
    return [...(lines[index - 1]?.isTyped ? [''] : []), ...wrap(line, width - 2).map((text) => `  ${text}`)];
  });
}
