import { factsLine } from './badges.ts';
import { type Html, html } from './html.ts';
import { addLine } from './install-lines.ts';
import { countText, systemNames } from './labels.ts';
import { documentText } from './layout.ts';
import { commandLine } from './parts.ts';
import type { PluginView } from './plugin-view.ts';
import type { Site } from './site.ts';

/** From so many plugins on a browser lays out only those in sight. */
const LONG = 100;

/** The list of all plugins. It is whole without a script, which adds the search. */
export function listPage(site: Site): string {
  const { title, plugins } = site;
  const count = countText(plugins.length, 'plugin');
  return documentText(site, {
    title,
    description: `${title}: ${count}`,
    top: '',
    header: header(site, count),
    main: plugins.length === 0 ? emptyState(site) : list(plugins, count),
    scripts: plugins.length === 0 ? ['copy.js'] : ['copy.js', 'search.js'],
  });
}

function header(site: Site, count: string): Html {
  const versions = site.plugins.reduce((sum, { releases }) => sum + releases.length, 0);
  return html`<header class="hero">
<div class="wide">
<div>
<h1><img src="icon.svg" alt="" width="40" height="40"> ${site.title}</h1>
<p>${count}${versions > site.plugins.length && ` in ${countText(versions, 'version')}`}</p>
</div>
${addBox(addLine(site))}
</div>
</header>`;
}

const addBox = (line: string | undefined): Html | undefined =>
  line === undefined
    ? undefined
    : html`<div class="add">
<p>Add this repository</p>
${commandLine(line, 'adds this repository')}
</div>`;

const emptyState = ({ command }: Site): Html => html`<section class="empty">
<h2>No plugins yet</h2>
<p>The index of this repository lists none. They appear here once their publisher has run <code>${command} repository:index</code> and <code>${command} repository:page</code> again.</p>
</section>`;

const list = (plugins: readonly PluginView[], count: string): Html => html`${search(plugins)}
<p id="count" class="count" role="status">${count}</p>
<h2 class="unseen">Plugins</h2>
<ul id="plugins" class="plugins${plugins.length > LONG && ' long'}">
${plugins.map(card)}
</ul>
<section id="nothing" class="empty" hidden>
<h2>No plugin found</h2>
<p>Nothing here has <strong id="sought"></strong> in its name or description.</p>
<p><button type="button" id="all">Show all plugins</button></p>
</section>`;

const search = (plugins: readonly PluginView[]): Html => html`<form id="search" role="search" class="search" hidden>
<label class="unseen" for="sought-for">Search the plugins</label>
<div class="field">
<input id="sought-for" type="search" placeholder="Name or description" autocomplete="off" autocapitalize="none" spellcheck="false" aria-keyshortcuts="/">
<kbd aria-hidden="true">/</kbd>
</div>
${kindChoice(plugins)}
</form>`;

/** Which kind is shown, the most frequent first; nothing where there is only one. */
function kindChoice(plugins: readonly PluginView[]): Html | undefined {
  const counts = new Map<string, number>();
  for (const { kind } of plugins) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  if (counts.size < 2) return undefined;
  const kinds = [...counts].sort(([, a], [, b]) => b - a).map(([kind, count]) => choice(kind, kind, count));
  return html`<fieldset class="kinds">
<legend class="unseen">Kind</legend>
${choice('', 'All', plugins.length)}
${kinds}
</fieldset>`;
}

const choice = (kind: string, label: string, count: number): Html =>
  html`<label><input type="radio" name="kind" value="${kind}"${kind === '' && html` checked`}><span>${label} <small>${countText(count)}</small></span></label>`;

const card = ({ name, kind, path, shown }: PluginView): Html => html`<li data-kind="${kind}">
<h3><a href="${path}">${name}</a></h3>
${[
  factsLine(shown, kind),
  shown.description !== '' && html`<p class="about">${shown.description}</p>`,
  html`<p class="systems">${systemNames(shown.platforms).join(' · ')}</p>`,
]}
</li>`;
