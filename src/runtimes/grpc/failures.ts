import { UserError } from '../../errors.ts';
import { harmlessLine } from '../../system/harmless.ts';

/** What a call came to that was not answered: a status of gRPC, and what was said of it. */
export class CallFailure extends Error {
  readonly status: number;

  constructor(status: number, details: string) {
    super(details);
    this.status = status;
  }
}

/** The statuses of gRPC by their numbers: https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;
type StatusName = (typeof NAMES)[number];

/** The exit statuses of those that do not give 1: a wrong line, as of our own commands, and those of sysexits.h and timeout(1). */
const EXITS: Partial<Record<StatusName, number>> = {
  INVALID_ARGUMENT: 2,
  DEADLINE_EXCEEDED: 124,
  UNIMPLEMENTED: 70,
  INTERNAL: 70,
  DATA_LOSS: 70,
  UNAVAILABLE: 75,
  RESOURCE_EXHAUSTED: 75,
  PERMISSION_DENIED: 77,
  UNAUTHENTICATED: 77,
};

/** The name of a status, or its number where it has none. */
export const statusName = (status: number): string => NAMES[status] ?? String(status);

/** What a call failed for, without the words that grpc-js puts around what the system said. */
export const reasonOf = ({ message }: CallFailure): string =>
  message.replace(/^No connection established\. Last error: (Error: )?/, '').replace(/\. Resolution note: .*$/, '');

/**
 * What an executor's refusal comes to. Its message is told as Botkube tells it; Go's errors, which have no status of their own, are UNKNOWN, which is not worth telling.
 * @param name the executor's
 */
export function refusalOf(name: string, { status, message }: CallFailure): UserError {
  const [text, code] = [harmlessLine(message), statusName(status)];
  const said = text === '' ? 'it said nothing' : text;
  return new UserError('executor-failed', `${name}: ${said}${code === 'UNKNOWN' ? '' : ` (${code})`}`, { status: EXITS[code as StatusName] ?? 1 });
}

/**
 * What one comes to that did not start as an executor does.
 * @param why behind its name
 * @param words its last ones on standard error, where they may be the reason
 */
export function startFailure(name: string, why: string, words = ''): UserError {
  const isOthers = /these are not meant to be executed directly|magic cookie/i.test(words);
  const said = words === '' || isOthers ? '' : `; its last words were "${words}"`;
  const hint = isOthers ? 'it is a plugin for another program than Botkube, and expects another cookie' : undefined;
  return new UserError('executor-not-started', harmlessLine(`${name} ${why}${said}`), hint === undefined ? {} : { hint });
}

/** What a call comes to whose connection is lost. */
const LOST = ['UNAVAILABLE', 'CANCELLED', 'INTERNAL'];

/** Whether a call failed since its connection is lost. */
export const isConnectionLost = ({ status }: CallFailure): boolean => LOST.includes(statusName(status));
