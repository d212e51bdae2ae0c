import { describe, expect, test } from 'vitest';
import { html } from '../../src/publishing/page/html.ts';
import { renderMarkdown } from '../../src/publishing/page/markdown.ts';
import { stripTags } from '../../src/publishing/page/strip-tags.ts';

const render = (text: string): string => renderMarkdown(text).text.trim();
const REL = 'rel="nofollow noopener noreferrer"';

describe('of a README nothing runs, styles the page, or is fetched', () => {
  const tables: readonly [what: string, markdown: string, html: string][] = [
    ['a script in a line', 'a <script>alert(1)</script> b', '<p>a  b</p>'],
    ['a script as a block', '<script>\nalert(1)\n</script>\n\nb', '<p>b</p>'],
    ['a script that never ends', 'a\n\n<script>alert(1)', '<p>a</p>'],
    ['a handler', '<b onclick="alert(1)">bold</b>', '<p>bold</p>'],
    ['a style', 'a <style>body{display:none}</style>', '<p>a </p>'],
    ['a strong text around a script', '**a <script>b** c</script> d', '<p><strong>a </strong> d</p>'],
    ['a picture in HTML', '<p align="center">\n<img src="https://x/y.png" onerror="alert(1)">Ship &amp; co\n</p>', '<p>Ship &amp; co</p>'],
    ['text that looks like a tag when it is decoded', '<div>&lt;img src=x onerror=alert(1)&gt;</div>', '<p>&lt;img src=x onerror=alert(1)&gt;</p>'],
    ['a comment', '<!-- <script>alert(1)</script> -->\n\na', '<p>a</p>'],
    ['a line break', 'a<br/>b', '<p>a<br>\nb</p>'],
    ['javascript:', '[a](javascript:alert(1))', '<p>[a](javascript:alert(1))</p>'],
    ['javascript: in disguise', '[a](&#x6A;avascript:alert(1))', '<p>[a](javascript:alert(1))</p>'],
    ['a data: link', '[a](data:image/png;base64,AAAA)', '<p>a</p>'],
    ['another scheme', '[a](ftp://example.org/x) <sms:1>', '<p>a sms:1</p>'],
    ['another server by its name alone', '[a](//example.org/x)', '<p>a</p>'],
    ['a path', '[the *docs*](docs/x.md)', '<p>the <em>docs</em></p>'],
    ['an address', '[a](https://example.org/?a=1&b=2 "title")', `<p><a href="https://example.org/?a=1&amp;b=2" ${REL}>a</a></p>`],
    ['a bare address', 'see https://example.org/x.', `<p>see <a href="https://example.org/x" ${REL}>https://example.org/x</a>.</p>`],
    ['mail', '<me@example.org>', `<p><a href="mailto:me@example.org" ${REL}>me@example.org</a></p>`],
    ['a quote in an address', '[a](https://example.org/%22"onclick=x)', `<p><a href="https://example.org/%22%22onclick=x" ${REL}>a</a></p>`],
    ['an image', '![Shot](https://example.org/s.png)', `<p><a href="https://example.org/s.png" ${REL}>Shot</a></p>`],
    ['an image that tells nothing', '![](https://example.org/s.png)', `<p><a href="https://example.org/s.png" ${REL}>https://example.org/s.png</a></p>`],
    ['an image by its path', '![Shot](s.png) ![](t.png)', '<p>Shot </p>'],
    ['an image in place', '![Dot](data:image/png;base64,AAAA)', '<p>Dot</p>'],
    ['a badge', '[![Build](https://ci.example.org/b.svg)](https://ci.example.org/)', `<p><a href="https://ci.example.org/" ${REL}>Build</a></p>`],
    ['a badge that tells nothing', '[![](b.svg)](https://ci.example.org/)', `<p><a href="https://ci.example.org/" ${REL}>https://ci.example.org/</a></p>`],
    ['code', '`<b>` and\n\n```sh" onclick="x\n<i>\n```', '<p><code>&lt;b&gt;</code> and</p>\n<pre><code class="language-sh&quot;">&lt;i&gt;\n</code></pre>'],
    ['a mark that turns the direction of writing', 'a\u202eb', '<p>a?b</p>'],
  ];
  test.each(tables)('%s', (_, markdown, expected) => {
    expect(render(markdown)).toBe(expected);
  });

  test('a table has no style in place, as the policy of the page allows none', () => {
    const table = render('| a | b |\n|:--|--:|\n| 1 | 2 |');
    expect(table).toContain('<th class="align-left">a</th>\n<th class="align-right">b</th>');
    expect(table).not.toContain('style=');
  });
});

test('headings stand below those of the page, none is left out, and links within lead to them', () => {
  const text = render('# Ship it!\n\n### Use\n\n# Use\n\n# Use 1\n\n# Use\n\n[a](#use-1) [b](#)');
  expect(text.match(/<h.*?>/g)).toEqual([
    '<h3 id="readme-ship-it">',
    '<h4 id="readme-use">',
    '<h3 id="readme-use-1">',
    '<h3 id="readme-use-1-1">',
    '<h3 id="readme-use-2">',
  ]);
  expect(text).toContain(`<p><a href="#readme-use-1" ${REL}>a</a> b</p>`);
});

test('tags are stripped in time that grows with the text, also of what is never closed', () => {
  for (const opened of ['<!--', '<script>', '<a ', '<']) expect(stripTags(`x${opened.repeat(50_000)}`)).toBe('x');
  expect(stripTags('a<b>b</b><!-- > -->c<SCRIPT>x</script >d')).toBe('abcd');
});

test('a template escapes whatever is not HTML', () => {
  const name = `<b title="x" id='y'>&`;
  expect(html`<p title="${name}">${name}${[name, false, undefined, html`<i>`]}${7}</p>`.text).toBe(
    `<p title="${'&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;'}">${'&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;'.repeat(2)}\n<i>7</p>`,
  );
  expect(html`${'\u202e\u0007'}`.text).toBe('??');
});
