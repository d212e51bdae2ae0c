import { eastAsianWidth } from 'get-east-asian-width';

const isAscii = (text: string): boolean => /^[ -~]*$/.test(text);

/** Made when the first text needs it: it takes 16 ms. */
let segmenter: Intl.Segmenter | undefined;

/** What a terminal shows in no column of its own: marks, joiners, selectors. */
const NO_WIDTH = /^[\p{Mark}\p{Format}\p{Default_Ignorable_Code_Point}]+$/u;

/** How many columns of a terminal a text takes: two for a wide character or an emoji, none for a mark that stands on another. */
export function displayWidth(text: string): number {
  if (isAscii(text)) return text.length;
  segmenter ??= new Intl.Segmenter();
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += widthOf(segment);
  return width;
}

/** The width of what is read as one character: that of the code point that it begins with, but for emoji made of several. */
function widthOf(character: string): number {
  if (NO_WIDTH.test(character)) return 0;
  if (/\p{Emoji_Presentation}|\ufe0f|^\p{Regional_Indicator}{2}$/u.test(character)) return 2;
  return eastAsianWidth(character.codePointAt(0) ?? 0);
}
