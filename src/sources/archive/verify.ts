import { UserError } from '../../errors.ts';
import { headOf } from '../../system/file-head.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import type { Fetched } from './fetch.ts';

/**
 * The sha256 in hex that a text asks for.
 * @throws UserError for another text than `sha256:` and 64 hex digits
 */
export function readChecksum(checksum: string | undefined): string | undefined {
  const sha256 = checksum === undefined ? undefined : /^sha256:([0-9a-f]{64})$/i.exec(checksum)?.[1]?.toLowerCase();
  if (checksum !== undefined && sha256 === undefined) throw new UserError('bad-value', `--checksum takes sha256: and 64 hexadecimal digits, not "${checksum}"`);
  return sha256;
}

/**
 * Whether what came is what was asked for, before anything of it is unpacked.
 * @param what it should be, in words
 * @throws UserError telling what was expected and what came
 */
export async function verifyArchive(
  { file, sha256, bytes, contentType, finalUrl }: Fetched,
  address: string,
  expected: string | undefined,
  what = 'an archive',
): Promise<void> {
  const shown = withoutSecrets(address);
  const html = contentType.includes('text/html') || beginsLikeHtml(file);
  const described = `${bytes} bytes, ${contentType}${html ? ', which looks like an HTML page' : ''}, from ${finalUrl}`;
  if (expected !== undefined && sha256 !== expected) {
    throw new UserError('checksum-mismatch', `The checksum of ${shown} is wrong: expected ${expected}, got ${sha256} (${described})`, {
      hint: 'nothing was installed',
    });
  }
  // Some servers call everything a page; what has the right checksum is what was meant.
  if (html && expected === undefined)
    throw new UserError('not-an-archive', `${shown} is an HTML page, not ${what} (${described})`, { hint: 'give the address of the file itself' });
  if (bytes === 0) throw new UserError('not-an-archive', `${shown} is empty`, { hint: 'ask whoever publishes it' });
}

const beginsLikeHtml = (file: string): boolean => /^\s*<(!doctype|html|head)/i.test(headOf(file, 64).toString('latin1'));
