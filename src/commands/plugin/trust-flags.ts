import { booleanFlag } from '../boolean-flag.ts';

/** What a command line says of signatures. */
interface TrustFlags {
  readonly verify?: string | true | undefined;
  readonly acceptSigner?: boolean | undefined;
}

/** `--verify[=false]` and `--accept-signer`. @throws UserError for another value */
export const trustFlags = ({ verify, acceptSigner }: TrustFlags): { readonly verify: boolean | undefined; readonly acceptSigner: boolean } => ({
  verify: booleanFlag('--verify', verify),
  acceptSigner: acceptSigner === true,
});
