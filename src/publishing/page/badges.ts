import type { Release } from '../../catalogue/release.ts';
import { type Html, type HtmlValue, html } from './html.ts';

/** What is to be known of a release at a glance. */
const badges = ({ prerelease, yanked, deprecated }: Release): HtmlValue => [
  prerelease && html`<span class="badge">prerelease</span>`,
  yanked !== undefined && html`<span class="badge bad">taken back</span>`,
  deprecated !== undefined && html`<span class="badge warn">deprecated</span>`,
];

/** The version and the kind of a release, and its badges. */
export const factsLine = (release: Release, kind: string): Html =>
  html`<p class="facts">${[html`<span>${release.version}</span>`, html`<span class="kind">${kind}</span>`, badges(release)]}</p>`;

/** The heading of a version that opens. */
export const versionLine = (release: Release): Html => html`<summary>${[html`<strong>${release.version}</strong>`, badges(release)]}</summary>`;

/** Why a release was taken back or should not be used, in whole sentences. */
export const notices = ({ version, yanked, deprecated }: Release): HtmlValue => [
  yanked !== undefined && notice('bad', `${version} was taken back`, yanked),
  deprecated !== undefined && notice('warn', `${version} is deprecated`, deprecated),
];

const notice = (tone: 'bad' | 'warn', fact: string, reason: string): Html =>
  html`<p class="notice ${tone}"><strong>${fact}${reason === '' ? '.' : ':'}</strong> ${reason}</p>`;
