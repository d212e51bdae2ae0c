import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { download } from '../http/download.ts';
import { INDEX_BYTES, indexText } from '../repositories/read-index.ts';
import { removeTree } from '../system/remove-tree.ts';
import { isAddress } from './is-address.ts';

/**
 * The text of a file of this machine or of a server, which is asked anew each time.
 * @param word an http or https URL, or a path
 * @throws UserError where it cannot be had, is too large, no UTF-8, or a page for people
 */
export async function bringText(word: string): Promise<string> {
  if (!isAddress(word)) return indexText(word, { name: '', origin: word });
  const scratch = mkdtempSync(join(tmpdir(), 'tool-addons-'));
  try {
    const file = join(scratch, 'text');
    const { finalUrl, contentType } = await download(word, file, { maxBytes: INDEX_BYTES });
    return indexText(file, { name: '', origin: finalUrl, contentType });
  } finally {
    removeTree(scratch);
  }
}
