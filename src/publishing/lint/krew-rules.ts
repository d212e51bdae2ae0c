import { basename } from 'node:path';
import { isMap, shown } from '../../catalogue/formats/fields.ts';
import type { YamlMap, YamlValue } from '../../catalogue/formats/yaml.ts';
import { overlap, platformText } from '../../catalogue/platforms.ts';
import type { Platform } from '../../catalogue/release.ts';
import { type EntryRule, error, type Remark } from './finding.ts';

/** The platforms that krew runs on. */
const PLATFORMS: readonly Platform[] = [
  ...['386', 'amd64', 'arm64'].map((arch) => ({ os: 'windows', arch })),
  ...['386', 'amd64', 'arm', 'arm64', 'ppc64le'].map((arch) => ({ os: 'linux', arch })),
  ...['386', 'amd64', 'arm64'].map((arch) => ({ os: 'darwin', arch })),
];

const WINDOWS_DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;
const SEMVER =
  /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-z-][\da-z-]*)(\.(0|[1-9]\d*|\d*[a-z-][\da-z-]*))*)?(\+[\da-z-]+(\.[\da-z-]+)*)?$/i;

const textOf = (value: YamlValue | undefined): string => (typeof value === 'string' ? value : '');
const mapIn = (map: YamlMap | undefined, key: string): YamlMap | undefined => {
  const value = map?.[key];
  return isMap(value) ? value : undefined;
};

/**
 * What krew refuses, and an install of ours takes (contract registry §3.2, §3.7), in krew's words where it has some.
 * @param file what the manifest is called, where its name counts
 */
export const krewRule =
  (file?: string): EntryRule =>
  ({ report, release }, format) =>
    format === 'krew' ? refusals(report.map, release.platforms, file) : [];

function* refusals(manifest: YamlMap | undefined, platforms: readonly (Platform & { readonly url: string })[], file: string | undefined): Generator<Remark> {
  const spec = mapIn(manifest, 'spec');
  const name = textOf(mapIn(manifest, 'metadata')?.name);
  const fileName = file === undefined ? undefined : basename(file);
  if (fileName !== undefined && !fileName.endsWith('.yaml'))
    yield error('krew-file', `the manifest ${shown(fileName)} does not end in .yaml`, `call it ${name}.yaml`);
  else if (fileName !== undefined && name !== '' && fileName !== `${name}.yaml`) {
    yield error('krew-file', `plugin should be named ${shown(basename(fileName, '.yaml'))}, not ${shown(name)}`, `call the file ${name}.yaml`);
  }
  if (name !== '' && (!/^[\w-]+$/.test(name) || WINDOWS_DEVICE.test(name)))
    yield error('krew-name', `the plugin name ${shown(name)} is not allowed`, 'a name is of letters, digits, "_" and "-", and no device of Windows');
  const version = textOf(spec?.version);
  if (version !== '' && !SEMVER.test(version)) yield error('krew-version', `failed to parse plugin version ${shown(version)}`, 'write it as v1.2.3');
  const description = textOf(spec?.shortDescription);
  if (/[\r\n]/.test(description.trim()))
    yield error('krew-description', 'should not have line breaks in short description', 'put the rest into spec.description');
  yield* ofPlatforms(spec);
  for (const url of new Set(platforms.map((platform) => platform.url))) {
    const its = platforms.filter((platform) => platform.url === url);
    if (its.some((platform) => PLATFORMS.some((one) => overlap(one, platform)))) continue;
    yield error('krew-platform', `krew does not run on ${its.map(platformText).join(', ')}`, 'it runs on linux, darwin and windows', url);
  }
}

function* ofPlatforms(spec: YamlMap | undefined): Generator<Remark> {
  const platforms = Array.isArray(spec?.platforms) ? (spec.platforms as readonly YamlValue[]).filter(isMap) : [];
  for (const platform of platforms) {
    const uri = textOf(platform.uri);
    const sum = textOf(platform.sha256);
    if (/[A-F]|^sha256:/.test(sum) && sum.length >= 64)
      yield error('krew-checksum', '`sha256` value does not match ^[a-f0-9]{64}$', 'write it in lower case, and nothing in front', uri);
    const files = Array.isArray(platform.files) ? (platform.files as readonly YamlValue[]).filter(isMap) : [];
    for (const to of files.map((move) => textOf(move.to))) {
      if (to !== '' && to !== clean(to))
        yield error('krew-files', `\`to\` is ${shown(to)}, which krew takes for an attempt to leave the plugin`, `write ${shown(clean(to))}`, uri);
    }
  }
}

/** A path as Go's filepath.Clean leaves it. */
const clean = (path: string): string =>
  (path.startsWith('/') ? '/' : '') +
    path
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .join('/') || '.';
