import type { Release, ReleasePlatform } from '../../catalogue/release.ts';
import { sizeText } from '../../system/size-text.ts';
import { notices, versionLine } from './badges.ts';
import { type Html, html } from './html.ts';
import { platformName } from './labels.ts';
import { outsideLink, section } from './parts.ts';
import type { PluginView } from './plugin-view.ts';

/** The versions, newest first, each with what there is for each platform. That of the page is open. */
export const versionsSection = ({ releases, shown }: PluginView): Html =>
  section(
    'Versions',
    releases.map((release) => versionEntry(release, release === shown)),
  );

const versionEntry = (release: Release, isShown: boolean): Html => html`<details class="version"${isShown && html` open`}>
${versionLine(release)}
${notices(release)}
<ul class="files">
${release.platforms.map((platform) => fileEntry(release, platform))}
</ul>
</details>`;

function fileEntry({ name, version }: Release, platform: ReleasePlatform): Html {
  const label = platformName(platform);
  const { url, signature, size, sha256, dependencies = [] } = platform;
  const of = `${name} ${version} for ${label}`;
  const file = [
    html`<strong>${label}</strong>`,
    size !== undefined && html`<span>${sizeText(size)}</span>`,
    outsideLink(url, 'Download', `Download ${of}`),
    signature !== undefined && outsideLink(signature, 'Signature', `Signature of ${of}`),
  ];
  const sum = sha256 === undefined ? 'no checksum' : html`<abbr title="SHA-256">sha256</abbr> <code>${sha256}</code>`;
  const needed = dependencies.map((dependency) => outsideLink(dependency.url, dependency.name, `Download ${dependency.name}, which ${of} needs`));
  return html`<li>
${[html`<p>${file}</p>`, html`<p class="sum">${sum}</p>`, needed.length > 0 && html`<p>${['Comes with', needed]}</p>`]}
</li>`;
}
