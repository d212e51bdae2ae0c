import type { MarkdownIt, Token } from 'markdown-it';

/** Where a link may lead, by its address as it is written into the page. */
const OUTSIDE = /^(https?:\/\/|mailto:)/i;

/**
 * The parts of a line of Markdown that may stand in a page: tags are left out, and so are links that lead nowhere from here, whose text stays. An image is a
 * link to it, or what it is described as where it is no address or stands in a link.
 */
export function tameInline(tokens: readonly Token[], markdown: MarkdownIt): Token[] {
  const tame: Token[] = [];
  /** Where the link that is open begins, and its address; undefined outside links. */
  let open: { readonly at: number; readonly href: string } | undefined;
  /** Whether a script or a style is open. */
  let isCode = false;
  for (const token of tokens) {
    if (token.type === 'html_inline') {
      if (/^<(script|style)\b/i.test(token.content)) isCode = true;
      if (/^<\/(script|style)\b/i.test(token.content)) isCode = false;
      if (/^<br\s*\/?>$/i.test(token.content)) tame.push(like(token, 'hardbreak', 'br'));
    } else if (isCode && token.nesting === 0) continue;
    else if (token.type === 'link_open') {
      const href = allowedAddress(String(token.attrGet('href') ?? ''));
      if (href === undefined) continue;
      open = { at: tame.length, href };
      tame.push(withAddress(token, href));
    } else if (token.type === 'link_close') {
      if (!open) continue;
      // A link has to have a name.
      if (tame.slice(open.at + 1).every(({ content }) => content.trim() === '')) tame.push(like(token, 'text', '', open.href));
      tame.push(token);
      open = undefined;
    } else if (token.type === 'image') tame.push(...imageAsLink(token, open !== undefined, markdown));
    else tame.push(token);
  }
  return tame;
}

/** An address that may stand in a link; undefined for any other. A heading of the text has an id of its own. */
function allowedAddress(href: string): string | undefined {
  if (/^#./.test(href)) return `#readme-${href.slice(1)}`;
  return OUTSIDE.test(href) ? href : undefined;
}

function withAddress(token: Token, href: string): Token {
  token.attrs = [
    ['href', href],
    ['rel', 'nofollow noopener noreferrer'],
  ];
  return token;
}

function imageAsLink(image: Token, inLink: boolean, markdown: MarkdownIt): Token[] {
  const text = markdown.renderer.renderInlineAsText(image.children ?? [], markdown.options, {}).trim();
  const src = String(image.attrGet('src') ?? '');
  if (inLink || !/^https?:\/\//i.test(src)) return text === '' ? [] : [like(image, 'text', '', text)];
  const link = withAddress(like(image, 'link_open', 'a'), src);
  link.nesting = 1;
  const close = like(image, 'link_close', 'a');
  close.nesting = -1;
  return [link, like(image, 'text', '', text || src), close];
}

/** A token of another type; the library does not export what makes one. */
function like(token: Token, type: string, tag: string, content = ''): Token {
  const Kind = token.constructor as new (type: string, tag: string, nesting: -1 | 0 | 1) => Token;
  return Object.assign(new Kind(type, tag, 0), { content });
}
