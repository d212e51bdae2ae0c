/**
 * The words of an example as a shell splits it: blanks outside of quotes separate them, and a redirection is none.
 * @throws Error for what needs a shell to read: substitutions, pipes, backslashes outside of quotes
 */
export function exampleWords(line: string): string[] {
  const words: string[] = [];
  const parts = /\s*(?:[<>]\s*\S+|((?:'[^']*'|"[^"$`\\]*"|[^\s'"`$|&;<>\\])+))/y;
  let at = 0;
  while (line.slice(at).trim() !== '') {
    parts.lastIndex = at;
    const found = parts.exec(line);
    if (!found) throw new Error(`not an example that words can be made of: ${line.slice(at)}`);
    at = parts.lastIndex;
    if (found[1] !== undefined) words.push(found[1].replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
  }
  return words;
}
