import type { StatusHelp } from './command-help.ts';

/** What the exit statuses of core commands mean, where a command does not say more. */
const COMMON: Readonly<Record<string, string>> = {
  0: 'done',
  1: 'refused or failed; the message says why',
  2: 'the command line is wrong',
  20: 'the app does not exist',
};

/** Those that every core command has. */
const ALWAYS = ['0', '1', '2'];

/**
 * The exit statuses of a core command: those that every one has, and its own, in their order.
 * @param own its own; one without a text means what it always means
 * @param always texts of a kind of commands, in place of the common ones
 */
export function withCommonStatuses(own: readonly StatusHelp[], always: Readonly<Record<string, string>> = {}): StatusHelp[] {
  const texts = new Map(ALWAYS.map((status) => [status, always[status] ?? COMMON[status] ?? '']));
  for (const { status, text } of own) texts.set(status, text || texts.get(status) || COMMON[status] || '');
  return [...texts].map(([status, text]) => ({ status, text })).sort((a, b) => Number.parseInt(a.status, 10) - Number.parseInt(b.status, 10));
}
