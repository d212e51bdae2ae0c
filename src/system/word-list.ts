/** Words as a sentence lists them: `git, archive and path`. */
export const inWords = (words: readonly string[], last: 'and' | 'or'): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;

/** The same in quotes: `"git", "archive" and "path"`. */
export const wordList = (words: readonly string[], last: 'and' | 'or'): string =>
  inWords(
    words.map((word) => `"${word}"`),
    last,
  );

/** A number of things in words: `1 plugin`, `2 plugins`. @param what the word for one, whose plural ends in s */
export const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
