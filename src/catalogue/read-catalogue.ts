import { UserError } from '../errors.ts';
import { isBotkubeIndex, readBotkubeIndex } from './formats/botkube.ts';
import { type EntryListener, finishDrafts } from './formats/drafts.ts';
import { isMap } from './formats/fields.ts';
import { isKrewManifest, readKrewManifest } from './formats/krew.ts';
import { isVersionsJson, readVersionsJson } from './formats/versions-json.ts';
import { readYaml, type YamlValue } from './formats/yaml.ts';
import type { Catalogue } from './release.ts';

export interface IndexOrigin {
  /** Where the text is from, for messages: a file, or an address without secrets. */
  readonly origin: string;
  /** What entries are called that have no name, as in a versions.json: the repository's name. */
  readonly name: string;
  readonly onEntry?: EntryListener | undefined;
}

/**
 * Reads an index, of whichever format it is: its content tells. What is wrong with an entry is a problem, and the entry is left out; nothing else is.
 * @throws UserError with origin and line where the text as a whole is no index
 */
export async function readCatalogue(text: string, { origin, name, onEntry }: IndexOrigin): Promise<Catalogue> {
  const document = await readYaml(text, origin);
  const { value } = document;
  if (isBotkubeIndex(value)) return readBotkubeIndex(document, value, onEntry);
  if (isKrewManifest(value)) {
    const draft = readKrewManifest(document, value, origin, 1);
    return { format: 'krew', releases: finishDrafts([draft], onEntry), problems: draft.report.problems };
  }
  if (isVersionsJson(value)) return readVersionsJson(document, value, name, onEntry);
  throw new UserError('not-an-index', `${origin} is no index that is known`, { hint: hintFor(value) });
}

function hintFor(value: YamlValue): string {
  if (isMap(value)) {
    if (Object.hasOwn(value, 'supportedVersions')) return 'it lists versions without the addresses to fetch them from';
    if (isMap(value.plugins) && isMap(value.plugins.repositories)) return 'it is a values.yaml: `repository:import` takes the repositories that it names';
  }
  return 'an index is a mapping with "entries" (Botkube), a manifest of krew, or a list with "version" and "url" (versions.json)';
}
