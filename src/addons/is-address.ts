/** Whether a word is the address of something on a server. */
export const isAddress = (word: string): boolean => /^https?:\/\//i.test(word);
