import { createHash } from 'node:crypto';
import { ASSETS } from './assets.ts';
import { Html, html } from './html.ts';
import { opening } from './layout.ts';
import type { Site } from './site.ts';

/**
 * The page for addresses where nothing is. A server sends it for any of them, so it cannot name a file by its place: its style stands in it, allowed by its
 * hash, and so does its icon.
 */
export function notFoundPage({ title, indexUrl }: Site): string {
  const { 'style.css': style, 'icon.svg': icon } = ASSETS;
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;
  return html`${opening(policy)}
<title>Not found – ${title}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
<style>${new Html(style)}</style>
</head>
<body>
<main>
<section class="empty">
${new Html(icon)}
<h1>There is no such page</h1>
<p>The plugin may have another name, or it is no longer in ${title}.</p>
${indexUrl !== undefined && html`<p><a class="button" href="${new URL('.', indexUrl).pathname}">All plugins</a></p>`}
</section>
</main>
</body>
</html>
`.text;
}
