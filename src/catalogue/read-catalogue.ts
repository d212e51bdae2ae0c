import type { Catalogue } from './release.ts';

export interface IndexOrigin {
  /** Where the text is from, for messages: a file, an address without secrets. */
  readonly origin: string;
  /** The name that entries have which state none, as in a versions.json. */
  readonly name: string;
}

/**
 * Reads an index, of whichever format it is. A bad entry is a problem and is left out.
 * @throws UserError REFUSED where the text as a whole is no index
 */
export async function readCatalogue(_text: string, _origin: IndexOrigin): Promise<Catalogue> {
  throw new Error('being written');
}
