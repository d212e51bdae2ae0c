/** Words in quotes as a sentence lists them: `"git", "archive" and "path"`. */
export const wordList = (words: readonly string[], last: 'and' | 'or'): string =>
  words
    .map((word) => `"${word}"`)
    .join(', ')
    .replace(/, (?=[^,]*$)/, ` ${last} `);
