import { statusOf } from '../error-codes/statuses.ts';
import { type ErrorCode, errorCodes } from '../error-codes/table.ts';
import { isUserError, systemFailure } from '../errors.ts';
import { isInterrupted } from '../system/interrupted.ts';
import { printJson } from './log.ts';

/** An error as JSON has it: the member `error` of what is printed. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly status: number;
  readonly message: string;
  readonly remedy: string;
}

/** What is told of an error. @param hint what to try; without it, what its code says */
export const errorData = (
  code: ErrorCode,
  message: string,
  { status = statusOf(code), hint }: { status?: number; hint?: string | undefined } = {},
): ErrorData => ({
  code,
  status,
  message,
  remedy: hint ?? errorCodes[code].remedy,
});

/** The same of whatever was thrown: what nobody has worded is a bug. */
export function dataOf(error: unknown): ErrorData {
  const failed = isUserError(error) ? error : systemFailure(error);
  if (failed) return errorData(failed.code, failed.message, failed);
  return errorData(isInterrupted(error) ? 'interrupted' : 'internal-error', error instanceof Error ? error.message : String(error));
}

/** Prints an error as the whole of standard output. If that cannot be written to either, the line on standard error is all there is. */
export function printJsonError(error: unknown): void {
  try {
    printJson({ error: dataOf(error) });
  } catch {
    // It is told by whoever tells people of the error.
  }
}
