import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { INDEX_CHARACTERS } from '../catalogue/formats/yaml.ts';
import { readCatalogue } from '../catalogue/read-catalogue.ts';
import type { Catalogue, FormatName } from '../catalogue/release.ts';
import { UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';
import { readSmallBytes, whyUnread } from '../system/small-file.ts';

/** The most that an index may have: no more is read of one. */
export const INDEX_BYTES = INDEX_CHARACTERS;

/** What is read of a larger index is mostly garbage soon. */
const LARGE_BYTES = 1 << 20;

/** Whose index is read, and what it is expected to be. */
export interface Expected {
  /** The repository's name, which entries have that state none. */
  readonly name: string;
  readonly type?: FormatName;
  /** Where it came from in the end, for messages. */
  readonly origin: string;
  /** What a server called it. */
  readonly contentType?: string;
}

/**
 * Reads a file that is an index.
 * @throws UserError for what is none, is of another format than expected, or has no entry that can be read
 */
export async function readIndex(file: string, expected: Expected): Promise<Catalogue> {
  const { name, origin } = expected;
  return acceptCatalogue(await readCatalogue(indexText(file, expected), { origin, name }), expected);
}

/**
 * The text of a file that is to be an index. Its bytes are garbage when this returns: of a large index both would be held while it is read.
 * @throws UserError for what is too large, no UTF-8, or a page for people
 */
export function indexText(file: string, { origin, contentType }: Expected): string {
  const bytes = bytesOf(file, origin);
  // V8's young generation then stays small: a sixth less memory, in the same time.
  if (bytes.length > LARGE_BYTES) setFlagsFromString('--semi-space-growth-factor=1');
  const said = contentType === undefined || contentType === 'unknown' ? '' : ` (content type: ${harmlessLine(contentType)})`;
  if (!isUtf8(bytes)) throw new UserError('not-an-index', `${origin} is not UTF-8 text, as an index is${said}`, { hint: 'check the address' });
  const text = bytes.toString();
  if (!/^\s*</.test(text)) return text;
  throw new UserError('not-an-index', `${origin} is an HTML page, not an index${said}`, {
    hint: 'open it in a browser, it may ask for a login; for a git repository use a URL that ends in .git, or --type krew',
  });
}

function bytesOf(file: string, origin: string): Buffer {
  try {
    return readSmallBytes(file, INDEX_BYTES);
  } catch (error) {
    throw new UserError('unreadable-file', `${origin} ${whyUnread(error)}`, { hint: 'check the path', cause: error });
  }
}

/** The same catalogue, if it is what was expected. @throws UserError */
export function acceptCatalogue(catalogue: Catalogue, { type, origin }: Pick<Expected, 'type' | 'origin'>): Catalogue {
  if (type !== undefined && catalogue.format !== type) {
    throw new UserError('not-an-index', `${origin} is of the format ${catalogue.format}, not ${type}`, { hint: 'remove the type, or correct it' });
  }
  const [first] = catalogue.problems;
  if (catalogue.releases.length > 0) return catalogue;
  if (!first) throw new UserError('bad-index', `${origin} has no entries`, { hint: 'contact its publisher' });
  throw new UserError('bad-index', `${origin} has no usable entry: ${first.where}: ${first.text}`, {
    hint: first.remedy ?? 'contact its publisher',
  });
}

/** sha256 of a file that is an index, in hex; undefined where it cannot be read. */
export function hashOfIndex(file: string): string | undefined {
  try {
    return createHash('sha256').update(readSmallBytes(file, INDEX_BYTES)).digest('hex');
  } catch {
    return undefined;
  }
}
