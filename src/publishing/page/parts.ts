import { type Html, type HtmlValue, html } from './html.ts';

/** A part of a page under a heading of its own, which can be linked to. */
export function section(title: string, content: HtmlValue): Html {
  const id = title.toLowerCase().replaceAll(' ', '-');
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${content}
</section>`;
}

/**
 * A link to another site, which is told nothing of this one; an address that no browser asks for is shown instead.
 * @param label its name, where the text says too little by itself
 */
export const outsideLink = (address: string, text: string, label?: string): Html => {
  if (!/^https?:/i.test(address)) return html`<code>${address}</code>`;
  return html`<a href="${address}" rel="nofollow noopener noreferrer"${label !== undefined && html` aria-label="${label}"`}>${text}</a>`;
};

/** A table that is moved sideways where it is too wide. @param rows the first cell of each is its heading */
export const table = (heads: readonly string[], rows: readonly (readonly HtmlValue[])[]): Html => html`<div class="scroll" tabindex="0"><table>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${rows.map(([first, ...cells]) => html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}
</tbody>
</table></div>`;

/** A command to copy. @param what what it does, for the button's name: `installs ship` */
export const commandLine = (line: string, what: string): Html => html`<div class="command">
<code>${line}</code>
<button type="button" class="copy" aria-label="Copy the command that ${what}" hidden>Copy</button>
</div>`;
