import type { Policy } from '../config/trust-settings.ts';
import { UserError } from '../errors.ts';
import { type Signature, type Signer, signerText } from './signature.ts';

/** What is known of the signature of what stands, as its receipt has it. */
export interface StandingTrust {
  readonly signer?: Signer | undefined;
  /** What was found in place of a trusted signer, and told of. */
  readonly unverified?: Unverified | undefined;
}

/** What a receipt says where nobody who is trusted signed: what was found, or that nobody looked because `--verify=false` said so. */
export type Unverified = 'unsigned' | 'unknown signer' | 'skipped';

/** All that decides whether something may be installed. */
export interface TrustCase {
  /** What people call it. */
  readonly label: string;
  readonly brand: string;
  readonly policy: Policy;
  /** What was found; undefined where nobody looked. */
  readonly signature: Signature | undefined;
  /** Of what stands; undefined where nothing does. */
  readonly standing?: StandingTrust | undefined;
  /** The key that a lock says has signed it. */
  readonly lockedSigner?: string | undefined;
  /** Whether another signer than before was said to be right. */
  readonly acceptsSigner?: boolean;
}

export type Verdict = { readonly does: 'accept' } | { readonly does: 'warn'; readonly text: string } | { readonly does: 'refuse'; readonly error: UserError };

const ACCEPT: Verdict = { does: 'accept' };

/**
 * Whether something may be installed, by who signed it and who signed what stands. A bad signature never may. Who signed it first goes on signing it, until
 * somebody says that another does: a lock, or `--accept-signer`.
 */
export function judge(trustCase: TrustCase): Verdict {
  const { signature, policy, standing, lockedSigner, acceptsSigner = false, label, brand } = trustCase;
  if (signature?.state === 'bad') return refuse('bad-signature', `${label} has a bad signature: ${signature.why}`, 'nothing was installed; ask its author');
  if (policy === 'off') return ACCEPT;
  const signer = signature?.state === 'signed' ? signature.signer : undefined;
  const before = standing?.signer;
  const isAsBefore = before === undefined || signer?.key === before.key || (lockedSigner !== undefined && signer?.key === lockedSigner);
  if (!isAsBefore && !acceptsSigner) return signerChanged(trustCase, before);
  if (signer !== undefined) return ACCEPT;
  const isKnown = (signature?.state ?? 'unsigned') === standing?.unverified;
  if (signature?.state === 'unknown signer') {
    const what = `${label} is signed by ${signature.key}, which is not trusted here`;
    const remedy = `compare that key with its owner's, and trust it with \`${brand} trust:add\``;
    return policy === 'require' ? refuse('unknown-signer', what, remedy) : isKnown ? ACCEPT : { does: 'warn', text: `${what}; ${remedy}` };
  }
  if (policy === 'require') return refuse('not-signed', `${label} is not signed`, 'ask its author to sign it, or install it with --verify=false');
  return isKnown ? ACCEPT : { does: 'warn', text: `${label} is not signed: nobody can tell who made it` };
}

function signerChanged({ label, signature }: TrustCase, before: Signer): Verdict {
  const now =
    signature?.state === 'signed'
      ? `is signed by ${signerText(signature.signer)} now`
      : signature?.state === 'unknown signer'
        ? `is signed by ${signature.key} now, which is not trusted here`
        : 'is not signed now';
  return refuse('signer-changed', `${label} was signed by ${signerText(before)}, and ${now}`, 'ask its author why; --accept-signer accepts it');
}

const refuse = (code: 'bad-signature' | 'unknown-signer' | 'not-signed' | 'signer-changed', what: string, hint: string): Verdict => ({
  does: 'refuse',
  error: new UserError(code, what, { hint }),
});
