import { harmless } from '../system/harmless.ts';
import { type CommandHelp, exampleLine, isLaidOut, usageLine } from './command-help.ts';
import { formsOf, withFacts } from './command-page.ts';

/** A text of Markdown in which nothing is HTML, a heading or a link that its author did not write as text. */
export const prose = (text: string): string =>
  harmless(text)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*_[\]<>&|]/g, (one) => (one === '<' ? '&lt;' : one === '>' ? '&gt;' : one === '&' ? '&amp;' : `\\${one}`))
    .replace(/^([#+-]|\d+[.)])/, '\\$1');

/** Lines as they are, behind a fence that none of them can end. */
function fenced(lines: readonly string[]): string[] {
  const text = lines.map((line) => harmless(line));
  const longest = Math.max(2, ...text.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return [fence, ...text, fence];
}

const table = (title: string, rows: readonly (readonly [string, string])[]): string[] =>
  rows.length === 0 ? [] : ['', `| ${title} | |`, '|---|---|', ...rows.map(([name, text]) => `| ${prose(name)} | ${prose(text)} |`)];

/** A command as a section of a page of Markdown. */
export function commandMarkdown(help: CommandHelp, brand: string): string[] {
  const { word, summary, description, args, flags, examples, statuses } = help;
  return [
    `## ${prose(`${brand} ${word}`)}`,
    '',
    ...fenced(formsOf(help).map((usage) => usageLine(usage, brand, word))),
    ...(summary === '' ? [] : ['', prose(summary)]),
    ...description.flatMap((text) => ['', ...(isLaidOut(text) ? fenced(text.split('\n')) : [prose(text)])]),
    ...table(
      'argument',
      args.map((one) => [one.name, withFacts(one)] as const),
    ),
    ...table(
      'flag',
      flags.map((one) => [one.flags, withFacts(one)] as const),
    ),
    ...(examples.length === 0 ? [] : ['', 'Examples:', '', ...fenced(examples.map((line) => exampleLine(line, brand, word)))]),
    ...table(
      'exit status',
      statuses.map(({ status, text }) => [String(status), text] as const),
    ),
  ];
}

/**
 * A page for the commands of one plugin.
 * @param title its name @param text what it is for
 */
export const pluginMarkdown = (title: string, text: string, commands: readonly CommandHelp[], brand: string): string =>
  `${[`# ${prose(title)}`, ...(text === '' ? [] : ['', prose(text)]), ...commands.flatMap((help) => ['', ...commandMarkdown(help, brand)])].join('\n')}\n`;
