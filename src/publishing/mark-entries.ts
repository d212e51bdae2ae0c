import { isReleaseVersion, VERSION_RULE } from '../catalogue/names.ts';
import { UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';
import { wordList } from '../system/word-list.ts';
import { type FieldValue, setInEntries } from './edit-index.ts';
import type { IndexEntry } from './index-entry.ts';
import { readEntries } from './index-text.ts';

/** What marks an entry: that it was taken back, or that it should not be used any more. */
export type Mark = 'yanked' | 'deprecated';

export interface MarkRequest {
  /** `NAME` for all of its versions, or `NAME@VERSION`. */
  readonly target: string;
  /** Executor or source, where a name has both. */
  readonly type?: string | undefined;
  readonly mark: Mark;
  /** What is said of it; undefined takes the mark away. */
  readonly value: FieldValue;
}

export interface Marked {
  readonly text: string;
  /** The entries that are meant, and whether each was changed. */
  readonly entries: readonly { readonly name: string; readonly type?: string; readonly version: string; readonly changed: boolean }[];
}

/**
 * Marks entries of an index, and keeps every other byte of it.
 * @param origin where the text is from, for messages
 * @throws UserError where it is no index, or has no such entry
 */
export async function markEntries(text: string, origin: string, request: MarkRequest): Promise<Marked> {
  const entries = await readEntries(text, origin);
  const places = placesOf(entries, origin, request);
  const changed = await setInEntries(text, origin, places, request.mark, request.value);
  const after = changed === text ? entries : await readEntries(changed, origin);
  return {
    text: changed,
    entries: places.map((place) => {
      const { name, type, version } = entries[place] as IndexEntry;
      const isChanged = JSON.stringify(entries[place]) !== JSON.stringify(after[place]);
      return { name, ...(type === undefined ? {} : { type }), version, changed: isChanged };
    }),
  };
}

/** The numbers of the entries that are meant. */
function placesOf(entries: readonly IndexEntry[], origin: string, { target, type }: MarkRequest): number[] {
  const at = target.indexOf('@');
  const [name, version] = at < 0 ? [target, undefined] : [target.slice(0, at), target.slice(at + 1)];
  if (version !== undefined && !isReleaseVersion(version))
    throw new UserError('bad-reference', `"${harmlessLine(target)}" names no version`, { hint: VERSION_RULE });
  const named = [...entries.keys()].filter((place) => entries[place]?.name === name && (type === undefined || entries[place]?.type === type));
  const types = [...new Set(named.map((place) => entries[place]?.type))];
  if (named.length === 0) {
    const names = [...new Set(entries.map((entry) => entry.name))].slice(0, 8);
    throw new UserError('plugin-not-in-repository', `${origin} has no ${type === undefined ? '' : `${harmlessLine(type)} `}${harmlessLine(name)}`, {
      hint: names.length === 0 ? 'it has no entries' : `it has ${names.join(', ')}`,
    });
  }
  if (types.length > 1) {
    const words = types.map((one) => one ?? 'none');
    throw new UserError('ambiguous-name', `${name} has the types ${wordList(words, 'and')}`, { hint: 'say which is meant with --type' });
  }
  const places = version === undefined ? named : named.filter((place) => entries[place]?.version === version);
  if (places.length > 0) return places;
  const versions = named.map((place) => entries[place]?.version).slice(0, 8);
  throw new UserError('no-such-version', `${origin} has no version ${harmlessLine(version ?? '')} of ${name}`, { hint: `it has ${versions.join(', ')}` });
}
