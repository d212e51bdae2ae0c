import { isReleaseName, isReleaseVersion, NAME_RULE, VERSION_RULE } from '../names.ts';
import { ANY, type Catalogue } from '../release.ts';
import { calendar } from '../versions/calendar.ts';
import { type Draft, type EntryListener, finishDrafts, UNTOLD } from './drafts.ts';
import { EntryReport, Fields, isMap, shown } from './fields.ts';
import { readHostRange } from './host-range.ts';
import type { YamlDocument, YamlMap, YamlValue } from './yaml.ts';

/** What the range of versions of the host is called: by kURL; where the host is another; by an older publisher. */
const RANGE = 'kurlVersionCompatibilityRange';
const RANGE_KEYS = ['hostVersionCompatibilityRange', RANGE, 'kurlVersionCompatibility'];

/** Whether a document is the list of an add-on's versions, or kURL's registry of many (contract registry §2.1). */
export const isVersionsJson = (value: YamlValue): value is readonly YamlValue[] | YamlMap =>
  Array.isArray(value)
    ? value.every(isVersion)
    : isMap(value) && Object.values(value).length > 0 && Object.values(value).every((list) => Array.isArray(list) && list.every(isVersion));

const isVersion = (entry: YamlValue): boolean => isMap(entry) && (Object.hasOwn(entry, 'version') || Object.hasOwn(entry, 'url'));

/**
 * Reads kURL's versions.json, newest first: `version`, `url`, `kurlVersionCompatibilityRange` and `isPrerelease`; and its registry, which has them by
 * add-on, with `origin` for `url`, `sha256Sum` and `size`. A version is a prerelease where that is said, whatever it looks like.
 * @param name what the add-on is called whose versions are listed
 */
export function readVersionsJson(document: YamlDocument, value: readonly YamlValue[] | YamlMap, name: string, onEntry?: EntryListener): Catalogue {
  const lists: [prefix: string, name: string, list: readonly YamlValue[]][] = isMap(value)
    ? Object.entries(value).map(([addon, list]) => [addon, addon, list as readonly YamlValue[]])
    : [['', name, value]];
  const drafts = lists.flatMap(([prefix, addon, list]) =>
    list.map((entry, index) => draftOf(new Fields(entry as YamlMap, new EntryReport(`${prefix}[${index}]`, document, entry as YamlMap)), addon, index + 1)),
  );
  const releases = finishDrafts(drafts, onEntry);
  return { format: 'versions.json', releases, problems: drafts.flatMap(({ report }) => report.problems) };
}

function draftOf(entry: Fields, name: string, ordinal: number): Draft {
  const report = entry.entry;
  report.name = name;
  if (!isReleaseName(name)) report.refuse(`the name ${shown(name)} is not allowed`, NAME_RULE);
  const version = entry.required('version');
  if (version !== '' && !isReleaseVersion(version)) report.refuse(`field version ${shown(version)} is not allowed`, VERSION_RULE);
  const key = entry.has('url') || !entry.has('origin') ? 'url' : 'origin';
  entry.required(key);
  const [url = '', sha256, size] = [entry.address(key), entry.sha256('sha256Sum'), entry.count('size')];
  const rangeKey = RANGE_KEYS.find((name) => entry.has(name)) ?? RANGE;
  const requires = readHostRange(entry, rangeKey, 'kurl', calendar);
  if (!entry.has(rangeKey)) report.remark(`has no ${rangeKey}: kURL offers it to nobody`, 'state one, like ">= v2022.10.05-0"');
  const platforms = [{ os: ANY, arch: ANY, url, sha256, ...(size === undefined ? {} : { size }) }];
  const release: Draft['release'] = { name, version, kind: 'addon', platforms, requires: requires ?? { host: 'kurl' }, description: '', ...UNTOLD };
  return { release, prerelease: entry.flag('isPrerelease') ?? false, report, ordinal };
}
