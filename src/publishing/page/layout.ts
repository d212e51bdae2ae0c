import { type Html, html } from './html.ts';
import type { Site } from './site.ts';

/** Nothing is asked of another server, and no script or style stands in the page itself. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";

/** A page but for what surrounds it. */
export interface Document {
  readonly title: string;
  readonly description: string;
  /** From the page to the top of the site: empty, or `../../`. */
  readonly top: string;
  readonly header: Html;
  readonly main: Html;
  readonly scripts: readonly string[];
}

/** What every page begins with. @param policy what it may load */
export const opening = (policy: string): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">`;

/** A whole page. */
export function documentText(site: Site, { title, description, top, header, main, scripts }: Document): string {
  return html`${opening(POLICY)}
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<meta name="description" content="${description}">
<link rel="icon" href="${top}icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${top}style.css">
${scripts.map((script) => html`<script src="${top}${script}" defer></script>`)}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
${header}
<main id="main" tabindex="-1">
${main}
</main>
${footer(site)}
<p id="said" class="unseen" role="status"></p>
</body>
</html>
`.text;
}

const footer = ({ indexUrl, command }: Site): Html => html`<footer>
<p>Made by <code>${command} repository:page</code>${indexUrl !== undefined && html` from <a href="${indexUrl}">the index</a>`}.</p>
</footer>`;
