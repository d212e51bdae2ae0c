import { statusOf } from './error-codes/statuses.ts';
import type { ErrorCode } from './error-codes/table.ts';

/** A failure that the user can act on: one line that names the thing, and what to try. Anything else thrown is a bug. */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  /** That of its code, unless another is given: a child's own, say. */
  readonly status: number;

  constructor(code: ErrorCode, message: string, options: { hint?: string; status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.status = options.status ?? statusOf(code);
  }
}

/** Tells a failure that the user can act on from a bug. */
export const isUserError = (error: unknown): error is UserError => error instanceof UserError;

/** The text of a Node system error's code (`EACCES`), or undefined for anything else. */
export const errnoOf = (error: unknown): string | undefined => (error instanceof Error && 'code' in error ? String(error.code) : undefined);

/** The code for what the operating system refused. @param error Node's */
export function diskCode(error: unknown): ErrorCode {
  const errno = errnoOf(error) ?? '';
  if (/^(ENOSPC|EDQUOT)$/.test(errno)) return 'disk-full';
  return /^(EACCES|EPERM|EROFS)$/.test(errno) ? 'permission-denied' : 'file-system-error';
}

/** A system call that was refused, where nobody has worded it: the disk's affair, or of whoever put something there, and no bug. */
export function systemFailure(error: unknown): UserError | undefined {
  if (!(error instanceof Error && 'path' in error && 'syscall' in error)) return undefined;
  const code = diskCode(error);
  const hint = code === 'disk-full' ? 'the disk is full: free some space' : 'check what is there and who owns it';
  return new UserError(code, `Cannot ${error.syscall} ${error.path} (${errnoOf(error) ?? ''})`, { hint, cause: error });
}

/** Whether more is told of an error than its message. */
export const isTraced = ({ DOKKU_TRACE, TOOL_TRACE }: Readonly<Record<string, string | undefined>>): boolean => Boolean(DOKKU_TRACE || TOOL_TRACE);

/** The line with the code of an error, below its message where that is traced. */
export const traceLine = (code: ErrorCode): string => `Error code: ${code}`;

/** What is wrong and what to try, in one line. */
export const errorLine = ({ message, hint }: UserError): string => (hint ? `${message}; ${hint}` : message);
