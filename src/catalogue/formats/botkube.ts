import { harmless } from '../../system/harmless.ts';
import { isReleaseName, isReleaseVersion, NAME_RULE, VERSION_RULE } from '../names.ts';
import { ARCHITECTURES, platformNamed, platformText, SYSTEMS } from '../platforms.ts';
import {
  ANY,
  type Catalogue,
  type ConfigSchema,
  type Platform,
  RELEASE_KINDS,
  type ReleaseDependency,
  type ReleaseKind,
  type ReleasePlatform,
  type StatedAge,
} from '../release.ts';
import { semantic } from '../versions/semantic.ts';
import { type Draft, type EntryListener, finishDrafts, mergeParts, UNTOLD } from './drafts.ts';
import { EntryReport, Fields, isMap, shown } from './fields.ts';
import { readHostRange } from './host-range.ts';
import { pathWithin } from './path-within.ts';
import type { YamlDocument, YamlMap, YamlValue } from './yaml.ts';

const TYPES = ['source', 'executor'];

const NO_URLS = "list an address for each platform; Botkube's generator leaves them out for programs that are not packed unless it is told -use-archive=false";

/** Whether a document is an index of Botkube's shape. */
export const isBotkubeIndex = (value: YamlValue): value is YamlMap => isMap(value) && Object.hasOwn(value, 'entries');

/**
 * Reads a Botkube index: all of its fields (contract registry §1.1), and ours, which Botkube passes over: `kind`, `requires`, `prerelease`, `yanked`,
 * `deprecated`, `license`, `details` and `caveats` of an entry, `size`, `signature`, `bin` and `files` of an address, `checksum` of a dependency, `serial` and
 * `generated` of the index. What is wrong with an entry is worded as Botkube words it, where it does.
 */
export function readBotkubeIndex(document: YamlDocument, map: YamlMap, onEntry?: EntryListener): Catalogue {
  const { entries } = map;
  const root = new EntryReport('entries', document);
  if (entries !== null && entries !== '' && !Array.isArray(entries)) root.refuse('is no list');
  const list: readonly YamlValue[] = Array.isArray(entries) ? entries : [];
  const reports: EntryReport[] = [root];
  const drafts = list.flatMap((entry, index): Draft[] => {
    const report = new EntryReport(index, document, isMap(entry) ? entry : undefined);
    reports.push(report);
    if (isMap(entry)) return [draftOf(new Fields(entry, report), report, index + 1)];
    report.refuse('is no mapping');
    return [];
  });
  const releases = finishDrafts(drafts, onEntry);
  const age = ageOf(map, root);
  return { format: 'botkube', ...(age ? { age } : {}), releases, problems: reports.flatMap(({ problems }) => problems) };
}

/** How old the index says that it is. What cannot be read counts for nothing, and is remarked on. */
function ageOf({ serial, generated }: YamlMap, root: EntryReport): StatedAge | undefined {
  const number = typeof serial === 'string' && /^\d{1,15}$/.test(serial) ? Number(serial) : undefined;
  if (serial !== undefined && number === undefined)
    root.remark('field serial of the index is no whole number', 'write a number that goes up with each publication');
  const time = typeof generated === 'string' ? readTime(generated) : undefined;
  if (generated !== undefined && time === undefined) root.remark('field generated of the index is no time', 'write it like 2026-01-31T12:00:00Z');
  return number === undefined && time === undefined
    ? undefined
    : { ...(number === undefined ? {} : { serial: number }), ...(time === undefined ? {} : { generated: time }) };
}

/** A date, or a time with its zone, in ISO 8601; undefined for what is none. */
function readTime(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)) return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

function draftOf(entry: Fields, report: EntryReport, ordinal: number): Draft {
  const name = entry.required('name');
  report.name = name;
  if (name !== '' && !isReleaseName(name)) report.refuse(`field name ${shown(name)} is not allowed`, NAME_RULE);
  const version = entry.required('version');
  if (version !== '' && !isReleaseVersion(version)) report.refuse(`field version ${shown(version)} is not allowed`, VERSION_RULE);
  const kind = kindOf(entry);
  const release: Draft['release'] = {
    name,
    type: typeOf(entry, kind !== undefined),
    version,
    kind: kind ?? 'binary',
    platforms: platformsOf(entry),
    requires: readHostRange(entry, 'requires', 'tool', semantic),
    yanked: reasonOf(entry, 'yanked'),
    deprecated: reasonOf(entry, 'deprecated'),
    description: entry.line('description'),
    ...textsOf(entry),
    documentationUrl: entry.optionalLine('documentationUrl'),
    licence: entry.optionalLine('license'),
    recommended: entry.flag('recommended'),
    ...UNTOLD,
    configSchema: schemaOf(entry.fields('jsonSchema')),
    requestSchema: schemaOf(entry.fields('externalRequest')?.fields('payload')?.fields('jsonSchema')),
  };
  return { release, prerelease: entry.flag('prerelease'), report, ordinal };
}

/** What krew's manifests say in full, in an index that was made of them. */
const textsOf = (entry: Fields): Pick<Draft['release'], 'details' | 'caveats'> => ({
  details: harmless(entry.text('details')).trim() || undefined,
  caveats: harmless(entry.text('caveats')).trim() || undefined,
});

/** The word that Botkube asks for. An entry that is of no use to Botkube may leave it out: one that says its kind. */
function typeOf(entry: Fields, hasKind: boolean): string | undefined {
  const type = hasKind ? entry.text('type') : entry.required('type');
  if (type !== '' && !TYPES.includes(type)) entry.entry.refuse(`field type is not valid, allowed values are [${TYPES.join(' ')}]`);
  return type || undefined;
}

function kindOf(entry: Fields): ReleaseKind | undefined {
  const kind = entry.text('kind');
  const known = RELEASE_KINDS.find((word) => word === kind);
  if (kind !== '' && !known) entry.entry.refuse(`field kind is not valid, allowed values are [${RELEASE_KINDS.join(' ')}]`);
  return known;
}

/** A reason as text, or in a mapping `{reason, replacement}`; empty where only the fact is stated. */
function reasonOf(entry: Fields, key: string): string | undefined {
  if (isMap(entry.map[key])) {
    const fields = entry.fields(key);
    const [reason, replacement] = [fields?.line('reason') ?? '', fields?.line('replacement') ?? ''];
    return [reason, replacement && `use ${replacement}`].filter((part) => part !== '').join('; ');
  }
  const text = entry.line(key);
  if (text === '' || /^(false|no|off)$/i.test(text)) return undefined;
  return /^(true|yes|on)$/i.test(text) ? '' : text;
}

function platformsOf(entry: Fields): readonly ReleasePlatform[] {
  const urls = entry.list('urls');
  if (!urls || urls.length === 0) {
    if (!urls && entry.has('urls')) return [];
    entry.entry.refuse('field urls cannot be empty', NO_URLS);
    return [];
  }
  const parts = urls.map((part) => ({ part, platforms: platformOfUrl(part) }));
  return mergeParts(parts, entry.entry);
}

function platformOfUrl(fields: Fields): ReleasePlatform[] {
  fields.required('url');
  const url = fields.fileAddress('url');
  const platform = platformIn(fields);
  const sha256 = fields.sha256('checksum');
  const dependencies = platform && dependenciesOf(fields, platform);
  const [size, signature, bin] = [fields.count('size'), fields.address('signature'), fields.text('bin')];
  const files = fields.list('files')?.map((file) => ({ from: pathWithin(file, 'from', fields.map), to: pathWithin(file, 'to', fields.map) }));
  if (url === undefined || !platform) return [];
  return [{ os: platform.os, arch: platform.arch, url, sha256, size, signature, bin: bin || undefined, files, dependencies }];
}

function platformIn(fields: Fields): Platform | undefined {
  const words = fields.fields('platform') ?? new Fields({}, fields.entry, fields, 'platform');
  const [os, architecture] = [words.required('os'), words.required('architecture')];
  if (os === '' || architecture === '') return undefined;
  const platform = platformNamed(os, architecture);
  if (!isKnown(platform.os, SYSTEMS) || !isKnown(platform.arch, ARCHITECTURES)) {
    fields.entry.remark(
      `${fields.pathOf('platform')} is ${shown(`${os}/${architecture}`)}, which is no platform that is known`,
      'write it as linux and amd64',
      fields.map,
      'platform',
    );
  }
  return platform;
}

const isKnown = (word: string, words: readonly string[]): boolean => word === ANY || words.includes(word);

function dependenciesOf(fields: Fields, platform: Platform): ReleaseDependency[] | undefined {
  const dependencies = fields.fields('dependencies');
  if (!dependencies) return undefined;
  return Object.keys(dependencies.map).flatMap((name): ReleaseDependency[] => {
    const entry = dependencies.fields(name);
    if (!isReleaseName(name)) fields.entry.refuse(`dependency ${shown(name)} is not allowed`, NAME_RULE, fields.map);
    if (!entry || entry.text('url') === '') {
      fields.entry.refuse(`dependency URL for key ${shown(name)} and platform ${shown(platformText(platform))} cannot be empty`, undefined, fields.map);
    }
    const [url, sha256] = [entry?.fileAddress('url'), entry?.sha256('checksum')];
    return url === undefined ? [] : [{ name, url, sha256 }];
  });
}

function schemaOf(fields: Fields | undefined): ConfigSchema | undefined {
  if (!fields) return undefined;
  const value = fields.text('value') || undefined;
  const url = fields.address('refURL');
  if (value !== undefined && url !== undefined)
    fields.entry.remark(`${fields.pathOf('value')} and refURL are mutually exclusive; value counts`, 'pick one', fields.map);
  return value === undefined && url === undefined ? undefined : value === undefined ? { url } : { value };
}
