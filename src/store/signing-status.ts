import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { isShipped } from '../home/core-names.ts';
import type { Layout } from '../home/layout.ts';
import { isPluginName } from '../home/names.ts';
import { storePaths } from '../home/store-paths.ts';
import type { ListedKey } from '../provenance/listed-keys.ts';
import { type SignedThing, type Signer, signerText } from '../provenance/signature.ts';
import { isCopy, repositoryOf } from '../sources/source.ts';
import { checkTree, type TreeCheck } from './check-tree.ts';
import { currentReceipt, type Receipt } from './receipts.ts';

/** What is known of the signature of an installed plugin, in Helm's words (contract helm §7.5). */
export interface SigningStatus {
  readonly status: 'local dev' | 'unsigned' | 'invalid provenance' | 'mismatched provenance' | 'signed';
  /** The key that signed it, where a trusted one did. */
  readonly signer: Signer | null;
  /** What that key signed. */
  readonly of: SignedThing | null;
  /** Why it is not signed, in words that stand behind `it was signed by …, and`, or by themselves. */
  readonly why: string | null;
}

/** Tells the status of plugins; the trusted keys are read once, when the first signed plugin is asked about. */
export class SigningStatuses {
  readonly #layout: Layout;
  #keys: Promise<readonly ListedKey[]> | undefined;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /**
   * The status of an installed plugin. Other than Helm's it says whether the key still counts here, and whether the files are still those that were installed
   * from what was signed.
   * @param tree what is known of its files already
   * @returns undefined for a plugin that comes with tool
   * @throws UserError for a receipt that is damaged
   */
  async of(name: string, tree?: TreeCheck): Promise<SigningStatus | undefined> {
    if (isShipped(this.#layout, name)) return undefined;
    const receipt = isPluginName(name) ? currentReceipt(storePaths(this.#layout.pluginPath), name) : undefined;
    if (this.#isLink(name) || (receipt && !isCopy(receipt.source))) return status('local dev', 'it is a link');
    if (receipt === undefined) return status('unsigned', 'it was put there by hand');
    if (receipt.signer === undefined) return withoutSigner(receipt);
    const signed = { signer: { key: receipt.signer, names: receipt.signerNames ?? [] }, of: receipt.signedOf ?? null };
    const whyInvalid = await this.#whyInvalid(receipt.signer, receipt);
    if (whyInvalid !== undefined) return { status: 'invalid provenance', ...signed, why: whyInvalid };
    const whyOther = mismatch(tree ?? checkTree(this.#layout, receipt));
    return { status: whyOther === undefined ? 'signed' : 'mismatched provenance', ...signed, why: whyOther ?? null };
  }

  #isLink(name: string): boolean {
    return lstatSync(join(this.#layout.available, name), { throwIfNoEntry: false })?.isSymbolicLink() === true;
  }

  /** Why a key does not count that signed a plugin; undefined where it does. */
  async #whyInvalid(key: string, { source }: Receipt): Promise<string | undefined> {
    this.#keys ??= import('../provenance/listed-keys.ts').then(({ listedKeys }) => listedKeys(this.#layout.home));
    const repository = repositoryOf(source);
    const known = (await this.#keys).filter((one) => one.key === key && (one.repository === undefined || one.repository === repository));
    if (known.length === 0) return 'that key is not trusted here any more';
    if (known.some(({ state }) => state === 'good')) return undefined;
    return { expired: 'that key has expired', revoked: 'that key was revoked', damaged: 'the file of that key is damaged', good: undefined }[
      known[0]?.state ?? 'good'
    ];
  }
}

const status = (word: SigningStatus['status'], why: string): SigningStatus => ({ status: word, signer: null, of: null, why });

function withoutSigner({ unverified }: Receipt): SigningStatus {
  if (unverified === 'unknown signer') return status('invalid provenance', 'it is signed by a key that was not trusted when it was installed');
  return status('unsigned', unverified === 'unsigned' ? 'nobody signed it' : 'nobody looked at its signature when it was installed');
}

/** Why files are not those that were installed; those that came to them are no change of what was signed. */
function mismatch({ drift, problem }: TreeCheck): string | undefined {
  if (problem !== undefined) return `its files cannot be compared: ${problem}`;
  const changed = drift.filter(({ change }) => change !== 'added').length;
  return changed === 0 ? undefined : `${changed} of its files are not as they were installed`;
}

/** The status in one line for people: `signed by openpgp:… (Alice)`; undefined where there is nothing of a signature to tell. */
export function signingText({ status: word, signer, why }: SigningStatus): string | undefined {
  if (signer === null) return word === 'invalid provenance' ? (why ?? word) : undefined;
  return `signed by ${signerText(signer)}${why === null ? '' : `, and ${why}`}`;
}
