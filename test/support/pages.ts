import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE } from './sandbox.ts';

/** A fenced block of a page. */
export interface Block {
  /** `README.md:27`: the page and the line of its fence. */
  readonly place: string;
  readonly language: string;
  readonly lines: readonly string[];
  /** What `<!-- not run: … -->` in front of it says; undefined for a block without a mark. */
  readonly notRun: string | undefined;
}

export interface Page {
  readonly path: string;
  readonly blocks: readonly Block[];
}

/** The README and every page below docs. */
export const pages = (): Page[] =>
  ['README.md', ...(readdirSync(join(PACKAGE, 'docs'), { recursive: true }) as string[]).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)]
    .sort()
    .map((path) => ({ path, blocks: blocksOf(path, readFileSync(join(PACKAGE, path), 'utf8')) }));

/**
 * The fenced blocks of a page.
 * @throws Error for a fence that is never closed, and for a mark that stands in front of no block
 */
export function blocksOf(path: string, text: string): Block[] {
  const blocks: Block[] = [];
  let open: { place: string; language: string; lines: string[]; notRun: string | undefined } | undefined;
  let mark: string | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^\s*```+\s*(.*)$/.exec(line);
    if (open && fence) {
      blocks.push(open);
      open = undefined;
    } else if (open) open.lines.push(line);
    else if (fence) {
      open = { place: `${path}:${index + 1}`, language: fence[1] ?? '', lines: [], notRun: mark };
      mark = undefined;
    } else if (mark !== undefined && line !== '') throw new Error(`${path}:${index}: the mark stands in front of no block`);
    else mark ??= /^<!-- not run:(.*)-->$/.exec(line)?.[1]?.trim();
  }
  if (open) throw new Error(`${open.place}: the block has no end`);
  return blocks;
}
