/** A value as one POSIX sh word: single-quoted, so that nothing in it is expanded. NUL never reaches argv or the environment. */
export const shellQuote = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;
