import { harmless } from '../../system/harmless.ts';
import { isReleaseName, isReleaseVersion, NAME_RULE, VERSION_RULE } from '../names.ts';
import type { FileMove, ReleasePlatform } from '../release.ts';
import { type Draft, mergeParts, UNTOLD } from './drafts.ts';
import { EntryReport, Fields, isMap, shown } from './fields.ts';
import { pathWithin } from './path-within.ts';
import { platformsOfSelector } from './selector.ts';
import type { YamlDocument, YamlMap, YamlValue } from './yaml.ts';

const API = 'krew.googlecontainertools.github.com/v1alpha2';

/** Whether a document is one manifest of krew's. */
export const isKrewManifest = (value: YamlValue): value is YamlMap => isMap(value) && typeof value.apiVersion === 'string' && /^krew\./.test(value.apiVersion);

/**
 * Reads one manifest of krew's (contract registry §3.2). Fields that are not known are passed over, as krew does.
 * @param where what it is called in messages: `plugins/ctx.yaml`
 * @param fileName what its name has to be, where it is a file of an index
 */
export function readKrewManifest(document: YamlDocument, map: YamlMap, where: string, ordinal: number, fileName?: string): Draft {
  const report = new EntryReport(where, document, map);
  const manifest = new Fields(map, report);
  const [apiVersion, kind] = [manifest.text('apiVersion'), manifest.text('kind')];
  if (apiVersion !== API) report.refuse(`apiVersion ${shown(apiVersion)} is not supported`, `the one that is known is ${API}`);
  if (kind !== 'Plugin') report.refuse(`kind ${shown(kind)} is not supported, but only "Plugin" is`);
  const spec = manifest.fields('spec') ?? new Fields({}, report, manifest, 'spec');
  const name = nameOf(manifest.fields('metadata') ?? new Fields({}, report, manifest, 'metadata'), report, fileName);
  const version = spec.text('version');
  if (version === '') report.refuse('should have a version specified');
  else if (!isReleaseVersion(version)) report.refuse(`field spec.version ${shown(version)} is not allowed`, VERSION_RULE);
  const description = spec.line('shortDescription');
  if (description === '') report.remark('should have a short description', 'add spec.shortDescription, one line', undefined, 'krew-description');
  const release: Draft['release'] = {
    name,
    version,
    kind: 'binary',
    platforms: platformsOf(spec, report),
    description,
    details: harmless(spec.text('description')).trim() || undefined,
    caveats: harmless(spec.text('caveats')).trim() || undefined,
    documentationUrl: spec.optionalLine('homepage'),
    ...UNTOLD,
  };
  return { release, prerelease: undefined, report, ordinal };
}

function nameOf(metadata: Fields, report: EntryReport, fileName: string | undefined): string {
  const name = metadata.required('name');
  report.name = name;
  if (name !== '' && !isReleaseName(name)) report.refuse(`field metadata.name ${shown(name)} is not allowed`, NAME_RULE);
  else if (name !== '' && fileName !== undefined && fileName !== name) report.refuse(`plugin should be named ${shown(fileName)}, not ${shown(name)}`);
  return name;
}

function platformsOf(spec: Fields, report: EntryReport): ReleasePlatform[] {
  const platforms = spec.list('platforms') ?? [];
  if (platforms.length === 0) report.refuse('should have a platform specified');
  const parts = platforms.map((part) => ({ part, platforms: partOf(part) }));
  return mergeParts(parts, report);
}

function partOf(platform: Fields): ReleasePlatform[] {
  const url = platform.fileAddress('uri');
  if (!platform.has('uri')) platform.entry.refuse(`${platform.pathOf('uri')} has to be set`, undefined, platform.map);
  const sha256 = platform.sha256('sha256');
  if (!platform.has('sha256'))
    platform.entry.refuse(`${platform.pathOf('sha256')} sum has to be set`, 'take what `sha256sum` prints for the file', platform.map);
  const bin = pathWithin(platform, 'bin', platform.map);
  const files = filesOf(platform);
  return platformsOfSelector(platform).map(({ os, arch }) => ({ os, arch, url: url ?? '', sha256, bin, files }));
}

function filesOf(platform: Fields): FileMove[] | undefined {
  const files = platform.list('files');
  if (files?.length === 0) platform.entry.refuse(`${platform.pathOf('files')} has to be unspecified or non-empty`, undefined, platform.map);
  return files?.map((file) => ({ from: pathWithin(file, 'from', platform.map), to: pathWithin(file, 'to', platform.map) }));
}
