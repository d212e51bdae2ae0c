import type { CommandHelp } from '../help/command-help.ts';
import { commandPage } from '../help/command-page.ts';
import { printLines } from '../terminal/lines.ts';
import { outputWidth } from '../terminal/width.ts';

/**
 * Prints the page of a core command.
 * @param typed the word that it was called by
 */
export function showHelp(help: CommandHelp, typed: string, brand: string): void {
  printLines(commandPage(asTyped(help, typed), brand, outputWidth()));
}

/** A core plugin beside another of its name is called core-NAME: what its page says to type runs this one. */
function asTyped(help: CommandHelp, typed: string): CommandHelp {
  const { word } = help;
  if (typed !== `core-${word}`) return help;
  const renamed = (line: string): string => (line === word || line.startsWith(`${word} `) ? `core-${line}` : line);
  return { ...help, word: typed, usage: help.usage.map(renamed), examples: help.examples.map(renamed) };
}
