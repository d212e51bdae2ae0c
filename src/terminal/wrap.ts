import { displayWidth } from './display-width.ts';

/** Where a line may be broken: at blanks, and between two characters of a script that writes none. */
const PIECES =
  /\s+|(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef])(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])/u;

/** A text in lines that are no wider than so many columns of a terminal, but for a word that is: an address stays whole. At least one line. */
export function wrap(text: string, width: number): string[] {
  const trimmed = text.trim();
  if (displayWidth(trimmed) <= width) return [trimmed];
  const lines: string[] = [];
  let [line, room] = ['', 0];
  let rest = trimmed;
  while (rest !== '') {
    const match = PIECES.exec(rest);
    const [piece, gap] = match === null ? [rest, ''] : [rest.slice(0, match.index), match[0]];
    rest = rest.slice(piece.length + gap.length);
    const needed = displayWidth(piece);
    if (line !== '' && room + needed > width) {
      lines.push(line.trimEnd());
      [line, room] = ['', 0];
    }
    line += piece + (gap === '' ? '' : ' ');
    room += needed + (gap === '' ? 0 : 1);
  }
  return [...lines, line.trimEnd()];
}
