import type { ErrorBody } from './models.ts';

/** What else an error says. */
export interface ProviderErrorOptions {
  /** The HTTP status that the caller gets: 400 to 599; 400 unless given. */
  readonly code?: number;
  /** The type of object that it is about, and its key. */
  readonly model?: string;
  readonly key?: string;
  readonly type?: string;
  /** More messages than the first. */
  readonly messages?: readonly string[];
  readonly cause?: unknown;
}

/** A failure that the caller is told: thrown by a handler, it is the answer. Whatever else is thrown is a fault of the provider, with status 500. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly body: ErrorBody;

  constructor(message: string, { code = 400, model = '', key = '', type = 'plugin', messages = [], cause }: ProviderErrorOptions = {}) {
    super(message, { cause });
    this.body = { Model: model, Key: key, Type: type, Messages: [message, ...messages], Code: isStatus(code) ? code : 500 };
  }
}

const isStatus = (code: number): boolean => Number.isInteger(code) && code >= 400 && code <= 599;

/** An error as the protocol has it, whatever was thrown. */
export function errorBody(thrown: unknown, provider: string): ErrorBody {
  // Two copies of this module may be loaded: by the name, not by the class.
  if (thrown instanceof Error && thrown.name === 'ProviderError' && 'body' in thrown) return thrown.body as ErrorBody;
  const message = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  return { Model: 'plugin', Key: provider, Type: 'plugin', Messages: [message], Code: 500 };
}

/** What answers a request that succeeded and has no value. */
export const SUCCESS: ErrorBody = { Model: '', Key: '', Type: '', Messages: null, Code: 200 };
