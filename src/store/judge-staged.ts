import { judge, type Verdict } from '../provenance/judge.ts';
import { isCopy, repositoryOf } from '../sources/source.ts';
import type { Staged } from '../sources/stage.ts';
import type { Placing, PlacingWorld } from './place-plugin.ts';
import type { Receipt } from './receipts.ts';

/** Whether a staged tree may be put in place, by who signed it. A link is its owner's, and no signature is asked of it. */
export function judgeStaged({ layout, trust, acceptsSigner }: PlacingWorld, placing: Placing, staged: Staged, current: Receipt | undefined): Verdict {
  if (trust === undefined || !isCopy(staged.source)) return { does: 'accept' };
  const { signer, signerNames = [], unverified } = current ?? {};
  const known = signer === undefined ? trust : trust.ofSigned;
  return judge({
    label: placing.name,
    brand: layout.brand,
    policy: known.policy(repositoryOf(staged.source)),
    signature: staged.signature,
    standing: current && { unverified, ...(signer === undefined ? {} : { signer: { key: signer, names: signerNames } }) },
    lockedSigner: placing.lockedSigner,
    acceptsSigner: acceptsSigner === true,
  });
}

/** @throws UserError for a verdict that refuses */
export function refuseUntrusted(verdict: Verdict): void {
  if (verdict.does === 'refuse') throw verdict.error;
}
