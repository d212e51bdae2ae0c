/**
 * One name and type, small: a search reads all of them from a cache (`JSON.stringify` of them). The version is the newest that is no prerelease and was
 * not taken back, or else the newest; the platforms are its: `linux/amd64 darwin/any`.
 */
export type SearchRow = readonly [name: string, type: string, version: string, description: string, platforms: string];

/**
 * The rows that fit a term, best first: each word of it has to be in the name or in the description, as it is, or as letters in their order. The name
 * counts for more than the description, the start of a word for more than its middle. Rows that are as good stay in the order they have.
 * @param term all rows fit an empty one
 */
export function search(rows: readonly SearchRow[], term: string): SearchRow[] {
  const words = term
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [...rows];
  const hits: { row: SearchRow; score: number; index: number }[] = [];
  rows.forEach((row, index) => {
    const score = scoreOf(row, words);
    if (score > 0) hits.push({ row, score, index });
  });
  return hits.sort((a, b) => b.score - a.score || a.index - b.index).map(({ row }) => row);
}

/** 0 where a word is in neither. */
function scoreOf([name, , , description]: SearchRow, words: readonly string[]): number {
  const inName = name.toLowerCase();
  let [sum, text]: [number, string | undefined] = [0, undefined];
  for (const word of words) {
    let score = scoreInName(inName, word);
    if (score < IN_TEXT.most) {
      text ??= description.toLowerCase();
      score = Math.max(score, scoreInText(text, word));
    }
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}

/** What a word is worth. Within one line a shorter name, or letters that stand closer, are better: by up to 99. */
const IN_NAME = { whole: 1000, start: 800, wordStart: 700, middle: 600, letters: 300 } as const;
const IN_TEXT = { most: 500, wordStart: 500, middle: 400, letters: 100 } as const;

function scoreInName(name: string, word: string): number {
  const at = name.indexOf(word);
  if (at < 0) {
    const span = shortestSpan(name, word);
    return span === 0 ? 0 : IN_NAME.letters + closeness(span - word.length) - name.length / LONGER_THAN_NAMES;
  }
  if (name.length === word.length) return IN_NAME.whole;
  const kind = at === 0 ? IN_NAME.start : startsWord(name, word) ? IN_NAME.wordStart : IN_NAME.middle;
  return kind + closeness(name.length - word.length);
}

/** Names are shorter than this, so that their length decides among spans that are alike. */
const LONGER_THAN_NAMES = 256;

/** How far the letters of a word reach in a name where they stand closest; 0 where they are not there. */
function shortestSpan(name: string, word: string): number {
  const [first = ''] = word;
  let shortest = 0;
  for (let at = name.indexOf(first); at >= 0; at = name.indexOf(first, at + 1)) {
    const span = spanOf(name, word, at, name.length);
    if (span === 0) break;
    if (shortest === 0 || span < shortest) shortest = span;
  }
  return shortest;
}

/** In a description letters count within one word that begins with the first of them: anything would fit otherwise. */
function scoreInText(text: string, word: string): number {
  if (text.includes(word)) return startsWord(text, word) ? IN_TEXT.wordStart : IN_TEXT.middle;
  const [first = ''] = word;
  for (let at = text.indexOf(first); at >= 0; at = text.indexOf(first, at + 1)) {
    if (at > 0 && isLetter(text.charCodeAt(at - 1))) continue;
    const span = spanOf(text, word, at, wordEnd(text, at));
    if (span > 0 && span <= 2 * word.length) return IN_TEXT.letters + closeness(span - word.length);
  }
  return 0;
}

const closeness = (away: number): number => Math.max(0, 99 - away);

/** Whether a word stands at the start of one anywhere in a text that holds it. */
function startsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) if (at === 0 || !isLetter(text.charCodeAt(at - 1))) return true;
  return false;
}

/** Letters and digits of ASCII, and all that is beyond it. */
const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code > 127;

function wordEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && isLetter(text.charCodeAt(at))) at += 1;
  return at;
}

/** How far the letters of a word reach, in their order, between two places of a text; 0 where they are not there. */
function spanOf(text: string, word: string, from: number, to: number): number {
  let [first, at] = [-1, from];
  for (const letter of word) {
    const found = text.indexOf(letter, at);
    if (found < 0 || found >= to) return 0;
    if (first < 0) first = found;
    at = found + letter.length;
  }
  return at - first;
}
