import { type CallFailure, statusName } from '../grpc/failures.ts';

/** The statuses of HTTP that those of gRPC come to: https://cloud.google.com/apis/design/errors#handling_errors. Others are 500. */
const HTTP: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  UNIMPLEMENTED: 501,
  // That of HTTP, 429, would say that the instance has to be mended.
  RESOURCE_EXHAUSTED: 503,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

/** Why a source is of no use, as a sentence, with the status that this is by HTTP: of those below 500 somebody has to mend something. */
export class SourceFailure extends Error {
  readonly code: number;

  constructor(message: string, code = 500, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** What a source's refusal comes to. Go's errors, which have no status of their own, are UNKNOWN, which is not worth telling. */
export function refusedBy(name: string, failure: CallFailure): SourceFailure {
  const code = statusName(failure.status);
  const said = failure.message === '' ? 'it said nothing' : failure.message;
  return new SourceFailure(`${name}: ${said}${code === 'UNKNOWN' ? '' : ` (${code})`}`, HTTP[code] ?? 500, failure);
}
