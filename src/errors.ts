/** Exit status when tool, not a plugin, gives up. Codes are permanent; wording is not. */
const EXIT = {
  /** The request is well formed and cannot be met: an unknown plugin, a state that forbids it. */
  REFUSED: 1,
  /** What a lock names is not what its source holds under that name. */
  MOVED: 1,
  /** The command line itself is wrong. */
  BAD_USAGE: 2,
  /** An app that is not there (contract dokku §5.2). */
  NO_SUCH_APP: 20,
  /** A file is there and cannot be run. */
  NOT_EXECUTABLE: 126,
} as const;

type ErrorCode = keyof typeof EXIT;

/** A failure that the user can act on: one line that names the thing, and what to try. Anything else thrown is a bug. */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  /** Set when a child's own exit status is to be passed on. */
  readonly status: number;

  constructor(code: ErrorCode, message: string, options: { hint?: string; status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.status = options.status ?? EXIT[code];
  }
}

/** Tells a failure that the user can act on from a bug. */
export const isUserError = (error: unknown): error is UserError => error instanceof UserError;

/** The text of a Node system error's code (`EACCES`), or undefined for anything else. */
export const errnoOf = (error: unknown): string | undefined => (error instanceof Error && 'code' in error ? String(error.code) : undefined);

/** What a system call that was refused says for itself, where nobody has worded it: the disk's affair, or of whoever put something there, and no bug. */
export function systemFailure(error: unknown): string | undefined {
  if (!(error instanceof Error && 'path' in error && 'syscall' in error)) return undefined;
  const code = errnoOf(error) ?? '';
  const hint = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full: free some space' : 'check what is there and who owns it';
  return `Cannot ${error.syscall} ${error.path} (${code}); ${hint}`;
}

/** What is wrong and what to try, in one line. */
export const errorLine = ({ message, hint }: UserError): string => (hint ? `${message}; ${hint}` : message);
