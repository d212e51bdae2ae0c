/** Who made a signature: the key as people compare it, and the names that its owner gave it. */
export interface Signer {
  /** `openpgp:` and the fingerprint of the PRIMARY key in 40 (or 64) upper-case hex digits; `ssh:SHA256:…`; `minisign:` and the key id in hex. */
  readonly key: string;
  /** User IDs or the comment, sorted, harmless text. */
  readonly names: readonly string[];
}

/** A signer in one line for people: `openpgp:… (Alice <alice@example.org>)`. */
export const signerText = ({ key, names }: Signer): string => (names.length === 0 ? key : `${key} (${names.join(', ')})`);

/** What was signed. */
export type SignedThing = 'archive' | 'index' | 'tag' | 'commit';

/** What is known of who made something that is to be installed. */
export type Signature =
  | {
      readonly state: 'signed';
      readonly signer: Signer;
      readonly of: SignedThing;
      /** When it was made, where the signature says that, and vouches for it: ISO 8601. */
      readonly at?: string | undefined;
    }
  | { readonly state: 'unsigned' }
  /** Signed by a key that nobody here trusts; `key` as far as the signature tells it. */
  | { readonly state: 'unknown signer'; readonly key: string; readonly of: SignedThing }
  /** It does not verify, or is of something else: always refused. `why` in words that stand behind a colon. */
  | { readonly state: 'bad'; readonly why: string; readonly of: SignedThing };
