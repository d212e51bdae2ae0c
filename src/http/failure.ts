/** What is known of a failure besides its reason. */
interface FailureFacts {
  /** What to do about it. */
  readonly hint?: string | undefined;
  /** Whether another try may do better. */
  readonly passing?: boolean;
  /** How long the server asks to wait before it, in milliseconds. */
  readonly afterMs?: number | undefined;
  readonly cause?: unknown;
}

/** Why a request came to nothing: its message is a reason for people, to stand behind "Cannot download ADDRESS: ", and holds no secret. */
export class RequestFailure extends Error {
  readonly hint: string | undefined;
  readonly passing: boolean;
  readonly afterMs: number | undefined;

  constructor(reason: string, { hint, passing = false, afterMs, cause }: FailureFacts = {}) {
    super(reason, { cause });
    this.hint = hint;
    this.passing = passing;
    this.afterMs = afterMs;
  }
}

/** A certificate that nobody we trust has signed. */
export class UntrustedCertificate extends RequestFailure {}
