import { displayWidth } from './display-width.ts';

/** A text that is no wider than so many columns; `…` stands for what is left out of one that was. */
export function cut(text: string, width: number): string {
  if (text.length <= width && displayWidth(text) <= width) return text;
  let kept = '';
  let left = width - 1;
  for (const character of text) {
    left -= displayWidth(character);
    if (left < 0) break;
    kept += character;
  }
  return width > 0 ? `${kept}…` : '';
}
