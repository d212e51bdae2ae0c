import { errnoOf, isUserError, UserError } from '../errors.ts';
import { readSmallFile } from './small-file.ts';

/** Whether a value that was read is what the store writes. */
export type Shape<T> = (value: unknown) => value is T;

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
/** 64 lower-case hex digits. */
export const isSha256 = (value: unknown): value is string => isText(value) && value.length === 64 && /^[0-9a-f]+$/.test(value);
export const isNothing = (value: unknown): value is undefined => value === undefined;
export const isOneOf =
  <T extends string>(...words: readonly T[]): Shape<T> =>
  (value): value is T =>
    words.some((word) => word === value);
export const isEither =
  <A, B>(one: Shape<A>, other: Shape<B>): Shape<A | B> =>
  (value): value is A | B =>
    one(value) || other(value);
export const isListOf =
  <T>(shape: Shape<T>): Shape<readonly T[]> =>
  (value): value is readonly T[] =>
    Array.isArray(value) && value.every((one) => shape(one));
export const isOptional = <T>(shape: Shape<T>): Shape<T | undefined> => isEither(shape, isNothing);

/** An object whose fields have these shapes; others it may have besides. */
export const isObject =
  <T extends object>(fields: { readonly [K in keyof Required<T>]: Shape<T[K]> }): Shape<T> =>
  (value): value is T =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(fields).every(([name, shape]) =>
      (shape as Shape<unknown>)(Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined),
    );

const CAUSES: Readonly<Record<string, string>> = {
  EISDIR: 'is a directory',
  ENOTDIR: 'has something in its path that is not a directory',
  ELOOP: 'is a link in a circle',
};

/** What in a value only a newer tool writes, in words; undefined for nothing. */
export type Newer = (value: unknown) => string | undefined;

/** The number of a format, where it is above what is known here. What says none was written before there were numbers. */
export const formatAbove =
  (known: number): Newer =>
  (value) =>
    isObject<{ format: number }>({ format: isCount })(value) && value.format > known ? `format ${value.format}` : undefined;

/** A file that is to be read by the tool that wrote it. */
export const writtenByNewer = (file: string, what: string): UserError =>
  new UserError('newer-format', `${file} was written by a newer tool (${what})`, { hint: 'update tool to that version or a later one' });

/**
 * Reads JSON that the store wrote; of what became of it since nothing is believed.
 * @param what names the file in front of its path: `The receipt`
 * @param remedy for a file that is damaged
 * @throws UserError naming the file and what to do; Node's error where nothing is there
 */
export function readOwnJson<T>(what: string, file: string, limit: number, shape: Shape<T>, remedy: string, newer?: Newer): T {
  const value = parsed(what, file, limit, remedy);
  const beyond = newer?.(value);
  if (beyond !== undefined) throw writtenByNewer(`${what} ${file}`, beyond);
  if (shape(value)) return value;
  throw new UserError('file-damaged', `${what} ${file} is damaged`, { hint: remedy });
}

/** What JSON says; undefined for what is none. */
function parsed(what: string, file: string, limit: number, remedy: string): unknown {
  try {
    return JSON.parse(readSmallFile(file, limit));
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT') throw error;
    if (isUserError(error)) throw new UserError('file-damaged', `${what} ${file} ${error.message}`, { hint: remedy, cause: error });
    if (code === undefined) return undefined;
    const hint = code === 'EACCES' || code === 'EPERM' ? 'run this as the user that owns the home' : remedy;
    throw new UserError('unreadable-file', `${what} ${file} ${CAUSES[code] ?? `cannot be read (${code})`}`, { hint, cause: error });
  }
}
