import { startChild } from '../system/child.ts';
import { harmless } from '../system/harmless.ts';
import { isTerminal } from './colour.ts';
import { print } from './log.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** The shell command that people have set for looking at long texts; undefined where they want none, or the terminal can do nothing. */
export function pagerOf({ TOOL_PAGER: own, PAGER: everybodys, TERM: terminal }: Variables): string | undefined {
  const pager = (own ?? everybodys ?? 'less').trim();
  return pager === '' || pager === 'cat' || terminal === 'dumb' ? undefined : pager;
}

/**
 * Prints lines, through a pager where somebody looks at them at a terminal.
 * @param isWanted whether a pager may be used
 */
export async function printPaged(lines: readonly string[], env: Variables, isWanted: boolean): Promise<void> {
  const text = lines.join('\n');
  const pager = isWanted && isTerminal(1) ? pagerOf(env) : undefined;
  // As git does: the variable is the user's own shell command.
  if (pager === undefined || !(await feed('/bin/sh', ['-c', pager], { LESS: 'FRX', ...env }, `${harmless(text)}\n`))) print(text);
}

/**
 * Starts a program that shows a text at the terminal, and waits for its end.
 * @returns whether there is such a program
 */
export async function feed(file: string, argv: readonly string[], env: Variables, text: string): Promise<boolean> {
  // Ctrl-C is for the program that has the screen.
  const ignore = (): void => {};
  process.on('SIGINT', ignore);
  try {
    const { process: child, exited } = startChild(file, argv, { env, stdio: ['pipe', 'inherit', 'inherit'] });
    // Who quits a pager has not read all of it.
    child.stdin?.on('error', ignore);
    child.stdin?.end(text);
    const status = await exited;
    return status !== 126 && status !== 127;
  } finally {
    process.off('SIGINT', ignore);
  }
}
