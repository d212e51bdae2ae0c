/** Elements whose contents are no text. */
const NO_TEXT = /^<(script|style|template|iframe|noscript|svg)\b/i;

/**
 * The text of a piece of HTML, without tags, comments and scripts. The result is text and no HTML: it still has to be escaped. Of what is never closed the
 * rest is left out. Takes time in proportion to the text, whatever it is.
 */
export function stripTags(source: string): string {
  const lower = source.toLowerCase();
  let text = '';
  let at = 0;
  for (let tag = source.indexOf('<'); tag >= 0; tag = source.indexOf('<', at)) {
    text += source.slice(at, tag);
    const end = endOf(source, lower, tag);
    if (end < 0) return text;
    at = end;
  }
  return text + source.slice(at);
}

/** Where what begins with `<` at a place ends; -1 where it does not. */
function endOf(source: string, lower: string, tag: number): number {
  const behind = (word: string, from: number): number => {
    const found = lower.indexOf(word, from);
    return found < 0 ? -1 : found + word.length;
  };
  if (source.startsWith('<!--', tag)) return behind('-->', tag + 4);
  const [, element] = NO_TEXT.exec(source.slice(tag, tag + 12)) ?? [];
  if (element === undefined) return behind('>', tag);
  const close = behind(`</${element.toLowerCase()}`, tag);
  return close < 0 ? -1 : behind('>', close);
}
