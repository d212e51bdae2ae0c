import { logInfo, print, printJson } from '../../terminal/log.ts';

/** What a command that changes one plugin tells: facts for programs, text for people. */
export interface ChangeReport {
  readonly name: string;
  readonly [fact: string]: unknown;
}

/** Tells of a change that was made. @returns the exit status */
export function reportChange(options: Readonly<Record<string, unknown>>, listener: ChangeReport, text: string): number {
  if (options.format === 'json') printJson(listener);
  else logInfo(text);
  return 0;
}

/** Tells of a change that is not made: what would be done, an action a line. @returns the exit status */
export function reportPlan(options: Readonly<Record<string, unknown>>, name: string, would: readonly string[]): number {
  if (options.format === 'json') printJson({ name, changed: false, would });
  else print(would.map((action) => `would ${action}`).join('\n'));
  return 0;
}
