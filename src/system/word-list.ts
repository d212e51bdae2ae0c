/** Words in quotes as a sentence lists them: `"git", "archive" and "path"`. */
export const wordList = (words: readonly string[], last: 'and' | 'or'): string =>
  words
    .map((word) => `"${word}"`)
    .join(', ')
    .replace(/, (?=[^,]*$)/, ` ${last} `);

/** A number of things in words: `1 plugin`, `2 plugins`. @param what the word for one, whose plural ends in s */
export const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
