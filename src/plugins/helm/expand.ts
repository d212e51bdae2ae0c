/** A part of a word of a command: text, or the name of a variable. */
export type Piece = { readonly text: string } | { readonly variable: string };

const SPECIAL = new Set('*#$@!?-0123456789');
const NAME = /^[A-Za-z0-9_]+/;

/**
 * Takes a word apart as Go's os.Expand does (contract helm §3.2): `$NAME`, `${anything}`, one special character behind `$`; a `$` in front of anything else
 * stays. Quotes and backslashes protect nothing.
 */
export function piecesOf(word: string): Piece[] {
  const pieces: Piece[] = [];
  let text = '';
  let at = 0;
  while (at < word.length) {
    const { name, length } = word[at] === '$' ? variableAt(word, at + 1) : { name: '', length: 0 };
    if (length === 0) {
      text += word[at];
      at += 1;
      continue;
    }
    at += 1 + length;
    if (name === '') continue;
    if (text !== '') pieces.push({ text });
    text = '';
    pieces.push({ variable: name });
  }
  return text === '' && pieces.length > 0 ? pieces : [...pieces, { text }];
}

/** The variable that is named behind a `$`, and how many characters its name takes; none for a `$` that stands for itself, and no name for what is dropped. */
function variableAt(word: string, at: number): { readonly name: string; readonly length: number } {
  const first = word[at] ?? '';
  if (first === '{') {
    const end = word.indexOf('}', at);
    return end < 0 ? { name: '', length: 1 } : { name: word.slice(at + 1, end), length: end - at + 1 };
  }
  if (SPECIAL.has(first)) return { name: first, length: 1 };
  const name = NAME.exec(word.slice(at))?.[0] ?? '';
  return { name, length: name.length };
}

/** A word with the values of its variables; what has none is empty. */
export const expand = (word: string, env: Readonly<Record<string, string>>): string =>
  piecesOf(word)
    .map((piece) => ('text' in piece ? piece.text : Object.hasOwn(env, piece.variable) ? env[piece.variable] : ''))
    .join('');
