import { basename } from 'node:path';
import { verifyDetached } from '../../provenance/detached.ts';
import type { Signature } from '../../provenance/signature.ts';
import type { Trust } from '../../provenance/trust.ts';
import { SIGNATURE_ENDINGS } from '../../repositories/wanted-signatures.ts';
import { SETTINGS_BYTES, smallBytesIfThere } from '../../system/small-file.ts';
import type { ReadBundle } from './read-bundle.ts';

/**
 * Who signed a bundle: signatures of its bundle.json stand beside it, `bundle.tar.asc`, `.sig` or `.minisig`. That has the checksums of all that is in it.
 * @param word the bundle, or one of its parts
 */
export async function bundleSignature(word: string, { text }: ReadBundle, trust: Trust): Promise<Signature> {
  const file = word.replace(/\.\d{3}$/, '');
  const signatures = SIGNATURE_ENDINGS.flatMap((ending) => {
    const bytes = smallBytesIfThere(`${file}${ending}`, SETTINGS_BYTES);
    return bytes === undefined ? [] : [{ name: `${basename(file)}${ending}`, bytes }];
  });
  if (signatures.length === 0) return { state: 'unsigned' };
  return verifyDetached(signatures, { of: 'archive', bytes: text, namespace: 'file' }, trust.keys());
}
