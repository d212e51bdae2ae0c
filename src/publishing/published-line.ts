import type { Problem } from '../catalogue/release.ts';
import { harmlessLine } from '../system/harmless.ts';

/** What is wrong with a part of what is published, in one line: where, what, and what to do. */
export const publishedLine = ({ where, line, text, remedy }: Problem): string =>
  harmlessLine(`${where}${line === undefined ? '' : `, line ${line}`}: ${text}${remedy === undefined ? '' : `; ${remedy}`}`);
