import { row } from './row.ts';

/** Keys, signatures, and whom a home trusts. */
export const trust = {
  'bad-signature': row('A signature does not verify, or is of something else.', 'get it anew, and ask its author'),
  'not-signed': row('Nobody signed it, and tool.toml or --verify asks for a signature.', 'ask its author to sign it, or install it with --verify=false'),
  'unknown-signer': row('It is signed by a key that is not trusted here.', "compare the key with its owner's, and trust it with trust:add"),
  'signer-changed': row('Another key signed it than what is installed, or none did.', 'ask its author why; --accept-signer accepts it'),
  'no-such-key': row('No such key is trusted.', 'see those that are with trust:list'),
  'ambiguous-key': row('A word is the end of several keys.', 'write more of the key'),
};
