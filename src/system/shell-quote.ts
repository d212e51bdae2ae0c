/** A value as one POSIX sh word: single-quoted, so that nothing in it is expanded. NUL never reaches argv or the environment. */
export const shellQuote = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;

/** Whether a shell takes a value as it stands. */
export const isPlainWord = (value: string): boolean => /^[\w@%+=:,./-]+$/.test(value);

/** A value as a word of a command line that people read and paste: quoted only where it must be. */
export const shellWord = (value: string): string => (isPlainWord(value) ? value : shellQuote(value));
