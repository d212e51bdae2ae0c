import { partsHolding, shown } from '../../catalogue/formats/fields.ts';
import { oncePerAddress, overlap, platformText } from '../../catalogue/platforms.ts';
import type { Platform } from '../../catalogue/release.ts';
import { semantic } from '../../catalogue/versions/semantic.ts';
import { isLoopbackHost } from '../../http/host.ts';
import { type EntryRule, error, type Remark, remark } from './finding.ts';

/** What most people have: a plugin for none of them is for few. */
const USUAL: readonly Platform[] = ['linux/amd64', 'linux/arm64', 'darwin/amd64', 'darwin/arm64', 'windows/amd64'].map((text) => {
  const [os = '', arch = ''] = text.split('/');
  return { os, arch };
});

/** Parts of an address that name whatever is newest. */
const MOVING = /\/(latest|main|master|trunk|HEAD|nightly)\/|\/refs\/heads\//i;

/** A version that has its place among the others. kURL counts by dates. */
const version: EntryRule = function* ({ release }, format) {
  if (release.version === '' || format === 'krew' || (format === 'versions.json' && release.scheme === 'calver')) return;
  const example = 'write it as 1.2.3';
  if (!semantic.isVersion(release.version)) {
    const text = `version ${shown(release.version)} is not a semantic version, so nothing tells whether it is newer than others`;
    yield error('semver', text, example);
  } else if (!semantic.isWhole(release.version)) {
    yield remark('semver', `version ${shown(release.version)} is no whole semantic version`, example);
  }
};

/** What can be said of an address without asking it. */
function* addressRemarks(url: string): Generator<Remark> {
  if (url === '' || !URL.canParse(url)) return;
  const { protocol, hostname, pathname } = new URL(url);
  if (protocol === 'http:') {
    const [text, remedy] = [`${shown(url)} is not https, so anybody on the way can change what comes`, 'serve it over https'];
    yield isLoopbackHost(hostname)
      ? remark('https', `${shown(url)} is of this machine alone`, 'publish it with another -url-base-path', url)
      : error('https', text, remedy, url);
  }
  if (protocol !== 'http:' && protocol !== 'https:') {
    const scheme = protocol.slice(0, -1);
    yield remark(
      'getter',
      `${shown(url)} is fetched only where a plugin is a getter for ${scheme}`,
      'say in its description which, or serve it over https',
      url,
    );
  }
  if (MOVING.test(pathname)) {
    const remedy = 'give the address of this version, like /releases/download/v1.2.3/';
    yield remark('moving-address', `${shown(url)} is for whatever is newest, and its contents will change under the version and the checksum`, remedy, url);
  }
}

const addresses: EntryRule = function* ({ release: { platforms } }) {
  const urls = platforms.flatMap(({ url, dependencies = [] }) => [url, ...dependencies.map((dependency) => dependency.url)]);
  for (const url of new Set(urls)) yield* addressRemarks(url);
};

const sums: EntryRule = function* ({ release: { platforms }, report }, format) {
  const sizeless = oncePerAddress(platforms).filter(({ size }) => size === undefined);
  if (sizeless[0] && format === 'botkube') {
    const text = `there is no size for ${sizeless.length === 1 ? shown(sizeless[0].url) : `${sizeless.length} addresses`}`;
    yield remark('size', text, 'add "size", in bytes; `repository:index` does', sizeless[0].url);
  }
  for (const { url, sha256, dependencies = [], ...platform } of oncePerAddress(platforms)) {
    const what = `${shown(url)} for ${platformText(platform)}`;
    const remedy = format === 'versions.json' ? 'add "sha256Sum"' : 'add the checksum that `sha256sum` prints for the file';
    // kURL's authors publish none: whoever imports their list adds them.
    const level = format === 'versions.json' ? remark : error;
    // One that is wrong has been told of.
    const [part] = report.map ? partsHolding(report.map, url) : [];
    if (sha256 === undefined && !part?.checksum && !part?.sha256Sum && format !== 'krew')
      yield level('checksum', `there is no checksum for ${what}`, remedy, url);
    for (const dependency of dependencies.filter((one) => one.sha256 === undefined)) {
      const text = `there is no checksum for the dependency ${shown(dependency.name)}, ${shown(dependency.url)}`;
      yield remark('dependency-checksum', text, 'add "checksum" beside its "url"; Botkube ignores it', dependency.url);
    }
  }
};

const usual: EntryRule = function* ({ release: { platforms } }) {
  const isUsual = platforms.some((platform) => USUAL.some((one) => overlap(platform, one)));
  if (platforms.length > 0 && !isUsual) {
    yield remark('usual-platform', `it is for ${platforms.map(platformText).join(', ')} alone`, `most people have ${USUAL.map(platformText).join(', ')}`);
  }
};

/** What tells people whether they may use it, and for what. krew asks for the licence in the archive. */
const told: EntryRule = function* ({ release: { description, licence, documentationUrl } }, format) {
  if (format === 'versions.json') return;
  // Botkube's generator asks for it, and its loader does not.
  if (description === '' && format === 'botkube') yield remark('description', 'there is no description', 'say in a line what it is for');
  if (licence === undefined && format === 'botkube') yield remark('licence', 'there is no licence', 'add "license", like MIT; Botkube ignores it');
  if (documentationUrl !== undefined && !/^https?:\/\//i.test(documentationUrl)) {
    yield remark('documentation', `${shown(documentationUrl)} is no http or https address`, 'give the address of a page');
  }
};

/** The rules for an entry of any format. */
export const ENTRY_RULES: readonly EntryRule[] = [version, addresses, sums, usual, told];
