import { addressProblem } from '../catalogue/formats/address.ts';
import { isReleaseName, isReleaseVersion, NAME_RULE, VERSION_RULE } from '../catalogue/names.ts';
import { newestVersionsFirst } from '../catalogue/order.ts';
import { readCatalogue } from '../catalogue/read-catalogue.ts';
import { calendar } from '../catalogue/versions/calendar.ts';
import { UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';
import { withoutSecrets } from '../system/secrets.ts';

/** An entry of a versions.json, with what else stands in it. */
export interface VersionEntry {
  readonly version: string;
  readonly url: string;
  readonly kurlVersionCompatibilityRange: string;
  readonly isPrerelease: boolean;
  readonly sha256Sum?: string;
  readonly size?: number;
}

/** A versions.json that is yet to be written. */
export interface EditedVersions {
  readonly text: string;
  readonly isChanged: boolean;
}

/** What an author releases, as asked for. @throws UserError bad-value for what no reader would take, bad-version-range for a range that cannot be read */
export function checkEntry(name: string, { version, url, kurlVersionCompatibilityRange: range }: VersionEntry): void {
  const refuse = (flag: string, text: string, hint: string): UserError =>
    new UserError('bad-value', `${flag} "${harmlessLine(withoutSecrets(text))}" is not allowed`, { hint });
  if (!isReleaseName(name)) throw refuse('--name', name, NAME_RULE);
  if (!isReleaseVersion(version)) throw refuse('--version', version, VERSION_RULE);
  const problem = addressProblem(url);
  if (problem !== undefined) throw refuse('--url', url, `it ${problem}`);
  calendar.range(range);
}

/**
 * A versions.json with one version more, newest first. The same entry once more changes nothing: what a version says is never changed but by force, as
 * mirrors keep what they have (contract registry §2.1).
 * @param text what the file holds, empty for none
 * @param origin the file, for messages
 * @throws UserError bad-index for a file that is none, release-changed for a version that is there and says something else
 */
export async function withVersion(text: string, origin: string, entry: VersionEntry, mayReplace: boolean): Promise<EditedVersions> {
  const entries = await entriesOf(text, origin);
  const there = entries.find(({ version }) => version === entry.version);
  if (there && isSame({ ...there, isPrerelease: there.isPrerelease === true }, entry)) return { text, isChanged: false };
  if (there && !mayReplace) {
    throw new UserError('release-changed', `${origin} has ${entry.version} already, and it says something else`, {
      hint: 'publish a new version, promote this one with addon:promote, or use --force',
    });
  }
  const others = entries.filter(({ version }) => version !== entry.version);
  return edited([entry, ...others]);
}

/**
 * A versions.json in which a version is no prerelease any more, which is the one change that mirrors take over.
 * @throws UserError bad-index, no-such-version
 */
export async function promoted(text: string, origin: string, version: string): Promise<EditedVersions> {
  const entries = await entriesOf(text, origin);
  const there = entries.find((entry) => entry.version === version);
  if (!there) {
    const versions = entries.map((entry) => entry.version).join(', ');
    throw new UserError('no-such-version', `${origin} has no version ${harmlessLine(version)}`, {
      hint: versions === '' ? 'publish it first' : `it has ${versions}`,
    });
  }
  if (there.isPrerelease !== true) return { text, isChanged: false };
  return edited(entries.map((entry) => (entry === there ? { ...entry, isPrerelease: false } : entry)));
}

async function entriesOf(text: string, origin: string): Promise<VersionEntry[]> {
  if (text.trim() === '') return [];
  const refuse = (what: string): UserError => new UserError('bad-index', `${origin} ${what}`, { hint: 'correct it; repository:lint lists all faults' });
  if (!/^\s*\[/.test(text)) throw refuse('is no list of versions');
  // What is no JSON has been refused with its line then, but for YAML.
  const { problems } = await readCatalogue(text, { origin, name: 'addon' });
  const bad = problems.find(({ disables }) => disables);
  if (bad) throw refuse(`has a fault: ${bad.where}: ${bad.text}`);
  try {
    return JSON.parse(text) as VersionEntry[];
  } catch {
    throw refuse('is YAML, and no JSON');
  }
}

const edited = (entries: readonly VersionEntry[]): EditedVersions => ({ text: `${JSON.stringify(newestVersionsFirst(entries), null, 2)}\n`, isChanged: true });

const isSame = (a: VersionEntry, b: VersionEntry): boolean =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => a[key as keyof VersionEntry] === b[key as keyof VersionEntry]);
