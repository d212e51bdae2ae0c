import { logError, logInfo, logWarn, print, printPainted } from './log.ts';

/** A line for people: as it is on stdout, or as a heading or in the colour of what it tells of there, as progress (`-----> `), or as a warning or an error on stderr. */
export type Line =
  | string
  | { readonly text: string; readonly as: 'warning' | 'error' | 'heading' }
  | { readonly info: string }
  | { readonly warning: string }
  | { readonly error: string };

export function printLine(line: Line): void {
  if (typeof line === 'string') print(line);
  else if ('text' in line) printPainted(line.text, line.as);
  else if ('info' in line) logInfo(line.info);
  else if ('warning' in line) logWarn(line.warning);
  else logError(line.error);
}

/** Prints lines in their order, those that follow each other as they are by one write. */
export function printLines(lines: readonly Line[]): void {
  let plain: string[] = [];
  const flush = (): void => {
    if (plain.length > 0) print(plain.join('\n'));
    plain = [];
  };
  for (const line of lines) {
    if (typeof line === 'string') plain.push(line);
    else {
      flush();
      printLine(line);
    }
  }
  flush();
}
