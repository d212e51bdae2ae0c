import { fieldOf, isJsonObject, type JsonObject, textField } from './definition/json-fields.ts';

/** An error, as every answer of the protocol has it. */
export interface ErrorModel {
  readonly Model: string;
  readonly Key: string;
  readonly Type: string;
  readonly Messages: readonly string[] | null;
  readonly Code: number;
}

export const errorModel = (code: number, messages: readonly string[], { model = '', key = '', type = '' } = {}): ErrorModel => ({
  Model: model,
  Key: key,
  Type: type,
  Messages: messages.length === 0 ? null : messages,
  Code: code,
});

/** What says that all went well. */
export const SUCCESS: ErrorModel = errorModel(200, []);

/** Reads an error; undefined for what is none. */
export function readError(value: unknown): ErrorModel | undefined {
  if (!isJsonObject(value)) return undefined;
  const [messages, code] = [fieldOf(value, 'Messages') ?? null, fieldOf(value, 'Code')];
  if (typeof code !== 'number' || !(messages === null || Array.isArray(messages))) return undefined;
  return errorModel(code, (messages ?? []).map(String), { model: textField(value, 'Model'), key: textField(value, 'Key'), type: textField(value, 'Type') });
}

/** An error that was put, as JSON, into the message of another, as the wrapper of Go does; the outer one where there is none inside. */
export function innerError(error: ErrorModel): ErrorModel {
  const [message = '', ...others] = error.Messages ?? [];
  if (others.length > 0 || !message.trimStart().startsWith('{')) return error;
  try {
    return readError(JSON.parse(message)) ?? error;
  } catch {
    return error;
  }
}

/** `INVOKE: machines/m1: text`, several messages on lines of their own. */
export function errorText({ Type, Model, Key, Messages }: ErrorModel): string {
  const where = [Model, Key].filter((one) => one !== '').join('/');
  const front = [Type, where].filter((one) => one !== '').join(': ');
  const messages = (Messages ?? []).map((message) => message.trim());
  if (messages.length <= 1) return [front, ...messages].filter((one) => one !== '').join(': ') || 'an error without a message';
  return [front, ...messages.map((message) => `  ${message}`)].join('\n');
}

/** Something that happened. */
export interface EventModel {
  readonly Time: string;
  readonly Type: string;
  readonly Action: string;
  readonly Key: string;
  readonly Principal: string;
  readonly Object: unknown;
  readonly Original: unknown;
}

/** Reads an event; undefined for what is none. */
export function readEvent(value: unknown, principal: string): EventModel | undefined {
  if (!isJsonObject(value)) return undefined;
  const text = (name: string): string => textField(value, name);
  if (text('Type') === '' || text('Action') === '') return undefined;
  return {
    Time: text('Time') || new Date().toISOString(),
    Type: text('Type'),
    Action: text('Action'),
    Key: text('Key'),
    Principal: principal,
    Object: fieldOf(value, 'Object') ?? null,
    Original: fieldOf(value, 'Original') ?? null,
  };
}

export const eventOf = (type: string, action: string, key: string, principal: string, object: unknown): EventModel => ({
  Time: new Date().toISOString(),
  Type: type,
  Action: action,
  Key: key,
  Principal: principal,
  Object: object,
  Original: null,
});

/** An object with what every object has filled in, so that a program that reads all of it finds all of it. */
export const completeObject = (type: string, key: string, object: JsonObject = {}): JsonObject => ({
  Validated: true,
  Available: true,
  Errors: [],
  ReadOnly: false,
  Meta: {},
  Endpoint: '',
  Bundle: '',
  Description: '',
  Documentation: '',
  Params: {},
  Type: type,
  Id: key,
  Name: key,
  Uuid: key,
  ...object,
});
