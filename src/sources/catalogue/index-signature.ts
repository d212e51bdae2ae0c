import { isUserError } from '../../errors.ts';
import { verifyDetached } from '../../provenance/detached.ts';
import { gitSignature } from '../../provenance/git-signature.ts';
import type { Signature } from '../../provenance/signature.ts';
import { openTrust } from '../../provenance/trust.ts';
import type { TrustedKeys } from '../../provenance/trusted-keys.ts';
import type { SignedIndex, SignerOf } from '../../repositories/signed-index.ts';

/** Who signed the index of a repository, by the keys that are trusted for it; undefined for one that has no signature. */
export async function indexSignature(repository: string, index: SignedIndex, keys: TrustedKeys): Promise<Signature | undefined> {
  const found =
    index.kind === 'git'
      ? await gitSignature(index, keys)
      : await verifyDetached(index.signatures, { of: 'index', bytes: index.bytes, namespace: 'file' }, keys);
  if (found.state === 'unsigned') return undefined;
  return found.state === 'bad' ? { ...found, of: 'index', why: `of the index of ${repository}: ${found.why}` } : { ...found, of: 'index' };
}

/**
 * Tells which trusted key signed an index that comes, by which an older one is known (decision 031). A signature that is bad or not trusted is nobody's: whether
 * something is installed by it is judged when it is.
 */
export function indexSigner(home: string): SignerOf {
  const trust = openTrust(home);
  return async (repository, index) => {
    if (trust.looks(repository) === 'nowhere') return undefined;
    try {
      const signature = await indexSignature(repository, index, trust.keys(repository));
      return signature?.state === 'signed' ? { key: signature.signer.key, at: signature.at } : undefined;
    } catch (error) {
      if (!isUserError(error)) throw error;
      return undefined;
    }
  };
}
