/**
 * Whether a command line asks for JSON, also where it is at fault otherwise. Under the brand dokku standard output stays as Dokku leaves it, so there
 * an error is told on standard error alone.
 * @param words of a command, with or without its name
 */
export function asksForJson(words: readonly string[], brand: string): boolean {
  if (brand === 'dokku') return false;
  const end = words.indexOf('--');
  const read = end < 0 ? words : words.slice(0, end);
  return read.some((word, index) => /^--?(json|format=json)$/.test(word) || (word === 'json' && /^--?format$/.test(read[index - 1] ?? '')));
}
