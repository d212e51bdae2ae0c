import MarkdownIt, { type Token } from 'markdown-it';
import { escapeHtml } from '../../system/escape-html.ts';
import { harmless } from '../../system/harmless.ts';
import { Html } from './html.ts';
import { tameInline } from './markdown-inline.ts';
import { stripTags } from './strip-tags.ts';

/** The level of a text's highest heading: its page has a heading, and the section has one. */
const TOP_HEADING = 3;
const LOWEST_HEADING = 6;

const markdown = new MarkdownIt({ html: true, linkify: true });
markdown.renderer.rules.html_block = (tokens, index) => paragraphs(stripTags(tokens[index]?.content ?? ''));
markdown.renderer.rules.html_inline = () => '';
markdown.renderer.rules.table_open = () => '<div class="scroll" tabindex="0"><table>\n';
markdown.renderer.rules.table_close = () => '</table></div>\n';
markdown.core.ruler.push('tame', ({ tokens }) => {
  levelHeadings(tokens);
  for (const token of tokens) {
    if (token.children) token.children = tameInline(token.children, markdown);
    alignByClass(token);
  }
});

/**
 * Renders Markdown that somebody else wrote (CommonMark, tables, strikethrough, bare addresses as links). Nothing in it runs, styles the page, or makes a
 * browser ask for anything: of HTML the text is left, links lead to http, https, mailto or a heading of the text, and an image is a link to it.
 */
export const renderMarkdown = (text: string): Html => new Html(markdown.render(harmless(text)));

/** The text of a block of HTML. */
const paragraphs = (text: string): string =>
  markdown.utils
    .unescapeAll(text)
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => `<p>${escapeHtml(part)}</p>\n`)
    .join('');

/** Headings one below the other, none left out, and ids for links within the text. */
function levelHeadings(tokens: readonly Token[]): void {
  const above: number[] = [];
  /** Those that are taken, and the number that the next like it is tried with. */
  const ids = new Map<string, number>();
  tokens.forEach((token, index) => {
    if (token.type === 'heading_open') {
      const level = Number(token.tag.slice(1));
      while ((above.at(-1) ?? 0) >= level) above.pop();
      above.push(level);
      token.tag = headingBelow(above.length);
      token.attrSet('id', uniqueId(tokens[index + 1]?.content ?? '', ids));
    }
    if (token.type === 'heading_close') token.tag = headingBelow(above.length);
  });
}

const headingBelow = (depth: number): string => `h${Math.min(TOP_HEADING + depth - 1, LOWEST_HEADING)}`;

/** The id of a heading as forges make it, behind a word that keeps it apart from the page's own. */
function uniqueId(heading: string, ids: Map<string, number>): string {
  const slug = heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
  let [id, before] = [slug, ids.get(slug) ?? 0];
  for (; ids.has(id); before++) id = `${slug}-${before}`;
  ids.set(slug, before).set(id, 1);
  return `readme-${id}`;
}

/** A style in the page is against its policy. */
function alignByClass(token: Token): void {
  const [, side] = /^text-align:(left|center|right)$/.exec(String(token.attrGet('style') ?? '')) ?? [];
  token.attrs = token.attrs?.filter(([name]) => name !== 'style') ?? null;
  if (side !== undefined) token.attrSet('class', `align-${side}`);
}
