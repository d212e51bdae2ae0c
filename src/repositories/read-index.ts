import { isUtf8 } from 'node:buffer';
import { readCatalogue } from '../catalogue/read-catalogue.ts';
import type { Catalogue, FormatName } from '../catalogue/release.ts';
import { UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';

/** The most that an index may have. */
export const INDEX_BYTES = 64 << 20;

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
 * Reads the bytes of an index.
 * @throws UserError REFUSED for what is none, is of another format than expected, or has no entry that can be read
 */
export async function readIndex(bytes: Buffer, expected: Expected): Promise<Catalogue> {
  const { name, origin, contentType } = expected;
  const said = contentType === undefined || contentType === 'unknown' ? '' : ` (content type: ${harmlessLine(contentType)})`;
  if (!isUtf8(bytes)) throw new UserError('REFUSED', `${origin} is not UTF-8 text, as an index is${said}`, { hint: 'check the address' });
  const text = bytes.toString();
  if (/^\s*</.test(text)) {
    throw new UserError('REFUSED', `${origin} is an HTML page, not an index${said}`, {
      hint: 'open it in a browser, it may ask for a login; for a git repository use a URL that ends in .git, or --type krew',
    });
  }
  return acceptCatalogue(await readCatalogue(text, { origin, name }), expected);
}

/** The same catalogue, if it is what was expected. @throws UserError REFUSED */
export function acceptCatalogue(catalogue: Catalogue, { type, origin }: Pick<Expected, 'type' | 'origin'>): Catalogue {
  if (type !== undefined && catalogue.format !== type) {
    throw new UserError('REFUSED', `${origin} is of the format ${catalogue.format}, not ${type}`, { hint: 'remove the type, or correct it' });
  }
  const [first] = catalogue.problems;
  if (catalogue.releases.length > 0) return catalogue;
  if (!first) throw new UserError('REFUSED', `${origin} has no entries`, { hint: 'contact its publisher' });
  throw new UserError('REFUSED', `${origin} has no usable entry: ${first.where}: ${first.text}`, {
    hint: first.remedy ?? 'contact its publisher',
  });
}
