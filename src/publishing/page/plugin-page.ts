import type { PluginContents } from '../plugin-contents.ts';
import { factsLine, notices } from './badges.ts';
import { configSection } from './config-section.ts';
import { type Html, type HtmlValue, html } from './html.ts';
import { addLine, installLine } from './install-lines.ts';
import { platformLines } from './labels.ts';
import { documentText } from './layout.ts';
import { renderMarkdown } from './markdown.ts';
import { commandLine, outsideLink, section } from './parts.ts';
import type { PluginView } from './plugin-view.ts';
import type { Site } from './site.ts';
import { versionsSection } from './versions-section.ts';

/** From a plugin's page to the top of the site. */
const TOP = '../../';

/** Of an archive that was not read. */
const UNREAD: PluginContents = { readme: undefined, commands: [], triggers: [], settings: [] };

/** All that is known of one plugin. */
export function pluginPage(site: Site, plugin: PluginView): string {
  const { name, kind, shown } = plugin;
  const { title } = site;
  return documentText(site, {
    title: `${name} – ${title}`,
    description: shown.description || `${name} in ${title}`,
    top: TOP,
    header: breadcrumb(title, name),
    main: html`<div class="title">
<h1>${name}</h1>
${[factsLine(shown, kind), shown.description !== '' && html`<p class="lead">${shown.description}</p>`]}
</div>
<div class="columns">
${facts(plugin)}
<div class="sections">
${sections(site, plugin)}
</div>
</div>`,
    scripts: ['copy.js'],
  });
}

const breadcrumb = (title: string, name: string): Html => html`<header class="bar">
<div class="wide">
<nav aria-label="Breadcrumb"><ol>
<li><a id="top" href="${TOP}index.html"><img src="${TOP}icon.svg" alt="" width="24" height="24"> ${title}</a></li>
<li aria-current="page">${name}</li>
</ol></nav>
</div>
</header>`;

/** The small things, side by side. */
function facts({ shown, releases, kind }: PluginView): Html {
  const { version, platforms, licence, requires, documentationUrl, recommended } = shown;
  return html`<aside class="box" aria-label="Facts">
<dl>
${[
  fact('Version', version),
  fact('All versions', html`<a href="#versions">${releases.length}</a>`),
  fact('Kind', kind),
  fact('Platforms', html`<ul>${platformLines(platforms).map((line) => html`<li>${line}</li>`)}</ul>`),
  requires?.range !== undefined && fact('Requires', `${requires.host === 'kurl' ? 'kURL' : requires.host} ${requires.range}`),
  licence !== undefined && fact('Licence', licence),
  documentationUrl !== undefined && fact('Documentation', outsideLink(documentationUrl, hostOf(documentationUrl))),
  recommended === true && fact('Recommended', 'by its publisher'),
]}
</dl>
</aside>`;
}

const fact = (name: string, value: HtmlValue): Html => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

/** What a link to an address is called: its server. */
const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : address);

function sections(site: Site, plugin: PluginView): HtmlValue {
  const { shown, contents = UNREAD } = plugin;
  const { readme, commands, triggers, settings } = contents;
  return [
    notices(shown),
    installSection(site, plugin),
    shown.details && section('About', html`<p class="plain">${shown.details.trim()}</p>`),
    shown.caveats && section('After installing', html`<p class="plain">${shown.caveats.trim()}</p>`),
    commands.length > 0 && section('Commands', commandList(site, contents)),
    triggers.length > 0 && section('Triggers', triggerList(contents)),
    configSection(shown, settings),
    readme !== undefined && section('README', html`<div class="prose box">\n${renderMarkdown(readme)}</div>`),
    versionsSection(plugin),
  ];
}

function installSection(site: Site, plugin: PluginView): Html {
  const add = addLine(site);
  const install = commandLine(installLine(site, plugin), `installs ${plugin.name}`);
  if (add === undefined) return section('Install', install);
  return section('Install', [html`<p>Add the repository once:</p>`, commandLine(add, 'adds this repository'), html`<p>Then install the plugin:</p>`, install]);
}

const commandList = ({ command }: Site, { commands }: PluginContents): Html => html`<dl class="commands">
${commands.map(({ name, text }) => html`<div><dt><code>${command} ${name}</code></dt><dd>${text}</dd></div>`)}
</dl>`;

const triggerList = ({ triggers }: PluginContents): Html => html`<p>It runs when one of these is fired:</p>
<ul class="chips">
${triggers.map((name) => html`<li><code>${name}</code></li>`)}
</ul>`;
