import type { Plugin } from '../plugins/plugin.ts';
import { harmless } from '../system/harmless.ts';
import { type CommandHelp, exampleLine, isLaidOut, usageLine } from './command-help.ts';
import { formsOf, withFacts } from './command-page.ts';
import { entryOf } from './plugin-help.ts';

/** Characters that roff reads as something else, and how it is told to print them. */
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\e', '-': '\\-', "'": '\\(aq', '`': '\\(ga', '^': '\\(ha', '~': '\\(ti', '"': '\\(dq' };

/** A text as roff prints it, on one line: no character of it is a request, an escape or a typographic mark. */
export function roff(text: string): string {
  const line = harmless(text)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\\-'`^~"]/g, (one) => ESCAPES[one] as string);
  return line.startsWith('.') ? `\\&${line}` : line;
}

const bold = (text: string): string => `\\fB${roff(text)}\\fR`;

/** Lines that are printed as they are. */
const verbatim = (lines: readonly string[]): string[] => [
  '.RS 4',
  '.nf',
  ...lines.map((line) => {
    const [blanks = ''] = /^\s*/.exec(line) ?? [];
    return `${'\\ '.repeat(blanks.replaceAll('\t', '    ').length)}${roff(line)}` || '\\&';
  }),
  '.fi',
  '.RE',
];

const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : [`.SH ${title}`, ...lines]);
const term = (name: string, text: string): string[] => ['.TP', bold(name), text === '' ? '\\&' : roff(text)];
const paragraph = (text: string): string[] => (isLaidOut(text) ? ['.PP', ...verbatim(text.split('\n'))] : ['.PP', roff(text)]);

/** The head of a page. It has no date: the same plugins give the same bytes. */
const head = (name: string, brand: string): string[] => [
  '.\\" Made by help \\-\\-man.',
  `.TH "${roff(name.toUpperCase())}" 1 "" "${roff(brand)}" "${roff(`Commands of ${brand}`)}"`,
];

/** What a page of a word is called: `tool-ops-backup`. */
export const manualName = (word: string, brand: string): string => `${brand}-${word.replaceAll(':', '-')}`;

/** A command as a manual page, in roff for man(1) and mandoc(1). */
export function commandManual(help: CommandHelp, brand: string): string {
  const { word, summary, description, args, flags, examples, statuses } = help;
  const name = manualName(word, brand);
  const synopsis = formsOf(help).flatMap((usage, index) => {
    const line = usageLine(usage, brand, word);
    const lead = line.startsWith(`${brand} ${word}`) ? `${brand} ${word}` : brand;
    return [...(index === 0 ? [] : ['.br']), `${bold(lead)}${line.length > lead.length ? ` ${roff(line.slice(lead.length))}` : ''}`];
  });
  const typed = examples.map((line) => exampleLine(line, brand, word));
  return text([
    ...head(name, brand),
    '.SH NAME',
    `${roff(name)} \\- ${roff(summary || word)}`,
    ...section('SYNOPSIS', synopsis),
    ...section('DESCRIPTION', description.flatMap(paragraph)),
    ...section(
      'ARGUMENTS',
      args.flatMap((one) => term(one.name, withFacts(one))),
    ),
    ...section(
      'OPTIONS',
      flags.flatMap((one) => term(one.flags, withFacts(one))),
    ),
    ...section(
      'EXAMPLES',
      typed.flatMap((line) =>
        line.startsWith(`${brand} `) || /^\s/.test(line) || !typed.some((one) => one.startsWith(`${brand} `)) ? verbatim([line.trim()]) : ['.PP', roff(line)],
      ),
    ),
    ...section(
      'EXIT STATUS',
      statuses.flatMap(({ status, text: why }) => term(status, why)),
    ),
    '.SH SEE ALSO',
    `${bold(brand)}(1)`,
  ]);
}

/**
 * A manual page of many commands.
 * @param plugin whose they are; all plugins' where it is not given
 */
export function manualPage(commands: readonly CommandHelp[], brand: string, plugin?: Plugin): string {
  const name = plugin === undefined ? brand : manualName(plugin.name, brand);
  const entries = commands.map((help) => entryOf(help, brand));
  return text([
    ...head(name, brand),
    '.SH NAME',
    `${roff(name)} \\- ${roff(plugin === undefined ? 'one command line for the commands of many plugins' : plugin.description || `commands of ${plugin.name}`)}`,
    '.SH SYNOPSIS',
    `${bold(brand)} ${plugin === undefined ? '[\\-\\-quiet|\\-\\-trace|\\-\\-force] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]' : `${bold(plugin.name)}[:\\fICOMMAND\\fR]`}`,
    ...section(
      'COMMANDS',
      entries.flatMap(({ usage, description }) => term(usage, description)),
    ),
    '.SH SEE ALSO',
    plugin === undefined ? `\\fB${roff(brand)} help\\fR \\fICOMMAND\\fR tells more of one.` : `${bold(brand)}(1)`,
  ]);
}

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
